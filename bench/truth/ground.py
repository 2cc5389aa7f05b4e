"""A recorded file system as what an image builds on: facts out of the engine's own images."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bench.truth.listing import Listing
from dockwright.facts import image as facts
from dockwright.facts.contents import Account, Contents, Entry, Ground, clean
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.model.state import CommandLine

if TYPE_CHECKING:
    from dockwright.facts.knowledge import Knowledge

_KINDS = {"other": "any"}


class Recorded(Ground):
    """The file system of `listing`: everything in it is known, what is not in it is not there."""

    __slots__ = ("_listing",)

    def __init__(self, listing: Listing, reason: Reason) -> None:
        super().__init__(reason)
        self._listing = listing

    def find(self, path: str) -> "Knowledge":
        """What stands at `path`."""
        found = self._listing.entries.get(clean(path))
        if found is None:
            root = Entry("dir", 0o755, 0, 0) if path == "/" else None
            return Known(root, self.reason)
        kind = _KINDS.get(found.kind, found.kind)
        return Known(Entry(kind, found.mode, found.uid, found.gid, found.target), self.reason)

    def account(self, kind: str, name: str) -> "Knowledge":
        """The user or group `name`."""
        account = None
        if kind == "user" and name in self._listing.users:
            user = self._listing.users[name]
            account = Account(name, user.uid, user.gid, user.home, user.shell)
        elif kind == "group" and name in self._listing.groups:
            group = self._listing.groups[name]
            account = Account(name, group.gid, members=frozenset(group.members))
        return Known(account, self.reason)

    def package(self, manager: str, name: str) -> "Knowledge":
        """Whether the package is installed."""
        if manager in ("apt", "pip", "npm"):
            return Known(name in self._listing.packages(manager), self.reason)
        return Unknown(self.reason)

    def links(self) -> Sequence[str]:
        """The paths of the links."""
        return [path for path, entry in self._listing.entries.items() if entry.kind == "link"]

    def accounts(self, kind: str) -> Sequence[str]:
        """The names of the users or groups."""
        return list(self._listing.users if kind == "user" else self._listing.groups)


def of_image(name: str, config: dict[str, Any], listing: Listing) -> facts.ImageFacts:
    """The facts of an image, out of its configuration and its files."""
    reason = Reason(f"the engine's image {name}")

    def line(key: str) -> Known:
        value = config.get(key)
        return Known(CommandLine(tuple(value), False, None) if value else None, reason)

    found = facts.empty(name, reason)
    env = dict(found.env)  # the engine gives every image a PATH
    for item in config.get("Env") or ():
        key, _, value = item.partition("=")
        env[key] = Known(value, reason)
    found.env = env
    found.user = Known(config.get("User") or "", reason)
    found.workdir = Known(config.get("WorkingDir") or "", reason)
    found.entrypoint = line("Entrypoint")
    found.cmd = line("Cmd")
    found.stopsignal = Known(config.get("StopSignal"), reason)
    if config.get("Shell"):
        found.shell = Known(tuple(config["Shell"]), reason)
    if (config.get("Healthcheck") or {}).get("Test"):
        found.healthcheck = Unknown(Reason(f"{name} has a health check of its own"))
    found.ports = sorted(config.get("ExposedPorts") or ())
    found.volumes = sorted(config.get("Volumes") or ())
    distribution, suite = listing.system
    if not distribution and "/bin/busybox" in listing.entries:
        distribution = "busybox"
    found.contents = Contents(Recorded(listing, reason), distribution=distribution, suite=suite)
    return found
