"""`cp`, `mv` and `install`."""

from dockwright.facts.contents import Entry
from dockwright.facts.knowledge import Known, Reason
from dockwright.model.effects.files import bits, murky, no_room, nothing_at
from dockwright.model.files import ContentsFiles
from dockwright.model.world import Arg
from dockwright.text.lazy import fnmatchcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.world import Call, World

_FAILS = "fails"


class _Manner:
    """How `cp` and `mv` copy: what of mode and owner is kept, and what links are."""

    __slots__ = ("links", "maybe", "mode", "owner", "recursive")

    def __init__(self, options: "dict[str, str | None]", *, moved: bool) -> None:
        everything = moved or "-a" in options or "--archive" in options
        kept = options.get("--preserve")
        kinds = set((kept or "mode,ownership").split(",")) if "--preserve" in options else set()
        if "-p" in options or everything or "all" in kinds:
            kinds = {"mode", "ownership"}
        self.mode = "mode" in kinds
        self.owner = "ownership" in kinds
        self.recursive = everything or any(one in options for one in ("-r", "-R", "--recursive"))
        plain = any(one in options for one in ("-L", "--dereference", "-H"))
        self.links = (self.recursive or "-d" in options or "-P" in options) and not plain
        self.maybe = any(one in options for one in ("-n", "-u", "--no-clobber", "--update", "-i"))


def _cp(call: "Call") -> str | None:
    return _copy(call, moved=False)


def _mv(call: "Call") -> str | None:
    return _copy(call, moved=True)


def _copy(call: "Call", *, moved: bool) -> str | None:
    options, operands = call.options("tS", ("--target-directory", "--suffix"))
    world = call.world
    manner = _Manner(options, moved=moved)
    target = options.get("-t", options.get("--target-directory"))
    strange = ("--parents", "-b", "--backup", "-s", "-l", "--link", "--symbolic-link")
    given = "-t" in options or "--target-directory" in options
    if (given and target is None) or any(one in options for one in strange):
        world.anything(call.reason)
        return None
    if given and target is not None:
        operands = [*operands, Arg(target.rstrip("/") + "/", target.rstrip("/") + "/")]
    if len(operands) < 2:
        return None
    *sources, last = operands
    dest = world.place(last)
    if dest is None:
        murky(call, last)
        for source in sources if moved else ():
            murky(call, source)
        return None
    into = world.is_dir(dest)
    if len(sources) > 1:
        into = True
    elif last.shape.endswith(("/", "/.")) and not into:
        # A file cannot become a directory, but a directory may get that name.
        at = world.place(sources[0])
        found = world.stat(at) if at is not None else None
        known = isinstance(found, Known) and found.value is not None
        kind = found.value.kind if known and isinstance(found, Known) else "any"
        into = True if kind == "file" else (into if kind == "dir" else None)
    if "-T" in options or "--no-target-directory" in options:
        into = False
    world.maybe += manner.maybe
    status = _each(call, sources, dest, manner, into=into, moved=moved)
    world.maybe -= manner.maybe
    return None if manner.maybe else status


def _each(
    call: "Call",
    sources: "list[Arg]",
    dest: str,
    manner: _Manner,
    *,
    into: bool | None,
    moved: bool,
) -> str | None:
    world = call.world
    for source in sources:
        path = world.place(source)
        if path is None or into is None:
            _unclear(call, source, dest, into=into, manner=manner)
            if moved:
                murky(call, source)
            continue
        if world.absent(path) and nothing_at(call, path):
            return _FAILS
        entry = world.present(path)
        if entry is not None and entry.kind == "dir" and not manner.recursive:
            return _FAILS
        inside = (source.value or "").endswith("/.")
        name = path.rpartition("/")[2]
        to = f"{dest.rstrip('/')}/{name}" if into and not inside else dest
        if no_room(call, to):
            return _FAILS
        _one(call, path, to, manner)
        if moved:
            world.gone(path, call.reason)
    return None


def _unclear(call: "Call", source: "Arg", dest: str, *, into: bool | None, manner: _Manner) -> None:
    """A glob, or a destination that may be a directory or not."""
    world = call.world
    folder, slash, last = source.shape.rpartition("/")
    plain = not any(char in folder for char in "*?[{$~") and "{" not in last and "$" not in last
    if into and source.glob and plain:
        at = world.absolute(folder or ("/" if slash else "."))
        if at is not None:
            world.copy(dest, _Children(world, at, last, manner), call.reason)
            return
    world.murky((dest,), call.reason, adds=into is True)


def _masked(world: "World") -> "Callable[[Entry], int | None]":
    mask = ~world.umask & 0o777
    return lambda entry: None if entry.mode is None else entry.mode & mask


class _Children(ContentsFiles):
    """What `folder/*.txt` copies: the names that match, those with a leading dot not by `*`."""

    __slots__ = ("pattern",)

    def __init__(self, world: "World", path: str, pattern: str, manner: _Manner) -> None:
        super().__init__(
            world.contents,
            path,
            owner=None if manner.owner else (world.uid, world.gid),
            mode=None if manner.mode else _masked(world),
        )
        self.pattern = pattern

    def find(self, relative: str) -> "Knowledge":
        """Nothing at the top itself, and nothing that does not match."""
        name = relative.partition("/")[0]
        hidden = name.startswith(".") and not self.pattern.startswith(".")
        if not name or hidden or not fnmatchcase(name, self.pattern):
            return Known(None, Reason("a pattern does not match it"))
        return super().find(relative)

    def links(self) -> "Sequence[str]":
        """The links among what matches."""
        return [
            one
            for one in super().links()
            if one and fnmatchcase(one.partition("/")[0], self.pattern)
        ]


def _one(call: "Call", path: str, to: str, manner: _Manner) -> None:
    world = call.world
    if manner.links:
        link = world.contents.find(path)
        if isinstance(link, Known) and link.value is not None and link.value.kind == "link":
            entry = link.value
            if not manner.owner:
                entry = entry.having(uid=world.uid, gid=world.gid)
            world.put(to, entry, call.reason)
            return
    found = world.stat(path)
    owner = None if manner.owner else (world.uid, world.gid)
    files = ContentsFiles(
        world.contents, path, owner=owner, mode=None if manner.mode else _masked(world)
    )
    if isinstance(found, Known) and found.value is not None and found.value.kind == "file":
        copied = files.entry(found.value)
        before = world.stat(to)
        if isinstance(before, Known) and before.value is not None:
            # A file that was there keeps its owner and mode; only the bytes change.
            old: Entry = before.value
            copied = old.having(
                content=copied.content,
                source=copied.source,
                **({"mode": copied.mode} if manner.mode else {}),
                **({"uid": copied.uid, "gid": copied.gid} if manner.owner else {}),
            )
        elif not isinstance(before, Known) and not (manner.mode and manner.owner):
            copied = Entry("any")
        world.put(to, copied, call.reason)
    elif isinstance(found, Known) and found.value is None:
        world.murky((to,), call.reason, adds=True)
    else:
        world.copy(to, files, call.reason)


def _install(call: "Call") -> str | None:
    options, operands = call.options(
        "gmotS", ("--mode", "--owner", "--group", "--target-directory", "--suffix")
    )
    world = call.world
    mode = bits(options.get("-m", options.get("--mode", "755")), "file", 0)
    owner = options.get("-o", options.get("--owner"))
    group = options.get("-g", options.get("--group"))
    uid = world.number("user", owner) if owner else world.uid
    gid = world.number("group", group) if group else world.gid
    if "-d" in options or "--directory" in options:
        for arg in operands:
            path = world.place(arg)
            if path is None:
                murky(call, arg, adds=True)
                continue
            world.folder(path, call.reason)
            world.put(path, Entry("dir", mode, uid, gid), call.reason)
        return None
    target = options.get("-t", options.get("--target-directory"))
    if target is None and len(operands) < 2:
        return None
    sources, dest = (
        (operands, world.absolute(target)) if target else (operands[:-1], world.place(operands[-1]))
    )
    into = bool(target) or len(sources) > 1 or (dest is not None and world.is_dir(dest))
    for source in sources:
        if dest is None or source.value is None:
            world.murky((dest or "/",), call.reason, adds=True)
            continue
        name = source.value.rpartition("/")[2]
        to = f"{dest}/{name}" if into else dest
        if into is None:
            world.murky((dest,), call.reason)
            continue
        at = world.place(source)
        found = world.stat(at) if at is not None else None
        known = isinstance(found, Known) and found.value is not None
        content, origin = "", ""
        if known and isinstance(found, Known):
            content, origin = found.value.content, found.value.source
        if "-s" in options or "--strip" in options:
            origin = ""
        world.put(to, Entry("file", mode, uid, gid, "", content, origin), call.reason)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "cp": _cp,
    "install": _install,
    "mv": _mv,
}
