"""
Reading a `.dockerignore` without losing a character.

Lines and trimming follow moby/patternmatcher, ignorefile/ignorefile.go, on top of Go's
`bufio.Scanner`. Any text parses; what Docker would refuse is reported as an error value.
"""

from dockwright.syntax.ignore.gopath import SPACE, trim_space, utf8_length
from dockwright.syntax.ignore.pattern import IgnorePattern, read_line, wire_text
from dockwright.text.value import Value

BOM = "bom"
COMMENT = "comment"
NEGATION = "negation"
PATTERN = "pattern"
SPACING = "whitespace"
NEWLINE = "newline"

LINE_LIMIT = 65_536
"""So many bytes, without the "\\n" but with a "\\r", are too long a line for `bufio.Scanner`."""

TOO_LONG = "line too long: Docker reads at most 65535 bytes in a line"

UNSENDABLE = "control character: BuildKit cannot send this pattern to the client"


class IgnoreToken(Value):
    """A piece of the text: `kind` is one of this module's constants, offsets are half-open."""

    __slots__ = ("end", "kind", "start")

    def __init__(self, kind: str, start: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end


class IgnoreError(Value):
    """Why a build with this file stops: a message, half-open offsets, and the line from 1."""

    __slots__ = ("end", "line", "message", "start")

    def __init__(self, message: str, start: int, end: int, line: int) -> None:
        self.message = message
        self.start = start
        self.end = end
        self.line = line


class IgnoreFile(Value):
    """
    A parsed ignore file.

    `tokens` tile `text`: each begins where the one before it ends, none is empty, and together
    they are the text. `patterns` are in file order, those with an `error` included. `errors` are
    in file order.
    """

    __slots__ = ("errors", "patterns", "text", "tokens")

    def __init__(
        self,
        text: str,
        tokens: tuple[IgnoreToken, ...],
        patterns: tuple[IgnorePattern, ...],
        errors: tuple[IgnoreError, ...],
    ) -> None:
        self.text = text
        self.tokens = tokens
        self.patterns = patterns
        self.errors = errors


def parse(text: str) -> IgnoreFile:
    """The ignore file that `text` spells. Never raises."""
    tokens: list[IgnoreToken] = []
    patterns: list[IgnorePattern] = []
    errors: list[IgnoreError] = []
    at = 0
    line = 0
    while at < len(text):
        line += 1
        newline = text.find("\n", at)
        stop, after = (newline, newline + 1) if newline >= 0 else (len(text), len(text))
        if (stop - at) * 4 >= LINE_LIMIT and utf8_length(text[at:stop]) >= LINE_LIMIT:
            errors.append(IgnoreError(TOO_LONG, at, stop, line))
        stop -= stop > at and text[stop - 1] == "\r"
        if line == 1 and text[0] == "\ufeff":
            tokens.append(IgnoreToken(BOM, 0, 1))
            at = 1
        if text.startswith("#", at, stop):
            tokens.append(IgnoreToken(COMMENT, at, stop))
        else:
            body = text[at:stop].lstrip(SPACE)
            start = stop - len(body)
            written = trim_space(body)
            end = start + len(written)
            if written:
                pattern = read_line(written, start, line)
                patterns.append(pattern)
                if pattern.error is not None:
                    errors.append(IgnoreError(pattern.error, start, end, line))
            tokens += _pattern_tokens(text, at, start, end, stop)
        if stop < after:
            tokens.append(IgnoreToken(NEWLINE if newline >= 0 else SPACING, stop, after))
        at = after
    unsendable = _unsendable(patterns)
    if unsendable:
        errors = sorted(errors + unsendable, key=lambda error: error.start)
    return IgnoreFile(text, tuple(tokens), tuple(patterns), tuple(errors))


def _pattern_tokens(text: str, at: int, start: int, end: int, stop: int) -> list[IgnoreToken]:
    """The tokens of a line from `at` to `stop` whose pattern, maybe none, is `start` to `end`."""
    mark = start + text.startswith("!", start, end)
    glob = end - len(text[mark:end].lstrip(SPACE))
    pieces = (
        (SPACING, at, start),
        (NEGATION, start, mark),
        (SPACING, mark, glob),
        (PATTERN, glob, end),
        (SPACING, end, stop),
    )
    return [IgnoreToken(kind, first, last) for kind, first, last in pieces if first < last]


def _unsendable(patterns: list[IgnorePattern]) -> list[IgnoreError]:
    """
    The patterns that stop a build because gRPC refuses them in a header.

    The builder sends patterns as header values, where gRPC allows printable ASCII only. It escapes
    them if one of them is not ASCII, but not if one has a tab or another control character
    (moby/buildkit, session/filesync/filesync.go, encodeStringForHeader).
    """
    plain = "".join(pattern.written for pattern in patterns)
    if plain.isprintable():
        return []
    sent = [wire_text(pattern.written) for pattern in patterns]
    if not all(text.isascii() for text in sent):
        return []
    return [
        IgnoreError(UNSENDABLE, pattern.start, pattern.end, pattern.line)
        for pattern, text in zip(patterns, sent, strict=True)
        if not text.isprintable()
    ]
