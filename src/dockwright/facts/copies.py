"""The effect of copying files, and where copied files come from."""

from dockwright.facts.contents import Effect, Entry, below
from dockwright.facts.knowledge import Known, Reason, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.contents import Contents
    from dockwright.facts.knowledge import Knowledge

# The files that tell who there is.
ACCOUNTS = {"user": "/etc/passwd", "group": "/etc/group"}
# Where the system's package managers keep what is installed; others find it among the files.
DATABASES = {
    "apt": "/var/lib/dpkg/status",
    "apk": "/lib/apk/db/installed",
    "rpm": "/var/lib/rpm/rpmdb.sqlite",
}


def made_above(
    before: "Knowledge",
    owner: tuple[int | None, int | None],
    reason: Reason,
    mode: int | None = 0o755,
) -> "Knowledge":
    """What a directory is that something was put below, given what it was before."""
    if not isinstance(before, Known):
        return Known(Entry("dir"), reason)
    if before.value is None:
        return Known(Entry("dir", mode, *owner), reason)
    return before


class Files:
    """Where copied files come from: `find` asks for a path below what is copied ("" for itself)."""

    __slots__ = ()

    def find(self, relative: str) -> "Knowledge":
        """The `Entry` at the path, owner and mode as the copy has them; Known(None) for none."""
        raise NotImplementedError

    def links(self) -> "Sequence[str]":
        """The relative paths of links."""
        return ()

    def packages(self, manager: str, name: str) -> "Knowledge | None":
        """Whether the package is installed where the files come from, None when they have none."""
        return None

    def origin(self, relative: str, path: str) -> "Contents | None":
        """The file system in which `path` is what is copied to `relative`, None for none."""
        return None


class UnknownFiles(Files):
    """Files nobody can list."""

    __slots__ = ("reason",)

    def __init__(self, reason: Reason) -> None:
        self.reason = reason

    def find(self, relative: str) -> "Knowledge":
        """Unknown."""
        return Unknown(self.reason)


class Tree(Effect):
    """
    The files of `source` stand at and below `path`; what else was there stays.

    With `merges` the directory at `path` itself is not the source's: it stays as it is, or is made
    as the directories above it are, of which `owner` and `above` are the owner and the mode.
    """

    __slots__ = ("above", "merges", "owner", "path", "source")

    def __init__(
        self,
        path: str,
        source: Files,
        reason: Reason,
        *,
        owner: tuple[int | None, int | None] = (0, 0),
        above: int | None = 0o755,
        merges: bool = False,
    ) -> None:
        super().__init__(reason)
        self.path = path
        self.source = source
        self.owner = owner
        self.above = above
        self.merges = merges

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What the source has there, laid over what was there before."""
        if not below(path, self.path):
            if below(self.path, path):
                return made_above(older(), self.owner, self.reason, self.above)
            return None
        if self.merges and path == self.path:
            return made_above(older(), self.owner, self.reason, self.above)
        found = self.source.find(self._relative(path))
        if isinstance(found, Known):
            return None if found.value is None else found
        before = older()
        if isinstance(before, Known) and before.value is not None:
            return Known(Entry("any"), before.reason)
        return found

    def _relative(self, path: str) -> str:
        return path[len(self.path.rstrip("/")) + 1 :] if path != self.path else ""

    def account(
        self,
        kind: str,
        name: str,
        older: "Callable[[], Knowledge]",
    ) -> "Knowledge | None":
        """What the passwd or group file has that may be among the files."""
        path = ACCOUNTS.get(kind, "")
        if not below(path, self.path):
            return None
        relative = self._relative(path)
        origin = self.source.origin(relative, path)
        found = self.source.find(relative)
        if isinstance(found, Known) and found.value is None:
            return None
        if isinstance(found, Known) and origin is not None:
            return origin.account(kind, name)
        return Unknown(self.reason)

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Unknown when the files come from where the package is installed, and may be its own."""
        database = DATABASES.get(manager)
        if database is not None and not below(database, self.path):
            return None
        source = self.source.packages(manager, name)
        if source is None or (isinstance(source, Known) and not source.value):
            return None
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)

    def accounts(self, kind: str) -> "Sequence[str]":
        """The names in such a file."""
        path = ACCOUNTS.get(kind, "")
        if not below(path, self.path):
            return ()
        origin = self.source.origin(self._relative(path), path)
        return origin.accounts(kind) if origin is not None else ()

    def links(self) -> "Sequence[str]":
        """Where the source's links stand now."""
        root = self.path.rstrip("/")
        return [f"{root}/{one}" if one else root for one in self.source.links()]
