"""
What the best known packages of Alpine bring, and what their removal takes away.

The tables are in `apktable`.
"""

from dockwright.facts.apktable import (
    ACCOUNTS,
    APPLICATIONS,
    BRINGS,
    NO_USERS,
    PARTS,
    PERHAPS,
    SPLIT,
)
from dockwright.facts.aptfacts import BINS, KIN, SYSTEM, history, likely
from dockwright.facts.contents import Contents, Effect, Entry, below
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dockwright.facts.knowledge import Knowledge

_BARE = lazy(r"[^=<>~@]+")


def bare(word: str) -> str:
    """The name in `name=1.2`, `name~1`, `name>2` or `name@edge`."""
    match = _BARE.match(word)
    return match[0] if match else word


class Table:
    """
    What packages of a distribution without an index are taken to bring.

    `brings` and `perhaps` are written as `BRINGS` and `PERHAPS` above; `no_users` are packages that
    add neither users nor groups but those in `accounts`. `manager` is the program that installs.
    """

    __slots__ = ("accounts", "brings", "manager", "no_users", "perhaps")

    def __init__(
        self,
        manager: str,
        brings: "Mapping[str, str]",
        perhaps: "Mapping[str, str]",
        no_users: frozenset[str],
        accounts: "Mapping[str, str]",
    ) -> None:
        self.accounts = accounts
        self.manager = manager
        self.brings = brings
        self.perhaps = perhaps
        self.no_users = no_users

    def adds(self, packages: "Iterable[str]", account: str) -> bool:
        """Whether one of `packages` may add the user or group `account`, "\\0" for any at all."""
        return any(
            one not in self.no_users
            or (one in self.accounts and account in ("\0", *self.accounts[one].split()))
            for one in packages
        )

    def answer(self, package: str, path: str) -> str:
        """Whether a package brings the program at `path`: "yes", "perhaps" or "hardly"."""
        folder, _, name = path.rpartition("/")
        row = self.brings.get(package)
        places = [one for one in (row or "").split() if one.rpartition("/")[2] == name]
        for one in places:
            place = one.rpartition("/")[0] or "/usr/bin"
            if place.removeprefix("/usr") == folder.removeprefix("/usr"):
                return "yes"
        # A release may have it elsewhere.
        if places or name in self.perhaps.get(package, "").split() or _akin(package, name):
            return "perhaps"
        if row is None and package not in self.no_users:
            # Nobody has noted what this package brings, or needs.
            return "perhaps" if self._may_bring(package, name) else "hardly"
        return "perhaps" if _in_debian(package, name, recommends=row is None) else "hardly"

    def _may_bring(self, package: str, name: str) -> bool:
        """Whether a package that is in no table, or what it depends on, may have the program."""
        match = PARTS.fullmatch(package)
        if match is None or name not in APPLICATIONS:
            return True
        base = match[1]
        if base is None or _akin(base, name):
            return base is not None
        return base in self.brings and self.answer(base, f"/usr/bin/{name}") != "hardly"


def _akin(package: str, name: str) -> bool:
    """Whether the names say that the one brings the other: `py3-virtualenv`, `nodejs-npm`."""
    if package.startswith(("cmd:", "/")):
        return package.replace(":", "/").rpartition("/")[2] == name
    parts = package.replace("_", "-").split("-")
    return name == package or name in parts or package.rstrip("0123456789.") == name


_debian: "dict[tuple[str, str, bool], frozenset[str]]" = {}


def _in_debian(package: str, name: str, *, recommends: bool) -> bool:
    """Whether Debian's package of the same name, or what may come with it, has the program."""
    from dockwright.facts import packages

    for suite in KIN:
        index = packages.index("debian", suite)
        if index is None:
            continue
        brought = _debian.get((suite, package, recommends))
        if brought is None:
            closure = index.closure([package], recommends, lambda _: None)
            brought = _debian[suite, package, recommends] = closure.perhaps | {package}
        if any(one.rpartition("/")[2] == name for one in index.programs(package) or ()):
            return True
        if any(one in brought for one in index.providers(name)):
            return True
    return False


ALPINE = Table("apk", BRINGS, PERHAPS, NO_USERS, ACCOUNTS)


def _branch(suite: str) -> tuple[int, ...]:
    """`(3, 20)` for the branch 3.20, what comes after all numbers for edge, () when not known."""
    if suite == "edge":
        return (90,)
    parts = suite.split(".")
    return tuple(int(part) for part in parts) if suite and all(map(str.isdigit, parts)) else ()


class Added(Effect):
    """
    `apk add`, `dnf install`: packages by name, bound together as `virtual` when that is not "".

    `foreign` says that other repositories are used, `more` that not all names are known; `before`
    is the file system before.
    """

    __slots__ = ("_seen", "before", "foreign", "more", "names", "table", "virtual")

    def __init__(
        self,
        names: "Iterable[str]",
        reason: Reason,
        *,
        before: Contents,
        table: Table = ALPINE,
        virtual: str = "",
        foreign: bool = False,
        more: bool = False,
    ) -> None:
        super().__init__(Reason(reason.text, reason.source, reason.span, firm=False))
        self.names = tuple(dict.fromkeys(names))
        self.before = before
        self.table = table
        self.virtual = virtual
        self.foreign = foreign
        self.more = more
        self._seen: dict[str, str] = {}

    def brings(self, path: str) -> str:
        """Whether the program at `path` comes: "yes", "perhaps" or "hardly"."""
        found = self._seen.get(path)
        if found is None:
            name = path.rpartition("/")[2]
            branch = _branch(self.before.suite)
            answers = {
                "hardly"
                if branch >= SPLIT.get((one, name), (99,))
                else self.table.answer(one, path)
                for one in self.names
            }
            found = next((one for one in ("yes", "perhaps") if one in answers), "hardly")
            if found == "hardly" and (self.more or self.foreign):
                found = "perhaps"
            self._seen[path] = found
        return found

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Programs as the table has them; elsewhere what was there is still there."""
        if not apk_writes(path):
            return None
        before = older()
        if isinstance(before, Known) and before.value is not None:
            return before
        if path.rpartition("/")[0] not in BINS:
            return Unknown(self.reason)
        brings = self.brings(path)
        if brings == "yes":
            return Known(Entry("any", None, 0), self.reason)
        return Unknown(self.reason) if brings == "perhaps" else likely(before)

    def account(
        self,
        kind: str,
        name: str,
        older: "Callable[[], Knowledge]",
    ) -> "Knowledge | None":
        """Unknown when a package may add users; those that were there stay."""
        if not self.more and not self.foreign and not self.table.adds(self.names, name):
            return None
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Those asked for are installed, any other may be."""
        if manager != self.table.manager:
            return None
        if name in self.names or (self.virtual and name == self.virtual):
            return Known(True, self.reason)
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)


class Deleted(Effect):
    """`apk del`, `dnf remove`: `names` (None: not all are known) go, and what only they needed."""

    __slots__ = ("before", "manager", "names")

    def __init__(
        self,
        names: "Iterable[str] | None",
        reason: Reason,
        *,
        before: Contents,
        manager: str = "apk",
    ) -> None:
        super().__init__(Reason(reason.text, reason.source, reason.span, firm=False))
        self.names = None if names is None else frozenset(names)
        self.before = before
        self.manager = manager

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What was there before the packages came is still there; the rest may be gone."""
        if not apk_writes(path) or path in SYSTEM or path in BINS:
            return None
        found = older()
        if not isinstance(found, Known) or found.value is None:
            return found
        if found.value.kind == "dir" and path.count("/") == 2:
            return found
        origin = self._origin()
        if origin is not None:
            earlier = origin.find(path)
            if isinstance(earlier, Known) and earlier.value is not None:
                return found
        return found if origin is not None and self._kept(path) else Unknown(self.reason)

    def _origin(self) -> Contents | None:
        """The file system before the first of the packages came; None when they were there."""
        if self.names is None:
            return None
        origin = None
        left = set(self.names)
        for effect in history(self.before):
            if isinstance(effect, Added) and (effect.virtual in left or left & set(effect.names)):
                origin = effect.before
        for effect in history(self.before):
            if isinstance(effect, Added):
                left -= {effect.virtual, *effect.names}
        return None if left else origin

    def _kept(self, path: str) -> bool:
        """Whether something else put it there, which stays."""
        assert self.names is not None
        for effect in history(self.before):
            if isinstance(effect, Added):
                gone = effect.virtual in self.names or not self.names.isdisjoint(effect.names)
                if not gone and effect.brings(path) == "yes":
                    return True
                if gone and effect.brings(path) != "hardly":
                    return False
        return True

    def package(
        self,
        manager: str,
        name: str,
        older: "Callable[[], Knowledge]",
    ) -> "Knowledge | None":
        """Those named are gone, unless another package needs them."""
        if manager != self.manager:
            return None
        before = older()
        return before if isinstance(before, Known) and not before.value else Unknown(self.reason)


def apk_writes(path: str) -> bool:
    """Whether packages of Alpine write there: not in /usr/local, /home, /root, /opt or /tmp."""
    if below(path, "/usr/local") or below(path, "/var/tmp"):  # noqa: S108 - names a folder only
        return False
    return path.startswith("/lib") or any(below(path, one) for one in SYSTEM)


def other_repositories(contents: Contents) -> "list[Reason]":
    """What may have changed /etc/apk/repositories."""
    changed = []
    for effect in history(contents):
        if isinstance(effect, (Added, Deleted)):
            continue
        nothing = Known(None, effect.reason)
        found = effect.find("/etc/apk/repositories", lambda: nothing)  # noqa: B023
        if found is not None and found != nothing:
            changed.append(effect.reason)
    return changed
