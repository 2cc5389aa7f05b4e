"""What can happen to a file system, each effect answering for the paths it has a say in."""

from dockwright.facts.contents import Account, Effect, Entry, below
from dockwright.facts.copies import ACCOUNTS as ACCOUNTS  # noqa: PLC0414 - part of this module
from dockwright.facts.copies import Files as Files  # noqa: PLC0414
from dockwright.facts.copies import Tree as Tree  # noqa: PLC0414
from dockwright.facts.copies import UnknownFiles as UnknownFiles  # noqa: PLC0414
from dockwright.facts.copies import made_above as made_above  # noqa: PLC0414
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.paths import insides
from dockwright.text.lazy import fnmatchcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from dockwright.facts.contents import Contents
    from dockwright.facts.knowledge import Knowledge


class Put(Effect):
    """
    `entry` stands at `path` now; directories above it are made when missing.

    `fresh` says that nothing was there before, so a directory is empty. Without `over` an entry
    that was there already stays as it was (`mkdir -p`, `touch`). `owner` and `above` are the owner
    and the mode of the directories that had to be made; `origin` is the file system that a file
    was copied from, when it has the same path there.
    """

    __slots__ = ("above", "entry", "fresh", "origin", "over", "owner", "path")

    def __init__(
        self,
        path: str,
        entry: Entry,
        reason: Reason,
        *,
        fresh: bool = False,
        over: bool = True,
        owner: tuple[int | None, int | None] = (0, 0),
        above: int | None = 0o755,
        origin: "Contents | None" = None,
    ) -> None:
        super().__init__(reason)
        self.path = path
        self.entry = entry
        self.fresh = fresh
        self.over = over
        self.owner = owner
        self.above = above
        self.origin = origin

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The entry at its path, a directory at the paths above, nothing below a fresh one."""
        if path == self.path:
            if self.over or self.fresh:
                return Known(self.entry, self.reason)
            before = older()
            if not isinstance(before, Known):
                return Known(Entry(self.entry.kind), self.reason)
            if before.value is None:
                return Known(self.entry, self.reason)
            if before.value.source:
                # It may have been written to.
                return Known(before.value.having(source=""), before.reason)
            return before
        if below(self.path, path):
            return made_above(older(), self.owner, self.reason, self.above)
        if below(path, self.path) and (self.fresh or (self.over and self.entry.kind == "file")):
            return Known(None, self.reason)
        return None

    def speaks(self, method: str) -> bool:
        """About accounts when it is their file."""
        if method == "account":
            return self.over and self.path in ACCOUNTS.values()
        return method == "find"

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What the passwd or group file has that it puts there."""
        if not self.over or self.path != ACCOUNTS.get(kind):
            return None
        if self.origin is not None:
            return self.origin.account(kind, name)
        return Unknown(self.reason)

    def accounts(self, kind: str) -> "Sequence[str]":
        """The names in such a file."""
        if not self.over or self.origin is None or self.path != ACCOUNTS.get(kind):
            return ()
        return self.origin.accounts(kind)

    def links(self) -> "Sequence[str]":
        """Its path when it is a link."""
        return (self.path,) if self.entry.kind == "link" else ()


class Gone(Effect):
    """
    Nothing stands at `path` or below it any more.

    With `inside` the directory itself stays and only what is in it goes; `pattern` limits that to
    matching names.
    """

    __slots__ = ("inside", "path", "pattern")

    def __init__(
        self, path: str, reason: Reason, *, inside: bool = False, pattern: str = ""
    ) -> None:
        super().__init__(reason)
        self.path = path
        self.inside = inside
        self.pattern = pattern

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Nothing, for the paths that are gone."""
        if not below(path, self.path) or (self.inside and path == self.path):
            return None
        if self.pattern:
            name = path[len(self.path.rstrip("/")) + 1 :].partition("/")[0]
            if name.startswith(".") and not self.pattern.startswith("."):
                return None
            if not fnmatchcase(name, self.pattern):
                return None
        return Known(None, self.reason)


class Owner(Effect):
    """`path` belongs to `uid` and `gid` (None: not known; -1: as before), all below it too."""

    __slots__ = ("gid", "path", "recursive", "uid")

    def __init__(
        self, path: str, uid: int | None, gid: int | None, reason: Reason, *, recursive: bool
    ) -> None:
        super().__init__(reason)
        self.path = path
        self.uid = uid
        self.gid = gid
        self.recursive = recursive

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The entry there was, with its new owner."""
        if path != self.path and not (self.recursive and below(path, self.path)):
            return None
        before = older()
        if not isinstance(before, Known) or before.value is None:
            return before
        changes: dict[str, int | str | None] = {}
        if self.uid != -1:
            changes["uid"] = self.uid
        if self.gid != -1:
            changes["gid"] = self.gid
        mode = before.value.mode
        if before.value.kind == "file" and mode is not None and mode & 0o6000:
            # The kernel takes set-user-ID away, and set-group-ID where the group may execute.
            changes["mode"] = mode & (~0o6000 if mode & 0o010 else ~0o4000)
        return Known(before.value.having(**changes), self.reason)


class Mode(Effect):
    """`path`, and with `recursive` all below it, gets new permission bits: `change(entry)`."""

    __slots__ = ("change", "path", "recursive")

    def __init__(
        self,
        path: str,
        change: "Callable[[Entry], int | None]",
        reason: Reason,
        *,
        recursive: bool,
    ) -> None:
        super().__init__(reason)
        self.path = path
        self.change = change
        self.recursive = recursive

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The entry there was, with its new mode."""
        if path != self.path and not (self.recursive and below(path, self.path)):
            return None
        before = older()
        if not isinstance(before, Known) or before.value is None or before.value.kind == "link":
            return before
        return Known(before.value.having(mode=self.change(before.value)), self.reason)


class Whole(Effect):
    """The directory `path` holds exactly `entries` (by name)."""

    __slots__ = ("entries", "path")

    def __init__(self, path: str, entries: "Mapping[str, Entry]", reason: Reason) -> None:
        super().__init__(reason)
        self.path = path
        self.entries = entries

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The entry of that name, or nothing."""
        if path == self.path or below(self.path, path):
            return made_above(older(), (0, 0), self.reason)
        if not below(path, self.path):
            return None
        name, _, rest = path[len(self.path.rstrip("/")) + 1 :].partition("/")
        entry = self.entries.get(name)
        if entry is None:
            return Known(None, self.reason)
        return Known(entry, self.reason) if not rest else Unknown(self.reason)

    def links(self) -> "Sequence[str]":
        """The links among the entries."""
        return [f"{self.path}/{name}" for name, one in self.entries.items() if one.kind == "link"]


class Murky(Effect):
    """
    Something happened below `folders` that is not understood; `but` are folders it left alone.

    With `adds` what was there before is still there. `brings` tells for the name of a file whether
    this could have made it, None for any; with `doubt` an absence of the others is no longer firm.
    `part` limits it to paths that have a component of that name, `prefix` to paths that begin so.
    """

    __slots__ = (
        "_but",
        "_inside",
        "accounts_too",
        "adds",
        "brings",
        "doubt",
        "folders",
        "packages_too",
        "part",
        "prefix",
    )

    def __init__(
        self,
        folders: "Sequence[str]",
        reason: Reason,
        *,
        but: "Sequence[str]" = (),
        adds: bool = False,
        brings: "Callable[[str], bool] | None" = None,
        doubt: bool = False,
        part: str = "",
        accounts: bool = False,
        packages: bool = False,
    ) -> None:
        super().__init__(reason)
        self.doubt = doubt
        self.prefix = ""
        self.part = part
        self.folders = folders
        self._inside = insides(folders)
        self._but = insides(but)
        self.adds = adds
        self.brings = brings
        self.accounts_too = accounts
        self.packages_too = packages

    def spare(self, folders: "Sequence[str]") -> None:
        """These were left alone too."""
        self._but += insides(folders)

    def spares(self, path: str) -> bool:
        """Whether it left alone what is at `path`."""
        return (path + "/").startswith(self._but)

    def speaks(self, method: str) -> bool:
        """Seldom about accounts and packages."""
        if method == "package":
            return self.packages_too
        return self.accounts_too if method == "account" else True

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Unknown, unless what was there before must still be there."""
        if path == "/":
            return None
        folder = path + "/"
        if not folder.startswith(self._inside) or folder.startswith(self._but):
            return None
        if self.part and self.part not in path.split("/"):
            return None
        if self.prefix and not path.startswith(self.prefix):
            return None
        if self.brings is not None and not self.brings(path.rpartition("/")[2]):
            return _doubted(older()) if self.doubt else None
        before = older()
        if isinstance(before, Known) and before.value is not None:
            if self.adds:
                return before
            if path in self.folders:
                # A program that works in a directory does not take the directory away.
                return Known(Entry(before.value.kind), before.reason)
        return Unknown(self.reason)

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Unknown when it may have changed the accounts; those that were there stay."""
        before = older()
        if isinstance(before, Known) and before.value is not None:
            return before
        return Unknown(self.reason)

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Unknown when it may have installed packages."""
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)


class Hardly(Effect):
    """Files of these `names` in `folders` may have come; nobody expects it."""

    __slots__ = ("folders", "names")

    def __init__(
        self, folders: "Collection[str]", names: "Collection[str]", reason: Reason
    ) -> None:
        super().__init__(reason)
        self.folders = folders
        self.names = names

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What was there before; an absence is no longer certain."""
        folder, _, name = path.rpartition("/")
        if name not in self.names or folder not in self.folders:
            return None
        return _doubted(older())


class Supposed(Effect):
    """
    What is said since rests on a supposition: it is likely, and no more.

    `missing` are packages that are supposed to come, but not by these names.
    """

    __slots__ = ("missing",)

    def __init__(self, missing: "Collection[str]", reason: Reason) -> None:
        super().__init__(reason)
        self.missing = missing

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What was there, or not, likely."""
        return _likely(older())

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The account, likely."""
        return _likely(older())

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Whether the package is there, likely."""
        if name in self.missing:
            return Unknown(self.reason)
        return _likely(older())


def _likely(before: "Knowledge") -> "Knowledge":
    if isinstance(before, Known) and before.firm:
        reason = before.reason
        doubted = Reason(reason.text, reason.source, reason.span, firm=False)
        return Known(before.value, doubted)
    return before


def _doubted(before: "Knowledge") -> "Knowledge":
    """An absence that something nobody understands may have ended."""
    if isinstance(before, Known) and before.value is None and before.firm:
        reason = before.reason
        return Known(None, Reason(reason.text, reason.source, reason.span, firm=False))
    return before


class Joined(Effect):
    """A user or a group: `account`, or none of that name any more."""

    __slots__ = ("kind", "name", "value")

    def __init__(self, kind: str, name: str, value: Account | None, reason: Reason) -> None:
        super().__init__(reason)
        self.kind = kind
        self.name = name
        self.value = value

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The account, when it is the one asked for."""
        if kind == self.kind and name == self.name:
            return Known(self.value, self.reason)
        return None

    def accounts(self, kind: str) -> "Sequence[str]":
        """Its name."""
        return (self.name,) if kind == self.kind and self.value is not None else ()


class Packages(Effect):
    """
    Packages of a language's manager, or of a system's whose contents nobody knows.

    `names` are installed (or, with `removed`, not any more); `complete` says that nothing else
    came with them.
    """

    __slots__ = ("complete", "manager", "names", "removed")

    def __init__(
        self,
        manager: str,
        names: "Collection[str]",
        reason: Reason,
        *,
        removed: bool = False,
        complete: bool = False,
    ) -> None:
        super().__init__(reason)
        self.manager = manager
        self.names = names
        self.removed = removed
        self.complete = complete

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Whether it is among them."""
        if manager != self.manager:
            return None
        if name in self.names:
            return Known(not self.removed, self.reason)
        if self.complete or self.removed:
            return None
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)
