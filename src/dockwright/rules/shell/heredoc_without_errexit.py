"""DW2206 heredoc-without-errexit."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Known,
    Reason,
    Remedy,
    Rule,
    RunStep,
    Script,
    lazy,
    unsafe,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Block

# They hardly fail, or their failure shows in what follows.
HARMLESS = frozenset(
    (
        "echo",
        "printf",
        "true",
        ":",
        "set",
        "shopt",
        "export",
        "readonly",
        "local",
        "unset",
        "umask",
        "alias",
        "trap",
        "exit",
        "wait",
        "sleep",
        "date",
        "pwd",
    )
)
LEAVES = frozenset(("exit", "return", "true", ":", "die", "fail", "abort"))
_ERREXIT = lazy(r"-[A-Za-z]*e[A-Za-z]*")


class HeredocWithoutErrexit(Rule):
    """
    Begin a `RUN` here-document of several commands with `set -e`.

    A here-document is a script without `set -e`: when a command in its middle fails, the next one
    runs all the same, and the step succeeds when the last one does. The lines of an ordinary `RUN`
    are mostly joined by `&&` and stop.

    Silent with `set -e` in any form, with a shell or a `#!` line that has `-e`, when `&&` or `||
    exit` joins everything, when only the last command can fail, and for other languages.
    """

    code = "DW2206"
    name = "heredoc-without-errexit"
    severity = "warning"
    tags = ("shell", "errors", "heredoc")
    mentions = ("<<",)
    also = ()

    examples = (
        Bad(
            "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n",
            at="apt-get update",
            fixed="FROM debian:12\nRUN <<EOF\nset -e\n"
            "apt-get update\napt-get install -y curl\nEOF\n",
        ),
        Bad(
            "FROM debian:12\nRUN <<EOF\n#!/bin/bash\n./configure; make\nEOF\n",
            at="./configure",
            fixed="FROM debian:12\nRUN <<EOF\n#!/bin/bash\nset -e\n./configure; make\nEOF\n",
        ),
        Good("FROM debian:12\nRUN <<EOF\nset -eux\napt-get update\napt-get install -y curl\nEOF\n"),
        Good("FROM debian:12\nRUN <<EOF\nset -o errexit\nmake\nmake install\nEOF\n"),
        Good("FROM debian:12\nRUN <<EOF\nmake &&\nmake install\nEOF\n"),
        Good("FROM debian:12\nRUN <<EOF\nmake || exit 1\nmake install\nEOF\n"),
        Good("FROM debian:12\nRUN <<EOF\necho building\nmake\nEOF\n"),
        Good("FROM debian:12\nRUN <<EOF\n#!/bin/sh -e\nmake\nmake install\nEOF\n"),
        Good('FROM debian:12\nSHELL ["/bin/bash", "-ec"]\nRUN <<EOF\nmake\nmake install\nEOF\n'),
        Good("FROM debian:12\nRUN <<EOF\n#!/usr/bin/env python3\nimport os\nprint(os.name)\nEOF\n"),
        Good("FROM debian:12\nRUN <<EOF bash -e\nmake\nmake install\nEOF\n"),
        Good("FROM debian:12\nRUN make; make install\n"),
        Good("FROM debian:12\nRUN cat > /a <<EOF\nmake\nmake install\nEOF\n"),
    )

    def check(self, run: RunStep) -> Findings:
        node = run.node
        if len(node.heredocs) != 1 or not node.rest.text.startswith("<<") or run.onbuild:
            return
        script = run.script
        if script is None or script.damaged is not None:
            return
        because: tuple[Reason, ...] = ()
        first = script.text.partition("\n")[0]
        if run.read_by is not None:
            if run.read_by[1]:
                return
        elif first.startswith("#!"):
            if any(_ERREXIT.fullmatch(word) for word in first.split()[1:]) or "errexit" in first:
                return
        else:
            shell = run.before.shell
            if not isinstance(shell, Known):
                return
            if any(_ERREXIT.fullmatch(word) or word == "errexit" for word in shell.value[1:]):
                return
            because = (shell.reason,)
        found = _unnoticed(script)
        if found is None:
            return
        draft = self.at(
            found,
            f"the script goes on when `{found.words[0].text}` fails: it has no `set -e`",
            because,
        )
        yield draft.fix("stop at the first failure with `set -e`", _mended(run))


def _unnoticed(script: Script) -> Command | None:
    """The first command whose failure goes unnoticed."""
    children = script.body.children
    for _, child in children[:-1]:
        if isinstance(child, Command):
            if child.name == "set" and _sets(child):
                return None
            if _can_fail(child) and "background" not in child.within:
                return child
        elif child.kind == "list":
            if _sets(child.children[0][1]):
                return None
            if not _handled(child):
                found = _first(script, child)
                if found is not None:
                    return found
        elif child.kind in ("pipeline", "subshell", "group", "redirected", "for"):
            found = _first(script, child)
            if found is not None:
                return found
    return None


def _sets(child: "Block | Command") -> bool:
    if not isinstance(child, Command) or child.name != "set":
        return False
    return any(_ERREXIT.fullmatch(word.shape) or word.shape == "errexit" for word in child.args)


def _can_fail(one: Command) -> bool:
    if not one.words:
        return any(word.substitutes for _, word in one.assignments)
    return one.name not in HARMLESS


def _handled(block: "Block") -> bool:
    """Whether a list ends with `|| exit` or the like."""
    operator, last = block.children[-1]
    if operator != "||":
        return False
    return not isinstance(last, Command) or last.name in LEAVES or last.name in HARMLESS


def _first(script: Script, block: "Block") -> Command | None:
    """The first command in `block` that can fail."""
    for one in script.commands:
        inside = block.start <= one.start and one.end <= block.end
        if inside and one.words and _can_fail(one) and "condition" not in one.within:
            return one
    return None


def _mended(run: RunStep) -> Remedy | None:
    body = run.node.heredocs[0].body
    text = run.stage.build.tree.source.text[body.start : body.end]
    at = body.start
    if text.startswith("#!"):
        at += text.find("\n") + 1
    return unsafe(run.insert(at, f"set -e{run.stage.build.tree.source.newline}"))
