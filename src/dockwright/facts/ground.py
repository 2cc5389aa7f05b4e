"""
What base images are made of: listings of files, users and packages.

Files are noted by directory: a line of names, each a *token*

    name [":" mode [":" uid ":" gid]] [">" target] ["~" content]

that says how the entry differs from an executable file (0755) of root; a name that ends with "/" is
a directory, one that ends with "|" is there, nobody knows as what, and one behind "!" is not there
in a directory of which not all is listed. In a line "=/bin/busybox" says
that the names after it are links to that file.
"""

from dockwright.facts.contents import Account, Effect, Entry, Ground, parent
from dockwright.facts.effects import made_above
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.paths import prefixes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from dockwright.facts.knowledge import Knowledge

    # Directory, name of the entry, token.
    Names = dict[str, dict[str, str]]


def note(names: "Names", folder: str, tokens: str) -> None:
    """Add the tokens of one line to `names`."""
    entries = names.setdefault(folder, {})
    shared = ""
    for token in tokens.split():
        if token[0] == "=":
            shared = token[1:]
            continue
        name = token.partition(":")[0].partition(">")[0].partition("~")[0]
        entries[name.rstrip("/|").lstrip("!")] = f"{token}>{shared}" if shared else token


def entry_of(token: str) -> Entry:
    """The entry that a token stands for."""
    token, _, content = token.partition("~")
    token, _, target = token.partition(">")
    name, _, rights = token.partition(":")
    if target:
        return Entry("link", 0o777, 0, 0, target)
    if name[-1] == "|":
        return Entry("any")
    mode, _, owner = rights.partition(":")
    uid, _, gid = owner.partition(":")
    kind = "dir" if name.endswith("/") else "file"
    return Entry(
        kind,
        int(mode, 8) if mode else 0o755,
        _number(uid),
        _number(gid),
        "",
        content,
    )


def _number(text: str) -> int | None:
    if text == "?":
        return None
    return int(text) if text else 0


class Listing(Ground):
    """
    The file system of an image whose files were listed.

    `names` are its files by directory; whatever is not among them is not there when the directory
    is listed and not in `partial`, and not known elsewhere. `users` and `groups` are all there
    are, by name; `packages` are all that are installed by `manager`. `firm` is False for what is
    taken over from a neighbouring release.
    """

    __slots__ = ("_entries", "accounts_", "manager", "names", "packages", "partial", "unlisted")

    def __init__(
        self,
        names: "Names",
        reason: Reason,
        *,
        partial: "Collection[str]" = (),
        users: "Mapping[str, Account]",
        groups: "Mapping[str, Account]",
        manager: str = "",
        packages: "Collection[str] | None" = None,
    ) -> None:
        super().__init__(reason)
        self.names = names
        self.partial = partial
        self.accounts_ = {"user": users, "group": groups}
        self.manager = manager
        self.packages = packages
        self.unlisted = Reason(f"what else is in the base image is not listed: {reason.text}")
        self._entries: dict[str, Entry] = {}

    def find(self, path: str) -> "Knowledge":
        """What stands at `path`."""
        if path == "/":
            return Known(Entry("dir", 0o755, 0, 0), self.reason)
        folder, _, name = path.rpartition("/")
        if self.names.get(folder or "/", {}).get(name, "").startswith("!"):
            return Known(None, self.reason)
        found = self._entry(path)
        if found is not None:
            return Known(found, self.reason)
        while path != "/":
            folder = parent(path)
            if folder in self.names:
                if folder in self.partial:
                    return Unknown(self.unlisted)
                return Known(None, self.reason)
            above = self._entry(folder)
            if above is not None and above.kind == "file":
                return Known(None, self.reason)
            if above is not None:
                return Unknown(self.unlisted)
            path = folder
        return Unknown(self.unlisted)

    def _entry(self, path: str) -> Entry | None:
        found = self._entries.get(path)
        if found is None:
            folder, _, name = path.rpartition("/")
            token = self.names.get(folder or "/", {}).get(name)
            if token is None or token[0] == "!":
                return None
            found = self._entries[path] = entry_of(token)
        return found

    def account(self, kind: str, name: str) -> "Knowledge":
        """The user or group `name`."""
        return Known(self.accounts_[kind].get(name), self.reason)

    def package(self, manager: str, name: str) -> "Knowledge":
        """Whether the package is installed."""
        if manager == self.manager and self.packages is not None:
            return Known(name in self.packages, self.reason)
        if manager in ("apt", "apk", "rpm") and self.manager and manager != self.manager:
            return Known(False, self.reason)
        return Unknown(self.unlisted)

    def links(self) -> "Sequence[str]":
        """The paths of the links."""
        return _links(self.names)

    def accounts(self, kind: str) -> "Sequence[str]":
        """The names of the users or groups."""
        return tuple(self.accounts_[kind])


def _links(names: "Names") -> list[str]:
    return [
        f"{folder.rstrip('/')}/{name}"
        for folder, entries in names.items()
        for name, token in entries.items()
        if ">" in token
    ]


class Placed(Effect):
    """The files of `names` stand where they say; nothing else changed."""

    __slots__ = ("_above", "names")

    def __init__(self, names: "Names", reason: Reason) -> None:
        super().__init__(reason)
        self.names = names
        self._above: set[str] | None = None

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The file, or the directory above files."""
        folder, _, name = path.rpartition("/")
        token = self.names.get(folder or "/", {}).get(name)
        if token is not None:
            return Known(entry_of(token), self.reason)
        if self._above is None:
            self._above = {one for folder in self.names for one in ("/", *prefixes(folder))}
        return made_above(older(), (0, 0), self.reason) if path in self._above else None

    def links(self) -> "Sequence[str]":
        """The paths of the links."""
        return _links(self.names)


class MayRemove(Effect):
    """
    Files called `names` below `folders` may have been removed, and the packages `packages`.

    What was not there before is still not there.
    """

    __slots__ = ("folders", "names", "packages")

    def __init__(
        self,
        folders: "Collection[str]",
        names: "Collection[str]",
        packages: "Collection[str]",
        reason: Reason,
    ) -> None:
        super().__init__(reason)
        self.folders = folders
        self.names = names
        self.packages = packages

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Unknown for the files that were there."""
        folder, _, name = path.rpartition("/")
        if folder not in self.folders or name not in self.names:
            return None
        before = older()
        gone = isinstance(before, Known) and before.value is None
        return before if gone else Unknown(self.reason)

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Unknown for the packages that were there."""
        if manager not in ("apt", "apk") or name not in self.packages:
            return None
        before = older()
        gone = isinstance(before, Known) and not before.value
        return before if gone else Unknown(self.reason)


class Libraries(Effect):
    """Packages of shared libraries came along, nobody says which; they bring no programs."""

    __slots__ = ("also",)

    def __init__(self, reason: Reason, also: "Collection[str]" = ()) -> None:
        super().__init__(reason)
        self.also = also

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Unknown for libraries that were not there before."""
        if manager not in ("apt", "apk"):
            return None
        lib = name.startswith("lib") and not name.endswith(("-dev", "-bin", "-tools", "-utils"))
        if not lib and not name.endswith(("-libs", "-common", "-data")) and name not in self.also:
            return None
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)
