"""What became of the images that files name, as text and as a document for JSON."""

from dockwright.model import pins
from dockwright.model.pins import short
from dockwright.text.source import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.model.pins import Left, Pins, Result

_SILENT = (pins.CURRENT, pins.KEPT)


def text(found: "Pins") -> str:
    """A line for each reference there is something to say of."""
    lines = [
        _line(found, result, _said(found, result))
        for result in found.results
        if result.state not in _SILENT
    ]
    lines += [
        _line(found, left, f"{left.text}: left alone: {left.reason}")
        for left in found.left
        if not left.quiet
    ]
    lines.sort(key=lambda line: line[:2])
    return "".join(f"{printable(line)}\n" for _, _, line in lines)


def _line(found: "Pins", one: "Result | Left", said: str) -> tuple[str, int, str]:
    place = one if isinstance(one, pins.Left) else one.use
    line, column = found.sources[place.source].position(place.span.start)
    return place.source, place.span.start, f"{place.source}:{line}:{column}: {said}"


def _said(found: "Pins", result: "Result") -> str:
    use, new = result.use, short(result.digest)
    may = "" if found.written else "would be "
    if result.state == pins.PINNED:
        note = f" ({result.reason})" if result.reason else ""
        return f"{use.shown}: {may}pinned to {new}{note}"
    if result.state == pins.UPDATED:
        return f"{use.shown}: {may}updated to {new}"
    if result.state == pins.MOVED:
        tag = use.asked.tag if use.asked is not None else ""
        return f"{use.shown}: the tag {tag} has moved to {new}"
    if result.state == pins.UNPINNED:
        return f"{use.shown}: not pinned"
    if result.state == pins.FAILED:
        return f"{use.shown}: not asked: {result.reason}"
    return (
        f"{use.shown}: which tag it follows is not said: write the tag before the digest, or above"
        " it in a comment `# tag: …`"
    )


def summary(found: "Pins") -> str:
    """One line of what was done."""
    parts = []
    for states, what in (
        ((pins.PINNED,), "pinned"),
        ((pins.UPDATED,), "updated"),
        ((pins.UNPINNED,), "not pinned"),
        ((pins.MOVED,), "moved"),
        ((pins.FAILED,), "not answered"),
        ((pins.CURRENT,), "up to date"),
        ((pins.KEPT, pins.NAMELESS), "pinned already"),
    ):
        number = found.count(*states)
        if number:
            parts.append(f"{number} {what}")
    alone = sum(not left.quiet for left in found.left)
    if alone:
        parts.append(f"{alone} left alone")
    said = ", ".join(parts) or "no image to pin"
    if not found.written and found.count(pins.PINNED, pins.UPDATED):
        said += "; nothing is changed"
    return said


def document(found: "Pins") -> "dict[str, Any]":
    """The same for programs: lines and columns from 1, digests in full."""
    return {
        "images": [_result(found, result) for result in found.results],
        "left": [
            {**_place(found, left), "reason": left.reason, "built": left.quiet}
            for left in found.left
        ],
        "changed": sorted(found.changed),
        "written": found.written,
        "errors": [{"file": name, "message": message} for name, message in found.errors],
    }


def _result(found: "Pins", result: "Result") -> "dict[str, Any]":
    use = result.use
    asked = use.asked
    return {
        **_place(found, use),
        "asked": f"{asked.familiar}:{asked.tag}" if asked is not None else None,
        "pinned": use.digest or None,
        "digest": result.digest or None,
        "state": result.state,
        "reason": result.reason or None,
    }


def _place(found: "Pins", one: "pins.Use | Left") -> "dict[str, Any]":
    line, column = found.sources[one.source].position(one.span.start)
    return {
        "file": one.source,
        "line": line,
        "column": column,
        "kind": one.kind,
        "text": printable(one.text),
    }
