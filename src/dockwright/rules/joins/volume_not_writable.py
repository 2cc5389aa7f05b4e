"""DW6505 volume-not-writable."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Files,
    Findings,
    Good,
    Known,
    Rule,
    Service,
    allowed,
    servicestate,
    unsafe,
    user_of,
)
from dockwright.rules.joins._mounts import mounts

_COMPOSE = "services:\n  web:\n    build: .\n    volumes:\n      - data:/data\nvolumes:\n  data:\n"
_MADE = (
    "FROM debian:bookworm-slim\nRUN useradd --uid 10001 app\n"
    "RUN mkdir -p /data && chown app /data\nUSER app\n"
)


class VolumeNotWritable(Rule):
    """
    Give the directory under a volume to the user that runs.

    A new volume takes owner and mode from the directory of the image that it is mounted over. Where
    the image has none, the engine makes one for root: a service that runs as another user cannot
    write there, and fails with `Permission denied` when it stores something.

    Silent for root, read-only mounts, volumes with options or from outside, and when the user, the
    owner or the mode is not known.
    """

    code = "DW6505"
    name = "volume-not-writable"
    severity = "warning"
    tags = ("compose", "volume", "user", "permissions")
    mentions = ("volumes",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM debian:bookworm-slim\nRUN useradd --uid 10001 app\n"
                    "USER app\n",
                }
            ),
            at="data:/data",
            fixed=Files({"compose.yaml": _COMPOSE, "Dockerfile": _MADE}),
        ),
        Bad(
            "services:\n  web:\n    image: debian:bookworm-slim\n    user: '1000:1000'\n"
            "    volumes: ['data:/srv']\nvolumes:\n  data:\n",
            at="'data:/srv'",
        ),
        Good(Files({"compose.yaml": _COMPOSE, "Dockerfile": _MADE})),
        Good(Files({"compose.yaml": _COMPOSE, "Dockerfile": "FROM debian:bookworm-slim\n"})),
        Good(
            "services:\n  web:\n    image: acme/web:1\n    user: '1000'\n"
            "    volumes: ['data:/srv']\nvolumes:\n  data:\n"
        ),
        Good(
            "services:\n  web:\n    image: debian:bookworm-slim\n    user: '1000'\n"
            "    volumes: ['data:/srv:ro']\nvolumes:\n  data:\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        targets = [one for one in mounts(service) if one.kind == "volume" and not one.read_only]
        stage = service.stage if targets else None
        if stage is None or stage.os != "linux":
            return
        user = servicestate.effective_user(service)
        if not isinstance(user, Known) or service.get("privileged") or service.get("group_add"):
            return
        files = stage.state.files
        uid, gid, _ = user_of(user, files)
        if uid in (None, 0):
            return
        section = service.project.section("volumes")
        for one in targets:
            entry = section.get(one.source) if one.source else None
            if isinstance(entry, dict) and (
                entry.get("external") or entry.get("driver_opts") or entry.get("driver")
            ):
                continue
            options = one.options.get("volume")
            if isinstance(options, dict) and (options.get("subpath") or options.get("nocopy")):
                continue
            found = files.stat(one.target)
            if not isinstance(found, Known):
                continue
            if found.value is None:
                message = f"the image has no {one.target}, so the volume is root's"
            elif found.value.kind != "dir" or found.value.uid is None:
                continue
            elif allowed(found.value, uid, frozenset((gid,)) if gid else None, 2) is False:
                owner = "root" if found.value.uid == 0 else f"uid {found.value.uid}"
                message = f"{one.target} is {owner}'s in the image, and so is the volume"
            else:
                continue
            if _shared(service, one.source):
                continue
            draft = self.at(
                one.spot(service),
                f"{message}: {user.value} cannot write there",
                (found.reason, user.reason),
            )
            if "user" not in service.config and "build" in service.config:
                name = user.value.partition(":")[0]
                draft.fix(
                    "make the directory for the user in the image",
                    unsafe(_made(service, one.target, name)),
                )
            yield draft


def _shared(service: Service, volume: str) -> bool:
    """Whether another service has the volume too: that one may be the first, or repair it."""
    return any(
        one.source == volume
        for other in service.project.every
        if other is not service
        for one in mounts(other)
        if one.kind == "volume" and volume
    )


def _made(service: Service, path: str, name: str) -> Edit | None:
    """A RUN before the USER, where root still runs."""
    stage = service.stage
    steps = [step for step in stage.steps if step.name == "USER"] if stage is not None else []
    if len(steps) != 1 or not path.replace("/", "").replace("-", "").replace("_", "").isalnum():
        return None
    step = steps[0]
    before = step.before.user
    if not isinstance(before, Known) or before.value not in ("", "root", "0"):
        return None
    return step.instruction(step.span.start, "RUN", f"mkdir -p {path} && chown {name} {path}\n")
