"""Running a Go regular expression: by Python's `re` where that is safe, else by an automaton."""

from dockwright.syntax.ignore.automaton import Automaton
from dockwright.syntax.ignore.charset import as_class
from dockwright.syntax.ignore.goregex import BEGIN, BOUNDARY, DIRS, END, REPEAT, SET, UNBOUNDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.syntax.ignore.goregex import Atom

_MOST_STARS = 3
"""With more repetitions than this a backtracking matcher may become too slow."""


def plain_regex(branches: "Sequence[Sequence[Atom]]") -> str | None:
    """The alternatives as a regular expression of Python; None where `re` may be slow."""
    first = branches[0]
    stars = sum(1 for atom in first if atom.kind in (REPEAT, DIRS))
    nested = any(atom.inner is not None and atom.inner.kind != SET for atom in first)
    if len(branches) > 1 or stars > _MOST_STARS or nested or not first or first[0].kind != BEGIN:
        return None
    return python_regex(first)


def searcher(branches: "Sequence[Sequence[Atom]]") -> "Callable[[str], bool]":
    """
    A function that tells whether one of the alternatives matches somewhere in a text.

    `re` backtracks, so it gets only what has one alternative, tied to the beginning, with few
    repetitions and none inside another: nearly every pattern that people write.
    """
    text = plain_regex(branches)
    if text is None:
        return Automaton(branches).search
    import re

    match = re.compile(text, re.ASCII).match

    def search(text: str) -> bool:
        return match(text) is not None

    return search


def python_regex(atoms: "Sequence[Atom]") -> str:
    """The atoms as the text of a Python regular expression (to be used with `re.ASCII`)."""
    return "".join(_python_atom(atom) for atom in atoms)


def _python_atom(atom: "Atom") -> str:
    if atom.kind == SET:
        return as_class(atom.ranges)
    if atom.kind == REPEAT and atom.inner is not None:
        inner = _python_atom(atom.inner)
        high = "" if atom.high == UNBOUNDED else atom.high
        return inner + "*" if (atom.low, high) == (0, "") else f"{inner}{{{atom.low},{high}}}"
    if atom.kind == DIRS:
        return "(?:[^\\n]*/)?"
    if atom.kind == BEGIN:
        return "\\A"
    if atom.kind == END:
        return "\\Z"
    return "\\b" if atom.kind == BOUNDARY else "\\B"
