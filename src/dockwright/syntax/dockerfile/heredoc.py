"""
Here-documents: which words of a line begin one.

Source of the rules: moby/buildkit `frontend/dockerfile/parser/parser.go` (heredocsFromLine).
"""

from dockwright.syntax.dockerfile.expand import expand
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

_OPERATOR = lazy(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)\Z")


class Opening(Value):
    """What `<<NAME` announces: the terminator's name, and how the body is to be read."""

    __slots__ = ("chomp", "descriptor", "expand", "name")

    def __init__(self, name: str, descriptor: int, expand: bool, chomp: bool) -> None:
        self.name = name
        self.descriptor = descriptor
        self.expand = expand
        self.chomp = chomp


def _unset(_: str) -> None:
    return None


def openings(line: str) -> list[Opening]:
    """The here-documents that the text of an instruction announces, in order."""
    words = expand(line, _unset, raw_quotes=True, raw_escapes=True, keep_unset=True).words
    return [found for word in words if (found := opening(word)) is not None]


def opening(word: str) -> Opening | None:
    """The here-document that `word` announces, if it does."""
    match = _OPERATOR.match(word)
    if match is None or not match[3]:
        return None
    plain = expand(match[3], _unset, keep_unset=True).words
    if len(plain) != 1:
        return None
    raw = expand(match[3], _unset, raw_quotes=True, keep_unset=True).words
    if len(raw) != 1:
        return None
    quotes = raw[0].count("'") + raw[0].count('"') - plain[0].count("'") - plain[0].count('"')
    return Opening(plain[0], int(match[1] or 0), quotes == 0, match[2] == "-")
