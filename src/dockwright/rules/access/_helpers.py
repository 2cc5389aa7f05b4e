"""What the rules on access share."""

from dockwright.rules.api import Contents, Entry, Known, Reason, Stage, allowed, clean, user_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Knowledge

READ, WRITE, ENTER = 4, 2, 1
_MAX_LINKS = 20


class Runner:
    """Who runs something: `uid`, its `groups` (None: not all known), and what messages say."""

    __slots__ = ("groups", "name", "reason", "uid")

    def __init__(
        self, uid: int | None, groups: frozenset[int] | None, name: str, reason: Reason
    ) -> None:
        self.uid = uid
        self.groups = groups
        self.name = name
        self.reason = reason


def runner(user: "Knowledge", contents: Contents) -> Runner | None:
    """Who USER makes run; None when that is not known, or is root."""
    if not isinstance(user, Known):
        return None
    uid, gid, _ = user_of(user, contents)
    if uid in (None, 0):
        name = user.value.partition(":")[0]
        if uid == 0 or not name or name.isdigit():
            return None
    # Which other groups a user is in, nobody follows: with none of root's files that matters.
    groups = frozenset((gid,)) if gid is not None and gid != 0 else None
    return Runner(uid, groups, user.value, user.reason)


def denied(
    contents: Contents, path: str, who: Runner, bit: int
) -> "tuple[str, str, Reason] | None":
    """
    The directory or file on the way to `path` that `who` may not enter, read, write or execute,
    with its owner and mode in words and why it is so. None when access is granted, or nobody can
    say.
    """
    resolved = contents.resolve(path)
    if not isinstance(resolved, str):
        return None
    parts = clean(resolved).split("/")[1:]
    here = ""
    for number, part in enumerate(parts):
        here = f"{here}/{part}"
        found = contents.find(here)
        if not isinstance(found, Known) or found.value is None:
            return None
        last = number == len(parts) - 1
        verdict = may(found.value, who, bit if last else ENTER)
        if verdict is False:
            return here, mode_text(found.value), found.reason
        if verdict is None:
            return None
    return None


def may(entry: Entry, who: Runner, bit: int) -> bool | None:
    """Whether `who` may do it; a user whose number is not known is nobody's owner but root's."""
    if who.uid is not None:
        return allowed(entry, who.uid, who.groups, bit)
    if entry.mode is None or entry.uid != 0:
        return None
    others, group = bool(entry.mode & bit), bool(entry.mode >> 3 & bit)
    if others == group or entry.gid != 0 or who.groups is not None:
        return others
    return None


def mode_text(entry: Entry) -> str:
    """`root's, mode 0700` and the like."""
    owner = "root" if entry.uid == 0 else f"uid {entry.uid}"
    return f"{owner}'s, mode {entry.mode:04o}" if entry.mode is not None else f"{owner}'s"


def final_user(stage: Stage) -> Runner | None:
    """Who the container runs as, when it is known not to be root."""
    return runner(stage.state.user, stage.state.files)
