"""One text and its lines."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.text.span import Span


def decode(data: bytes) -> str:
    """
    The text of `data` as UTF-8; bytes that are not UTF-8 become lone surrogates.

    `encode` gives the same bytes back for every input.
    """
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes of a text made by `decode`."""
    return text.encode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    """`text` with what a terminal or a JSON reader could choke on replaced by U+FFFD."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\t\n" else "�" if c != "\r" else "" for c in text)


class Source:
    """
    A named text.

    `name` is what messages print (a path, or "-" for standard input). Lines end at "\\n" only, as
    in BuildKit's scanner; a "\\r" before it belongs to the line ending. Offsets count characters
    from 0, lines and columns from 1.
    """

    __slots__ = ("_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts: list[int] | None = None

    @property
    def line_starts(self) -> "Sequence[int]":
        """The offset of each line's first character."""
        starts = self._starts
        if starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return starts

    @property
    def newline(self) -> str:
        """The line ending of the first line, "\\n" if there is none."""
        at = self.text.find("\n")
        return "\r\n" if at > 0 and self.text[at - 1] == "\r" else "\n"

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both from 1."""
        line = self.line_of(offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_of(self, offset: int) -> int:
        """The line, from 1, that holds `offset`."""
        starts = self.line_starts
        low, high = 0, len(starts)
        while high - low > 1:
            middle = (low + high) // 2
            if starts[middle] <= offset:
                low = middle
            else:
                high = middle
        return low + 1

    def line_span(self, line: int) -> tuple[int, int]:
        """Offsets of line `line` (from 1) without its line ending."""
        starts = self.line_starts
        start = starts[line - 1]
        end = starts[line] if line < len(starts) else len(self.text)
        if end > start and self.text[end - 1] == "\n":
            end -= 1
            if end > start and self.text[end - 1] == "\r":
                end -= 1
        return start, end

    def line(self, line: int) -> str:
        """The text of line `line` (from 1) without its line ending."""
        start, end = self.line_span(line)
        return self.text[start:end]

    def slice(self, span: "Span") -> str:
        """The text under `span`."""
        return self.text[span.start : span.end]
