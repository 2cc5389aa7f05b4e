"""
One cleaned pattern, compiled.

The rules are those of `Pattern.compile` and `Pattern.match` in moby/patternmatcher
(patternmatcher.go) with "/" as the separator. Literal patterns, `dir/**` and `**/name` are plain
comparisons; everything else is a regular expression, compiled at its first use.
"""

from dockwright.syntax.ignore.execute import searcher
from dockwright.syntax.ignore.goclass import RegexError
from dockwright.syntax.ignore.gopath import replace_invalid
from dockwright.syntax.ignore.goregex import ANY_DIRS, Atom, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXACT = "exact"
PREFIX = "prefix"
SUFFIX = "suffix"
REGEX = "regex"


def regex_text(pattern: str) -> tuple[str, str]:
    """
    How patternmatcher would match `pattern`: EXACT, PREFIX, SUFFIX or REGEX, and the Go regular
    expression (only of use for REGEX).
    """
    kind = EXACT
    out = "^"
    # Go reads the pattern with text/scanner, which skips a byte order mark at the start.
    at = 1 if pattern.startswith("\ufeff") else 0
    first = True
    while at < len(pattern):
        c = pattern[at]
        at += 1
        if c == "*" and pattern.startswith("*", at):
            at += 1
            at += pattern.startswith("/", at)
            if at < len(pattern):
                out += ANY_DIRS
                kind = REGEX
            elif kind is EXACT:
                kind = PREFIX
            else:
                out += ".*"
                kind = REGEX
            if first:
                kind = SUFFIX
        elif c == "*":
            out += "[^/]*"
            kind = REGEX
        elif c == "?":
            out += "[^/]"
            kind = REGEX
        elif c in ".+()$":
            out += "\\" + c
        elif c == "\\":
            out += pattern[at - 1 : at + 1]
            kind = REGEX if at < len(pattern) else kind
            at += 1
        else:
            kind = REGEX if c in "[]" else kind
            out += c
        first = False
    return kind, out + "$"


class Glob:
    """
    A compiled pattern.

    `broken` tells that Go cannot compile its regular expression: a build stops with "syntax error
    in pattern" once the pattern is tried. Such a pattern matches nothing here.
    """

    __slots__ = ("_search", "branches", "broken", "kind", "literal")

    def __init__(self, cleaned: str) -> None:
        self.kind, regex = regex_text(cleaned)
        self.broken = False
        self.branches: list[list[Atom]] = []
        self._search: Callable[[str], bool] | None = None
        self.literal = cleaned
        if self.kind is PREFIX:
            self.literal = cleaned[:-2]
        elif self.kind is SUFFIX:
            self.literal = cleaned[2:]
        elif self.kind is REGEX:
            try:
                self.branches = read(regex)
            except RegexError:
                self.broken = True

    def matches(self, path: str) -> bool:
        """Whether the pattern matches exactly this path (parents are not looked at)."""
        kind = self.kind
        if kind is REGEX:
            search = self._search
            if search is None:
                if self.broken:
                    return False
                search = self._search = searcher(self.branches)
            return search(path if path.isascii() else replace_invalid(path))
        literal = self.literal
        if kind is EXACT:
            return path == literal
        if kind is PREFIX:
            return path.startswith(literal)
        if literal.startswith("*"):
            return _matches_after_mark(path, literal)
        return path.endswith(literal) or (literal[:1] == "/" and path == literal[1:])

    def part(self, path: str, parents: "Sequence[str]") -> str | None:
        """The first of `path` and its `parents` (outermost first) that matches, or None."""
        if self.matches(path):
            return path
        if self.kind is EXACT and not path.startswith(self.literal):
            return None
        for parent in parents:
            if self.matches(parent):
                return parent
        return None


def _matches_after_mark(path: str, literal: str) -> bool:
    """
    The suffix test for a pattern like U+FEFF `**/name`.

    patternmatcher cuts the first two *bytes* off, so the mark's last byte, 0xBF, stays in front of
    the `**`.
    """
    return path.encode("utf-8", "surrogateescape").endswith(
        b"\xbf*" + literal.encode("utf-8", "surrogateescape")
    )
