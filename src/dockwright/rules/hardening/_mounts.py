"""The paths of the host that a service gets."""

from dockwright.rules.api import Service, Spot, lazy
from dockwright.rules.hardening._written import doubt, text_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_RELATIVE = lazy(r"\.|[^/~$]|\$\{?PWD\b")


class Bind:
    """
    A path of the host in a container.

    `source` is absolute, or begins with `~`; `keys` lead to the entry in the configuration;
    `likely` says that a variable has a say in it.
    """

    __slots__ = ("keys", "likely", "place", "read_only", "source", "target")

    def __init__(
        self,
        keys: "tuple[str | int, ...]",
        source: str,
        target: str,
        read_only: bool,
        likely: bool,
        place: Spot,
    ) -> None:
        self.keys = keys
        self.source = source.rstrip("/") or "/"
        self.target = target
        self.read_only = read_only
        self.likely = likely
        self.place = place

    def under(self, *paths: str) -> str:
        """The first of `paths` that the source is or lies in, "" when it is in none."""
        for path in paths:
            if self.source == path or self.source.startswith(path + "/"):
                return path
        return ""


def binds(service: Service) -> "Iterator[Bind]":
    """
    The paths of the host that a service mounts, also by volumes that bind one.

    Without those that are written relative to the project: they are its own files.
    """
    volumes: Any = service.items("volumes")
    for index, mount in enumerate(volumes):
        if not isinstance(mount, dict):
            continue
        read_only = mount.get("read_only") is True
        target = str(mount.get("target") or "")
        source = str(mount.get("source") or "")
        if mount.get("type") == "bind":
            likely = doubt(service, "volumes", index, "source")
            if likely is None or not source or _RELATIVE.match(_source(service, index)):
                continue
        elif mount.get("type") == "volume" and source:
            options: Any = service.project.section("volumes").get(source)
            options = options.get("driver_opts") if isinstance(options, dict) else None
            if not isinstance(options, dict) or "bind" not in str(options.get("o")).split(","):
                continue
            source = str(options.get("device") or "")
            likely = True
            if not source.startswith("/") or "$" in source:
                continue
        else:
            continue
        spot = service.value("volumes", index)
        yield Bind(("volumes", index), source, target, read_only, likely, spot)


def _source(service: Service, index: int) -> str:
    """The source as it is written; of a short form with the rest behind it."""
    return text_at(service, "volumes", index, "source").strip()
