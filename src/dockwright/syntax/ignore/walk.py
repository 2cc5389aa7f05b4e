"""The client's walk through a context directory, one path at a time."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.syntax.ignore.pattern import IgnorePattern


class Visit:
    """
    What the walk knows at one path.

    `excluded` is the answer for the path itself: that of `MatchesUsingParentResults`
    (moby/patternmatcher), or True below a directory that the walk does not enter. `pattern` is the
    pattern that had the last word, None if there was none. `error` is set if a pattern was tried
    that Docker cannot compile, which stops a build.
    """

    __slots__ = (
        "_exceptions",
        "_hits",
        "_patterns",
        "_sieve",
        "error",
        "excluded",
        "path",
        "pattern",
    )

    def __init__(
        self,
        path: str,
        patterns: "tuple[IgnorePattern, ...]",
        exceptions: tuple[str, ...] | None,
        sieve: "Callable[[str], bool]",
        *,
        excluded: bool = False,
        pattern: "IgnorePattern | None" = None,
        error: str | None = None,
        hits: int = 0,
    ) -> None:
        self.path = path
        self.excluded = excluded
        self.pattern = pattern
        self.error = error
        self._patterns = patterns
        self._exceptions = exceptions
        self._sieve = sieve
        # A bit for each pattern found to match this path or one above. A pattern that was not
        # tried, because it could not have changed the answer, has no bit even if it would match:
        # that is how the original does it, and where it departs from MatchesOrParentMatches.
        self._hits = hits

    @property
    def descends(self) -> bool:
        """
        Whether the walk enters this directory.

        If not, nothing below it is in the context. It enters an excluded directory only if a
        negated pattern may match below it (tonistiigi/fsutil, filter.go).
        """
        if not self.excluded or self._exceptions is None:
            return True
        below = self.path + "/"
        return any(directory.startswith(below) for directory in self._exceptions)

    def child(self, name: str) -> "Visit":
        """The visit of the entry `name` of this directory."""
        path = f"{self.path}/{name}" if self.path else name
        if not self.descends:
            return Visit(
                path,
                self._patterns,
                self._exceptions,
                self._sieve,
                excluded=True,
                pattern=self.pattern,
                hits=self._hits,
            )
        above = self._hits
        if not above and not self._sieve(path):
            return Visit(path, self._patterns, self._exceptions, self._sieve)
        excluded = False
        last: IgnorePattern | None = None
        error: str | None = None
        hits = 0
        bit = 1
        for pattern in self._patterns:
            if above & bit:
                hits |= bit
                if pattern.negated is excluded:
                    excluded = not excluded
                    last = pattern
            elif pattern.negated is excluded:
                glob = pattern.glob
                if glob is None or glob.broken:
                    error = error or pattern.error
                elif glob.matches(path):
                    hits |= bit
                    excluded = not excluded
                    last = pattern
            bit <<= 1
        return Visit(
            path,
            self._patterns,
            self._exceptions,
            self._sieve,
            excluded=excluded,
            pattern=last,
            error=error,
            hits=hits,
        )
