"""
Splitting the text of an instruction into keyword, flags and arguments.

Each function works on a joined text from `start` and gives offsets into it. Source of the rules:
moby/buildkit `frontend/dockerfile/parser/split_command.go` and `line_parsers.go`.
"""

from dockwright.syntax.dockerfile.expand import SPACE
from dockwright.text.lazy import lazy

_FIELD = lazy(r"[^\t\v\f\r ]+")
_GAP = lazy(r"[\t\v\f\r ]+")
_JSON_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
_JSON_ITEM = lazy(_JSON_STRING)
_JSON_ARRAY = lazy(
    rf"\[[ \t\r\n]*(?:{_JSON_STRING}[ \t\r\n]*(?:,[ \t\r\n]*{_JSON_STRING}[ \t\r\n]*)*)?"
    r"\][ \t\r\n]*\Z"
)
_JSON_ESCAPE = lazy(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_JSON_SINGLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def skip_space(text: str, at: int) -> int:
    """The offset of the first character from `at` on that is not white space."""
    size = len(text)
    while at < size and text[at] in SPACE:
        at += 1
    return at


def split_keyword(text: str) -> tuple[int, int]:
    """Where the keyword ends and where what follows it begins (`text` has no space around it)."""
    gap = _GAP.search(text)
    if gap is None:
        return len(text), len(text)
    return gap.start(), gap.end()


def split_flags(text: str, at: int, escape: str) -> tuple[list[tuple[str, int, int]], int]:
    """
    The flags from `at` on as (text without quotes and escapes, start, end), and where they stop.
    """
    flags: list[tuple[str, int, int]] = []
    size = len(text)
    while True:
        at = skip_space(text, at)
        if not text.startswith("--", at):
            return flags, at
        start = at
        cooked: list[str] = []
        quote = ""
        quoted = False
        while at < size:
            char = text[at]
            if not quote and char in SPACE:
                break
            if not quote and char in "'\"":
                quote = char
                quoted = True
            elif quote and char == quote:
                quote = ""
            elif char == escape:
                if at + 1 == size:
                    at += 1
                    break
                at += 1
                cooked.append(text[at])
            else:
                cooked.append(char)
            at += 1
        flag = "".join(cooked)
        if flag == "--":
            return flags, at
        if flag or quoted:
            flags.append((flag, start, at))


def fields(text: str, at: int) -> list[tuple[int, int]]:
    """The words between blanks from `at` on, as offsets."""
    return [match.span() for match in _FIELD.finditer(text, at)]


def quoted_words(text: str, at: int, escape: str) -> list[tuple[str, int, int]]:
    """
    The words from `at` on, where quotes and escapes keep blanks together and stay in the word.

    Each is (value, start, end); `value` is `text[start:end]` but for an escape at the very end.
    """
    words: list[tuple[str, int, int]] = []
    size = len(text)
    while True:
        at = skip_space(text, at)
        if at >= size:
            return words
        start = at
        quote = ""
        cut = False
        while at < size:
            char = text[at]
            if not quote:
                if char in SPACE:
                    break
                if char in "'\"":
                    quote = char
            elif char == quote:
                quote = ""
                at += 1
                continue
            if char == escape and quote != "'":
                if at + 1 == size:
                    cut = True
                at += 1
            at += 1
        at = min(at, size)
        value = text[start : at - 1] if cut else text[start:at]
        if value:
            words.append((value, start, at))


def two_fields(text: str, at: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The first word from `at` on and all that follows it, or None when nothing does."""
    gap = _GAP.search(text, at)
    if gap is None:
        return None
    return (at, gap.start()), (gap.end(), len(text))


class NotStrings(Exception):
    """A JSON array that holds something else than strings."""


def json_strings(text: str, at: int) -> list[tuple[str, int, int]] | None:
    """
    The strings of the JSON array that `text[at:]` is, as (value, start, end) with the quotes.

    None when it is no JSON array; raises `NotStrings` when it is one of other things.
    """
    at = skip_space(text, at)
    if not text.startswith("[", at):
        return None
    if _JSON_ARRAY.match(text, at):
        return [
            (_json_value(text, *match.span()), *match.span())
            for match in _JSON_ITEM.finditer(text, at)
        ]
    import json

    try:
        value = json.loads(text[at:].strip(" \t\r\n"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        raise NotStrings
    return None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _json_value(text: str, start: int, end: int) -> str:
    raw = text[start + 1 : end - 1]
    if "\\" not in raw:
        return raw
    value = _JSON_ESCAPE.sub(
        lambda m: chr(int(m[1], 16)) if m[1] else _JSON_SINGLE.get(m[2], m[2]), raw
    )
    # Pairs of \u escapes are one character; a lone one is what Go makes of it, U+FFFD.
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
