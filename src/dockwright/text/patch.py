"""Applying edits to a text."""

from itertools import pairwise

from dockwright.text.span import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def overlap(edits: "Iterable[Edit]") -> bool:
    """Whether two of `edits` of one source touch the same characters or insertion point."""
    ordered = sorted(edits, key=lambda edit: (edit.source, edit.span.start, edit.span.end))
    return any(
        left.source == right.source and left.span.touches(right.span)
        for left, right in pairwise(ordered)
    )


def apply(text: str, edits: "Iterable[Edit]") -> str:
    """
    `text` with `edits` (all of one source, none touching another) made.

    Raises ValueError when an edit lies outside the text or two of them overlap.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        start, end = edit.span.start, edit.span.end
        if not at <= start <= end <= len(text):
            raise ValueError(f"edit {start}:{end} overlaps another or lies outside the text")
        pieces.append(text[at:start])
        pieces.append(edit.text)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def diff(name: str, before: str, after: str) -> str:
    """The unified diff that turns `before` into `after`, with `a/` and `b/` before the name."""
    import difflib

    names = f"a/{name}", f"b/{name}"
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(_lines(before), _lines(after), *names, lineterm="\n")
    )


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
