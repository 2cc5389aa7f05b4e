"""What a build context holds, as it is found out path by path."""

import heapq

from dockwright.syntax.ignore.matcher import Matcher
from dockwright.syntax.ignore.sieve import sieve
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.syntax.ignore.parser import IgnoreFile
    from dockwright.syntax.ignore.pattern import IgnorePattern
    from dockwright.syntax.ignore.walk import Visit

# So many paths are kept as examples of what a pattern does.
SHOWN = 3


class Share:
    """
    What one pattern does: how many files and whole directories it keeps out or, negated, lets in.

    `shown` are the first of these paths, those of directories with a final "/". A pattern without
    a "/" holds at the root only: `deeper` counts what reaches the builder further down under a name
    that it matches, `below` are the first of these.
    """

    __slots__ = ("below", "deeper", "files", "folders", "pattern", "shown")

    def __init__(self, pattern: "IgnorePattern") -> None:
        self.pattern = pattern
        self.files = 0
        self.folders = 0
        self.shown: list[str] = []
        self.deeper = 0
        self.below: list[str] = []


class Survey:
    """
    The build context in `folder`.

    `files` and `size` (bytes) are what reaches the builder, `largest` the largest files and the
    largest directories of it (path with a final "/"), `shares` what each pattern keeps out or
    brings back, in the order of the ignore file, and `hollow` the files that arrive empty.
    `unread` are directories that could not be opened.
    """

    def __init__(self, folder: str, ignore: str | None, file: "IgnoreFile", largest: int) -> None:
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
        self._rooted = [
            one
            for one in self.shares
            if not one.pattern.negated and "/" not in one.pattern.cleaned and one.pattern.glob
        ]
        self._alike = sieve(one.pattern.glob for one in self._rooted if one.pattern.glob)
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
        totals: dict[str, int] = {}
        for path, size in self._sizes.items():
            above = path
            while above:
                totals[above] = totals.get(above, 0) + size
                above = above.rpartition("/")[0]
        heaviest: dict[str, int] = {}
        for size, path in (*self._top, *((s, p) for p, s in totals.items())):
            above = path.rpartition("/")[0]
            if above:
                heaviest[above] = max(size, heaviest.get(above, 0))
        for path, size in totals.items():
            if 2 * heaviest.get(path, 0) <= size:
                yield path, size

    def entered(self, visit: "Visit") -> None:
        """A directory that the client enters."""
        if not visit.excluded:
            self._compare(visit.path, folder=True)

    def left_out(self, visit: "Visit") -> None:
        """A directory that the client does not enter."""
        self._note(visit, folder=True)

    def reached(self, visit: "Visit", size: int) -> None:
        """A file, or a link, of which the content is nothing."""
        self._note(visit, folder=False)
        if visit.excluded:
            return
        self.files += 1
        if self.matcher.exceptional and self.matcher.excludes(visit.path):
            self.hollow.append(visit.path)
            return
        self.size += size
        self._compare(visit.path, folder=False)
        item = (size, visit.path)
        if len(self._top) < self._wanted:
            heapq.heappush(self._top, item)
        elif self._top and item > self._top[0]:
            heapq.heapreplace(self._top, item)
        if size:
            above = visit.path.rpartition("/")[0]
            if above:
                self._sizes[above] = self._sizes.get(above, 0) + size

    def _compare(self, path: str, *, folder: bool) -> None:
        """Whether a pattern would match the path if it were not anchored at the root."""
        above, _, name = path.rpartition("/")
        if not above or not self._alike(name):
            return
        for share in self._rooted:
            glob = share.pattern.glob
            if glob is not None and not glob.broken and glob.matches(name):
                share.deeper += 1
                if len(share.below) < SHOWN:
                    share.below.append(path + ("/" if folder else ""))

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
