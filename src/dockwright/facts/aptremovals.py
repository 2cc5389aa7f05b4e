"""What the removal of Debian's packages takes away from a file system."""

from dockwright.facts.aptfacts import BINS, RECORDS, SYSTEM, Installed, history, in_system
from dockwright.facts.contents import Contents, Effect, Entry
from dockwright.facts.effects import Put
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.paths import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockwright.facts.knowledge import Knowledge
    from dockwright.facts.packages import PackageIndex


class Removed(Effect):
    """
    Packages are removed, and all that need them; with `auto` also what nothing needs any more.

    `names` None stands for packages nobody knows. `kept` are packages that surely stay.
    """

    __slots__ = ("_stays", "auto", "before", "index", "kept", "names")

    def __init__(
        self,
        index: "PackageIndex | None",
        names: "Iterable[str] | None",
        reason: Reason,
        *,
        before: Contents,
        auto: bool = False,
        kept: "Iterable[str]" = (),
    ) -> None:
        super().__init__(reason)
        self.index = index
        self.names = None if names is None else tuple(names)
        self.before = before
        self.auto = auto
        self.kept = frozenset(kept)
        self._stays: dict[str, bool] = {}

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """A program of a removed package is gone; others stay when their packages surely do."""
        if not in_system(path) or path in SYSTEM or path in BINS:
            return None
        if not self.auto and self.names == ():
            return None
        before = older()
        if not isinstance(before, Known) or before.value is None:
            return before
        if path.rpartition("/")[0] not in BINS:
            if path in RECORDS or (before.value.kind == "dir" and path.count("/") == 2):
                return before
            return before if _handmade(self.before, path) else Unknown(self.reason)
        if self.index is None:
            return Unknown(self.reason)
        return self._program(path, before, self.index)

    def _program(self, path: str, before: Known, index: "PackageIndex") -> "Knowledge":
        owners = index.owners(path)
        there = [one for one in owners if self._was(one) is not False]
        if not there:
            return before if not owners or _handmade(self.before, path) else Unknown(self.reason)
        if all(self.stays(one) for one in there):
            return before
        gone = self.names is not None and all(one in self.names for one in there)
        own = all(
            any(same(two, path, index.suite) for two in index.programs(one) or ())
            and not any(same(two, path) for two in index.alternative_programs(one))
            for one in there
        )
        if gone and own and all(self._was(one) for one in there):
            return Known(None, self.reason)
        if any(self.stays(one) and self._was(one) for one in there):
            # An alternative that several packages have.
            return Known(Entry("any"), before.reason)
        return Unknown(self.reason)

    def forget(self) -> None:
        """Ask again what there was before."""
        self._stays.clear()

    def _was(self, name: str) -> bool | None:
        found = self.before.package("apt", name)
        return bool(found.value) if isinstance(found, Known) and found.firm else None

    def stays(self, name: str) -> bool:
        """Whether the package is surely still there."""
        found = self._stays.get(name)
        if found is None:
            found = self._stays[name] = self._left(name)
        return found

    def _left(self, name: str) -> bool:
        index = self.index
        if index is None or self.names is None or name in self.names:
            return False
        if name in index.essential:
            return True
        needs = index.closure([name], False, lambda _: None)
        if needs.unknown or any(one in needs.surely or one in needs.perhaps for one in self.names):
            return False
        return not self.auto or name in self.kept

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Whether it stays."""
        if manager != "apt":
            return None
        if self.names is not None and name in self.names:
            return Known(False, self.reason)
        before = older()
        if isinstance(before, Known) and not before.value:
            return before
        return before if self.stays(name) else Unknown(self.reason)


class AllAutomatic(Effect):
    """`apt-mark auto`: packages that were asked for count as automatic from here on."""

    __slots__ = ()


def _handmade(contents: Contents, path: str) -> bool:
    """Whether the newest that stands at `path` was put there by the Dockerfile."""
    for effect in history(contents):
        if isinstance(effect, Put) and effect.path == path:
            return True
        if effect.find(path, lambda: Known(None, effect.reason)) is not None:  # noqa: B023
            return False
    return False


def asked_for(contents: Contents) -> "set[str]":
    """The packages somebody asked for and nobody marked as automatic since."""
    found: set[str] = set()
    for effect in history(contents):
        if isinstance(effect, AllAutomatic):
            break
        if isinstance(effect, Installed) and not effect.maybe:
            found.update(effect.names)
    return found
