"""Files that are copied: out of other file systems, and out of the build context."""

from dockwright.facts.contents import Contents, Entry, below, clean
from dockwright.facts.effects import Files
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.text.lazy import fnmatchcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.facts.knowledge import Knowledge
    from dockwright.syntax.ignore.matcher import Matcher


MAX_LINKS = 40


class Listing:
    """
    What is in the build context, path by path; paths are relative, with `/`, "" is the root.

    The one who makes a model from files on a disk gives a subclass that looks there. This one
    knows what it was given: the paths of files, each with its permission bits or None.
    """

    __slots__ = ("_files", "_folders", "_heads", "_members", "_texts")

    def __init__(
        self,
        files: "Mapping[str, int | None]",
        folders: "Sequence[str]" = (),
        heads: "Mapping[str, str] | None" = None,
        members: "Mapping[str, Sequence[str]] | None" = None,
        texts: "Mapping[str, str] | None" = None,
    ) -> None:
        self._files = files
        self._heads = heads or {}
        self._members = members or {}
        self._texts = texts or {}
        found: set[str] = {""}
        for path in (*files, *(f"{one}/." for one in folders)):
            while "/" in path:
                path = path.rpartition("/")[0]  # noqa: PLW2901
                found.add(path)
        self._folders = found

    def kind(self, path: str) -> str | None:
        """What is at `path`: "file", "dir" or "link", None for nothing."""
        if path in self._files:
            return "file"
        return "dir" if path in self._folders else None

    def mode(self, path: str) -> int | None:
        """The permission bits, None when not known."""
        return self._files.get(path)

    def head(self, path: str) -> str | None:
        """The first line of a file when it begins with `#!`, "" when not, None when not known."""
        return self._heads.get(path)

    def target(self, path: str) -> str | None:  # noqa: ARG002 - there are no links in this one
        """Where a link points, as it is written in it; None when not known."""
        return None

    def members(self, path: str) -> "Sequence[str] | None":
        """
        What is in the archive at `path`, as `model/unpacking.py` reads it.

        None when it is no archive, or too large to say.
        """
        return self._members.get(path)

    def text(self, path: str) -> str | None:
        """The text of a file, None when it is none, is too long or is not UTF-8."""
        return self._texts.get(path)

    def names(self, path: str) -> "Sequence[str] | None":
        """The names in a directory, None when there is none (or it is too large to say)."""
        if path not in self._folders:
            return None
        prefix = f"{path}/" if path else ""
        found = {
            one[len(prefix) :].partition("/")[0]
            for one in (*self._files, *self._folders)
            if one and one.startswith(prefix) and one != path
        }
        return sorted(found)

    def entries(self, path: str) -> "Sequence[tuple[str, str]] | None":
        """What is in a directory: names with their kinds; None as for `names`."""
        names = self.names(path)
        if names is None:
            return None
        prefix = f"{path}/" if path else ""
        return [(name, self.kind(prefix + name) or "file") for name in names]


class ContentsFiles(Files):
    """
    The files at `path` in a file system, as something to copy.

    `owner` replaces who they belong to (None: kept), `mode` their permission bits.
    """

    __slots__ = ("contents", "mode", "owner", "path")

    def __init__(
        self,
        contents: Contents,
        path: str,
        *,
        owner: tuple[int | None, int | None] | None = None,
        mode: "Callable[[Entry], int | None] | None" = None,
    ) -> None:
        self.contents = contents
        self.path = path
        self.owner = owner
        self.mode = mode

    def find(self, relative: str) -> "Knowledge":
        """What is copied to `relative`."""
        path = f"{self.path.rstrip('/')}/{relative}" if relative else self.path
        found = self.contents.find(path) if relative else self.contents.stat(path)
        if not isinstance(found, Known) or found.value is None:
            return found
        return Known(self.entry(found.value), found.reason)

    def entry(self, entry: Entry) -> Entry:
        """What `entry` is when it has been copied."""
        if self.owner is not None:
            entry = entry.having(uid=self.owner[0], gid=self.owner[1])
        if self.mode is not None and entry.kind != "link":
            entry = entry.having(mode=self.mode(entry))
        return entry

    def packages(self, manager: str, name: str) -> "Knowledge | None":
        """Whether the package is installed where the files come from."""
        return self.contents.package(manager, name)

    def origin(self, relative: str, path: str) -> "Contents | None":
        """The file system, when `path` is what is copied to `relative`."""
        source = f"{self.path.rstrip('/')}/{relative}" if relative else self.path
        return self.contents if source == path else None

    def links(self) -> "Sequence[str]":
        """The relative paths of the links that are copied."""
        root = self.path.rstrip("/")
        return [one[len(root) + 1 :] for one in self.contents.links() if below(one, self.path)]


class ContextFiles(Files):
    """
    The files at `path` in the build context, as the .dockerignore lets them in.

    `owner` is who they belong to, `mode` replaces their permission bits.
    """

    __slots__ = ("ignore", "listing", "mode", "owner", "path", "reason")

    def __init__(
        self,
        listing: Listing,
        ignore: "Matcher | None",
        path: str,
        reason: Reason,
        *,
        owner: tuple[int | None, int | None],
        mode: "Callable[[Entry], int | None] | None" = None,
    ) -> None:
        self.listing = listing
        self.ignore = ignore
        self.path = path
        self.reason = reason
        self.owner = owner
        self.mode = mode

    def find(self, relative: str) -> "Knowledge":
        """What is copied to `relative`."""
        path = "/".join(part for part in (self.path, relative) if part)
        link = self._link_above(relative)
        if link:
            return Unknown(Reason(f"{link} is a link in the build context"))
        kind = self.listing.kind(path)
        if kind is None:
            return Known(None, self.reason)
        if self.ignore is not None and path and self.ignore.visit(path).excluded:
            if kind == "dir":
                # A pattern further down may bring something in it back.
                return Unknown(self.reason)
            return Known(None, self.reason)
        mode = self.listing.mode(path)
        entry = Entry(kind, mode if mode is not None else None, *self.owner)
        if kind == "file":
            head = self.listing.head(path)
            entry = entry.having(content=head or "", source=path)
        elif kind == "link":
            target = self.listing.target(path) or ""
            return Known(entry.having(mode=0o777, target=target), self.reason)
        if self.mode is not None:
            entry = entry.having(mode=self.mode(entry))
        return Known(entry, self.reason)

    def _link_above(self, relative: str) -> str:
        """The first part of `relative` that is a link, "" for none; the last is not looked at."""
        at = relative.find("/")
        while at > 0:
            path = "/".join(part for part in (self.path, relative[:at]) if part)
            if self.listing.kind(path) == "link":
                return path
            at = relative.find("/", at + 1)
        return ""


class Excluding(Files):
    """
    What `files` has, but for what `--exclude` leaves out: `patterns` as in a .dockerignore.

    They are matched against paths below what is copied; with `matcher` None nobody can say which
    they leave out, only by its name which files they may mean.
    """

    __slots__ = ("files", "matcher", "names", "reason")

    def __init__(
        self,
        files: Files,
        patterns: "Sequence[str]",
        reason: Reason,
        matcher: "Matcher | None" = None,
    ) -> None:
        self.files = files
        self.names = [one.rstrip("/").rpartition("/")[2] for one in patterns]
        self.reason = reason
        self.matcher = matcher

    def find(self, relative: str) -> "Knowledge":
        """Unknown for a directory, and for a file that a pattern may mean, without a matcher."""
        found = self.files.find(relative)
        if not isinstance(found, Known) or found.value is None or not relative:
            return found
        if self.matcher is not None:
            return Known(None, self.reason) if self.matcher.excludes(relative) else found
        parts = relative.split("/")
        if found.value.kind == "dir" or any(
            fnmatchcase(part, name) for part in parts for name in self.names
        ):
            return Unknown(self.reason)
        return found

    def links(self) -> "Sequence[str]":
        """The links, left out or not."""
        return self.files.links()


def followed(listing: Listing, path: str) -> str | None:
    """Where `path` of a context leads when it is a link; None when that is not known."""
    for _ in range(MAX_LINKS):
        if listing.kind(path) != "link":
            return path
        target = listing.target(path)
        if target is None:
            return None
        base = target if target.startswith("/") else f"{path.rpartition('/')[0]}/{target}"
        path = clean(base)[1:]
    return None


def matching(listing: Listing, pattern: str) -> "list[str] | None":
    """
    The paths of a context that `pattern` matches, in order; None when that cannot be said.

    Source of the rules: Go's path/filepath.Match (`*` matches names with a leading dot too).
    """
    if "\\" in pattern or "[!" in pattern:
        return None
    found = [""]
    for part in pattern.replace("[^", "[!").split("/"):
        if not any(char in part for char in "*?["):
            found = [f"{one}/{part}" if one else part for one in found]
            continue
        deeper: list[str] = []
        for one in found:
            if listing.kind(one) == "link":
                return None
            if listing.kind(one) != "dir":
                continue
            names = listing.names(one)
            if names is None:
                return None
            prefix = f"{one}/" if one else ""
            deeper += [prefix + name for name in names if fnmatchcase(name, part)]
        found = deeper
    return [one for one in found if listing.kind(one) is not None]
