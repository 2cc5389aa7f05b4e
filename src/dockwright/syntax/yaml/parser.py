"""
YAML text to nodes, from the events of libyaml (PyYAML's C parser).

The reference, go-yaml v3, is a translation of libyaml, so both split a text alike. Never raises:
what the parser refuses becomes `Stream.problem`, and what came before it is kept.
"""

from dockwright.syntax.yaml.libyaml import events
from dockwright.syntax.yaml.nodes import Alias, Mapping, Node, Problem, Scalar, Sequence, Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.syntax.yaml.libyaml import Event

#: Collections inside each other: deeper than any real file, and shallow enough for every reader.
DEPTH = 150


def parse(text: str) -> Stream:
    """The documents of `text`; offsets count its characters, a byte order mark included."""
    stream = Stream()
    shift = 1 if text.startswith("\ufeff") else 0
    builder = _Builder(text, stream, shift)
    problem = events(text[shift:], builder.take)
    if problem is not None:
        message, at = problem
        stream.problem = stream.problem or Problem(message, min(at + shift, len(text)))
    builder.close()
    return stream


class _Builder:
    """Takes events one by one and keeps the collections that are still open."""

    __slots__ = ("anchored", "keys", "open", "shift", "stream", "text")

    def __init__(self, text: str, stream: Stream, shift: int) -> None:
        self.text = text
        self.stream = stream
        self.shift = shift
        self.open: list[Mapping | Sequence] = []
        self.keys: list[Node | None] = []
        self.anchored: dict[str, Node] = {}

    def take(self, event: "Event") -> bool:
        """Take one event; False stops the parser."""
        kind, start, end, anchor, tag, text, style = event
        start += self.shift
        end += self.shift
        if kind == "scalar":
            self._add(self._scalar(start, end, anchor, tag, text, style))
        elif kind in ("mapping", "sequence"):
            if len(self.open) >= DEPTH:
                self.stream.problem = Problem(f"more than {DEPTH} collections in each other", start)
                return False
            self._begin(kind, start, end, anchor, tag, style)
        elif kind == "end":
            self._end(end)
        elif kind == "alias":
            target = self.anchored.get(anchor)
            if target is None:
                self.stream.problem = Problem(f"the alias *{anchor} has no anchor", start)
                return False
            self._add(Alias(start, end, anchor, target))
        elif kind == "document":
            self.stream.roots.append(None)
            self.anchored = {}
        return True

    def close(self) -> None:
        """Close what is open, at the end or where the text broke off."""
        while self.open:
            node = self.open[-1]
            self._end(node.end)

    def _scalar(self, start: int, end: int, anchor: str, tag: str, text: str, style: str) -> Scalar:
        inner = self._behind_properties(start, end) if anchor or tag else start
        if style in ("|", ">"):
            # The end of a block scalar is the start of the next token: take back blank lines and
            # comments, which belong to what follows.
            end = inner + len(self.text[inner:end].rstrip("\r\n \t"))
        node = Scalar(inner, max(inner, end), text, style, tag, anchor)
        node.outer = start
        if anchor:
            self.anchored[anchor] = node
            self.stream.anchors.append(node)
        return node

    def _begin(self, kind: str, start: int, end: int, anchor: str, tag: str, style: str) -> None:
        inner = start
        if anchor or tag:
            inner = self._behind_properties(start, len(self.text))
        make = Mapping if kind == "mapping" else Sequence
        node = make(inner, max(inner, end), style == "flow", tag, anchor)
        node.outer = start
        if anchor:
            self.anchored[anchor] = node
            self.stream.anchors.append(node)
        self.open.append(node)
        self.keys.append(None)

    def _end(self, end: int) -> None:
        node = self.open.pop()
        self.keys.pop()
        if node.flow:
            node.end = end
        elif isinstance(node, Mapping):
            if node.pairs:
                node.end = max(node.pairs[-1][1].end, node.pairs[-1][0].end)
        elif node.items:
            node.end = node.items[-1].end
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self.open:
            if self.stream.roots:
                self.stream.roots[-1] = node
            return
        parent = self.open[-1]
        parent.end = max(parent.end, node.end)
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            self.keys[-1] = node
        else:
            parent.pairs.append((key, node))
            self.keys[-1] = None

    def _behind_properties(self, start: int, end: int) -> int:
        """The offset behind an anchor and a tag, and the blanks and comments that follow them."""
        text = self.text
        at = start
        while at < end:
            char = text[at]
            if char in "&!":
                while at < end and text[at] not in " \t\r\n":
                    at += 1
            elif char in " \t\r\n":
                at += 1
            elif char == "#":
                while at < end and text[at] != "\n":
                    at += 1
            else:
                break
        return min(at, end)
