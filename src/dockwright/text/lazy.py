"""Regular expressions that are compiled when they are first used."""

import re

TYPE_CHECKING = False

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class Lazy:
    """
    What `lazy` makes: a stand-in for a compiled pattern that compiles at the first question.

    Compiling costs 0.1 to 1 ms each, and a short run uses few of the patterns it imports.
    """

    __slots__ = ("_arguments", "pattern", *_METHODS)

    def __init__(self, pattern: str, flags: int) -> None:
        self._arguments = pattern, flags
        self.pattern = pattern

    def __getattr__(self, name: str) -> object:
        # Only reached while the slots are empty; afterwards they hold the pattern's own methods.
        compiled = re.compile(*self._arguments)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


if TYPE_CHECKING:

    def lazy(pattern: str, flags: int = 0) -> "re.Pattern[str]":
        """The compiled `pattern`."""
        ...

else:

    def lazy(pattern, flags=0):
        return Lazy(pattern, flags)
