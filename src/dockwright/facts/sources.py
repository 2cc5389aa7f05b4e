"""Which effects changed the files that say where packages come from, such as sources.list."""

from dockwright.facts.aptfacts import history
from dockwright.facts.contents import Entry, below
from dockwright.facts.effects import Mode, Murky, Owner, Put
from dockwright.facts.knowledge import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.facts.contents import Contents, Effect
    from dockwright.facts.knowledge import Reason


def touching(contents: "Contents", path: str) -> "list[Reason]":
    """
    Why a file, or what is in a folder, may not be what the base image had.

    Newest first; [] when nothing can have changed it.
    """
    return [effect.reason for effect in history(contents) if _touches(effect, path)]


def _touches(effect: "Effect", path: str) -> bool:
    if isinstance(effect, Owner) and effect.reason.text.startswith("`sed "):
        # An edit in place leaves a file of whoever ran it.
        return below(effect.path, path)
    if isinstance(effect, (Mode, Owner)):
        return False
    if isinstance(effect, Put):
        # A directory made above it changes nothing.
        return below(effect.path, path) and not (
            effect.path == path and effect.entry.kind == "dir" and not effect.fresh
        )
    if isinstance(effect, Murky):
        if effect.spares(path):
            return False
        if effect.part and effect.part not in path.split("/"):
            return False
        return any(below(path, one) or below(one, path) for one in effect.folders)
    before = Known(Entry("any"), effect.reason)
    for asked in (path, f"{path}/\0"):
        found = effect.find(asked, lambda: before)
        if found is not None and found is not before:
            return True
    return False
