"""DW5004 shell-missing."""

from dockwright.rules.api import (
    Bad,
    Command,
    CommandLine,
    Findings,
    Good,
    Knowledge,
    Known,
    Reason,
    Remedy,
    Rule,
    Span,
    Stage,
    Step,
    builtin,
    unsafe,
)
from dockwright.rules.programs._helpers import image_of

_NAMES = {"CMD": "start", "ENTRYPOINT": "start", "HEALTHCHECK": "probe"}


class ShellMissing(Rule):
    """
    Use the exec form in an image without a shell.

    The shell form starts `/bin/sh`. A distroless image has none: a `RUN` fails in the build, a
    `CMD` or `ENTRYPOINT` never starts, and a `HEALTHCHECK` fails for ever although the service
    answers.

    Silent when the base image is not known, when something may have brought a shell, and about
    images from `scratch`, of which another rule speaks.
    """

    code = "DW5004"
    name = "shell-missing"
    severity = "error"
    tags = ("programs", "shell", "image")

    examples = (
        Bad(
            "FROM gcr.io/distroless/static-debian12\nCOPY server /server\nENTRYPOINT /server\n",
            at="/server",
            fixed="FROM gcr.io/distroless/static-debian12\nCOPY server /server\n"
            'ENTRYPOINT ["/server"]\n',
        ),
        Bad(
            "FROM gcr.io/distroless/static-debian12:nonroot\nCOPY server /server\n"
            'HEALTHCHECK CMD /server health || exit 1\nENTRYPOINT ["/server"]\n',
            at="/server health || exit 1",
            fixed="FROM gcr.io/distroless/static-debian12:nonroot\nCOPY server /server\n"
            'HEALTHCHECK CMD ["/server", "health"]\nENTRYPOINT ["/server"]\n',
        ),
        Bad("FROM gcr.io/distroless/static-debian12\nRUN mkdir /data\n", at="mkdir /data"),
        Good('FROM gcr.io/distroless/static-debian12\nCOPY s /s\nENTRYPOINT ["/s"]\n'),
        Good('FROM gcr.io/distroless/static-debian12:debug\nRUN ["/busybox/sh", "-c", "ls"]\n'),
        Good("FROM debian:bookworm-slim\nCMD sleep 1\n"),
        Good("FROM example.org/x:1\nCMD sleep 1\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if stage.os != "linux" or not stage.built or stage.base.kind == "scratch":
            return
        if stage.lineage()[-1].base.kind == "scratch":
            return
        for step in stage.steps:
            if step.name == "RUN" and not step.onbuild and not step.node.is_json and step.words:
                missing = _missing(step.before.shell, step)
                if missing is not None and not step.node.heredocs:
                    message = f"{image_of(stage)} has no shell to run this"
                    yield self.at(step.words[0], message, (missing,))
                return
        if stage.final:
            yield from self._at_start(stage)

    def _at_start(self, stage: Stage) -> Findings:
        state = stage.state
        lines = [state.entrypoint, state.healthcheck]
        if isinstance(state.entrypoint, Known) and state.entrypoint.value is None:
            lines.append(state.cmd)
        for found in lines:
            line = found.value if isinstance(found, Known) else None
            if not isinstance(line, CommandLine) or not line.shell_form or line.step is None:
                continue
            step = line.step
            if not line.argv or not step.words or step.stage.build is not stage.build:
                continue
            shell = state.files.program(line.argv[0], state.env("PATH"))
            if isinstance(shell, Known) and shell.value is None:
                what = _NAMES[step.name]
                words = step.words[1:] if step.name == "HEALTHCHECK" else step.words
                span = Span(words[0].start, words[-1].end)
                yield self.at(
                    span, f"the image has no {line.argv[0]} to {what} this", (shell.reason,)
                ).fix("use the exec form", _exec_form(step, span))


def _missing(shell: Knowledge, step: Step) -> Reason | None:
    if not isinstance(shell, Known) or not shell.value:
        return None
    found = step.before.files.program(shell.value[0], step.before.env("PATH"))
    return found.reason if isinstance(found, Known) and found.value is None else None


def _exec_form(step: Step, span: Span) -> Remedy | None:
    """A simple command, or one followed by `|| exit 1`, as a list."""
    script = step.script
    if script is None or script.damaged or not script.commands:
        return None
    first = script.commands[0]
    rest = script.commands[1:]
    if rest and not (
        len(rest) == 1 and rest[0].operator == "||" and rest[0].name in ("exit", "false")
    ):
        return None
    words = _words(first)
    if words is None:
        return None
    text = ", ".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    return unsafe(step.replace(span, f"[{text}]"))


def _words(command: Command) -> list[str] | None:
    if command.redirects or command.assignments or command.within or not command.words:
        return None
    words = command.words[1:] if command.name == "exec" else command.words
    values = [word.value for word in words]
    if not values or any(value is None for value in values):
        return None
    found = [value for value in values if value is not None]
    return None if builtin(found[0]) else found
