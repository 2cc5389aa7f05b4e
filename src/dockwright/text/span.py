"""Where something stands in a source, and how it should read instead."""

from dockwright.text.value import Value


class Span(Value):
    """Half-open character offsets `[start, end)` into one source text."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Span({self.start}, {self.end})"

    def touches(self, other: "Span") -> bool:
        """Whether the two share a character, or one is an insertion point inside the other."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        """Whether `other` lies within this span."""
        return self.start <= other.start and other.end <= self.end


class Spot(Value):
    """A span of the source named `source`."""

    __slots__ = ("source", "span")

    def __init__(self, source: str, span: Span) -> None:
        self.source = source
        self.span = span


class Edit(Value):
    """Replace `span` of the source named `source` by `text`: "" deletes, an empty span inserts."""

    __slots__ = ("source", "span", "text")

    def __init__(self, source: str, span: Span, text: str) -> None:
        self.source = source
        self.span = span
        self.text = text
