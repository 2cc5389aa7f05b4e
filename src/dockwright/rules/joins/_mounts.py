"""What is mounted into the containers of a service."""

from dockwright.rules.api import Service, Spot, clean, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dockwright.rules.api import Stage


class Mounted:
    """
    One mount: `kind` is "bind", "volume" or "tmpfs"; `source` is "" for an anonymous volume.

    `keys` lead to the entry. `options` is its long form.
    """

    __slots__ = ("keys", "kind", "options", "read_only", "source", "target")

    def __init__(
        self,
        keys: "tuple[str | int, ...]",
        kind: str,
        source: str,
        target: str,
        read_only: bool,
        options: "Mapping[str, Any]",
    ) -> None:
        self.keys = keys
        self.kind = kind
        self.source = source
        self.target = target
        self.read_only = read_only
        self.options = options

    def spot(self, service: Service) -> Spot:
        """Where it stands."""
        return service.value(*self.keys)

    def covers(self, path: str) -> bool:
        """Whether a path lies in it."""
        target = self.target.rstrip("/")
        return path == target or path.startswith(target + "/")


def mounts(service: Service) -> "list[Mounted]":
    """All mounts whose target is known."""
    found: list[Mounted] = []
    for index, entry in enumerate(service.items("volumes")):
        if not isinstance(entry, dict) or not settled(entry.get("target")):
            continue
        target, source = str(entry.get("target") or ""), entry.get("source")
        if not target.startswith("/"):
            continue
        found.append(
            Mounted(
                ("volumes", index),
                str(entry.get("type")),
                str(source) if source is not None and settled(source) else "",
                clean(target),
                entry.get("read_only") is True,
                entry,
            )
        )
    for index, text in enumerate(service.items("tmpfs")):
        target = str(text).partition(":")[0]
        if settled(text) and target.startswith("/"):
            found.append(Mounted(("tmpfs", index), "tmpfs", "", clean(target), False, {}))
    return found


def volumes_of_image(stage: "Stage") -> "set[str]":
    """The paths that the image declares as volumes."""
    found = set(stage.state.names("volumes")) | set(stage.base.facts.volumes or ())
    return {clean(path) for path in found if path.startswith("/")}
