"""The comments of a YAML text: what stands behind a `#` outside of every scalar."""

from dockwright.syntax.yaml.nodes import Alias, Scalar, walk
from dockwright.text.lazy import lazy
from dockwright.text.span import Span
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.syntax.yaml.nodes import Stream

_COMMENT = lazy(r"(?:^|(?<=[ \t]))#[^\n]*", 8)  # re.MULTILINE


class Comment(Value):
    """
    A comment: `span` from `#` to the end of the line, `text` without the mark.

    `inside` tells whether something stands before it on its line.
    """

    __slots__ = ("inside", "line", "span", "text")

    def __init__(self, text: str, span: Span, line: int, inside: bool) -> None:
        self.text = text
        self.span = span
        self.line = line
        self.inside = inside


def comments(text: str, stream: "Stream") -> list[Comment]:
    """The comments in the order of the text."""
    if "#" not in text:
        return []
    taken = sorted(
        (node.start, node.end)
        for root in stream.roots
        if root is not None
        for node in walk(root)
        if isinstance(node, (Scalar, Alias)) and node.end > node.start
    )
    found: list[Comment] = []
    at = line = 0
    counted = 0
    for start, end in [*taken, (len(text), len(text))]:
        if start < at:
            continue
        position = at
        while True:
            match = _COMMENT.search(text, position, start)
            if match is None:
                break
            line += text.count("\n", counted, match.start())
            counted = match.start()
            begin = text.rfind("\n", 0, match.start()) + 1
            whole = text[match.start() : _line_end(text, match.start())].rstrip("\r")
            span = Span(match.start(), match.start() + len(whole))
            inside = bool(text[begin : match.start()].strip())
            found.append(Comment(whole.lstrip("#").strip(), span, line + 1, inside))
            position = match.end()
        at = max(at, end)
    return found


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
