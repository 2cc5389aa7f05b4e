"""
Sets of characters and escapes in a Go regular expression.

By the rules of Go's `regexp/syntax` (parse.go) with its Perl flags. Every function takes the whole
text and an offset, and returns the offset after what it read.
"""

from dockwright.syntax.ignore.charset import LAST, PERL, POSIX, category, complement, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.syntax.ignore.charset import Ranges


class RegexError(Exception):
    """The text is no regular expression for Go. Caught within this package."""


_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_HEX = frozenset("0123456789abcdefABCDEF")
_OCTAL = frozenset("01234567")


def read_named_set(text: str, at: int) -> "tuple[int, Ranges | None]":
    """The offset after `\\d`, `\\W`, `\\pL` and the like, and the set; None for another escape."""
    letter = text[at + 1 : at + 2]
    if letter and letter in "dswDSW":
        found = PERL[letter.lower()]
        return at + 2, complement(found) if letter.isupper() else found
    if letter not in ("p", "P"):
        return at, None
    name, after = text[at + 2 : at + 3], at + 3
    if name == "{":
        end = text.find("}", at)
        if end < 0:
            raise RegexError
        name, after = text[at + 3 : end], end + 1
    of_category = category(name.removeprefix("^"))
    if of_category is None:
        raise RegexError
    negated = (letter == "P") is not name.startswith("^")
    return after, complement(of_category) if negated else of_category


def read_character(text: str, at: int) -> tuple[int, int]:
    """The offset after an escape for one character, and its code point."""
    letter = text[at + 1 : at + 2]
    after = at + 2
    if not letter or not letter.isascii():
        raise RegexError
    if letter in _CONTROLS:
        return after, _CONTROLS[letter]
    if letter == "x":
        if text[after : after + 1] == "{":
            return _braced_code(text, after + 1)
        digits = text[after : after + 2]
        if len(digits) < 2 or not _HEX.issuperset(digits):
            raise RegexError
        return after + 2, int(digits, 16)
    if letter in _OCTAL:
        end = after
        while end < after + 2 and text[end : end + 1] in _OCTAL:
            end += 1
        if letter != "0" and end == after:
            raise RegexError
        return end, int(text[at + 1 : end], 8)
    if letter.isalnum():
        raise RegexError
    return after, ord(letter)


def _braced_code(text: str, at: int) -> tuple[int, int]:
    """The offset after the digits and the "}" of `\\x{…}`, and the code point."""
    end = text.find("}", at)
    digits = text[at : max(end, at)]
    if not digits or not _HEX.issuperset(digits):
        raise RegexError
    code = int(digits, 16)
    if code > LAST:
        raise RegexError
    return end + 1, code


def read_class(text: str, at: int) -> "tuple[int, Ranges]":
    """The offset after a bracket whose content begins at `at`, and its set."""
    negated = text[at : at + 1] == "^"
    at += negated
    found: list[tuple[int, int]] = []
    first = True
    while first or text[at : at + 1] != "]":
        first = False
        if text.startswith("[:", at):
            end = text.find(":]", at + 2)
            if end >= 0:
                found.extend(_posix(text[at + 2 : end]))
                at = end + 2
                continue
        if text[at : at + 1] == "\\":
            after, named = read_named_set(text, at)
            if named is not None:
                found.extend(named)
                at = after
                continue
        at, low = _class_character(text, at)
        high = low
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("", "]"):
            at, high = _class_character(text, at + 1)
            if high < low:
                raise RegexError
        found.append((low, high))
    ranges = union(found)
    return at + 1, complement(ranges) if negated else ranges


def _class_character(text: str, at: int) -> tuple[int, int]:
    if at >= len(text):
        raise RegexError
    if text[at] == "\\":
        return read_character(text, at)
    return at + 1, ord(text[at])


def _posix(name: str) -> "Ranges":
    found = POSIX.get(name.removeprefix("^"))
    if found is None:
        raise RegexError
    return complement(found) if name.startswith("^") else found
