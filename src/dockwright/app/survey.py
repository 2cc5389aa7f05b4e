"""
What a build context holds, and which patterns of the ignore file keep what out.

The folder is walked as the client walks it: a directory that is left out as a whole is not opened,
and no file is read. Sizes are those of the files; links and special files count as nothing.
"""

import heapq
import os

from dockwright.app.context import ignore_file, read_ignore
from dockwright.errors import InputError, UsageError
from dockwright.syntax.ignore.matcher import ABSENT, HOLLOW, SENT, Matcher
from dockwright.syntax.ignore.parser import IgnoreFile, parse
from dockwright.text.source import decode
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.syntax.ignore.pattern import IgnorePattern
    from dockwright.syntax.ignore.walk import Visit


# So many paths are kept as examples of what a pattern does.
SHOWN = 3


class Share:
    """
    What one pattern does: how many files and whole directories it keeps out or, negated, lets in.

    `shown` are the first of these paths, those of directories with a final "/".
    """

    __slots__ = ("files", "folders", "pattern", "shown")

    def __init__(self, pattern: "IgnorePattern") -> None:
        self.pattern = pattern
        self.files = 0
        self.folders = 0
        self.shown: list[str] = []


class Survey:
    """
    The build context in `folder`.

    `files` and `size` (bytes) are what reaches the builder, `largest` the largest files and the
    largest directories of it (path with a final "/"), `shares` what each pattern keeps out or
    brings back, in the order of the ignore file, and `hollow` the files that arrive empty.
    `unread` are directories that could not be opened.
    """

    def __init__(self, folder: str, ignore: str | None, file: IgnoreFile, largest: int) -> None:
        self.folder = folder
        self.ignore = ignore
        self.errors = file.errors
        self.matcher = Matcher(file.patterns)
        self.files = 0
        self.size = 0
        self.hollow: list[str] = []
        self.unread: list[str] = []
        self.shares = [Share(one) for one in self.matcher.patterns]
        self._by_pattern = {id(one.pattern): one for one in self.shares}
        self._sizes: dict[str, int] = {}
        self._top: list[tuple[int, str]] = []
        self._wanted = largest

    @property
    def largest(self) -> "Sequence[tuple[str, int]]":
        """Path and bytes; a directory is there only when no single entry is most of it."""
        folders = ((size, path + "/") for path, size in self._spread())
        found = heapq.nlargest(self._wanted, [*self._top, *folders])
        return [(path, size) for size, path in found]

    def _spread(self) -> "Iterator[tuple[str, int]]":
        heaviest: dict[str, int] = {}
        for size, path in (*self._top, *((s, p) for p, s in self._sizes.items())):
            above = path.rpartition("/")[0]
            if above:
                heaviest[above] = max(size, heaviest.get(above, 0))
        for path, size in self._sizes.items():
            if 2 * heaviest.get(path, 0) <= size:
                yield path, size

    def walk(self) -> None:
        """Look at all that the client would look at."""
        waiting = [("", self.matcher.root())]
        while waiting:
            folder, visit = waiting.pop()
            try:
                entries = os.scandir(os.path.join(self.folder, folder) if folder else self.folder)
            except OSError:
                self.unread.append(folder or ".")
                continue
            total = 0
            with entries:
                for entry in entries:
                    here = visit.child(entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        if here.descends:
                            waiting.append((here.path, here))
                        else:
                            self._note(here, folder=True)
                    elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
                        total += self._file(entry, here)
            while folder and total:
                self._sizes[folder] = self._sizes.get(folder, 0) + total
                folder = folder.rpartition("/")[0]

    def _file(self, entry: "os.DirEntry[str]", visit: "Visit") -> int:
        self._note(visit, folder=False)
        if visit.excluded:
            return 0
        self.files += 1
        if self.matcher.fate(visit.path) == HOLLOW:
            self.hollow.append(visit.path)
            return 0
        try:
            size = 0 if entry.is_symlink() else entry.stat(follow_symlinks=False).st_size
        except OSError:
            return 0
        self.size += size
        item = (size, visit.path)
        if len(self._top) < self._wanted:
            heapq.heappush(self._top, item)
        elif item > self._top[0]:
            heapq.heapreplace(self._top, item)
        return size

    def _note(self, visit: "Visit", *, folder: bool) -> None:
        """Which pattern had the last word about a path."""
        share = self._by_pattern.get(id(visit.pattern))
        if share is None:
            return
        share.folders += folder
        share.files += not folder
        if len(share.shown) < SHOWN:
            share.shown.append(visit.path + ("/" if folder else ""))


class Explained(Value):
    """Why a path is in the context or not: `fate`, the `pattern` that decides, what it matched."""

    __slots__ = ("fate", "part", "path", "pattern")

    def __init__(
        self, path: str, fate: str, pattern: "IgnorePattern | None", part: str | None
    ) -> None:
        self.path = path
        self.fate = fate
        self.pattern = pattern
        self.part = part


def survey(folder: str, dockerfile: str | None = None, largest: int = 10) -> Survey:
    """
    Look at the build context in `folder`; nothing is walked yet.

    `dockerfile` is the build's, whose own ignore file replaces the context's. Raises InputError
    when there is no such folder, or the ignore file cannot be read.
    """
    if not os.path.isdir(folder):
        raise InputError("no such folder", file=folder, hint="give the folder of the build context")
    path = ignore_file(dockerfile or os.path.join(folder, "Dockerfile"), folder)
    path = os.path.normpath(path) if path is not None else None
    data = read_ignore(path)
    if path is not None and data is None:
        raise InputError("cannot be read", file=path)
    return Survey(folder, path, parse(decode(data or b"")), largest)


def explain(found: Survey, paths: "Iterable[str]") -> "Iterator[Explained]":
    """
    Why each path reaches the builder or does not.

    Paths are relative to the context; one that leads to it from here counts also. UsageError for a
    path outside.
    """
    for path in paths:
        inside = _inside(found.folder, path)
        visit = found.matcher.visit(inside)
        fate = found.matcher.fate(inside)
        decision = found.matcher.decision(inside)
        pattern = visit.pattern if fate in (ABSENT, SENT) else decision.pattern
        part = decision.part if decision.pattern is pattern else None
        yield Explained(inside, fate, pattern, part)


def _inside(folder: str, path: str) -> str:
    here = os.path.abspath(path)
    root = os.path.abspath(folder)
    if os.path.isabs(path) or (os.path.lexists(here) and not _below(folder, path)):
        if os.path.commonpath([root, here]) != root:
            raise UsageError(f"{path} is not in the build context {folder}")
        path = os.path.relpath(here, root)
    cleaned = os.path.normpath(path).replace(os.sep, "/")
    if cleaned.startswith("../") or cleaned in ("..", "."):
        raise UsageError(f"{path} is not in the build context {folder}")
    return cleaned


def _below(folder: str, path: str) -> bool:
    return os.path.lexists(os.path.join(folder, path))
