"""
The nodes of a YAML text.

Positions are character offsets into the text: `[start, end)`, where `end` is behind the last
character of the node itself. (libyaml ends a block collection where the next token begins; here
it ends with its last child.) A node's anchor and tag stand before `start`; `outer` is where they
begin.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Node:
    """A scalar, a mapping, a sequence or an alias."""

    __slots__ = ("anchor", "end", "outer", "start", "tag")

    def __init__(self, start: int, end: int, tag: str = "", anchor: str = "") -> None:
        self.start = start
        self.end = end
        self.outer = start
        self.tag = tag
        self.anchor = anchor


class Scalar(Node):
    """`text` is the content after quotes and folding; `style` is "", "'", '"', "|" or ">"."""

    __slots__ = ("style", "text")

    def __init__(
        self, start: int, end: int, text: str, style: str = "", tag: str = "", anchor: str = ""
    ) -> None:
        Node.__init__(self, start, end, tag, anchor)
        self.text = text
        self.style = style

    @property
    def plain(self) -> bool:
        """Whether the text stands without quotes, so that it may be a number, a truth or null."""
        return self.style == ""


class Mapping(Node):
    """Keys and values in the order of the text."""

    __slots__ = ("flow", "pairs")

    def __init__(
        self, start: int, end: int, flow: bool = False, tag: str = "", anchor: str = ""
    ) -> None:
        Node.__init__(self, start, end, tag, anchor)
        self.flow = flow
        self.pairs: list[tuple[Node, Node]] = []

    def get(self, key: str) -> "Node | None":
        """The value of the first scalar key with this text, aliases followed."""
        for name, value in self.pairs:
            if isinstance(name, Scalar) and name.text == key:
                return followed(value)
        return None

    def pair(self, key: str) -> "tuple[Scalar, Node] | None":
        """The key node and the value node as they stand, or None."""
        for name, value in self.pairs:
            if isinstance(name, Scalar) and name.text == key:
                return name, value
        return None


class Sequence(Node):
    """Items in the order of the text."""

    __slots__ = ("flow", "items")

    def __init__(
        self, start: int, end: int, flow: bool = False, tag: str = "", anchor: str = ""
    ) -> None:
        Node.__init__(self, start, end, tag, anchor)
        self.flow = flow
        self.items: list[Node] = []


class Alias(Node):
    """`*name`; `target` is the node with the anchor."""

    __slots__ = ("name", "target")

    def __init__(self, start: int, end: int, name: str, target: Node) -> None:
        Node.__init__(self, start, end)
        self.name = name
        self.target = target


class Problem:
    """Why a text, or the rest of it, is not YAML: `message` at the offset `at`."""

    __slots__ = ("at", "message")

    def __init__(self, message: str, at: int) -> None:
        self.message = message
        self.at = at


class Stream:
    """
    The documents of a text.

    `roots` holds one node for each document, None for an empty one. With `problem` the text broke
    off there: what was read until then is in the last root, with its open collections closed.
    """

    __slots__ = ("anchors", "problem", "roots")

    def __init__(self) -> None:
        self.roots: list[Node | None] = []
        self.problem: Problem | None = None
        self.anchors: list[Node] = []


def followed(node: Node) -> Node:
    """The node itself, or what its alias stands for."""
    while isinstance(node, Alias):
        node = node.target
    return node


def walk(node: Node) -> "Iterator[Node]":
    """`node` and all nodes in it, in the order of the text; aliases are not followed."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Mapping):
            for key, value in reversed(node.pairs):
                pending.append(value)
                pending.append(key)
        elif isinstance(node, Sequence):
            pending.extend(reversed(node.items))
