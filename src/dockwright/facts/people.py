"""Effects on users and groups that are more than one account coming or going."""

from dockwright.facts.contents import Account, Effect, Entry, below
from dockwright.facts.knowledge import Known, Reason, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.facts.knowledge import Knowledge


class Member(Effect):
    """`user` is, or with `leaves` is no longer, a member of `group`."""

    __slots__ = ("group", "leaves", "user")

    def __init__(self, user: str, group: str, reason: Reason, *, leaves: bool = False) -> None:
        super().__init__(reason)
        self.user = user
        self.group = group
        self.leaves = leaves

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The group with its members."""
        if kind != "group" or name != self.group:
            return None
        before = older()
        if not isinstance(before, Known) or before.value is None:
            return before
        group: Account = before.value
        members = group.members
        if members is not None:
            members = members - {self.user} if self.leaves else members | {self.user}
        known = Account(name, group.number, members=members)
        return Known(known, before.reason)


class Unsure(Effect):
    """
    The users or groups of `kind` are not known any more; with `members` only who is in a group.

    With `but` names are given that stay as they were.
    """

    __slots__ = ("but", "kind", "members")

    def __init__(
        self, kind: str, reason: Reason, *, members: bool = False, but: "Sequence[str]" = ()
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.members = members
        self.but = but

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Unknown, or a group without its members."""
        if kind != self.kind or name in self.but:
            return None
        if not self.members:
            return Unknown(self.reason)
        before = older()
        if not isinstance(before, Known) or before.value is None:
            return before
        return Known(Account(name, before.value.number), before.reason)


class Written(Effect):
    """A passwd or group file was written anew: it holds exactly `values`."""

    __slots__ = ("kind", "values")

    def __init__(self, kind: str, values: "Mapping[str, Account]", reason: Reason) -> None:
        super().__init__(reason)
        self.kind = kind
        self.values = values

    def account(
        self,
        kind: str,
        name: str,
        older: "Callable[[], Knowledge]",  # noqa: ARG002 - the file is new
    ) -> "Knowledge | None":
        """The account of that name, or none."""
        if kind != self.kind:
            return None
        return Known(self.values.get(name), self.reason)

    def accounts(self, kind: str) -> "Sequence[str]":
        """All names."""
        return list(self.values) if kind == self.kind else ()


class Renumbered(Effect):
    """What is at and below `path` and had the uid (or, with `group`, the gid) `old` has `new`."""

    __slots__ = ("group", "new", "old", "path")

    def __init__(
        self, path: str, old: int | None, new: int | None, reason: Reason, *, group: bool = False
    ) -> None:
        super().__init__(reason)
        self.path = path
        self.old = old
        self.new = new
        self.group = group

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The entry there was, with its new owner."""
        if not below(path, self.path):
            return None
        before = older()
        if not isinstance(before, Known) or before.value is None:
            return before
        entry: Entry = before.value
        had = entry.gid if self.group else entry.uid
        if had is not None and self.old is not None and had != self.old:
            return before
        number = self.new if had == self.old else None
        if self.group:
            return Known(entry.having(gid=number), self.reason)
        return Known(entry.having(uid=number), self.reason)


def parse(kind: str, text: str) -> "dict[str, Account] | None":
    """
    The accounts that the lines of a passwd or group file describe; None when a line is none.

    Source of the formats: passwd(5) and group(5).
    """
    found: dict[str, Account] = {}
    for line in text.split("\n"):
        if not line.strip():
            continue
        fields = line.split(":")
        if len(fields) != (7 if kind == "user" else 4) or not fields[0]:
            return None
        numbers = fields[2:4] if kind == "user" else fields[2:3]
        if not all(one.isascii() and one.isdigit() for one in numbers):
            return None
        name = fields[0]
        if kind == "user":
            account = Account(name, int(fields[2]), int(fields[3]), fields[5], fields[6])
        else:
            members = frozenset(one for one in fields[3].split(",") if one)
            account = Account(name, int(fields[2]), members=members)
        found.setdefault(name, account)
    return found
