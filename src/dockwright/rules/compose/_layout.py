"""The nodes of Compose files as they are written, and putting them into another order."""

from dockwright.rules.api import Composition, Edit, Span, Spot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


def roots(project: Composition) -> "Iterator[tuple[str, Any]]":
    """Path and top-level mapping of each file."""
    for path, file in project.loaded.files.items():
        for root in file.stream.roots:
            if hasattr(root, "pairs"):
                yield path, root


def services(project: Composition) -> "Iterator[tuple[str, Any, Any]]":
    """Path, key and mapping of each service as it is written."""
    for path, root in roots(project):
        for key, value in getattr(value_of(root, "services"), "pairs", ()):
            if hasattr(value, "pairs") and hasattr(key, "text"):
                yield path, key, value


def value_of(mapping: "Any", name: str) -> "Any":
    """The value of a key that the mapping itself has, None without one."""
    for key, value in getattr(mapping, "pairs", ()):
        if getattr(key, "text", None) == name:
            return value
    return None


def spot(project: Composition, path: str, node: "Any") -> Spot:
    """A scalar as the place of a finding."""
    return Spot(project.source(path).name, Span(node.start, node.end))


def order_of(ranks: "Sequence[Any]") -> list[int]:
    """The indices of what has these ranks in the order of the ranks."""
    return sorted(range(len(ranks)), key=ranks.__getitem__)


def first_misplaced(names: "Sequence[Any]", wanted: "Sequence[Any]") -> int | None:
    """The index of the first that another one should stand before; None when all are in order."""
    return next((i for i, (a, b) in enumerate(zip(names, wanted, strict=True)) if a != b), None)


def reordered(
    project: Composition, path: str, parts: "Sequence[tuple[Any, Any]]", order: "Sequence[int]"
) -> Edit | None:
    """
    Nodes, each with its first and last one, in another order; what stands between stays.

    None when a comment stands beside one of them, which would then belong to another one, when an
    anchor is among them, or when one is a text of several lines.
    """
    text = project.source(path).text
    spans = [(first.outer, max(first.end, last.end)) for first, last in parts]
    pieces = [text[start:end] for start, end in spans]
    gaps = [text[spans[i][1] : spans[i + 1][0]] for i in range(len(spans) - 1)]
    if any("#" in gap for gap in gaps) or _commented(text, spans[0][0], spans[-1][1]):
        return None
    if any("&" in piece or "*" in piece or not piece.strip() for piece in pieces):
        return None
    if any(piece[-1].isspace() or "|" in piece or ">" in piece for piece in pieces):
        return None
    if any("\n" in gap for gap in gaps) and not all("\n" in gap for gap in gaps):
        return None
    after = "".join(
        piece + gap for piece, gap in zip([pieces[i] for i in order], [*gaps, ""], strict=True)
    )
    name = project.source(path).name
    return Edit(name, Span(spans[0][0], spans[-1][1]), after)


def _commented(text: str, start: int, end: int) -> bool:
    """Whether a comment stands right above, behind or right below a part of a text."""
    begin = text.rfind("\n", 0, start) + 1
    above = text[:begin].rstrip("\r\n").rpartition("\n")[2] if text[:begin].strip() else ""
    if above.lstrip().startswith("#") and not text[:begin].endswith(("\n\n", "\n\r\n")):
        return True
    rest, _, more = text[end:].partition("\n")
    below = more.partition("\n")[0]
    indent = start - begin
    deep = len(below) - len(below.lstrip()) >= indent > 0
    return "#" in rest or (below.lstrip().startswith("#") and deep)
