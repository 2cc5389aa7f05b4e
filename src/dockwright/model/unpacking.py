"""
Archives of the build context: what is in them, and what unpacking one does.

`Listing.members` gives the lines; `app/archive.py` says what is in them.
"""

from dockwright.facts.contents import Entry, below
from dockwright.facts.effects import Files, Tree, made_above
from dockwright.facts.knowledge import Known, Reason, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.world import World

    Owner = tuple[int | None, int | None]

_KINDS = ("file", "dir", "link", "hard")


class Member:
    """A member of an archive; `mode` and `owner` are None when the archive does not say."""

    __slots__ = ("gname", "kind", "mode", "owner", "target", "uname")

    def __init__(self, words: "Sequence[str]") -> None:
        self.kind, mode, uid, gid, self.uname, self.gname, self.target = words
        self.mode = int(mode, 8) if mode else None
        self.owner = (int(uid), int(gid)) if uid and gid else None

    def entry(self, mode: int | None, owner: "Owner") -> Entry:
        """The entry that it becomes with this mode and this owner."""
        if self.kind == "link":
            return Entry("link", 0o777, *owner, self.target)
        return Entry("dir" if self.kind == "dir" else "file", mode, *owner)


class Archive:
    """
    The members by their path without a leading slash, "" for the top itself.

    `notes` are the lines that say more, split at their tabs.
    """

    __slots__ = ("members", "notes")

    def __init__(self, members: "Mapping[str, Member]", notes: "Sequence[Sequence[str]]") -> None:
        self.members = members
        self.notes = notes


def read(lines: "Sequence[str] | None", strip: int = 0) -> Archive | None:
    """
    The archive of these lines, `strip` leading parts taken off every path.

    None when it holds what depends on where it is unpacked: `..`, a path through one of its own
    links, a whiteout.
    """
    if lines is None:
        return None
    found: dict[str, Member] = {}
    notes = []
    for line in lines:
        words = line.split("\t")
        if words[0] not in _KINDS:
            notes.append(words)
            continue
        # For `--strip-components` the dot of `./a` counts.
        parts = [one for one in words[7].split("/") if one]
        if ".." in parts or any(one.startswith(".wh.") for one in parts):
            return None
        if strip and words[7].startswith("/"):
            return None
        if strip and len(parts) <= strip:
            continue
        member = Member(words[:7])
        if member.kind == "hard":
            member.target = _stripped(member.target, strip)
        found[_stripped(words[7], strip)] = member
    for path, member in found.items():
        if member.kind == "hard":
            first = found.get(member.target)
            if first is None or first.kind != "file":
                return None
            member.mode, member.owner = first.mode, first.owner
        at = path.find("/")
        while at > 0:
            above = found.get(path[:at])
            if above is not None and above.kind != "dir":
                return None
            at = path.find("/", at + 1)
    return Archive(found, notes)


def _stripped(path: str, strip: int) -> str:
    parts = [one for one in path.split("/") if one][strip:]
    return "/".join(one for one in parts if one != ".")


class Members(Files):
    """The entries of an archive by their relative paths."""

    __slots__ = ("entries", "reason")

    def __init__(self, entries: "Mapping[str, Entry]", reason: Reason) -> None:
        self.entries = entries
        self.reason = reason

    def find(self, relative: str) -> "Knowledge":
        """The entry, or nothing."""
        return Known(self.entries.get(relative), self.reason)

    def links(self) -> "Sequence[str]":
        """The relative paths of links."""
        return [path for path, entry in self.entries.items() if entry.kind == "link"]


class Unpacking(Tree):
    """
    `entries` stand below `path`; directories above them are made when missing.

    With `kept` a directory that was there already keeps its owner and its mode.
    """

    __slots__ = ("entries", "implied", "kept")

    def __init__(
        self,
        path: str,
        entries: "Mapping[str, Entry]",
        reason: Reason,
        *,
        owner: "Owner" = (0, 0),
        above: int | None = 0o755,
        kept: bool = False,
    ) -> None:
        super().__init__(path, Members(entries, reason), reason, owner=owner, above=above)
        self.entries = entries
        self.kept = kept
        self.implied = {""}
        for one in entries:
            at = one.find("/")
            while at > 0:
                self.implied.add(one[:at])
                at = one.find("/", at + 1)

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The entry, or a directory above one."""
        if below(path, self.path):
            relative = self._relative(path)
            entry = self.entries.get(relative)
            if entry is None and relative not in self.implied:
                return None
            if entry is None:
                return made_above(older(), self.owner, self.reason, self.above)
            if self.kept and entry.kind == "dir":
                before = older()
                if not isinstance(before, Known):
                    return Known(Entry("dir"), self.reason)
                return before if before.value is not None else Known(entry, self.reason)
            return Known(entry, self.reason)
        return super().find(path, older)


# Where a file's bytes are from

# Programs that write into the files they are given.
_EDITORS = frozenset((
    "awk", "dd", "dos2unix", "ed", "envsubst", "ex", "gawk", "git", "nano", "patch", "perl",
    "rsync", "ruby", "sed", "sponge", "tee", "truncate", "unix2dos", "vi", "vim",
))  # fmt: skip
_OPEN = frozenset("*?[{$")
# Commands of npm and its kin that change package.json.
_KEEPING = frozenset(("pkg", "remove", "rm", "set-script", "un", "uninstall", "version"))


def original(world: "World", path: str) -> str | None:
    """The file of the build context that has the bytes of the file at `path`, None for none."""
    found = world.stat(path)
    if not isinstance(found, Known) or found.value is None or not found.firm:
        return None
    source: str = found.value.source
    if not source or found.value.kind != "file" or _edited(world, source, path):
        return None
    return source


def _edited(world: "World", source: str, path: str) -> bool:
    """Whether some command up to now may have written into the file under one of its names."""
    names = (source.rpartition("/")[2], path.rpartition("/")[2])
    step = world.step
    for stage in step.stage.build.stages[: step.stage.index + 1]:
        for one in stage.steps:
            if stage is step.stage and one.index > step.index:
                break
            script = one.script if one.name == "RUN" else None
            for command in script.commands if script is not None else ():
                texts = [word.text for word in command.words]
                if "package.json" in names and not _KEEPING.isdisjoint(texts):
                    return True
                if _EDITORS.isdisjoint(text.rpartition("/")[2] for text in texts):
                    continue
                if any(name in text for text in texts for name in names):
                    return True
                if any(not _OPEN.isdisjoint(text) for text in (texts[-1], *texts[-2:-1])):
                    return True
                if texts[0] in ("find", "xargs", "parallel"):
                    return True
    return False


def opened(world: "World", path: str | None, strip: int = 0) -> Archive | None:
    """What is in the archive at `path` of the image, None when that is not known."""
    listing = world.step.stage.build.listing
    source = original(world, path) if path is not None and listing is not None else None
    if source is None or listing is None:
        return None
    return read(listing.members(source), strip)


def crosses_links(world: "World", folder: str, archive: Archive) -> bool:
    """Whether a directory that members lie in is a link in `folder`, or too many to look at."""
    above = {path.rpartition("/")[0] for path in archive.members}
    above |= {path for path, one in archive.members.items() if one.kind == "dir"}
    if len(above) > 400:
        return True
    for path in above - {""}:
        found = world.contents.find(f"{folder.rstrip('/')}/{path}")
        if isinstance(found, Known) and found.value is not None and found.value.kind != "dir":
            return True
    return False


def owner_in(world: "World", member: Member) -> "Owner":
    """Whose a member becomes that `tar` unpacks as root: names count before numbers."""
    if member.owner is None:
        return None, None
    found: list[int | None] = []
    for kind, name, number in (
        ("user", member.uname, member.owner[0]),
        ("group", member.gname, member.owner[1]),
    ):
        if name == "root" or not name:
            found.append(0 if name else number)
            continue
        account = world.contents.account(kind, name)
        if isinstance(account, Unknown) or not isinstance(account, Known):
            found.append(None)
        else:
            found.append(account.value.number if account.value is not None else number)
    return found[0], found[1]
