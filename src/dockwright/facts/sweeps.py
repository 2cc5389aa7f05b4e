"""Effects of programs that go through a whole tree."""

from dockwright.facts.contents import Effect, Entry, below
from dockwright.facts.knowledge import Known, Reason, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.knowledge import Knowledge


class Thinned(Effect):
    """
    Some of what was below `path` may be gone, and nothing is new.

    `chosen` tells whether the entry called `name` may be among what goes, None for anything. With
    `sure` it certainly is: then `chosen` must not depend on anything else.
    """

    __slots__ = ("chosen", "path", "sure")

    def __init__(
        self,
        path: str,
        reason: Reason,
        chosen: "Callable[[str, Entry], bool] | None" = None,
        *,
        sure: bool = False,
    ) -> None:
        super().__init__(reason)
        self.path = path
        self.chosen = chosen
        self.sure = sure

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What was there, as far as it surely stays."""
        if not below(path, self.path):
            return None
        before = older()
        if not isinstance(before, Known) or before.value is None:
            return before
        if self.chosen is None:
            return Unknown(self.reason)
        entry: Entry = before.value
        if self.sure and entry.kind == "file":
            name = path.rpartition("/")[2]
            return Known(None, self.reason) if self.chosen(name, entry) else before
        # A directory that goes takes with it what is in it.
        parts = path[len(self.path.rstrip("/")) :].split("/")[1:] or [path.rpartition("/")[2]]
        folder = Entry("any")
        if any(self.chosen(part, folder) for part in parts[:-1]):
            return Unknown(self.reason)
        return Unknown(self.reason) if self.chosen(parts[-1], entry) else before


class Started(Effect):
    """
    A container ran: the directories to mount the kernel's file systems on are there.

    Docker's engine leaves them in the layer when the image has none (seen with 28.5); another
    builder need not, so that is likely and no more. What is below them while a command runs is
    not known.
    """

    __slots__ = ()

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """A directory at the three paths, nobody knows what below them."""
        if not path.startswith(("/dev", "/proc", "/sys")):
            return None
        folder = next((one for one in KERNEL if below(path, one)), None)
        if folder is None:
            return None
        before = older()
        if isinstance(before, Known) and before.value is not None:
            return before
        if path == folder and isinstance(before, Known):
            return Known(Entry("dir", 0o755, 0, 0), self.reason)
        return Unknown(self.reason)


KERNEL = ("/dev", "/proc", "/sys")
