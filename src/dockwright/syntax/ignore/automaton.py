"""
Matching in time proportional to the path, for patterns with many stars.

Python's `re` backtracks: `*a*a*a*a*a*b` against a long name of "a" would take minutes, and an
ignore file comes from whoever wrote the repository. This runs all alternatives side by side, as
Go's engine does, and remembers the steps it has seen.
"""

from dockwright.syntax.ignore.charset import NOT_NEWLINE, WORD, contains
from dockwright.syntax.ignore.goregex import (
    BEGIN,
    BOUNDARY,
    DIRS,
    END,
    INSIDE,
    REPEAT,
    SET,
    UNBOUNDED,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.syntax.ignore.charset import Ranges
    from dockwright.syntax.ignore.goregex import Atom

    State = frozenset[int]

_FORK = "fork"
"""Go on at each of `targets` without reading."""
_ACCEPT = "accept"

_MOST_STEPS = 20_000
"""Remembered steps; then the memory begins afresh."""

_AT_BEGIN, _AFTER_WORD, _AFTER_OTHER = 0, 1, 2


class _Place:
    """A place in the program: `kind`, the `ranges` of a SET, and where to go on."""

    __slots__ = ("kind", "ranges", "targets")

    def __init__(self, kind: str, ranges: "Ranges" = (), targets: tuple[int, ...] = ()) -> None:
        self.kind = kind
        self.ranges = ranges
        self.targets = targets


class Automaton:
    """The alternatives of a regular expression, as a non-deterministic automaton."""

    __slots__ = ("_places", "_start", "_steps")

    def __init__(self, branches: "Sequence[Sequence[Atom]]") -> None:
        # Built from the end, so that each place knows where to go on.
        self._places = [_Place(_ACCEPT)]
        starts = []
        for branch in branches:
            at = 0
            for atom in reversed(branch):
                at = self._add(atom, at)
            starts.append(at)
        self._start = frozenset(starts)
        self._steps: dict[tuple[State, int, str], State | None] = {}

    def _place(self, kind: str, ranges: "Ranges" = (), targets: tuple[int, ...] = ()) -> int:
        self._places.append(_Place(kind, ranges, targets))
        return len(self._places) - 1

    def _add(self, atom: "Atom", after: int) -> int:
        """Put `atom` in front of the place `after`; its first place."""
        if atom.kind == DIRS:
            slash = self._place(SET, ((47, 47),), (after,))
            return self._place(_FORK, (), (after, self._loop(NOT_NEWLINE, slash)))
        if atom.kind != REPEAT or atom.inner is None:
            return self._place(atom.kind, atom.ranges, (after,))
        at = after
        if atom.high == UNBOUNDED:
            at = self._place(_FORK)
            self._places[at].targets = (after, self._add(atom.inner, at))
        else:
            for _ in range(atom.high - atom.low):
                at = self._place(_FORK, (), (after, self._add(atom.inner, at)))
        for _ in range(atom.low):
            at = self._add(atom.inner, at)
        return at

    def _loop(self, ranges: "Ranges", after: int) -> int:
        fork = self._place(_FORK)
        self._places[fork].targets = (after, self._place(SET, ranges, (fork,)))
        return fork

    def search(self, text: str) -> bool:
        """Whether the expression matches somewhere in `text`."""
        steps = self._steps
        state = self._start
        before = _AT_BEGIN
        for c in text:
            key = (state, before, c)
            if key in steps:
                following = steps[key]
            else:
                if len(steps) >= _MOST_STEPS:
                    steps.clear()
                following = steps[key] = self._step(state, before, c)
            if following is None:
                return True
            state = following
            before = _AFTER_WORD if c.isascii() and (c.isalnum() or c == "_") else _AFTER_OTHER
        return 0 in self._reach(state, before, "")

    def _step(self, state: "State", before: int, c: str) -> "State | None":
        """The places after reading `c`, a new beginning included; None once it has matched."""
        reached = self._reach(state, before, c)
        if 0 in reached:
            return None
        code = ord(c)
        following = set(self._start)
        for at in reached:
            place = self._places[at]
            if place.kind == SET and contains(place.ranges, code):
                following.update(place.targets)
        return frozenset(following)

    def _reach(self, state: "State", before: int, upcoming: str) -> set[int]:
        """The places reachable from `state` without reading ("" as `upcoming`: the end)."""
        before_word = bool(upcoming) and contains(WORD, ord(upcoming))
        edge = (before == _AFTER_WORD) is not before_word
        passable = {
            _FORK: True,
            BEGIN: before == _AT_BEGIN,
            END: not upcoming,
            BOUNDARY: edge,
            INSIDE: not edge,
        }
        reached: set[int] = set()
        waiting = list(state)
        while waiting:
            at = waiting.pop()
            if at not in reached:
                reached.add(at)
                place = self._places[at]
                if passable.get(place.kind, False):
                    waiting.extend(place.targets)
        return reached
