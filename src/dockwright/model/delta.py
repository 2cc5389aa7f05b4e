"""What is different in a stage's files from the build before."""

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.model.selection import Source

SAME, MAYBE, SURE = 0, 1, 2
# On merged systems these are links into /usr.
_MERGED = ("bin", "sbin", "lib", "lib64")


class Entry(Value):
    """
    A difference: `path` (relative to the root), `exact` when it is that file itself and not
    something at or below it, `sure` when its content is certainly another.
    """

    __slots__ = ("exact", "path", "sure")

    def __init__(self, path: str, *, exact: bool, sure: bool) -> None:
        self.path = path
        self.exact = exact
        self.sure = sure


class Delta:
    """
    The differences so far, in the order of the steps.

    `open` means that a step ran whose effect nobody knows: then everything may be different, and
    only what is written after it is surely so.
    """

    __slots__ = ("entries", "open")

    def __init__(self) -> None:
        self.open = False
        # In a dict for its order; the values say nothing.
        self.entries: dict[Entry, None] = {}

    def copy(self) -> "Delta":
        """The same differences, to be added to."""
        made = Delta()
        made.open = self.open
        made.entries = dict(self.entries)
        return made

    def anything(self) -> None:
        """A step ran that may have changed, and undone, anything."""
        self.open = True
        self.entries = {}

    def add(self, path: str, *, exact: bool = False, sure: bool = True) -> None:
        """`path`, or something below it, was written with other content."""
        self.entries[Entry(path.strip("/"), exact=exact, sure=sure)] = None

    def touches(self, sources: "Iterable[Source]") -> int:
        """Whether what `sources` take is different: SAME, MAYBE or SURE."""
        found = MAYBE if self.open else SAME
        for source in sources:
            for entry in self.entries:
                found = max(found, _touches(entry, source))
        return found


def _touches(entry: Entry, source: "Source") -> int:
    sure = SURE if entry.sure else MAYBE
    if entry.exact:
        if source.takes(entry.path):
            return sure
    elif source.whole and _within(entry.path, source.path):
        return sure
    elif _within(entry.path, source.fixed) or _within(source.fixed, entry.path):
        return MAYBE
    # Through the links of a merged /usr a path has two names.
    path, fixed = _unmerged(entry.path), _unmerged(source.fixed)
    renamed = path != entry.path or fixed != source.fixed
    return MAYBE if renamed and (_within(path, fixed) or _within(fixed, path)) else SAME


def _within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _unmerged(path: str) -> str:
    return "usr/" + path if path.partition("/")[0] in _MERGED else path
