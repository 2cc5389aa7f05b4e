"""DW4204 variable-undefined."""

from dockwright.rules.api import (
    PLATFORM_ARGS,
    AnyStep,
    Bad,
    Edit,
    Findings,
    Good,
    Rule,
    Span,
    Step,
    Unknown,
    near,
    references,
    unsafe,
)
from dockwright.rules.metadata._variables import HANDLES_UNSET, declare, declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

EXPANDED = frozenset(
    ("ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")
)
FLAGS = ("chown", "chmod", "checksum")


class VariableUndefined(Rule):
    """
    Declare a variable before an instruction uses it.

    BuildKit replaces a variable that nothing set by nothing, without a word: `COPY a $DIR/` then
    copies to `/`. A global `ARG` counts in `FROM` lines only until the stage repeats `ARG NAME`,
    and so do the platform's, such as `TARGETARCH`.

    Silent when the base image may set the variable, unless the file declares an argument by that
    very name before `FROM` or in another stage, or a variable by nearly that name in this one.
    Silent too for `${NAME:-…}`, which says what to do, inside `ONBUILD`, and in `RUN`, `CMD` and
    `ENTRYPOINT`, where the shell decides.
    """

    code = "DW4204"
    name = "variable-undefined"
    severity = "warning"
    tags = ("variables",)
    mentions = ("$",)
    also = ("buildkit:UndefinedVar",)

    examples = (
        Bad("FROM scratch\nCOPY app $DIR/\n", at="$DIR"),
        Bad(
            "ARG VERSION=1\nFROM debian:12\nCOPY app-${VERSION}.tar /\n",
            at="${VERSION}",
            fixed="ARG VERSION=1\nFROM debian:12\nARG VERSION\nCOPY app-${VERSION}.tar /\n",
        ),
        Bad(
            "FROM debian:12\nENV APP_HOME=/app\nWORKDIR $APP_HOEM/src\n",
            at="$APP_HOEM",
            fixed="FROM debian:12\nENV APP_HOME=/app\nWORKDIR $APP_HOME/src\n",
        ),
        Bad(
            "FROM debian:12\nADD --chown=1 tool-$TARGETARCH /tool\n",
            at="$TARGETARCH",
            fixed="FROM debian:12\nARG TARGETARCH\nADD --chown=1 tool-$TARGETARCH /tool\n",
        ),
        Bad('FROM debian:12\nCOPY <<EOF /run.sh\nexec serve "$@"\nEOF\n', at="$@"),
        Good("FROM debian:12\nCOPY <<'EOF' /run.sh\nexec serve \"$@\"\nEOF\n"),
        Bad(
            "FROM debian:12 AS a\nARG REVISION\nFROM debian:12\nLABEL revision=$REVISION\n",
            at="$REVISION",
        ),
        Bad(
            "ARG VERSION=1\nFROM debian:12\nENV VERSION=$VERSION\n",
            at="$VERSION",
            fixed="ARG VERSION=1\nFROM debian:12\nARG VERSION\nENV VERSION=$VERSION\n",
        ),
        Bad("FROM scratch\nENV LD_LIBRARY_PATH=$LD_LIBRARY_PATH:/lib\n", at="$LD_LIBRARY_PATH"),
        Good("FROM example.org/base:1\nENV LD_LIBRARY_PATH=$LD_LIBRARY_PATH:/lib\nENV A=1 B=$A\n"),
        Good("FROM postgres:17\nCOPY init.sql $PGDATA/\n"),
        Good("FROM debian:12\nARG DIR\nCOPY app $DIR/\n"),
        Good("FROM scratch\nCOPY app ${DIR:-/app}/\nLABEL price='$5' cost=\\$x\n"),
        Good("FROM debian:12\nARG A=1 B=$A\n"),
        Good('FROM scratch\nCMD ["sh", "-c", "echo $X"]\n'),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in EXPANDED or step.onbuild:
            return
        seen: set[str] = set()
        for name, span, modifier in _uses(step):
            if name in seen or modifier in HANDLES_UNSET or _beside(step, name, span):
                continue
            seen.add(name)
            value = step.before.variable(name)
            if value is not None and (not isinstance(value, Unknown) or declared(step, name)):
                continue
            special = not (name[0].isalpha() or name[0] == "_")
            build = step.stage.build
            itself = step.name in ("ARG", "ENV") and any(p.key == name for p in step.node.pairs)
            outside = name in build.global_args or name in PLATFORM_ARGS
            elsewhere = not (outside or itself or value is None) and _argument_elsewhere(step, name)
            meant = None
            if not (outside or elsewhere or special or itself) and len(name) > 3:
                meant = near(name, [n for n in step.before.names("build_env") if len(n) > 3])
            if value is not None and not (outside or elsewhere or special) and meant is None:
                continue
            message = f"nothing sets `{name}`: it is replaced by nothing"
            if outside:
                message = f"this stage does not declare `ARG {name}`: it is replaced by nothing"
            elif elsewhere:
                message = f"`ARG {name}` is not in force here: it is replaced by nothing"
            elif meant is not None:
                message = f"nothing sets `{name}`; the stage declares `{meant}`"
            draft = self.at(span, message, likely=value is not None and not special)
            if outside:
                draft.fix(f"declare `ARG {name}` in this stage", unsafe(declare(step, name)))
            elif meant is not None:
                draft.fix(f"write `{meant}`", unsafe(_rename(step, span, name, meant)))
            yield draft


def _uses(step: Step) -> "Iterator[tuple[str, Span, str]]":
    """Each variable that BuildKit replaces in the step: its name, its place, its modifier."""
    node = step.node
    escape = step.stage.build.tree.escape
    source = step.stage.build.tree.source
    texts = []
    if node.pairs and not node.pairs[0].legacy:
        for pair in node.pairs:
            if step.name != "ARG":
                texts.append((pair.word, pair.key, 0))
            texts.append((pair.word, pair.value or "", len(pair.key) + 1))
    else:
        texts.extend((word, word.value, 0) for word in step.words)
    for word, text, start in texts:
        for use in references(text, escape):
            span = node.value_span(word, start + use.start, start + use.end)
            yield use.name, span, use.modifier
    for flag in node.flags:
        if flag.name in FLAGS and flag.value:
            start = len(flag.text) - len(flag.value)
            for use in references(flag.value, escape):
                span = node.value_span(flag, start + use.start, start + use.end)
                yield use.name, span if use.name in source.slice(span) else flag.span, use.modifier
    if step.name in ("ADD", "COPY"):
        for heredoc in node.heredocs:
            if not heredoc.expand:
                continue
            for use in references(heredoc.content, "\\", heredoc=True):
                at = heredoc.body.start
                yield use.name, Span(at + use.start, at + use.end), use.modifier


def _beside(step: Step, name: str, span: Span) -> bool:
    """
    Whether another pair of the instruction sets `name`: for an ARG an earlier one, which counts;
    for an ENV any, which does not count and is another rule's concern.
    """
    if step.name not in ("ARG", "ENV"):
        return False
    return any(
        pair.key == name
        and (
            pair.word.span.end <= span.start
            or (step.name == "ENV" and span.end <= pair.word.span.start)
        )
        for pair in step.node.pairs
    )


def _argument_elsewhere(step: Step, name: str) -> bool:
    """Whether another stage, or this one further down, declares `name` as an argument."""
    for stage in step.stage.build.stages:
        maps = stage.timelines.maps
        if name in maps["build_env"] and name not in maps["image_env"]:
            return True
    return False


def _rename(step: Step, span: Span, name: str, meant: str) -> "Edit | None":
    text = step.stage.build.tree.source.slice(span)
    for opening in ("${", "$"):
        if text.startswith(opening + name):
            start = span.start + len(opening)
            return step.replace(Span(start, start + len(name)), meant)
    return None
