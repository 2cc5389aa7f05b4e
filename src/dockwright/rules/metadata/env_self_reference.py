"""DW4203 env-self-reference."""

from dockwright.rules.api import (
    Bad,
    Edit,
    EnvStep,
    Findings,
    Good,
    Rule,
    Span,
    Step,
    references,
    unsafe,
)
from dockwright.rules.metadata._variables import HANDLES_UNSET, declared


class EnvSelfReference(Rule):
    """
    Use a variable in a later `ENV` than the one that sets it.

    All values of an instruction are made before any is set: in `ENV A=1 B=$A` the second sees
    what `A` was before, which is nothing unless something else set it.

    Silent when the file set the variable before, when the use stands before the definition and the
    base image may set the variable, when `${A:-…}` says what to do without it, when it is quoted or
    escaped, and when a variable only extends itself, as in `PATH=/x:$PATH`.
    """

    code = "DW4203"
    name = "env-self-reference"
    severity = "warning"
    tags = ("env", "variables")
    mentions = ("$",)
    also = ("hadolint:DL3044",)

    examples = (
        Bad(
            "FROM scratch\nENV HOME_DIR=/opt \\\n    BIN=$HOME_DIR/bin\n",
            at="$HOME_DIR",
            fixed="FROM scratch\nENV HOME_DIR=/opt\nENV BIN=$HOME_DIR/bin\n",
        ),
        Bad('FROM scratch\nENV B="x ${A}" A=1\n', at="${A}"),
        Good("FROM debian:12\nENV PATH=/opt/bin:$PATH\n"),
        Good("FROM debian:12\nARG A=0\nENV A=1 B=$A\n"),
        Good("FROM a:1 AS base\nENV A=0\nFROM base\nENV A=1 B=$A\n"),
        Good("FROM debian:12\nENV A=1 B=${A:-0} C='$A' D=\\$A\n"),
        Good("FROM example.org/java:21\nENV OLD_HOME=$JAVA_HOME JAVA_HOME=/opt/java\n"),
    )

    def check(self, step: EnvStep) -> Findings:
        pairs = step.node.pairs
        if len(pairs) < 2:
            return
        escape = step.stage.build.tree.escape
        places: dict[str, list[int]] = {}
        for index, pair in enumerate(pairs):
            places.setdefault(pair.key, []).append(index)
        for index, pair in enumerate(pairs):
            value = pair.value or ""
            for use in references(value, escape):
                others = [at for at in places.get(use.name, ()) if at != index]
                if not others or use.modifier in HANDLES_UNSET:
                    continue
                before = step.before.variable(use.name)
                if before is not None and (others[0] > index or declared(step, use.name)):
                    continue
                start = len(pair.key) + 1
                span = step.node.value_span(pair.word, start + use.start, start + use.end)
                draft = self.at(
                    span,
                    f"`{use.name}` has its old value here: the same `ENV` sets it",
                    likely=before is not None,
                )
                if others[0] < index:
                    draft.fix("begin another `ENV` here", unsafe(_split(step, index)))
                yield draft


def _split(step: Step, index: int) -> "Edit | None":
    """Make pair number `index` and those behind it an ENV of their own."""
    pairs = step.node.pairs
    source = step.stage.build.tree.source
    gap = Span(pairs[index - 1].word.end, pairs[index].word.start)
    if source.slice(gap).replace(step.stage.build.tree.escape, " ").strip():
        return None
    prefix = "ONBUILD " if step.onbuild else ""
    return step.replace(gap, f"{source.newline}{prefix}{step.node.keyword} ")
