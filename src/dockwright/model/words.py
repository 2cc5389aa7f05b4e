"""
What the words of a shell script are when the script runs: expansions, splitting, braces, globs.

Source of the rules: POSIX.1-2024, Shell & Utilities, 2.6 Word Expansions; braces as in bash(1).
"""

from dockwright.facts.knowledge import Known
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import fnmatchcase, lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.model.world import World

    # A field: its pieces with whether they were quoted; None stands for what is not known.
    Field = list[tuple[str | None, bool]]

_NAME = lazy(r"\w+")
# Runs of characters without a meaning of their own, outside and inside double quotes.
_PLAIN = lazy(r"[^\\'\"$`]+")
_QUOTED = lazy(r"[^\\\"$`]*")
_PARAMETER = lazy(r"(\w+)(:?[-=+?]|##?|%%?|)", re.DOTALL)
_ARITHMETIC = lazy(r"[\d\s+*/%()-]*$")
_TOKEN = lazy(r"\d+|[-+*/%()]")
_BRACES = lazy(r"\{(?:[^{}\s]*,[^{}\s]*|-?\w+\.\.-?\w+)\}|\{.*\{.*\}.*\}")
_SEQUENCE = lazy(r"(-?\d+)\.\.(-?\d+)$")
_GLOB = frozenset("*?[")
_BLANK = " \t\n"
MAX_FIELDS = 200


class Unreadable(Exception):
    """The word has something in it that is not followed."""


class Expander:
    """
    Expands one word in a `world`.

    `run` gives the output of a command substitution, None when it is not known.
    """

    __slots__ = ("at", "fields", "splits", "text", "world")

    def __init__(self, world: "World", text: str, *, splits: bool) -> None:
        self.world = world
        self.text = text.replace("\\\n", "")
        self.at = 0
        self.splits = splits
        self.fields: list[Field] = [[]]

    # Results

    def add(self, text: str | None, *, quoted: bool) -> None:
        """Characters of the field that is being read."""
        self.fields[-1].append((text, quoted))

    def value(self, text: str | None, *, quoted: bool) -> None:
        """The value of an expansion, split into fields where it is not quoted."""
        if text is None or quoted or not self.splits:
            self.add(text, quoted=quoted)
            return
        parts = text.split()
        if text[:1] in _BLANK and text[:1] and self.fields[-1]:
            self.fields.append([])
        for index, part in enumerate(parts):
            if index:
                self.fields.append([])
            self.add(part, quoted=False)
        if parts and text[-1:] in _BLANK:
            self.fields.append([])

    # Reading

    def read(self) -> "list[Field]":
        """The fields of the whole word."""
        text = self.text
        if text.startswith("~"):
            self._tilde()
        while self.at < len(text):
            char = text[self.at]
            if char == "\\":
                self.add(text[self.at + 1 : self.at + 2], quoted=True)
                self.at += 2
            elif char == "'":
                self._single()
            elif char == '"':
                self.at += 1
                self._double()
            elif char in "$`":
                self._expansion(quoted=False)
            else:
                match = _PLAIN.match(text, self.at)
                end = match.end() if match is not None else self.at + 1
                self.add(text[self.at : end], quoted=False)
                self.at = end
        return self.fields

    def _tilde(self) -> None:
        name = self.text[1:].partition("/")[0]
        if any(char in name for char in "\"'$\\`"):
            return
        self.at = 1 + len(name)
        self.add(self.world.home if not name else None, quoted=True)

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise Unreadable
        self.add(self.text[self.at + 1 : end], quoted=True)
        self.at = end + 1

    def _double(self) -> None:
        """The rest of a double-quoted string, the closing quote included."""
        text = self.text
        self.add("", quoted=True)
        while self.at < len(text):
            char = text[self.at]
            if char == '"':
                self.at += 1
                return
            if char == "\\" and text[self.at + 1 : self.at + 2] in ("$", "`", '"', "\\"):
                self.add(text[self.at + 1], quoted=True)
                self.at += 2
            elif char in "$`":
                self._expansion(quoted=True)
            else:
                match = _QUOTED.match(text, self.at + 1)
                end = match.end() if match is not None else self.at + 1
                self.add(text[self.at : end], quoted=True)
                self.at = end
        raise Unreadable

    def _expansion(self, *, quoted: bool) -> None:
        text, at = self.text, self.at
        if text[at] == "`":
            end = text.find("`", at + 1)
            if end < 0 or "\\" in text[at:end]:
                raise Unreadable
            self.at = end + 1
            self.value(self.world.output(text[at + 1 : end]), quoted=quoted)
            return
        following = text[at + 1 : at + 2]
        if text.startswith("$((", at):
            end = text.find("))", at)
            if end < 0:
                raise Unreadable
            self.at = end + 2
            self.value(self._arithmetic(text[at + 3 : end]), quoted=quoted)
        elif following == "(":
            end = closing(text, at + 2, ")")
            self.at = end + 1
            self.value(self.world.output(text[at + 2 : end]), quoted=quoted)
        elif following == "{":
            end = closing(text, at + 2, "}")
            self.at = end + 1
            self._braced(text[at + 2 : end], quoted=quoted)
        elif following and following in "@*":
            self.at += 2
            self._all(quoted=quoted, joined=following == "*")
        elif following and following in "?$!#-":
            self.at += 2
            self.value(None, quoted=quoted)
        elif following.isdigit():
            self.at += 2
            self.value(self._variable(following), quoted=quoted)
        else:
            match = _NAME.match(text, at + 1)
            if match is None:
                if following in ("'", '"') and not quoted:
                    raise Unreadable
                self.add("$", quoted=quoted)
                self.at += 1
                return
            self.at = match.end()
            self.value(self._variable(match.group()), quoted=quoted)

    def _all(self, *, quoted: bool, joined: bool) -> None:
        """`$@` and `$*`."""
        given = self.world.positional
        if given is None or joined or not self.splits:
            self.value(None, quoted=quoted)
            return
        for index, one in enumerate(given):
            if index:
                self.fields.append([])
            self.value(one, quoted=quoted)

    def _variable(self, name: str) -> str | None:
        found = self.world.variable(name)
        if found is None:
            return ""
        return found.value if isinstance(found, Known) and isinstance(found.value, str) else None

    def _braced(self, inner: str, *, quoted: bool) -> None:
        match = _PARAMETER.match(inner)
        if match is None:
            self.value(None, quoted=quoted)
            return
        name, operator = match.groups()
        rest = inner[match.end() :]
        if not operator:
            self.value(self._variable(name) if not rest else None, quoted=quoted)
            return
        found = self.world.variable(name)
        if found is not None and not (isinstance(found, Known) and isinstance(found.value, str)):
            self.value(None, quoted=quoted)
            return
        value = found.value if isinstance(found, Known) else None
        if operator[0] in "#%":
            self.value(self._stripped(value or "", operator, rest), quoted=quoted)
            return
        given = value is not None and (bool(value) or not operator.startswith(":"))
        if operator[-1] == "+":
            self.value(self._inner(rest) if given else "", quoted=quoted)
        elif given:
            self.value(value, quoted=quoted)
        elif operator[-1] == "?":
            self.value(None, quoted=quoted)
        else:
            other = self._inner(rest)
            if operator[-1] == "=":
                self.world.variables[name] = other
            self.value(other, quoted=quoted)

    def _inner(self, text: str) -> str | None:
        """The word inside `${name-word}`, as one string."""
        fields = Expander(self.world, text, splits=False).read()
        pieces = [piece for field in fields for piece, _ in field]
        return None if None in pieces else "".join(piece for piece in pieces if piece is not None)

    def _stripped(self, value: str, operator: str, pattern: str) -> str | None:
        plain = self._inner(pattern)
        if plain is None or "[" in plain or any(char in pattern for char in "\"'\\"):
            return None
        ends = range(len(value) + 1)
        longest = len(operator) == 2
        if operator[0] == "#":
            for end in reversed(ends) if longest else ends:
                if fnmatchcase(value[:end], plain):
                    return value[end:]
        else:
            for start in ends if longest else reversed(ends):
                if fnmatchcase(value[start:], plain):
                    return value[:start]
        return value

    def _arithmetic(self, text: str) -> str | None:
        def number(match: "re.Match[str]") -> str:
            value = self._variable(match.group(1))
            return (value or "0") if value is not None and (value or "0").isdigit() else "?"

        plain = re.sub(r"\$?\{?([A-Za-z_]\w*)\}?", number, text)
        return calculated(plain)


def calculated(text: str) -> str | None:
    """The value of an arithmetic expression of whole numbers; None when it is none."""
    if not _ARITHMETIC.match(text):
        return None
    tokens = _TOKEN.findall(text)
    tokens.append("")

    def atom() -> int:
        found = tokens.pop(0)
        if found == "(":
            value = total()
            if tokens.pop(0) != ")":
                raise ValueError
            return value
        if found in ("-", "+"):
            return -atom() if found == "-" else atom()
        return int(found)

    def product() -> int:
        value = atom()
        while tokens[0] in ("*", "/", "%"):
            operator, other = tokens.pop(0), atom()
            if operator == "*":
                value *= other
            else:
                whole = int(value / other)
                value = whole if operator == "/" else value - whole * other
        return value

    def total() -> int:
        value = product()
        while tokens[0] in ("+", "-"):
            value += product() if tokens.pop(0) == "+" else -product()
        return value

    try:
        value = total()
    except (ValueError, ZeroDivisionError, IndexError, OverflowError, RecursionError):
        return None
    return str(value) if tokens == [""] else None


def closing(text: str, at: int, end: str) -> int:
    """Where the bracket closes that was opened before `at`, quotes and inner brackets passed."""
    opening = {")": "(", "}": "{"}[end]
    depth = 1
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "'":
            at = text.find("'", at + 1)
            if at < 0:
                break
        elif char == '"':
            at = _string_end(text, at + 1)
        elif char == opening:
            depth += 1
        elif char == end:
            depth -= 1
            if not depth:
                return at
        at += 1
    raise Unreadable


def _string_end(text: str, at: int) -> int:
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == '"':
            return at
        elif text.startswith("$(", at):
            at = closing(text, at + 2, ")")
        elif text.startswith("${", at):
            at = closing(text, at + 2, "}")
        at += 1
    raise Unreadable


def braced(text: str) -> bool:
    """Whether bash would expand braces in `text`."""
    return "{" in text and _BRACES.search(text.replace("${", "$")) is not None


def braces(text: str) -> list[str]:
    """The words that bash makes of the braces in `text`; raises `Unreadable` for other forms."""
    start = text.find("{")
    while start > 0 and text[start - 1] == "$":
        start = text.find("{", closing(text, start + 1, "}"))
    if start < 0:
        return [text]
    if any(char in text for char in "\"'\\`") or "$" in text:
        raise Unreadable
    end = closing(text, start + 1, "}")
    inner = text[start + 1 : end]
    parts = _parts(inner)
    if len(parts) == 1:
        match = _SEQUENCE.match(inner)
        if match is None:
            if not inner or ".." not in inner:
                rest = braces(text[end + 1 :])
                return [f"{text[: start + 1]}{inner}}}{one}" for one in rest]
            raise Unreadable
        low, high = int(match.group(1)), int(match.group(2))
        if abs(high - low) > MAX_FIELDS or match.group(1)[:1] == "0" != match.group(1):
            raise Unreadable
        step = 1 if high >= low else -1
        parts = [str(one) for one in range(low, high + step, step)]
    else:
        parts = [deeper for part in parts for deeper in braces(part)]
    rest = braces(text[end + 1 :])
    if len(parts) * len(rest) > MAX_FIELDS:
        raise Unreadable
    return [f"{text[:start]}{part}{one}" for part in parts for one in rest]


def _parts(inner: str) -> list[str]:
    """The alternatives between commas, those inside other braces left whole."""
    parts = [""]
    depth = 0
    for char in inner:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def joined(field: "Field") -> "tuple[str | None, str, bool]":
    """A field as its value (None: not known), its shape, and whether it is a pattern."""
    glob = any(not quoted and text and _GLOB & set(text) for text, quoted in field)
    pieces: list[str] = []
    known = not glob
    for text, quoted in field:
        if text is None:
            known = False
            pieces.append(HOLE)
        elif glob and quoted and _GLOB & set(text):
            pieces.append(HOLE)
        else:
            pieces.append(text)
    shape = "".join(pieces)
    return (shape if known else None), shape, glob
