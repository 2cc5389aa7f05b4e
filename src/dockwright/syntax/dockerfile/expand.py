"""
Variables in Dockerfile words: `$x`, `${x}`, and every modifier BuildKit knows.

Source of the rules: moby/buildkit `frontend/dockerfile/shell/lex.go`. One pass over the text gives
the value, the words it splits into and each reference with its position.
"""

from dockwright.syntax.dockerfile import globs
from dockwright.syntax.dockerfile.globs import BadText, UnknownValue
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[str], str | None]

# Go's unicode.IsSpace, which is narrower than Python's str.isspace.
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"  # noqa: E501
_SPECIAL_PARAMETERS = "@*#?-$!0"
_MODIFIERS = frozenset("+-?#%/")
_UNSUPPORTED = (":#", ":%")
_MAX_DEPTH = 60


class Reference(Value):
    """
    One use of a variable.

    `start` and `end` are offsets in the text given to `expand`. `modifier` is "" for a plain use,
    else one of `-` `:-` `+` `:+` `?` `:?` `#` `%` `/`. `found` tells whether the lookup knew it.
    """

    __slots__ = ("end", "found", "modifier", "name", "start")

    def __init__(self, name: str, start: int, end: int, modifier: str, found: bool) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.modifier = modifier
        self.found = found


class Expansion(Value):
    """
    What a text becomes.

    `value` is None when it has an `error` (a text of BuildKit's kind) or depends on an unknown
    variable (`unknown` is then its name). `words` is the value split as a shell would.
    """

    __slots__ = ("error", "references", "unknown", "value", "words")

    def __init__(
        self,
        value: str | None,
        words: tuple[str, ...],
        references: tuple[Reference, ...],
        error: str | None,
        unknown: str | None,
    ) -> None:
        self.value = value
        self.words = words
        self.references = references
        self.error = error
        self.unknown = unknown


def expand(
    text: str,
    lookup: "Lookup",
    escape: str = "\\",
    *,
    raw_quotes: bool = False,
    raw_escapes: bool = False,
    keep_unset: bool = False,
    plain_quotes: bool = False,
) -> Expansion:
    """
    `text` with its variables replaced.

    `lookup` gives a variable's value, None when it is not set, or raises `UnknownValue`.
    `raw_quotes` and `raw_escapes` keep quotes and escapes in the result, `keep_unset` keeps a
    reference to an unset variable as it is written, `plain_quotes` gives quotes no meaning (as in
    the body of a COPY heredoc). Never raises.
    """
    if not plain_quotes and text.isalnum():
        return Expansion(text, (text,), (), None, None)
    run = _Run(text, lookup, escape, raw_quotes, keep_unset, plain_quotes)
    error = unknown = value = None
    words: tuple[str, ...] = ()
    try:
        value, split = run.until("", raw_escapes)
        words = tuple(split)
    except BadText as bad:
        error = str(bad)
    except UnknownValue:
        unknown = run.asking
    return Expansion(value, words, tuple(run.references), error, unknown)


def references(text: str, escape: str = "\\") -> tuple[Reference, ...]:
    """Every variable `text` uses, nested ones also, whatever their values."""
    if "$" not in text:
        return ()
    found: list[Reference] = []
    # Each modifier evaluates its word whatever the variable is, so one empty lookup sees them all.
    found.extend(expand(text, lambda _: None, escape).references)
    return tuple(found)


class _Run:
    __slots__ = (
        "asking",
        "depth",
        "escape",
        "keep_unset",
        "lookup",
        "nested",
        "pattern",
        "plain_quotes",
        "pos",
        "raw_quotes",
        "references",
        "text",
    )

    def __init__(
        self,
        text: str,
        lookup: "Lookup",
        escape: str,
        raw_quotes: bool,
        keep_unset: bool,
        plain_quotes: bool,
    ) -> None:
        self.text = text
        self.lookup = lookup
        self.escape = escape
        self.raw_quotes = raw_quotes
        self.keep_unset = keep_unset
        self.plain_quotes = plain_quotes
        # Go's scanner leaves a byte order mark out at the beginning.
        self.pos = 1 if text.startswith("\ufeff") else 0
        self.depth = 0
        self.nested = 0
        self.pattern = False
        self.asking = ""
        self.references: list[Reference] = []

    def peek(self) -> str:
        return self.text[self.pos] if self.pos < len(self.text) else ""

    def next(self) -> str:
        if self.pos >= len(self.text):
            return ""
        char = self.text[self.pos]
        self.pos += 1
        return char

    def until(self, stop: str, raw_escapes: bool) -> tuple[str, list[str]]:
        result: list[str] = []
        words: list[str] = []
        word: list[str] = []
        in_word = False
        text, size = self.text, len(self.text)
        self.nested += 1
        while self.pos < size:
            char = text[self.pos]
            if char == stop:
                self.pos += 1
                if word:
                    words.append("".join(word))
                return "".join(result), words
            nested = self.nested
            if char == "$":
                piece = self.dollar()
                result.append(piece)
                if nested != self.nested:
                    # BuildKit has one buffer for the current word, and `${x:-word}` empties it.
                    word = []
                for part in piece:
                    if part in SPACE:
                        if in_word and word:
                            words.append("".join(word))
                            word = []
                            in_word = False
                    else:
                        word.append(part)
                        in_word = True
                continue
            if char in "'\"" and not self.plain_quotes:
                piece = self.single() if char == "'" else self.double(raw_escapes)
            elif char == "<":
                piece = self.maybe_heredoc()
            elif char == self.escape:
                self.pos += 1
                piece = char if raw_escapes else ""
                following = self.next()
                if not following:
                    if piece:
                        result.append(piece)
                        word.append(piece)
                    break
                piece += following
            else:
                self.pos += 1
                result.append(char)
                if char not in SPACE:
                    word.append(char)
                    in_word = True
                elif in_word and word:
                    words.append("".join(word))
                    word = []
                    in_word = False
                continue
            if nested != self.nested:
                word = []
            result.append(piece)
            word.append(piece)
            in_word = True
        if stop:
            raise BadText(f"unexpected end of statement while looking for matching {stop}")
        last = "".join(word)
        if last:
            words.append(last)
        return "".join(result), [w for w in words if w]

    def single(self) -> str:
        end = self.text.find("'", self.pos + 1)
        if end < 0:
            self.pos = len(self.text)
            raise BadText("unexpected end of statement while looking for matching single-quote")
        self.contested(self.text[self.pos : end])
        piece = self.text[self.pos : end + 1] if self.raw_quotes else self.text[self.pos + 1 : end]
        self.pos = end + 1
        return piece

    def double(self, raw_escapes: bool) -> str:
        quote = '"' if self.raw_quotes else ""
        self.pos += 1
        result = [quote]
        while True:
            char = self.peek()
            if not char:
                raise BadText("unexpected end of statement while looking for matching double-quote")
            if char == '"':
                self.pos += 1
                result.append(quote)
                return "".join(result)
            if char == "$":
                result.append(self.dollar())
                continue
            self.pos += 1
            if char == self.escape:
                self.contested(char)
                if raw_escapes:
                    result.append(char)
                following = self.peek()
                if not following:
                    continue
                if following in ('"', "$", self.escape):
                    char = self.next()
            result.append(char)

    def contested(self, quoted: str) -> None:
        # BuildKit 0.34 doubles escapes inside the quotes of a pattern, older ones do not.
        if self.pattern and self.escape in quoted:
            raise UnknownValue

    def maybe_heredoc(self) -> str:
        self.pos += 1
        if self.peek() != "<":
            return "<"
        self.pos += 1
        start = self.pos
        while self.peek() and self.peek() in "\t\r ":
            self.pos += 1
        return "<<" + self.text[start : self.pos]

    def name(self) -> str:
        start = self.pos
        char = self.peek()
        if char.isdecimal():
            while self.peek().isdecimal():
                self.pos += 1
        elif char and char in _SPECIAL_PARAMETERS:
            self.pos += 1
        else:
            while (char := self.peek()) and (char.isalpha() or char.isdecimal() or char == "_"):
                self.pos += 1
        return self.text[start : self.pos]

    def get(self, name: str, start: int, modifier: str) -> tuple[str, bool]:
        self.asking = name
        try:
            value = self.lookup(name)
        except UnknownValue:
            self.references.append(Reference(name, start, self.pos, modifier, True))
            raise
        self.references.append(Reference(name, start, self.pos, modifier, value is not None))
        return value or "", value is not None

    def dollar(self) -> str:
        start = self.pos
        self.pos += 1
        if self.peek() != "{":
            name = self.name()
            if not name:
                return "$"
            value, found = self.get(name, start, "")
            return value if found or not self.keep_unset else "$" + name
        self.pos += 1
        char = self.peek()
        if not char:
            raise BadText("syntax error: missing '}'")
        if char in "{}:":
            raise BadText("syntax error: bad substitution")
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise BadText("substitutions are nested too deeply")
        try:
            return self.braces(start, self.name())
        finally:
            self.depth -= 1

    def braces(self, start: int, name: str) -> str:
        char = self.next()
        if char == "}":
            value, found = self.get(name, start, "")
            return value if found or not self.keep_unset else "${" + name + "}"
        modifier = char
        if char == ":":
            char = self.next()
            modifier += char
        # BuildKit prints the end of the text as U+FFFD.
        refusal = (
            f"unsupported modifier ({modifier if char else modifier + chr(0xFFFD)}) in substitution"
        )
        if modifier in _UNSUPPORTED or (modifier[:1] != ":" and char not in _MODIFIERS):
            raise BadText(refusal)
        if modifier == "/":
            return self.replace(start, name)
        word = self.operand("}") if char in "#%" else self.word("}", False)
        value, found = self.get(name, start, modifier)
        if self.keep_unset and not found:
            return "${" + name + modifier + word + "}"
        empty = not found or (modifier[0] == ":" and not value)
        if char == "-":
            return word if empty else value
        if char == "+":
            return "" if empty else word
        if char == "?":
            if not found:
                raise BadText(f"{name}: {word or 'is not allowed to be unset'}")
            if empty:
                raise BadText(f"{name}: {word or 'is not allowed to be empty'}")
            return value
        if char == "/" or char not in _MODIFIERS:
            raise BadText(refusal)
        greedy = word[:1] == char
        pattern = word[1:] if greedy else word
        return globs.trim(pattern, value, greedy, from_end=char == "%")

    def word(self, stop: str, raw_escapes: bool) -> str:
        try:
            return self.until(stop, raw_escapes)[0]
        except BadText:
            if self.pos >= len(self.text):
                raise BadText("syntax error: missing '}'") from None
            raise

    def operand(self, stop: str) -> str:
        """The pattern of a modifier."""
        outer, self.pattern = self.pattern, True
        try:
            return self.until(stop, True)[0]
        except BadText:
            if self.pos >= len(self.text):
                raise BadText(
                    "syntax error: missing '}'"
                    if stop == "}"
                    else "syntax error: missing '/' in ${}"
                ) from None
            raise
        finally:
            self.pattern = outer

    def replace(self, start: int, name: str) -> str:
        every = self.peek() == "/"
        if every:
            self.pos += 1
        pattern = self.operand("/")
        replacement = self.word("}", True)
        value, found = self.get(name, start, "/")
        if self.keep_unset and not found:
            return "${" + name + "/" + pattern + "/" + replacement + "}"
        expression = globs.compiled(pattern, greedy=True, value=value)
        if every:
            return globs.replace_every(expression, replacement, value)
        match = expression.search(value)
        return value[: match.start()] + replacement + value[match.end() :] if match else value


__all__ = ["SPACE", "Expansion", "Reference", "UnknownValue", "expand", "references"]
