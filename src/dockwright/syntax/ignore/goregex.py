"""
Reading the regular expressions that moby/patternmatcher hands to Go.

patternmatcher turns a glob into the *text* of a Go regular expression and copies brackets and
escapes into it as they are. So `\\d` in an ignore file means a digit, `[[:alpha:]]` a letter,
`[a?]` the set of "a", "[", "^" and "/" followed by a "]", and `\\q` does not compile. Its table of
characters to escape has one bit for each of the first 64 characters only, so "{", "|" and "}" get
through, too: `a{2}*` is a repetition and `a|b*` an alternative, whose second half may match
anywhere in a path. To mean the same, we build the same text (`glob.py`) and read it here by the
rules of Go's `regexp/syntax` with its Perl flags, as far as such texts can need them: a bare "(",
"?", "." or "*" is always patternmatcher's own.
"""

from dockwright.syntax.ignore.charset import NOT_NEWLINE
from dockwright.syntax.ignore.goclass import (
    RegexError,
    read_character,
    read_class,
    read_named_set,
)
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.syntax.ignore.charset import Ranges

SET = "set"
"""One character of `ranges`."""
DIRS = "dirs"
"""Nothing, or anything that ends in "/" and has no newline: `(.*/)?`."""
REPEAT = "repeat"
"""`inner`, `low` to `high` times."""
BEGIN = "begin"
END = "end"
BOUNDARY = "boundary"
"""Between an ASCII word character and something else."""
INSIDE = "inside"
"""Where BOUNDARY is not."""

ANY_DIRS = "(.*/)?"

UNBOUNDED = -1
"""As `Atom.high`: no limit."""

_MOST_REPEATS = 1000
"""RE2 refuses a repetition, or nested ones taken together, of more."""

_LARGEST = 10_000
"""
How many places the repetitions of one pattern may take when written out.

Go's limit is about 3 million. Ours keeps a hostile ignore file from costing seconds a path; a
pattern beyond it counts as one that does not compile.
"""

_DEEPEST = 100
"""How many repetitions may be inside one another; in Go, about 1000."""


class Atom(Value):
    """A piece of a regular expression; which fields count depends on `kind`."""

    __slots__ = ("high", "inner", "kind", "low", "ranges")

    def __init__(
        self,
        kind: str,
        ranges: "Ranges" = (),
        inner: "Atom | None" = None,
        low: int = 0,
        high: int = UNBOUNDED,
    ) -> None:
        self.kind = kind
        self.ranges = ranges
        self.inner = inner
        self.low = low
        self.high = high


_ASSERTIONS = {"A": BEGIN, "z": END, "b": BOUNDARY, "B": INSIDE}
_DIGITS = frozenset("0123456789")


def read(text: str) -> list[list[Atom]]:
    """
    The alternatives of a regular expression made by `glob.regex_text`, each a list of atoms.

    Raises RegexError where Go's `regexp.Compile` would return an error, and for a Unicode class
    that this interpreter has no data for (scripts such as `\\p{Greek}`), or too large a repetition.
    """
    atoms: list[Atom] = []
    branches = [atoms]
    at = 0
    repeated = False
    while at < len(text):
        c = text[at]
        after_repeat, repeated = repeated, False
        if c == "*":
            at, repeated = at + 1, True
            _repeat(atoms, 0, UNBOUNDED, after_repeat)
        elif c == "{":
            at, counts = _counts(text, at)
            if counts is None:
                atoms.append(_one(c))
            else:
                repeated = True
                _repeat(atoms, *counts, after_repeat)
        elif c == "|":
            atoms = []
            branches.append(atoms)
            at += 1
        elif c == "(":
            atoms.append(Atom(DIRS))
            at, repeated = at + len(ANY_DIRS), True
        elif c == "[":
            at, ranges = read_class(text, at + 1)
            atoms.append(Atom(SET, ranges))
        elif c == "\\":
            at = _escape(text, at, atoms)
        else:
            at += 1
            if c == "^":
                atoms.append(Atom(BEGIN))
            elif c == "$":
                atoms.append(Atom(END))
            elif c == ".":
                atoms.append(Atom(SET, NOT_NEWLINE))
            else:
                atoms.append(_one(c))
    if sum(_size(atom) for branch in branches for atom in branch) > _LARGEST:
        raise RegexError
    return branches


def _one(c: str) -> Atom:
    return Atom(SET, ((ord(c), ord(c)),))


def _repeat(atoms: list[Atom], low: int, high: int, after_repeat: bool) -> None:
    """Put a repetition around the last atom."""
    if after_repeat or not atoms:
        raise RegexError
    inner = atoms.pop()
    if inner.kind in (BEGIN, END, BOUNDARY, INSIDE):
        # Once is as good as many times.
        if low > 0:
            atoms.append(inner)
            return
        inner = Atom(SET, ())
        high = 0
    atom = Atom(REPEAT, inner=inner, low=low, high=high)
    if _depth(atom) > _DEEPEST or not _few_enough(atom, _MOST_REPEATS):
        raise RegexError
    atoms.append(atom)


def _size(atom: Atom) -> int:
    """The places that a repetition takes when written out; 0 for anything else."""
    if atom.inner is None:
        return 0
    return max(_size(atom.inner), 1) * max(atom.low, atom.high)


def _depth(atom: Atom) -> int:
    depth = 0
    within: Atom | None = atom
    while within is not None:
        within = within.inner
        depth += 1
    return depth


def _few_enough(atom: Atom, most: int) -> bool:
    times = atom.low if atom.high == UNBOUNDED else atom.high
    if atom.inner is None or atom.high == 0:
        return True
    if times > most:
        return False
    return _few_enough(atom.inner, most // times if times else most)


def _counts(text: str, at: int) -> tuple[int, tuple[int, int] | None]:
    """
    The offset after `{n}`, `{n,}` or `{n,m}` and its limits.

    None as limits, and the offset after the "{", if it is none of these: then "{" is a character.
    """
    end = text.find("}", at)
    low, comma, high = text[at + 1 : max(end, at + 1)].partition(",")
    if not _is_count(low) or (high and not _is_count(high)):
        return at + 1, None
    if len(low) > 4 or len(high) > 4:
        raise RegexError
    most = int(high) if high else UNBOUNDED if comma else int(low)
    if int(low) > _MOST_REPEATS or most > _MOST_REPEATS or 0 <= most < int(low):
        raise RegexError
    return end + 1, (int(low), most)


def _is_count(digits: str) -> bool:
    return bool(digits) and _DIGITS.issuperset(digits) and (digits == "0" or digits[0] != "0")


def _escape(text: str, at: int, atoms: list[Atom]) -> int:
    """Read the escape at `at` outside brackets into `atoms`; the offset after it."""
    letter = text[at + 1 : at + 2]
    if letter in _ASSERTIONS:
        atoms.append(Atom(_ASSERTIONS[letter]))
        return at + 2
    if letter == "Q":
        literal, _, _ = text[at + 2 :].partition("\\E")
        atoms.extend(_one(c) for c in literal)
        return at + 2 + len(literal) + 2
    after, named = read_named_set(text, at)
    if named is not None:
        atoms.append(Atom(SET, named))
        return after
    at, code = read_character(text, at)
    atoms.append(Atom(SET, ((code, code),)))
    return at
