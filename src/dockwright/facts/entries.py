"""What stands at a path, who has an account, and what is common to two such answers."""

from dockwright.facts.knowledge import Known, Unknown
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.facts.knowledge import Knowledge


class Entry(Value):
    """
    What stands at a path.

    `kind` is "file", "dir", "link" or "any" (it exists, nobody knows as what); `mode` the
    permission bits, `uid` and `gid` the owner, each None when not known; `target` where a link
    points. `content` is what is known of a file's bytes: "" nothing, "glibc", "musl" or "static"
    for a program linked so, "#!/usr/bin/python3" for a script with that first line, "text".
    `source` is the path of the file of the build context that has the same bytes, "" when there is
    none or nobody knows.
    """

    __slots__ = ("content", "gid", "kind", "mode", "source", "target", "uid")

    def __init__(
        self,
        kind: str,
        mode: int | None = None,
        uid: int | None = None,
        gid: int | None = None,
        target: str = "",
        content: str = "",
        source: str = "",
    ) -> None:
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.target = target
        self.content = content
        self.source = source

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
        one.source if one.source == other.source else "",
    )


def _same(one: Account, other: Account) -> Account:
    """What two accounts of one name have in common."""
    parts = {
        name: getattr(one, name) if getattr(one, name) == getattr(other, name) else None
        for name in ("number", "gid", "home", "shell", "members")
    }
    return Account(one.name, **parts)
