"""DW6502 service-user-denied."""

from dockwright.rules.api import (
    Bad,
    CommandLine,
    Files,
    Findings,
    Good,
    Known,
    Rule,
    Service,
    allowed,
    servicestate,
    user_of,
)
from dockwright.rules.joins._mounts import mounts

_COMPOSE = "services:\n  web:\n    build: .\n    user: '1000:1000'\n"


class ServiceUserDenied(Rule):
    """
    Let the user of the service run what the image starts.

    `user` of the service replaces the image's `USER`. Whoever that is needs the right to enter each
    directory on the way to the program and to execute it; `/root` is closed to all but root.

    Silent for root, when owner or mode of something on the way is not known, when a mount lies
    over it, and when the image's own user is meant, of which start-path-denied speaks.
    """

    code = "DW6502"
    name = "service-user-denied"
    severity = "error"
    tags = ("compose", "user", "permissions")
    mentions = ("user",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM debian:bookworm-slim\nCOPY --chmod=0700 run.sh /run.sh\n"
                    'CMD ["/run.sh"]\n',
                    "run.sh": "#!/bin/sh\n",
                }
            ),
            at="'1000:1000'",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM debian:bookworm-slim\n"
                    'RUN cp /bin/cat /root/cat\nENTRYPOINT ["/root/cat"]\n',
                }
            ),
            at="'1000:1000'",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM debian:bookworm-slim\nCOPY --chmod=0755 run.sh /run.sh\n"
                    'CMD ["/run.sh"]\n',
                    "run.sh": "#!/bin/sh\n",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE.replace("1000:1000", "0"),
                    "Dockerfile": 'FROM debian:bookworm-slim\nCMD ["/root/cat"]\n',
                }
            )
        ),
        Good("services:\n  web:\n    image: acme/web:1\n    user: '1000'\n"),
    )

    def check(self, service: Service) -> Findings:
        user = servicestate.effective_user(service) if "user" in service.config else None
        stage = service.stage if isinstance(user, Known) and user.value else None
        if stage is None or not isinstance(user, Known) or stage.os != "linux":
            return
        state = stage.state
        uid, gid, _ = user_of(user, state.files)
        if uid in (None, 0):
            return
        line = servicestate.effective_command(service)
        command = line.value if isinstance(line, Known) else None
        if not isinstance(command, CommandLine) or not command.argv:
            return
        found = state.program(command.argv[0])
        path = found.value.path if isinstance(found, Known) and found.value is not None else None
        if path is None or any(one.covers(path) for one in mounts(service)):
            return
        groups = frozenset((gid,)) if gid and not service.get("group_add") else None
        resolved = state.files.resolve(path)
        here = ""
        parts = resolved.split("/")[1:] if isinstance(resolved, str) else []
        for part in parts:
            here = f"{here}/{part}"
            entry = state.files.find(here)
            if not isinstance(entry, Known) or entry.value is None:
                return
            verdict = allowed(entry.value, uid, groups, 1)
            if verdict is None:
                return
            if not verdict:
                owner = "root" if entry.value.uid == 0 else f"uid {entry.value.uid}"
                yield self.at(
                    service.value("user"),
                    f"{user.value} may not run {path}: {here} is {owner}'s, mode"
                    f" {entry.value.mode or 0:04o}",
                    (entry.reason, user.reason),
                )
                return
