"""
Telling at once that no pattern matches a path.

In most contexts most paths match nothing, and asking each pattern costs more than all the rest of
a walk. Comparisons with all literals at once, and one regular expression for the others, find the
few paths that are worth asking for.
"""

from dockwright.syntax.ignore.execute import plain_regex
from dockwright.syntax.ignore.glob import EXACT, PREFIX, REGEX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockwright.syntax.ignore.glob import Glob


def sieve(globs: "Iterable[Glob]") -> "Callable[[str], bool]":
    """
    A function that is False for a path only if none of `globs` matches it, its parents left out.

    It may be True for others: where Python's `re` is not safe, or a name is not ASCII.
    """
    exact: set[str] = set()
    heads: list[str] = []
    tails: list[str] = []
    expressions: list[str] = []
    for glob in globs:
        if glob.broken:
            return _always
        if glob.kind is REGEX:
            text = plain_regex(glob.branches)
            if text is None:
                return _always
            expressions.append(text)
        elif glob.kind is EXACT:
            exact.add(glob.literal)
        elif glob.kind is PREFIX:
            heads.append(glob.literal)
        elif glob.literal.startswith("*"):
            return _always
        else:
            tails.append(glob.literal)
            exact.add(glob.literal.removeprefix("/"))
    begins, ends = tuple(heads), tuple(tails)
    if not expressions:

        def literal(path: str) -> bool:
            return path in exact or path.endswith(ends) or path.startswith(begins)

        return literal
    import re

    match = re.compile("|".join(expressions), re.ASCII).match

    def mixed(path: str) -> bool:
        return (
            path in exact
            or path.endswith(ends)
            or path.startswith(begins)
            or not path.isascii()
            or match(path) is not None
        )

    return mixed


def _always(path: str) -> bool:  # noqa: ARG001 - has the shape of a sieve
    return True
