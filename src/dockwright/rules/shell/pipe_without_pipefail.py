"""DW2202 pipe-without-pipefail."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Known,
    Remedy,
    Rule,
    RunStep,
    Script,
    shown,
    unsafe,
)
from dockwright.rules.shell._userland import userland

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Block

# They only print. `yes` even has to fail: it ends when nobody reads it any more.
HARMLESS = frozenset(("echo", "printf", "yes", "true", ":"))
PIPEFAIL = "pipefail"


class PipeWithoutPipefail(Rule):
    """
    Let a pipe fail when its first command fails.

    Without `pipefail` the status of a pipe is that of its last command: a failed download or
    conversion on the left goes unnoticed, and the build makes a broken image.

    Silent when `SHELL` or `set -o pipefail` sets the option before the pipe; when the left side
    only prints (`echo`, `printf`, `yes`, `cat` of a here-document); when the status is asked for
    or thrown away anyway (a condition, `| grep -q`, `|| true`, `$(…)` among the arguments of a
    command); inside `ONBUILD`; and when a program other than a POSIX shell runs the script.
    """

    code = "DW2202"
    name = "pipe-without-pipefail"
    severity = "warning"
    tags = ("shell", "errors")
    mentions = ("|",)
    also = ("hadolint:DL4006", "kics:efbf148a", "semgrep:set-pipefail")

    examples = (
        Bad(
            "FROM debian:12\nRUN curl -f https://a.example/x.tgz | tar -xz\n",
            at="curl -f https://a.example/x.tgz",
            fixed='FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "RUN curl -f https://a.example/x.tgz | tar -xz\n",
        ),
        Bad(
            'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN ./make-list | sort > /list\n',
            at="./make-list",
            fixed='FROM debian:12\nSHELL ["/bin/bash", "-c"]\n'
            "RUN set -o pipefail && ./make-list | sort > /list\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN ./make-list | sort > /list\n",
            at="./make-list",
            fixed="FROM alpine:3.20\nRUN set -o pipefail && ./make-list | sort > /list\n",
        ),
        Bad(
            'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN <<EOF\nset -e\na | b\nEOF\n',
            at="a",
            fixed='FROM debian:12\nSHELL ["/bin/bash", "-c"]\n'
            "RUN <<EOF\nset -o pipefail\nset -e\na | b\nEOF\n",
        ),
        Bad('FROM debian:12\nRUN ["/bin/bash", "-c", "a | b"]\n', at="a"),
        Bad(
            "FROM debian:12\nRUN v=$(curl -f https://a.example/v | head -1)\n",
            at="curl -f https://a.example/v",
            fixed='FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "RUN v=$(curl -f https://a.example/v | head -1)\n",
        ),
        Good('FROM debian:12\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a | b\n'),
        Good(
            'FROM debian:12 AS a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nFROM a\nRUN a | b\n'
        ),
        Good("FROM fedora:41\nRUN set -euxo pipefail; a | b\n"),
        Good("FROM fedora:41\nRUN <<EOF\n#!/bin/bash -eo pipefail\na | b\nEOF\n"),
        Good("FROM debian:12\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1 | 2)\nEOF\n"),
        Good('FROM debian:12\nRUN ["/bin/bash", "-o", "pipefail", "-c", "a | b"]\n'),
        Good("FROM debian:12\nRUN echo root:x | chpasswd\n"),
        Good("FROM debian:12\nRUN yes | unminimize\n"),
        Good("FROM debian:12\nRUN if a | grep -q b; then c; fi\n"),
        Good("FROM debian:12\nRUN a | b || true\n"),
        Good("FROM debian:12\nRUN php -m | grep -q apcu\n"),
        Good("FROM debian:12\nRUN make -j$(grep -c processor /proc/cpuinfo | head -1)\n"),
        Good("FROM debian:12\nONBUILD RUN a | b\n"),
        Good('FROM x\nSHELL ["pwsh", "-c"]\nRUN a | b\n'),
    )

    def check(self, run: RunStep) -> Findings:
        if run.onbuild or not (run.node.heredocs or "|" in run.node.joined.text):
            return
        script = run.script
        if script is None or script.damaged is not None or _set_outside(run):
            return
        on = _switched(script)
        for one in script.commands:
            if "pipe" not in one.within or not one.words or _harmless(one):
                continue
            if any(start < one.start and state for start, state in on) or _asked(script, one):
                continue
            shell = run.before.shell
            because = () if run.node.is_json else (shell.reason,)
            draft = self.at(
                one, f"the build goes on when `{one.words[0].text}` fails in this pipe", because
            )
            title, remedy = self._mended(run, script)
            yield draft.fix(title, remedy)
            return

    @staticmethod
    def _mended(run: RunStep, script: Script) -> tuple[str, Remedy | None]:
        node = run.node
        if node.is_json:
            return "", None
        newline = run.stage.build.tree.source.newline
        shell = run.before.shell
        program = shell.value[0] if isinstance(shell, Known) and shell.firm else ""
        bash = program.rpartition("/")[2] == "bash"
        text = script.text
        at = len(text) - len(text.lstrip())
        if node.heredocs and not node.rest.text.startswith("<<"):
            return "", None
        joint = " && "
        if node.heredocs:
            joint = newline
            if text.startswith("#!"):
                at = text.find("\n") + 1
                bash = "bash" in text[:at]
                if not bash:
                    return "", None
        insert = run.insert(script.joined.offset(at), f"set -o pipefail{joint}")
        title = "make the pipe fail with `set -o pipefail`"
        if bash:
            return title, unsafe(insert)
        if run.before.shell_set:
            return "", None
        if userland(run.stage) == "busybox":
            return title, shown(insert)
        line = f'SHELL ["/bin/bash", "-o", "pipefail", "-c"]{newline}'
        return "switch to `bash` with `pipefail`", shown(run.insert(run.span.start, line))


def _set_outside(run: RunStep) -> bool:
    """Whether the shell starts with `pipefail`."""
    node = run.node
    if node.is_json:
        return any(word.value == PIPEFAIL for word in node.args)
    if run.read_by is not None:
        return True  # a shell of its own reads it: nobody says here which options it gets
    if node.rest.text.startswith("<<") and node.heredocs[0].content.startswith("#!"):
        return PIPEFAIL in node.heredocs[0].content.partition("\n")[0]
    shell = run.before.shell
    return not isinstance(shell, Known) or any(PIPEFAIL in word for word in shell.value)


def _switched(script: Script) -> list[tuple[int, bool]]:
    """Where the script switches `pipefail` on."""
    found: list[tuple[int, bool]] = []
    for one in script.commands:
        if one.name in ("set", "shopt"):
            shapes = [word.shape for word in one.args]
            if PIPEFAIL in shapes:
                before = shapes[shapes.index(PIPEFAIL) - 1]
                found.append((one.start, before.startswith("-")))
    return found


def _harmless(one: Command) -> bool:
    """Whether the left side of a pipe only prints."""
    if one.name == "cat":
        return any(redirect.operator.startswith("<<") for redirect in one.redirects)
    return one.name in HARMLESS


def _asked(script: Script, one: Command) -> bool:
    """Whether the status of the pipe that `one` stands in is asked for, or lost anyway."""
    within = one.within
    pipe = max(at for at, kind in enumerate(within) if kind == "pipe")
    if "condition" in within or "negation" in within or "substitution" in within[pipe:]:
        return True
    end = (*within[:pipe], "pipe-end")
    last = next(
        (c for c in script.commands if c.start > one.start and (*c.within[: pipe + 1],) == end),
        None,
    )
    if last is not None and last.name == "grep" and last.has("-q", "--quiet", "--silent"):
        return True
    if "substitution" not in within:
        return _swallowed(script.body, one)
    around = [
        other
        for other in script.commands
        if other.start < one.start and one.end < other.end and other.within != within
    ]
    inner = max(around, key=lambda other: other.start, default=None)
    return inner is None or bool(inner.words)


def _swallowed(block: "Block", one: Command) -> bool:
    """Whether `|| true` stands behind what holds `one`."""
    children = block.children
    for index, (_, child) in enumerate(children):
        if child.start <= one.start and one.end <= child.end:
            if block.kind == "list" and index + 1 < len(children):
                operator, behind = children[index + 1]
                if (
                    operator == "||"
                    and isinstance(behind, Command)
                    and behind.name in ("true", ":")
                ):
                    return True
            return not isinstance(child, Command) and _swallowed(child, one)
    return False
