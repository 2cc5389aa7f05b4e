"""Which effects changed the files that say where packages come from, such as sources.list."""

from dockwright.facts.aptfacts import SETTINGS, SOURCES, Installed, history
from dockwright.facts.aptremovals import Removed
from dockwright.facts.contents import Entry, below
from dockwright.facts.effects import Mode, Murky, Owner, Put, Tree, Whole
from dockwright.facts.ground import Placed
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


def sources_changed(contents: "Contents") -> "bool | None":
    """
    Whether other package sources were set up; None: perhaps, and hardly.

    A program that nobody knows, or `sed`, which mostly changes the mirror, makes it "perhaps".
    """
    answer: bool | None = False
    for effect in contents.passing("apt sources", _writes_sources):
        if not effect.reason.firm or effect.reason.text.startswith("`sed "):
            answer = None
        else:
            return True
    return answer


def _writes_sources(effect: "Effect") -> bool:
    if isinstance(effect, (Installed, Removed)):
        return False
    return any(writes(effect, one) for one in SOURCES)


def writes(effect: "Effect", at: str) -> bool:
    """Whether an effect may put a file at `at` or below it."""
    if isinstance(effect, Placed):
        folder, _, name = at.rpartition("/")
        return bool(effect.names.get(at)) or name in effect.names.get(folder, ())
    if isinstance(effect, (Put, Tree, Whole)) and below(effect.path, at):
        return not (isinstance(effect, Put) and effect.entry.kind == "dir")
    if isinstance(effect, Murky) and any(below(one, at) for one in effect.folders):
        return True
    if isinstance(effect, Put):
        return False
    nothing = Known(None, effect.reason)
    for path in (at, f"{at}/\0"):
        found = effect.find(path, lambda: nothing)
        if found is not None and not (isinstance(found, Known) and found.value is None):
            return True
    return False


def settings_changed(contents: "Contents") -> bool:
    """Whether the Dockerfile, or the base image's, may write settings of apt."""
    return any(one.reason.firm for one in contents.passing("apt settings", _writes_settings))


def _writes_settings(effect: "Effect") -> bool:
    if isinstance(effect, (Installed, Removed)):
        return False
    return any(writes(effect, one) for one in SETTINGS)
