"""DW4207 global-arg-in-run."""

from dockwright.rules.api import (
    PLATFORM_ARGS,
    Bad,
    Findings,
    Good,
    Rule,
    RunStep,
    ShellWord,
    re,
    unsafe,
)
from dockwright.rules.metadata._variables import declare, declared


class GlobalArgInRun(Rule):
    """
    Repeat a global `ARG` in the stage whose `RUN` uses it.

    An `ARG` before the first `FROM` counts in `FROM` lines only. A stage that does not repeat
    `ARG NAME` has no such variable, and the shell replaces it by nothing: the build goes on with
    an empty version.

    Silent when the base image may set the variable, when the script may set it itself (`NAME=…`,
    `read NAME`, `. file`), for `${NAME:-…}`, which says what to do, and inside single quotes.
    """

    code = "DW4207"
    name = "global-arg-in-run"
    severity = "warning"
    tier = "preview"
    tags = ("variables",)
    mentions = ("$",)

    examples = (
        Bad(
            "ARG VERSION=1\nFROM scratch\nCOPY sh /bin/sh\nRUN echo $VERSION\n",
            at="$VERSION",
            fixed="ARG VERSION=1\nFROM scratch\nCOPY sh /bin/sh\nARG VERSION\nRUN echo $VERSION\n",
        ),
        Bad(
            "ARG TOOL_VERSION\nFROM debian:12\n"
            'RUN curl -fsSLO "https://example.org/tool-${TOOL_VERSION}.tar.gz"\n',
            at='"https://example.org/tool-${TOOL_VERSION}.tar.gz"',
            fixed="ARG TOOL_VERSION\nFROM debian:12\nARG TOOL_VERSION\n"
            'RUN curl -fsSLO "https://example.org/tool-${TOOL_VERSION}.tar.gz"\n',
        ),
        Good("ARG VERSION=1\nFROM debian:12\nARG VERSION\nRUN echo $VERSION\n"),
        Good("ARG VERSION=1\nFROM debian:$VERSION\nRUN echo ${VERSION:-none} '$VERSION'\n"),
        Good("ARG VERSION=1\nFROM debian:12\nRUN VERSION=$(cat /v) && echo $VERSION\n"),
        Good("ARG VERSION=1\nFROM debian:12\nRUN . /etc/os-release && echo $VERSION\n"),
        Good("ARG VERSION=1\nFROM example.org/base:1\nRUN echo $VERSION\n"),
        Good("ARG VERSION=1\nFROM debian:12 AS a\nENV VERSION=2\nFROM a\nRUN echo $VERSION\n"),
    )

    def check(self, run: RunStep) -> Findings:
        names = [one for one in run.stage.build.global_args if one not in PLATFORM_ARGS]
        script = run.script if names and not run.onbuild else None
        if script is None or script.damaged:
            return
        text = run.node.rest.text + "".join(one.content for one in run.node.heredocs)
        for name in names:
            if name not in text or declared(run, name):
                continue
            value = run.before.variable(name)
            if value is not None or _set_by(text, name):
                continue
            for command in run.commands:
                used = next((one for one in command.words if _uses(one, name)), None)
                if used is None:
                    continue
                message = f"this stage does not declare `ARG {name}`: the shell sees nothing there"
                draft = self.at(used, message)
                yield draft.fix(f"declare `ARG {name}` in this stage", unsafe(declare(run, name)))
                break


def _set_by(text: str, name: str) -> bool:
    """Whether the script may set the variable."""
    own = (
        rf"\b{name}\+?=|\b(?:read|for|local|declare|typeset|readonly|mapfile)\b[^\n;&|]*\b{name}\b"
    )
    other = r"(?:^|[\s;&|(])(?:\.|source|eval|set\s+-a|printf\s+-v)\s"
    return re.search(f"{own}|{other}", text) is not None


def _uses(word: ShellWord, name: str) -> bool:
    """Whether the shell replaces the variable in the word, and nothing says by what else."""
    if name not in word.variables:
        return False
    return re.search(rf"\$(?:{name}\b|\{{{name}\}})", word.text) is not None
