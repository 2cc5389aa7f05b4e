"""
Which paths reach the build context.

Docker decides twice, and the two do not always agree:

* Walking the context, the client compares each path by `MatchesUsingParentResults` of
  moby/patternmatcher and leaves whole directories out (tonistiigi/fsutil, filter.go `Walk`).
  A path that gets through is listed in the context. `Matcher.root` and `Matcher.visit` do this.
* When the builder asks for the content of a listed file, the client opens it only if
  `MatchesOrParentMatches` lets it through (filter.go `Open`). `Matcher.excludes` does this.

With the patterns `*`, `!d/c`, `d`, in this order, the file `d/c` is listed and then not opened: it
is in the image, empty, and no message says so (seen with Docker 28.5.2, buildx 0.29.1).
`Matcher.fate` tells the three outcomes apart.

Paths are relative to the context root, separated by "/", cleaned (no ".", "..", "//" or final
"/"), and compared with upper and lower case apart.
"""

from dockwright.syntax.ignore.sieve import sieve
from dockwright.syntax.ignore.walk import Visit
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockwright.syntax.ignore.glob import Glob
    from dockwright.syntax.ignore.pattern import IgnorePattern

SENT = "sent"
"""In the context, with its content."""
HOLLOW = "hollow"
"""In the context, but empty: listed by the walk and refused when it is opened."""
ABSENT = "absent"
"""Not in the context."""

_WILDCARDS = frozenset("*[]?^\\")


class Decision(Value):
    """
    Why a path is excluded, or not.

    `pattern` is the one that had the last word; None if no pattern matched in a way that counted,
    which leaves the path included. `part` is what it matched: the path or one of its parents.
    `error` is set when a pattern was tried that Docker cannot compile: the build stops there. The
    rest of the answer is then what it would be without that pattern.
    """

    __slots__ = ("error", "excluded", "part", "pattern")

    def __init__(
        self,
        excluded: bool,
        pattern: "IgnorePattern | None" = None,
        part: str | None = None,
        error: str | None = None,
    ) -> None:
        self.excluded = excluded
        self.pattern = pattern
        self.part = part
        self.error = error


class Matcher:
    """
    An ordered list of patterns, as moby/patternmatcher `New` takes it.

    `patterns` leaves out what Docker drops, and patterns with an error that stops a build before
    any path is looked at; those are in `rejected`. No patterns means that nothing is excluded.
    """

    __slots__ = ("_exceptions", "_rules", "_sieve", "_visits", "patterns", "rejected")

    def __init__(self, patterns: "Iterable[IgnorePattern]") -> None:
        listed = tuple(patterns)
        self.rejected = tuple(p for p in listed if p.error is not None and p.glob is None)
        rules: list[tuple[bool, Glob]] = []
        kept: list[IgnorePattern] = []
        for pattern in listed:
            if pattern.glob is not None:
                kept.append(pattern)
                rules.append((pattern.negated, pattern.glob))
        self.patterns = tuple(kept)
        self._rules = tuple(rules)
        self._exceptions = _exception_directories(kept)
        self._sieve: Callable[[str], bool] | None = None
        self._visits: dict[str, Visit] = {}

    def excludes(self, path: str) -> bool:
        """
        Whether `MatchesOrParentMatches` excludes the path. The root itself ("." or "") never is.

        A negated pattern, too, holds for everything below what it matches.
        """
        return path not in ("", ".") and self._last_word(path)[0]

    def decision(self, path: str) -> Decision:
        """The answer of `excludes` with its reason."""
        if path in ("", "."):
            return Decision(False)
        excluded, index, part, error = self._last_word(path)
        pattern = self.patterns[index] if index >= 0 else None
        return Decision(excluded, pattern, part, error)

    def _last_word(self, path: str) -> tuple[bool, int, str | None, str | None]:
        excluded = False
        word, part, error = -1, None, None
        parents = _parents(path)
        for index, (negated, glob) in enumerate(self._rules):
            # A pattern that could not change the answer is not tried.
            if negated is not excluded:
                continue
            if glob.broken:
                error = error or self.patterns[index].error
                continue
            found = glob.part(path, parents)
            if found is not None:
                excluded = not excluded
                word, part = index, found
        return excluded, word, part, error

    def root(self) -> Visit:
        """The context root, from where `Visit.child` leads down as the client's walk does."""
        if self._sieve is None:
            self._sieve = sieve(pattern.glob for pattern in self.patterns if pattern.glob)
        return Visit("", self.patterns, self._exceptions, self._sieve)

    def visit(self, path: str) -> Visit:
        """
        The walk's visit of `path`, by way of its parents, whether the walk gets there or not.

        Visits of directories are remembered.
        """
        if path in ("", "."):
            return self.root()
        above, _, name = path.rpartition("/")
        parent = self._visits.get(above)
        if parent is None:
            parent = self._visits[above] = self.visit(above)
        return parent.child(name)

    @property
    def exceptional(self) -> bool:
        """Whether a pattern brings paths back, so that a listed file may arrive empty."""
        return self._exceptions != ()

    def fate(self, path: str) -> str:
        """
        SENT, HOLLOW or ABSENT: what a build gets to see of the regular file `path`.

        A directory has no content, so for it only ABSENT differs from the rest; it is in the
        context also if it is ABSENT itself and something below it is not.
        """
        if self.visit(path).excluded:
            return ABSENT
        # Without negations the two ways of deciding agree.
        return HOLLOW if self._exceptions != () and self.excludes(path) else SENT


def _parents(path: str) -> tuple[str, ...]:
    """The directories above a cleaned relative path, outermost first, without the root."""
    if "/" not in path:
        return ()
    return tuple(path[:at] for at, c in enumerate(path) if c == "/")


def _exception_directories(patterns: "Iterable[IgnorePattern]") -> tuple[str, ...] | None:
    """
    The paths, each with a final "/", below which a negated pattern can matter.

    None if a negated pattern has a wildcard that is not a final `/*` or `/**`: then the walk looks
    into every directory. fsutil strips a final `/**` and then a final `/*`, so it takes
    `!a/*/**` for `!a` and never looks into an excluded `a/b`, although the pattern matches `a/b/c`.
    """
    found: list[str] = []
    for pattern in patterns:
        if pattern.negated:
            directory = pattern.cleaned.removesuffix("/**").removesuffix("/*")
            if not _WILDCARDS.isdisjoint(directory):
                return None
            found.append(directory + "/")
    return tuple(found)
