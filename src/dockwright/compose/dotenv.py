"""
Files of variables: `.env`, `env_file`, `--env-file`, `label_file`.

The syntax is that of compose-go (`dotenv/`): `export`, quotes, escapes, comments behind a blank,
values over several lines in quotes, variables in what is not in single quotes, `KEY` alone for
a variable taken over.
"""

from dockwright.compose.template import Filler
from dockwright.compose.values import Refused
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[str], str | None]

_EXPORT = lazy(r"export\s+")
_ESCAPE = lazy(r"\\(?:[abcfnrtv$\"\\]|0[0-9]{0,3})")
_BLANK = "\t\v\f\r \x85\xa0"
_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\",
    '"': '"',
}  # fmt: skip


def variables(
    text: str, lookup: "Lookup", lenient: bool = False, before: "dict[str, str] | None" = None
) -> dict[str, str]:
    """
    The variables of a file, in order. Raises `Refused` with the line in its message.

    Variables are looked up in `lookup`, then in the file so far, then in `before`.
    """
    found: dict[str, str] = {}
    earlier = before or {}

    def known(name: str) -> str | None:
        value = lookup(name)
        if value is None:
            value = found.get(name)
        return earlier.get(name) if value is None else value

    _Reader(text.removeprefix("\ufeff"), found, known, lenient).read(lookup)
    return found


def raw(text: str, lookup: "Lookup") -> dict[str, str]:
    """The variables of a file of the format "raw": each line up to its end, nothing filled in."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        stripped = line.removesuffix("\r").lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if any(c.isspace() for c in name):
            raise Refused(f"line {number}: {name!r} has a blank in it")
        if not name:
            raise Refused(f"line {number}: no name before '='")
        if equals:
            found[name] = value
        else:
            taken = lookup(name)
            if taken is not None:
                found[name] = taken
    return found


class _Reader:
    __slots__ = ("_at", "_fill", "_found", "_text")

    def __init__(self, text: str, found: dict[str, str], known: "Lookup", lenient: bool) -> None:
        self._text = text
        self._found = found
        self._at = 0
        self._fill = Filler(known, lenient)

    def read(self, inherit: "Lookup") -> None:
        while self._start():
            name, taken = self._name()
            if " " in name:
                raise Refused(f"line {self._line()}: a name cannot have a blank in it")
            if taken:
                value = inherit(name)
                if value is not None:
                    self._found[name] = value
            else:
                self._found[name] = self._value()

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _start(self) -> bool:
        """Go to the next statement; False at the end."""
        text = self._text
        while self._at < len(text):
            if text[self._at].isspace():
                self._at += 1
            elif text[self._at] == "#":
                end = text.find("\n", self._at)
                self._at = len(text) if end < 0 else end
            else:
                return True
        return False

    def _name(self) -> tuple[str, bool]:
        text = self._text
        export = _EXPORT.match(text, self._at)
        if export is not None:
            self._at += len("export")
            while self._at < len(text) and text[self._at] in _BLANK:
                self._at += 1
        start = self._at
        at = start
        while at < len(text):
            char = text[at]
            if char in "=:\n":
                break
            if not (char in _BLANK or char in "_.-[]" or char.isalpha() or char.isnumeric()):
                raise Refused(f"line {self._line()}: unexpected character {char!r} in a name")
            at += 1
        else:
            # A name that the file ends with: the reference takes it for a value without a name.
            self._at = start
            return "", False
        name = text[start:at].rstrip()
        taken = text[at] == "\n"
        at += 1
        while at < len(text) and text[at] in _BLANK:
            at += 1
        self._at = at
        return name, taken

    def _value(self) -> str:
        text = self._text
        quote = text[self._at : self._at + 1]
        if quote not in ("'", '"') or not quote:
            end = text.find("\n", self._at)
            end = len(text) if end < 0 else end
            value = text[self._at : end].partition(" #")[0].rstrip()
            self._at = min(end + 1, len(text))
            return str(self._fill.fill(value))
        start = self._at
        out: list[str] = []
        at = start + 1
        while at < len(text):
            char = text[at]
            if char == "\\" and text[at + 1 : at + 2] == quote:
                out.append(quote)
                at += 2
            elif char == "\\" and at + 1 < len(text):
                out.append(text[at : at + 2] if text[at + 1] != "\\" else "\\\\")
                at += 2
            elif char == quote:
                self._at = at + 1
                value = "".join(out)
                return (
                    str(self._fill.fill(_ESCAPE.sub(_unescape, value))) if quote == '"' else value
                )
            else:
                out.append(char)
                at += 1
        raise Refused(f"line {self._line()}: the quote is not closed")


def _unescape(found: "object") -> str:
    match = str(found[0])  # type: ignore[index]
    rest = match[1:]
    if rest == "$":
        return "$$"
    if rest[0] == "0":
        digits = rest[1:]
        if len(digits) == 3 and all(c in "01234567" for c in digits) and int(digits, 8) < 256:
            return chr(int(digits, 8))
        return match
    return _ESCAPES.get(rest, match)
