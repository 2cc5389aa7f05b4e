"""
Edits of YAML that leave everything else where it is.

Each function gives the pieces to change as `(start, end, new text)`, or None when the place cannot
be edited without guessing: a value behind an alias, a flow collection over several lines.
"""

from dockwright.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence
from dockwright.text.lazy import lazy

Piece = tuple[int, int, str]
_COMMENT = lazy(r"(?:^|[ \t])#", 8)  # re.MULTILINE; in a quoted text it may be none
_SPECIAL = frozenset("!&*-?|>@`\"'#%,[]{}:=~ ")
_WORDS = frozenset(
    ("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "none", "<<")
)


def quoted(text: str) -> str:
    """`text` as a scalar that YAML reads as this very text: plain where that is safe."""
    if (
        text.lower() not in _WORDS
        and text[0] not in _SPECIAL
        and text[-1] not in ": "
        and ": " not in text
        and " #" not in text
        and text.isprintable()
        and not text[0].isdigit()
        and text[0] not in ".+"
    ):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def indentation(text: str, at: int) -> str:
    """The blanks between the start of the line and the offset `at`; "" when there is more."""
    begin = text.rfind("\n", 0, at) + 1
    before = text[begin:at]
    return before if not before.strip() else " " * len(before)


def newline(text: str) -> str:
    """How the text ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def add_key(text: str, mapping: Node, key: str, value: str) -> list[Piece] | None:
    """
    `key: value` as the last entry of a mapping.

    `value` is one line, or a block of lines that begins with a line break and is indented by two
    blanks more than the key it belongs to.
    """
    if not isinstance(mapping, Mapping):
        return None
    end = newline(text)
    if mapping.flow:
        if "\n" in text[mapping.start : mapping.end] or "\n" in value:
            return None
        inner = f", {key}: {value}" if mapping.pairs else f"{key}: {value}"
        at = mapping.end - 1
        while text[at - 1] in " \t":
            at -= 1
        return [(at, at, inner)]
    if not mapping.pairs:
        return None
    indent = indentation(text, mapping.pairs[0][0].outer)
    block = value.replace("\n", end + indent)
    separator = "" if value.startswith("\n") else " "
    at = line_end(text, mapping.end)
    return [(at, at, f"{end}{indent}{key}:{separator}{block}")]


def line_end(text: str, at: int) -> int:
    """The end of the line that `at` is in, before its line break."""
    found = text.find("\n", at)
    found = len(text) if found < 0 else found
    return found - 1 if found > at and text[found - 1] == "\r" else found


def replace(node: Node, value: str) -> list[Piece] | None:
    """Another scalar in the place of this one; its anchor, if it has one, stays."""
    if isinstance(node, Alias) or not isinstance(node, Scalar) or node.style in ("|", ">"):
        return None
    if node.end == node.start:
        return [(node.start, node.start, f" {value}")]
    return [(node.start, node.end, value)]


def replace_any(text: str, node: Node, value: str) -> list[Piece] | None:
    """One line in the place of any value; None for an alias."""
    if isinstance(node, Alias) or node.anchor:
        return None
    if isinstance(node, Scalar) and node.style not in ("|", ">"):
        return replace(node, value)
    if isinstance(node, (Mapping, Sequence)) and node.flow:
        return [(node.start, node.end, value)]
    start = node.outer
    while start and text[start - 1] in " \t\r\n":
        start -= 1
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if "#" in line or not line.endswith((":", "-")):
        # A comment stands before the first entry.
        return None
    return [(start, node.end, f" {value}")]


def delete_key(text: str, mapping: Node, key: str) -> list[Piece] | None:
    """
    An entry of a mapping gone, with the line or lines that are only its.

    None when it is the last one, holds an anchor that others may use, or shares a line with others.
    """
    if not isinstance(mapping, Mapping):
        return None
    for index, (name, value) in enumerate(mapping.pairs):
        if not isinstance(name, Scalar) or name.text != key:
            continue
        if len(mapping.pairs) == 1 or _anchored(value):
            return None
        if mapping.flow:
            return _out_of_flow(
                text,
                [pair[0].outer for pair in mapping.pairs],
                [max(pair[1].end, pair[0].end) for pair in mapping.pairs],
                index,
            )
        return _lines(text, name.outer, max(value.end, name.end))
    return None


def delete_item(text: str, sequence: Node, index: int) -> list[Piece] | None:
    """An item of a sequence gone; None when it is the only one or holds an anchor."""
    if not isinstance(sequence, Sequence) or len(sequence.items) == 1:
        return None
    item = sequence.items[index]
    if _anchored(item):
        return None
    if sequence.flow:
        return _out_of_flow(
            text, [one.outer for one in sequence.items], [one.end for one in sequence.items], index
        )
    dash = text.rfind("-", 0, item.outer + 1 if item.outer == item.end else item.outer)
    if dash < 0:
        return None
    return _lines(text, dash, max(item.end, dash + 1))


def add_item(text: str, sequence: Node, value: str) -> list[Piece] | None:
    """A scalar as the last item of a sequence."""
    if not isinstance(sequence, Sequence) or not sequence.items:
        return None
    if sequence.flow:
        if "\n" in text[sequence.start : sequence.end]:
            return None
        at = sequence.end - 1
        while text[at - 1] in " \t":
            at -= 1
        return [(at, at, f", {value}")]
    indent = indentation(text, sequence.start)
    at = line_end(text, sequence.end)
    return [(at, at, f"{newline(text)}{indent}- {value}")]


def _anchored(node: Node) -> bool:
    from dockwright.syntax.yaml.nodes import walk

    return any(one.anchor for one in walk(node))


def _lines(text: str, start: int, end: int) -> list[Piece] | None:
    begin = text.rfind("\n", 0, start) + 1
    if text[begin:start].strip():
        return None
    stop = line_end(text, end)
    rest = text[end:stop].strip()
    if rest and not rest.startswith("#"):
        return None
    if _COMMENT.search(text, begin, stop):
        return None  # a comment would go with it
    after = text.find("\n", stop)
    if after < 0:
        # The last line: take the line break before it instead.
        return [(max(begin - len(newline(text)), 0), len(text), "")]
    return [(begin, after + 1, "")]


def _out_of_flow(text: str, starts: list[int], ends: list[int], index: int) -> list[Piece] | None:
    if index + 1 < len(starts):
        start, end = starts[index], starts[index + 1]
    else:
        start, end = ends[index - 1], ends[index]
    return None if "#" in text[start:end] else [(start, end, "")]
