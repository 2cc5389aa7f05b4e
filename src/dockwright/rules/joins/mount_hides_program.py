"""DW6512 mount-hides-program."""

from dockwright.rules.api import (
    Bad,
    CommandLine,
    Files,
    Findings,
    Good,
    Known,
    Rule,
    Service,
    servicestate,
)
from dockwright.rules.joins._mounts import mounts

_DOCKERFILE = (
    'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY --chmod=0755 run.sh ./\nCMD ["/app/run.sh"]\n'
)
_COMPOSE = "services:\n  web:\n    build: .\n    tmpfs:\n      - {}\n"


class MountHidesProgram(Rule):
    """
    Keep empty file systems off the folder of the program.

    A tmpfs is empty at every start. Mounted over the folder that the program lies in, it hides the
    program: the container does not start (`no such file or directory`).

    Silent when the program or the image is not known, and about volumes, which the engine fills
    with what the image has there.
    """

    code = "DW6512"
    name = "mount-hides-program"
    severity = "error"
    tags = ("compose", "volume", "image")
    mentions = ("tmpfs",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE.format("/app"),
                    "Dockerfile": _DOCKERFILE,
                    "run.sh": "#!/bin/sh\n",
                }
            ),
            at="/app",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE.format("/app/tmp"),
                    "Dockerfile": _DOCKERFILE,
                    "run.sh": "#!/bin/sh\n",
                }
            )
        ),
        Good("services:\n  web:\n    image: acme/web:1\n    tmpfs: /app\n"),
    )

    def check(self, service: Service) -> Findings:
        every = mounts(service)
        found = [one for one in every if one.kind == "tmpfs"]
        state = service.state if found else None
        if state is None:
            return
        line = servicestate.effective_command(service)
        command = line.value if isinstance(line, Known) else None
        if not isinstance(command, CommandLine) or not command.argv:
            return
        started = state.program(command.argv[0])
        program = started.value if isinstance(started, Known) else None
        if program is None or program.path is None or not isinstance(started, Known):
            return
        resolved = state.files.resolve(program.path)
        paths = {program.path, resolved if isinstance(resolved, str) else program.path}
        for one in found:
            deeper = [other for other in every if other is not one and one.covers(other.target)]
            if any(one.covers(path) for path in paths) and not deeper:
                yield self.at(
                    one.spot(service),
                    f"this empty file system hides {program.path}, which the container starts",
                    (started.reason,),
                )
