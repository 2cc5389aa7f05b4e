"""
The format of `places.bin`, and the look-ups in it: where Debian's packages have files.

A table (see `debian`) of packed pieces, one for each block of the graph; a line for each package.
Its first character is 64 + the mask of the suites in which the documentation folder is a link, the
second of those in which the package is "Multi-Arch: same". Then, tab-separated, for each mask its
character and the folders of the package's files, sorted, with spaces between: no more than five
parts of the path, none that is above another, without those that are everywhere. A folder that
begins with a digit shares so many parts with the one before.
"""

from dockwright.facts.bundled import load
from dockwright.facts.bundled.debian import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.facts.bundled.debian import Book


def coded(folders: list[str]) -> str:
    """Sorted folders as one text."""
    words = []
    before: list[str] = []
    for folder in folders:
        parts = folder.split("/")
        shared = 0
        while shared < min(len(parts) - 1, len(before)) and parts[shared] == before[shared]:
            shared += 1
        words.append((str(shared) if shared else "") + "/".join(parts[shared:]))
        before = parts
    return " ".join(words)


def decoded(text: str) -> list[str]:
    """The folders of such a text, with a slash in front."""
    found = []
    before: list[str] = []
    for word in text.split(" "):
        shared = int(word[0]) if word[0] in "123456789" else 0
        parts = [*before[:shared], *(word[1:] if shared else word).split("/")]
        found.append("/" + "/".join(parts))
        before = parts
    return found


class Places:
    """The places of the packages in one suite of the book."""

    __slots__ = ("_bit", "_book", "_lines", "_table")

    def __init__(self, book: "Book", suite: int, data: Table | None = None) -> None:
        self._book = book
        self._bit = suite
        self._table = table() if data is None else data
        self._lines: dict[int, list[str]] = {}

    def _line(self, name: str) -> str:
        entry = self._book.entry(name)
        if entry is None or entry.block >= self._book.graph_blocks:
            return ""
        lines = self._lines.get(entry.block)
        if lines is None:
            lines = self._table[entry.block].decode().split("\n")
            self._lines[entry.block] = lines
        return lines[entry.place] if entry.known >> self._bit & 1 else ""

    def document(self, name: str) -> str:
        """What the package's documentation folder is: "dir", "link", "" when not known."""
        line = self._line(name)
        if not line:
            return ""
        return "link" if (ord(line[0]) - 64) >> self._bit & 1 else "dir"

    def record(self, name: str) -> str:
        """The name that dpkg's records of the package have on amd64, "" when not known."""
        line = self._line(name)
        if not line:
            return ""
        return f"{name}:amd64" if (ord(line[1]) - 64) >> self._bit & 1 else name

    def folders(self, name: str) -> list[str]:
        """Folders that surely are there when the package is installed."""
        return [
            folder
            for group in self._line(name).split("\t")[1:]
            if (ord(group[0]) - 64) >> self._bit & 1
            for folder in decoded(group[1:])
        ]


_table: Table | None = None


def table() -> Table:
    """The bundled file; it is opened once."""
    global _table
    if _table is None:
        _table = Table(memoryview(load("places.bin")))
    return _table
