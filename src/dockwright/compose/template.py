"""
Variables in values: `$V`, `${V}`, `$$`, and `${V:-d}`, `${V:?e}`, `${V:+r}` with or without `:`.

Defaults are filled in themselves; nothing else of the shell's syntax has a meaning. Names are
matched whatever their case, and looked up as they stand (`template/template.go` of compose-go).
"""

from dockwright.compose.values import Filled, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[str], str | None]

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_ſK")
_NAME = _LETTERS | frozenset("0123456789")
_OPERATORS = (":?", "?", ":-", "-", ":+", "+")
DEPTH = 100


class Filler:
    """
    Fills in texts from `lookup`, and takes down what was asked.

    With `lenient`, a required variable that is not set is open instead of refused: whoever checks
    a repository does not have the environment it runs in.
    """

    __slots__ = ("lenient", "lookup", "names", "unset", "values")

    def __init__(self, lookup: "Lookup", lenient: bool = False) -> None:
        self.lookup = lookup
        self.lenient = lenient
        self.names: dict[str, None] = {}
        self.unset: dict[str, None] = {}
        self.values: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """`text` with its variables filled in. Raises `Refused`."""
        if "$" not in text:
            return text
        self.names.clear()
        self.unset.clear()
        made = self._fill(text, 0)
        if self.names:
            return Filled.of(made, self.names, self.unset if self.lenient else ())
        return made

    def _fill(self, text: str, depth: int) -> str:
        if depth > DEPTH:
            raise Refused("variables stand too deep in each other")
        out: list[str] = []
        at = 0
        while True:
            dollar = text.find("$", at)
            if dollar < 0:
                out.append(text[at:])
                return "".join(out)
            out.append(text[at:dollar])
            follows = text[dollar + 1 : dollar + 2]
            if follows == "$":
                out.append("$")
                at = dollar + 2
            elif follows == "{":
                piece, at = self._braced(text, dollar, depth)
                out.append(piece)
            elif follows in _LETTERS and follows:
                end = dollar + 1
                while text[end : end + 1] in _NAME and end < len(text):
                    end += 1
                out.append(self._get(text[dollar + 1 : end]) or "")
                at = end
            else:
                # The pattern does not match here: a lone `$` stays as it is.
                out.append("$")
                at = dollar + 1

    def _get(self, name: str) -> str | None:
        self.names[name] = None
        value = self.lookup(name)
        if value is None:
            self.unset[name] = None
        return value

    def _braced(self, text: str, dollar: int, depth: int) -> tuple[str, int]:
        end = dollar + 2
        while text[end : end + 1] in _NAME and end < len(text):
            end += 1
        name = text[dollar + 2 : end]
        if not name or name[0] not in _LETTERS:
            raise _invalid()
        if text[end : end + 1] == "}":
            return self._get(name) or "", end + 1
        operator = text[end : end + 2] if text[end : end + 1] == ":" else text[end : end + 1]
        if operator not in _OPERATORS:
            raise _invalid()
        # The reference's pattern is greedy: it needs a closing brace somewhere on this line.
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        if text.rfind("}", end, line_end) < 0:
            raise _invalid()
        last = text.rfind("}", end, line_end)
        close = _closing(text[dollar : last + 1])
        if close < 0:
            close = last - dollar
        inner = text[end + len(operator) : dollar + close]
        return self._operate(name, operator, inner, depth), dollar + close + 1

    def _operate(self, name: str, operator: str, inner: str, depth: int) -> str:
        inner = self._fill(inner, depth + 1)
        # Whether a default applies is known of a variable that is set; `names` remembers that the
        # environment has a say all the same.
        self.names[name] = None
        value = self.lookup(name)
        present = value is not None and (value != "" or operator[0] != ":")
        kind = operator[-1]
        if kind == "-":
            return value if present and value is not None else inner
        if kind == "+":
            return inner if present else value or ""
        if not present:
            if not self.lenient:
                why = f": {inner}" if inner else ""
                raise Refused(f"required variable {name} is missing a value{why}")
            self.unset[name] = None
            return ""
        return value or ""


def _closing(text: str) -> int:
    """
    The offset of the brace that closes the first one, as the reference counts.

    Each `{` counts, and the character behind it is skipped (`getFirstBraceClosingIndex`).
    """
    depth = 0
    at = 0
    while at < len(text):
        if text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        elif text[at] == "{":
            depth += 1
            at += 1
        at += 1
    return -1


def _invalid() -> Refused:
    # Without the text: a mistake of this kind stands in a password as often as anywhere.
    return Refused("invalid interpolation format: write $$ for a dollar sign")
