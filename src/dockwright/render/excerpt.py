"""The lines of a source around a span, with what the span marks underlined."""

from dockwright.render.veil import veiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.text.source import Source
    from dockwright.text.span import Span

TAB = 4
LONGEST = 140  # cells of a line that are shown when the terminal's width is unknown
LEAD = 20  # cells before the mark that a shortened line keeps


def excerpt(
    source: "Source", span: "Span", width: int = 0
) -> tuple[list[tuple[str, str, str]], str]:
    """
    Rows of (gutter, text, marks), and the margin that is as wide as a gutter without its bar.

    A span of several lines shows its first and its last; a line that does not fit is cut around
    what is marked.
    """
    end = max(span.start, span.end - 1)
    while end > span.start and source.text[end] in "\r\n":
        end -= 1
    first, last = source.line_of(span.start), source.line_of(end)
    digits = len(str(last))
    margin = "  " + " " * digits + " "
    limit = max(width - len(margin) - 2, LEAD * 2) if width else LONGEST
    rows: list[tuple[str, str, str]] = []
    for number in (first,) if first == last else (first, last):
        start, stop = source.line_span(number)
        if number == last and last - first > 1:
            rows.append(("  " + "…".rjust(digits) + " |", "", ""))
        low = max(span.start, start)
        if number != first:  # the indentation of a later line is not worth marking
            low += len(source.text[low:stop]) - len(source.text[low:stop].lstrip())
        high = min(end + 1 if span.end > span.start else span.start, stop)
        line = veiled(source.text[start:stop])
        text, marks = _marked(line, low - start, high - start, limit)
        rows.append((f"  {number:>{digits}} |", text, marks))
    return rows, margin


def _marked(text: str, low: int, high: int, limit: int) -> tuple[str, str]:
    """The text as it is shown, and the carets under `text[low:high]`."""
    if text.isascii() and text.isprintable():
        shown, starts = text, None
    else:
        cells = list(_cells(text))
        shown = "".join(cell for cell, _ in cells)
        starts = [0]
        for _, size in cells:
            starts.append(starts[-1] + size)
        low, high = starts[min(low, len(cells))], starts[min(high, len(cells))]
    total = starts[-1] if starts else len(text)
    size = max(high - low, 1)
    if total <= limit:
        return shown, " " * low + "^" * size
    if starts is not None and total != len(shown):
        return _cut_wide(text, starts, low, size, limit)
    left = max(0, min(low - LEAD, total - limit))
    right = min(total, left + limit)
    shown = ("…" if left else "") + shown[left + bool(left) : right]
    if right < total:
        shown = shown[:-1] + "…"
    size = max(min(size, right - low), 1)
    return shown, " " * (low - left) + "^" * size


def _cut_wide(text: str, starts: list[int], low: int, size: int, limit: int) -> tuple[str, str]:
    """The same for a line in which not every character takes one cell."""
    left = max(0, min(low - LEAD, starts[-1] - limit))
    right = left + limit - 1
    shown, begin = ["…"] if left else [], left
    for (cell, width), at in zip(_cells(text), starts, strict=False):
        if at < left + bool(left) or at + width > right:
            continue
        if len(shown) == bool(left):
            begin = at - bool(left)
        shown.append(cell)
    if right < starts[-1]:
        shown.append("…")
    return "".join(shown), " " * max(low - begin, 0) + "^" * max(min(size, right - low), 1)


def _cells(text: str) -> "Iterator[tuple[str, int]]":
    """What is shown of each character, and how many cells it takes."""
    from unicodedata import combining, east_asian_width

    for char in text:
        if char == "\t":
            yield " " * TAB, TAB
        elif not char.isprintable():
            yield "�", 1
        elif combining(char):
            yield char, 0
        else:
            yield char, 2 if east_asian_width(char) in "WF" else 1
