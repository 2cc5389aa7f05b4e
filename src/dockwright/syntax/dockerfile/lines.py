"""
Logical lines: what one instruction's text is once continuations and comments in them are gone.

Source of the rules: moby/buildkit `frontend/dockerfile/parser/parser.go`.
"""

from bisect import bisect_right

from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


_FIRST = (0,)


class Joined:
    """
    A text glued together from pieces of a source, with the way back.

    `text` is the glued text; piece `i` begins at `text[starts[i]]` and at `offsets[i]` of the
    source. A piece made up by us (the newline between a command and its heredoc) has offset -1
    and takes the position of the piece before it.
    """

    __slots__ = ("offsets", "starts", "text")

    def __init__(self, text: str, starts: "Sequence[int]", offsets: "Sequence[int]") -> None:
        self.text = text
        self.starts = starts
        self.offsets = offsets

    def offset(self, at: int) -> int:
        """The source offset of `text[at]`; `at == len(text)` gives the end of the last piece."""
        starts = self.starts
        if len(starts) == 1:
            return self.offsets[0] + at
        offsets = self.offsets
        piece = bisect_right(starts, at) - 1
        while offsets[piece] < 0:
            if piece == 0:
                return 0
            at = starts[piece]
            piece -= 1
        return offsets[piece] + at - starts[piece]

    def span(self, start: int, end: int) -> Span:
        """The source span from `text[start]` to the end of `text[end - 1]`."""
        first = self.offset(start)
        if end <= start:
            return Span(first, first)
        last = self.offset(end - 1)
        if len(self.starts) > 1 and self.offsets[bisect_right(self.starts, end - 1) - 1] < 0:
            last -= 1
        return Span(first, max(first, last + 1))

    def part(self, start: int, end: int) -> "Joined":
        """The piece `text[start:end]` as a joined text of its own."""
        if len(self.starts) == 1:
            return Joined(self.text[start:end], _FIRST, (self.offsets[0] + start,))
        starts, offsets = [0], [self.offset(start)]
        if end > start:
            piece = bisect_right(self.starts, start)
            while piece < len(self.starts) and self.starts[piece] < end:
                starts.append(self.starts[piece] - start)
                offsets.append(self.offsets[piece])
                piece += 1
        return Joined(self.text[start:end], starts, offsets)


def glue(parts: "Sequence[Joined | str]") -> Joined:
    """One joined text out of several; a plain string stands nowhere in the source."""
    text: list[str] = []
    starts: list[int] = []
    offsets: list[int] = []
    size = 0
    for part in parts:
        if isinstance(part, str):
            starts.append(size)
            offsets.append(-1)
            text.append(part)
            size += len(part)
            continue
        for start, offset in zip(part.starts, part.offsets, strict=True):
            starts.append(size + start)
            offsets.append(offset)
        text.append(part.text)
        size += len(part.text)
    return Joined("".join(text), starts, offsets)
