"""DW5002 start-program-missing."""

from dockwright.rules.api import (
    Bad,
    CommandLine,
    Findings,
    Good,
    Known,
    Rule,
    Stage,
    State,
    absent,
    below,
    builtin,
    clean,
    program_of,
    started,
)
from dockwright.rules.programs._helpers import starts_as


class StartProgramMissing(Rule):
    """
    Put the program that the container starts into the image.

    Nobody looks at `CMD` and `ENTRYPOINT` during a build. When the program is not in the image, or
    not on its `PATH`, each container ends at once with `executable file not found` or `no such
    file or directory`.

    Silent when the base image is not known, when something may have brought the program, about
    stages that are no final stage, and about the arguments of an entrypoint.
    """

    code = "DW5002"
    name = "start-program-missing"
    severity = "error"
    tags = ("programs", "image")

    examples = (
        Bad('FROM debian:bookworm-slim\nCMD ["node", "server.js"]\n', at="node"),
        Bad("FROM python:3.12-slim\nCMD gunicorn -b :8000 app:app\n", at="gunicorn"),
        Bad(
            "FROM golang:1.22 AS build\nRUN CGO_ENABLED=0 go build -o /out/server .\n"
            'FROM scratch\nCOPY --from=build /out/server /app/server\nCMD ["/server"]\n',
            at="/server",
        ),
        Good(
            "FROM python:3.12-slim\nRUN pip install --no-cache-dir gunicorn\n"
            "CMD gunicorn -b :8000 app:app\n"
        ),
        Good(
            "FROM python:3.12-slim\nCOPY requirements.txt .\n"
            "RUN pip install --no-cache-dir -r requirements.txt\nCMD gunicorn -b :8000 app:app\n"
        ),
        Good('FROM debian:bookworm-slim\nCOPY . /app\nCMD ["/app/run"]\n'),
        Good('FROM example.org/base:1\nCMD ["node", "server.js"]\n'),
        Good('FROM node:20-slim\nCMD ["server.js"]\n'),
        Good(
            "FROM debian:bookworm-slim\nONBUILD COPY . /app\nWORKDIR /app\n"
            'ENTRYPOINT ["./start.sh"]\n'
        ),
        Good('FROM debian:bookworm-slim\nWORKDIR /src\nENTRYPOINT ["tools/generate.sh"]\n'),
        Good('FROM debian:bookworm-slim AS a\nCMD ["node"]\nFROM debian:bookworm-slim\n'),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        # With triggers of its own the image is for others to build on, who bring the rest.
        if any(step.onbuild for one in stage.lineage() for step in one.steps):
            return
        found = starts_as(stage.state)
        if found is None:
            return
        _, line = found
        if not isinstance(line, CommandLine) or line.step is None:
            return
        step = line.step
        script = step.script
        if step.stage.build is not stage.build or script is None:
            return
        state = stage.state
        for command in started(script):
            name = program_of(command)
            in_shell = line.shell_form or not line.argv or name != line.argv[0]
            if name == "exec" and in_shell and len(command.words) > 1:
                name = command.words[1].value
            if not name or (in_shell and builtin(name)) or name.endswith(".wasm"):
                continue
            written = name
            if "/" in name and not name.startswith("/"):
                workdir = state.workdir
                if in_shell or not isinstance(workdir, Known):
                    return
                name = clean(f"{workdir.value or '/'}/{name}")
            if name != written and _left_empty(stage, state):
                return
            reason = absent(state.files, name, state.env("PATH"))
            if reason is not None:
                where = "" if "/" in name else " or not on its PATH"
                yield self.at(
                    command.name_span,
                    f"{name} is not in the image{where}: the container cannot start",
                    (reason,),
                )
            return


def _left_empty(stage: Stage, state: State) -> bool:
    """Whether WORKDIR makes a directory that nothing puts a file in: something is mounted there."""
    workdir = state.workdir
    folder = workdir.value if isinstance(workdir, Known) else None
    if not folder or folder == "/":
        return False
    made = False
    for one in stage.lineage():
        for step in one.steps:
            for effect in one.files.effects(step):
                path = getattr(effect, "path", "")
                made = made or (step.name == "WORKDIR" and path == folder)
                if step.name != "WORKDIR" and path and below(path, folder):
                    return False
    return made
