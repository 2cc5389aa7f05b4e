"""
Regular expressions that are compiled when they are first used.

The module `re` itself takes 4 to 6 ms to import, half of what Python needs to start. A run whose
patterns were all compiled in an earlier one (`stored`) never imports it, hence modules on the path
of `dockwright check` take `re` and `fnmatchcase` from here.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re as re  # noqa: PLC0414 - for others to take from here
    from collections.abc import Callable

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")

# Set by `dockwright.bytecode`: a pattern that was compiled in an earlier run, or None.
stored: "Callable[[str, int], re.Pattern[str] | None] | None" = None

# Every pattern with its flags, and what it was compiled to if it was.
made: "dict[tuple[str, int], re.Pattern[str] | None]" = {}


class Lazy:
    """
    What `lazy` makes: a stand-in for a compiled pattern that compiles at the first question.

    Compiling costs 0.1 to 1 ms each, and a short run uses few of the patterns it imports.
    """

    __slots__ = ("arguments", "pattern", *_METHODS)

    def __init__(self, pattern: str, flags: int) -> None:
        self.arguments = pattern, int(flags)
        self.pattern = pattern
        made.setdefault(self.arguments)

    def __getattr__(self, name: str) -> object:
        # Only reached while the slots are empty; afterwards they hold the pattern's own methods.
        compiled = made[self.arguments]
        if compiled is None:
            compiled = made[self.arguments] = _compile(*self.arguments)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def _compile(pattern: str, flags: int) -> "re.Pattern[str]":
    compiled = stored(pattern, flags) if stored is not None else None
    if compiled is None:
        import re

        compiled = re.compile(pattern, flags)
    return compiled


def fnmatchcase(name: str, pattern: str) -> bool:
    """`fnmatch.fnmatchcase`, imported when there is something special in a pattern."""
    if "*" not in pattern and "?" not in pattern and "[" not in pattern:
        return name == pattern
    from fnmatch import fnmatchcase as fits

    return fits(name, pattern)


class _Re:
    """The module `re`, imported when more than a flag is asked of it."""

    ASCII = 256
    DOTALL = 16
    IGNORECASE = 2
    MULTILINE = 8
    VERBOSE = 64

    def __getattr__(self, name: str) -> object:
        import re

        value = getattr(re, name)
        setattr(self, name, value)
        return value


if TYPE_CHECKING:

    def lazy(pattern: str, flags: int = 0) -> "re.Pattern[str]":
        """The compiled `pattern`."""
        ...

else:
    re = _Re()

    def lazy(pattern, flags=0):
        return Lazy(pattern, flags)
