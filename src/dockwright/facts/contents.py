"""
What is in a file system, asked path by path.

A file system is a ground (what a base image is made of) and the effects that came after it, oldest
first. Nothing is ever built up: a question walks the effects backwards until one has the answer.
The same values describe base images (facts) and what a Dockerfile makes of them (model).
"""

from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.paths import below as below  # noqa: PLC0414 - part of this module's names
from dockwright.facts.paths import clean as clean  # noqa: PLC0414
from dockwright.facts.paths import parent as parent  # noqa: PLC0414
from dockwright.facts.paths import prefixes
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dockwright.facts.knowledge import Knowledge

MAX_LINKS = 40
# An effect may ask what was before it, which may ask again: past this depth nobody knows.
MAX_DEPTH = 60


class Entry(Value):
    """
    What stands at a path.

    `kind` is "file", "dir", "link" or "any" (it exists, nobody knows as what); `mode` the
    permission bits, `uid` and `gid` the owner, each None when not known; `target` where a link
    points. `content` is what is known of a file's bytes: "" nothing, "glibc", "musl" or "static"
    for a program linked so, "#!/usr/bin/python3" for a script with that first line, "text".
    """

    __slots__ = ("content", "gid", "kind", "mode", "target", "uid")

    def __init__(
        self,
        kind: str,
        mode: int | None = None,
        uid: int | None = None,
        gid: int | None = None,
        target: str = "",
        content: str = "",
    ) -> None:
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.target = target
        self.content = content

    def having(self, **changes: "int | str | None") -> "Entry":
        """The entry with some parts replaced."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return Entry(**{**parts, **changes})


class Account(Value):
    """
    A user or a group.

    `number` is the uid or gid, `gid` a user's own group; `home` and `shell` of a user; `members`
    the names of a group's users, those aside whose own group it is. Each is None when not known.
    """

    __slots__ = ("gid", "home", "members", "name", "number", "shell")

    def __init__(
        self,
        name: str,
        number: int | None,
        gid: int | None = None,
        home: str | None = None,
        shell: str | None = None,
        members: "frozenset[str] | None" = None,
    ) -> None:
        self.name = name
        self.number = number
        self.gid = gid
        self.home = home
        self.shell = shell
        self.members = members


class Program(Value):
    """A program found on a PATH; `path` is None when it is there but not known where."""

    __slots__ = ("entry", "path")

    def __init__(self, path: str | None, entry: Entry) -> None:
        self.path = path
        self.entry = entry


class Effect:
    """
    Something that changed a file system.

    Each method answers one kind of question or gives None when the effect has no say; `older()` is
    the answer of everything before it. With `maybe` the effect may not have happened.
    """

    __slots__ = ("maybe", "reason")

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        self.maybe = False

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What stands at `path` (normalised, absolute): `Entry` or None for nothing."""

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The `Account` of the "user" or "group" called `name`, or None for none."""

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Whether `name` is installed by "apt", "apk", "pip", …: bool."""

    def links(self) -> "Sequence[str]":
        """The paths at which this effect puts links."""
        return ()

    def accounts(self, kind: str) -> "Sequence[str]":
        """The names of users or groups that this effect may add."""
        return ()


class Ground:
    """What a file system starts from: this one is empty, as `scratch` is."""

    __slots__ = ("reason",)

    def __init__(self, reason: Reason) -> None:
        self.reason = reason

    def find(self, path: str) -> "Knowledge":
        """What stands at `path`."""
        root = Entry("dir", 0o755, 0, 0) if path == "/" else None
        return Known(root, self.reason)

    def account(self, kind: str, name: str) -> "Knowledge":
        """The user or group `name`."""
        return Known(None, self.reason)

    def package(self, manager: str, name: str) -> "Knowledge":
        """Whether the package is installed."""
        return Known(False, self.reason)

    def links(self) -> "Sequence[str]":
        """The paths of the links that lead somewhere else."""
        return ()

    def accounts(self, kind: str) -> "Sequence[str]":
        """The names of the users or groups."""
        return ()


class UnknownGround(Ground):
    """A file system nobody knows."""

    __slots__ = ()

    def find(self, path: str) -> "Knowledge":
        """Nothing is known but that there is a root."""
        if path == "/":
            return Known(Entry("dir", 0o755, 0, 0), self.reason)
        return Unknown(self.reason)

    def account(self, kind: str, name: str) -> "Knowledge":
        """Only root can be taken for granted."""
        return Unknown(self.reason)

    def package(self, manager: str, name: str) -> "Knowledge":
        """Unknown."""
        return Unknown(self.reason)


class Contents:
    """
    A file system: `below` with the first `count` of `effects` on top.

    `distribution` and `suite` name what the packages come from ("debian", "trixie"), "" when that
    is not known or there is none. What a `soft` one answers is not firm where it comes from below:
    a build argument may put another image there.
    """

    __slots__ = (
        "_depth",
        "_found",
        "_links",
        "below",
        "count",
        "distribution",
        "effects",
        "soft",
        "suite",
    )

    def __init__(
        self,
        below: "Contents | Ground",
        effects: "Sequence[Effect]" = (),
        count: int | None = None,
        *,
        distribution: str = "",
        suite: str = "",
        soft: bool = False,
    ) -> None:
        self.below = below
        self.soft = soft
        self.effects = effects
        self.count = len(effects) if count is None else count
        if isinstance(below, Contents):
            distribution = distribution or below.distribution
            suite = suite or below.suite
        self.distribution: str = distribution
        self.suite: str = suite
        self._depth = 0
        self._found: dict[tuple[str, int], Knowledge] = {}
        self._links: dict[str, None] | None = None

    def at(self, count: int) -> "Contents":
        """The file system when only `count` effects had happened."""
        past = Contents(
            self.below,
            self.effects,
            count,
            distribution=self.distribution,
            suite=self.suite,
            soft=self.soft,
        )
        past._found = self._found
        return past

    # Paths

    def find(self, path: str) -> "Knowledge":
        """What stands at `path`, a link itself and not what it points to."""
        resolved = self.resolve(path, follow=False)
        if isinstance(resolved, Unknown):
            return resolved
        return self._find(resolved, self.count)

    def stat(self, path: str) -> "Knowledge":
        """What stands at `path`, links followed; Known(None) for a dangling link."""
        resolved = self.resolve(path)
        if isinstance(resolved, Unknown):
            return resolved
        return self._find(resolved, self.count)

    def exists(self, path: str) -> bool | None:
        """Whether something stands at `path`; None when not known."""
        found = self.stat(path)
        return found.value is not None if isinstance(found, Known) else None

    def resolve(self, path: str, *, follow: bool = True) -> "str | Unknown":
        """`path` with links replaced, the last component's only with `follow`."""
        path = clean(path)
        links = self.links()
        if not links:
            return path
        for _ in range(MAX_LINKS):
            for prefix in prefixes(path) if follow else prefixes(path)[:-1]:
                if prefix not in links:
                    continue
                found = self._find(prefix, self.count)
                if isinstance(found, Known) and found.value and found.value.kind == "link":
                    target = found.value.target
                    if not target:
                        return Unknown(Reason(f"{prefix} is a link, and where to is not known"))
                    base = target if target.startswith("/") else f"{parent(prefix)}/{target}"
                    path = clean(base + path[len(prefix) :])
                    break
            else:
                return path
        return Unknown(Reason(f"{path} is a loop of links"))

    def links(self) -> "dict[str, None]":
        """The paths at which there is, or was, a link."""
        if self._links is None:
            found: dict[str, None] = dict.fromkeys(self.below.links())
            for effect in self._past(self.count):
                found.update(dict.fromkeys(effect.links()))
            self._links = found
        return self._links

    def _past(self, count: int) -> "Iterator[Effect]":
        for index in range(count - 1, -1, -1):
            yield self.effects[index]

    def _find(self, path: str, count: int) -> "Knowledge":
        key = (path, count)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = self._walk(
                count,
                lambda effect, older: effect.find(path, older),
                lambda at: self._find(path, at),
                lambda: self.below.find(path),
            )
        return known

    def _walk(
        self,
        count: int,
        ask: "Callable[[Effect, Callable[[], Knowledge]], Knowledge | None]",
        again: "Callable[[int], Knowledge]",
        ground: "Callable[[], Knowledge]",
    ) -> "Knowledge":
        if self._depth >= MAX_DEPTH:
            return Unknown(Reason("too much happened here to be followed"))
        self._depth += 1
        try:
            for index in range(count - 1, -1, -1):
                effect = self.effects[index]
                answer = ask(effect, lambda index=index: again(index))  # type: ignore[misc]
                if answer is not None:
                    return join(answer, again(index)) if effect.maybe else answer
            found = ground()
            if self.soft and isinstance(found, Known) and found.firm:
                reason = found.reason
                soft = Reason(reason.text, reason.source, reason.span, firm=False)
                return Known(found.value, soft)
            return found
        finally:
            self._depth -= 1

    # Programs

    def program(self, name: str, path: "Knowledge | None") -> "Knowledge":
        """
        The `Program` that `name` starts, None when there is none.

        `path` is the PATH. A name with a slash is taken as an absolute path.
        """
        if "/" in name:
            found = self.stat(name)
            if isinstance(found, Known) and found.value is not None:
                return Known(Program(clean(name), found.value), found.reason)
            return found
        if not isinstance(path, Known):
            reason = path.reason if path is not None else Reason("PATH is not set")
            return Unknown(reason)
        unsure: Unknown | None = None
        absent: Known | None = None
        for folder in path.value.split(":"):
            if not folder.startswith("/"):
                continue
            found = self.stat(f"{folder.rstrip('/')}/{name}")
            if not isinstance(found, Known):
                unsure = found if isinstance(found, Unknown) else Unknown(found.reason)
            elif found.value is not None and _executable(found.value):
                where = None if unsure else clean(f"{folder}/{name}")
                return Known(Program(where, found.value), found.reason)
            elif absent is None or (absent.firm and not found.firm):
                # A file nobody may execute is passed over, as execvp and the shells do.
                absent = Known(None, found.reason)
        if unsure is not None:
            return unsure
        return absent or Known(None, path.reason)

    # Accounts and packages

    def account(self, kind: str, name: str) -> "Knowledge":
        """The `Account` of the "user" or "group" called `name`, None when there is none."""
        return self._asked("account", kind, name, self.count)

    def _asked(self, question: str, kind: str, name: str, count: int) -> "Knowledge":
        """What the first `count` effects answer to "account" or "package"."""
        key = (f"{question} {kind} {name}", count)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = self._walk(
                count,
                lambda effect, older: getattr(effect, question)(kind, name, older),
                lambda at: self._asked(question, kind, name, at),
                lambda: getattr(self.below, question)(kind, name),
            )
        return known

    def accounts(self, kind: str) -> "list[str]":
        """The names of all users or groups that are known or may be there."""
        found: dict[str, None] = dict.fromkeys(self.below.accounts(kind))
        for index in range(self.count):
            found.update(dict.fromkeys(self.effects[index].accounts(kind)))
        return list(found)

    def by_number(self, kind: str, number: int) -> "Knowledge":
        """The `Account` with that uid or gid, None when there is none."""
        unsure: Unknown | None = None
        for name in self.accounts(kind):
            found = self.account(kind, name)
            if not isinstance(found, Known):
                unsure = unsure or Unknown(found.reason)
            elif found.value is not None and found.value.number == number:
                return found
            elif found.value is not None and found.value.number is None:
                unsure = unsure or Unknown(found.reason)
        if unsure is not None:
            return unsure
        # Whether someone nobody has heard of may be there, a name that nobody has tells.
        stranger = self.account(kind, "\0")
        return stranger if not isinstance(stranger, Known) else Known(None, stranger.reason)

    def numbers(self, kind: str) -> "frozenset[int] | None":
        """The uids or gids that are taken, None when not all of them are known."""
        found: set[int] = set()
        for name in self.accounts(kind):
            account = self.account(kind, name)
            if not isinstance(account, Known):
                return None
            if account.value is not None:
                if account.value.number is None:
                    return None
                found.add(account.value.number)
        return frozenset(found) if isinstance(self.account(kind, "\0"), Known) else None

    def groups_of(self, user: str) -> "frozenset[int] | None":
        """The gids of the groups that `user` is a member of, None when not all are known."""
        found: set[int] = set()
        for name in self.accounts("group"):
            group = self.account("group", name)
            if not isinstance(group, Known):
                return None
            if group.value is None:
                continue
            if group.value.members is None:
                return None
            if user in group.value.members:
                if group.value.number is None:
                    return None
                found.add(group.value.number)
        return frozenset(found) if isinstance(self.account("group", "\0"), Known) else None

    def package(self, manager: str, name: str) -> "Knowledge":
        """Whether the package is installed: bool."""
        return self._asked("package", manager, name, self.count)


def join(one: "Knowledge", other: "Knowledge") -> "Knowledge":
    """What holds when either of two answers may be the right one."""
    if isinstance(one, Known) and isinstance(other, Known):
        if one.value == other.value:
            return one if not one.firm else other
        if isinstance(one.value, Entry) and isinstance(other.value, Entry):
            return Known(_common(one.value, other.value), one.reason)
        if isinstance(one.value, Account) and isinstance(other.value, Account):
            return Known(_same(one.value, other.value), one.reason)
    if isinstance(one, Unknown):
        return one
    return Unknown(one.reason) if isinstance(other, Known) else other


def _common(one: Entry, other: Entry) -> Entry:
    if one.kind != other.kind:
        return Entry("any")
    return Entry(
        one.kind,
        one.mode if one.mode == other.mode else None,
        one.uid if one.uid == other.uid else None,
        one.gid if one.gid == other.gid else None,
        one.target if one.target == other.target else "",
        one.content if one.content == other.content else "",
    )


def _same(one: Account, other: Account) -> Account:
    """What two accounts of one name have in common."""
    parts = {
        name: getattr(one, name) if getattr(one, name) == getattr(other, name) else None
        for name in ("number", "gid", "home", "shell", "members")
    }
    return Account(one.name, **parts)


def _executable(entry: Entry) -> bool:
    """Whether an entry on the PATH can be what a name starts: unknown modes are taken for it."""
    return entry.kind != "dir" and (entry.mode is None or bool(entry.mode & 0o111))
