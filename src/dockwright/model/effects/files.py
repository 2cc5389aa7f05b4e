"""Programs of coreutils, BusyBox and friends that make, move, change and remove files."""

from fnmatch import fnmatchcase

from dockwright.facts.contents import Entry, parent
from dockwright.facts.effects import Mode, Owner, Put, Tree, UnknownFiles
from dockwright.facts.knowledge import Known, Reason
from dockwright.model import permissions
from dockwright.model.files import ContentsFiles
from dockwright.model.world import Arg
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.world import Call, World

_FAILS, _TRUE = "fails", "true"


def _mkdir(call: "Call") -> str | None:
    options, operands = call.options("mZ", ("--mode", "--context"))
    world = call.world
    parents = "-p" in options or "--parents" in options
    mode = options.get("-m", options.get("--mode"))
    given = "-m" in options or "--mode" in options
    sure = world.uid == 0
    for arg in operands:
        path = world.place(arg)
        if path is None:
            _murky(call, arg, adds=True)
            sure = False
            continue
        if world.denied(path):
            return _FAILS
        found = world.present(path)
        sure = sure and (found.kind == "dir" if found is not None else world.absent(path))
        bits = _bits(mode, "dir", 0o777) if given else None
        if parents:
            # An existing directory keeps its mode, -m or not.
            sure = sure and _parents_sure(call, path)
            world.folder(path, call.reason, bits)
            continue
        above = world.present(parent(path))
        if found is not None or world.absent(parent(path)) or (above and above.kind == "file"):
            return _FAILS
        sure = sure and above is not None and above.kind == "dir"
        entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
        if given:
            entry = entry.having(mode=bits)
        world.emit(Put(path, entry, call.reason, fresh=True))
    return _TRUE if sure else None


def _parents_sure(call: "Call", path: str) -> bool:
    """Whether nothing is in the way of the directories above `path`."""
    while path != "/":
        path = parent(path)
        found = call.world.present(path)
        if found is not None:
            return found.kind == "dir"
        if not call.world.absent(path):
            return False
    return True


def _bits(mode: str | None, kind: str, start: int) -> int | None:
    if mode is None:
        return None
    return permissions.change(mode)(Entry(kind, start))


def _murky(call: "Call", arg: "Arg", *, adds: bool = False) -> None:
    call.world.blur(arg, call.reason, adds=adds)


def _touch(call: "Call") -> str | None:
    options, operands = call.options("drt", ("--date", "--reference", "--time"))
    world = call.world
    if "-c" in options or "--no-create" in options:
        return None
    sure = world.uid == 0
    for arg in operands:
        path = world.place(arg)
        if path is None:
            _murky(call, arg, adds=True)
            sure = False
            continue
        if _no_room(call, path):
            return _FAILS
        above = world.present(parent(path))
        sure = sure and above is not None and above.kind == "dir"
        world.file(path, call.reason)
    return _TRUE if sure else None


def _no_room(call: "Call", path: str) -> bool:
    """Whether a file certainly cannot be made at `path`: no directory there, or no right to."""
    world = call.world
    return world.absent(parent(path)) or world.denied(path)


def _tee(call: "Call") -> str | None:
    _, operands = call.options()
    for arg in operands:
        path = call.world.place(arg)
        if path is None:
            _murky(call, arg)
        elif not path.startswith("/dev/"):
            if _no_room(call, path):
                return _FAILS
            call.world.file(path, call.reason, content="text")
    return None


def _rm(call: "Call") -> str | None:
    options, operands = call.options()
    tolerant = "-f" in options or "--force" in options
    recursive = any(one in options for one in ("-r", "-R", "--recursive"))
    sure = call.world.uid == 0 and tolerant
    for arg in operands:
        path = call.world.place(arg)
        if path is not None:
            found = call.world.present(path)
            if found is not None and found.kind == "dir" and not recursive and call.name == "rm":
                link = call.world.contents.find(path)
                if isinstance(link, Known) and link.value and link.value.kind == "dir":
                    return _FAILS
            if call.world.absent(path) and not tolerant and _nothing_at(call, path):
                return _FAILS
        sure = sure and (path is not None or arg.glob) and recursive
        _remove(call, arg)
    return _TRUE if sure else None


def _nothing_at(call: "Call", path: str) -> bool:
    """Whether there is not even a link that leads nowhere."""
    found = call.world.contents.find(path)
    return isinstance(found, Known) and found.value is None and found.firm


def _remove(call: "Call", arg: "Arg") -> None:
    world = call.world
    path = world.place(arg)
    if path == "/":
        # An unset variable, as like as not; GNU's rm refuses, BusyBox's does not.
        world.anything(call.reason)
        return
    if path is not None:
        world.gone(path, call.reason)
        return
    folder, slash, last = arg.shape.rpartition("/")
    plain = arg.glob and not any(char in folder for char in "*?[{$~")
    if plain and not any(char in last for char in "[{$"):
        at = world.absolute(folder or ("/" if slash else "."))
        resolved = world.contents.resolve(at) if at is not None else None
        if isinstance(resolved, str):
            world.gone(resolved, call.reason, inside=True, pattern=last)
            return
    _murky(call, arg)


def _rmdir(call: "Call") -> str | None:
    options, operands = call.options()
    if "-p" in options or "--ignore-fail-on-non-empty" in options:
        for arg in operands:
            _murky(call, arg)
        return None
    for arg in operands:
        _remove(call, arg)
    return None


def _ln(call: "Call") -> str | None:
    options, operands = call.options("tS", ("--target-directory", "--suffix"))
    world = call.world
    symbolic = "-s" in options or "--symbolic" in options
    target_dir = options.get("-t", options.get("--target-directory"))
    force = "-f" in options or "--force" in options
    if not symbolic or "-t" in options or "--target-directory" in options:
        if target_dir is not None or len(operands) != 2 or "-t" in options:
            world.anything(call.reason)
            return None
        path = world.place(operands[1])
        if path is None:
            _murky(call, operands[1])
        else:
            _hard(call, operands[0], path)
        return None
    if len(operands) == 1:
        operands = [*operands, _here(operands[0])]
    *sources, last = operands
    dest = world.place(last)
    if dest is None:
        _murky(call, last)
        return None
    plain = "-n" in options or "-T" in options or "--no-dereference" in options
    into = len(sources) > 1 or last.shape.endswith("/") or (world.is_dir(dest) and not plain)
    if world.is_dir(dest) is None and not into:
        # Either the link itself or one inside the directory that may stand there.
        world.murky((dest,), call.reason)
        return None
    for source in sources:
        if source.value is None:
            world.murky((dest,), call.reason)
            continue
        path = f"{dest}/{source.value.rstrip('/').rpartition('/')[2]}" if into else dest
        if not force and world.present(path) is not None and not into:
            return _FAILS
        if _no_room(call, path):
            return _FAILS
        world.put(path, Entry("link", 0o777, world.uid, world.gid, source.value), call.reason)
    return None


def _here(arg: "Arg") -> "Arg":
    name = (arg.value or "").rstrip("/").rpartition("/")[2]
    return Arg(f"./{name}" if arg.value else None, f"./{name}")


def _hard(call: "Call", source: "Arg", path: str) -> None:
    at = call.world.place(source)
    if call.world.is_dir(path) and at is not None:
        path = f"{path}/{at.rpartition('/')[2]}"
    found = call.world.stat(at) if at is not None else None
    if isinstance(found, Known) and found.value is not None and not call.world.is_dir(path):
        call.world.put(path, found.value, call.reason)
    else:
        call.world.murky((path,), call.reason)


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
        _murky(call, last)
        for source in sources if moved else ():
            _murky(call, source)
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
                _murky(call, source)
            continue
        if world.absent(path) and _nothing_at(call, path):
            return _FAILS
        entry = world.present(path)
        if entry is not None and entry.kind == "dir" and not manner.recursive:
            return _FAILS
        inside = (source.value or "").endswith("/.")
        name = path.rpartition("/")[2]
        to = f"{dest.rstrip('/')}/{name}" if into and not inside else dest
        if _no_room(call, to):
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
    mode = _bits(options.get("-m", options.get("--mode", "755")), "file", 0)
    owner = options.get("-o", options.get("--owner"))
    group = options.get("-g", options.get("--group"))
    uid = world.number("user", owner) if owner else world.uid
    gid = world.number("group", group) if group else world.gid
    if "-d" in options or "--directory" in options:
        for arg in operands:
            path = world.place(arg)
            if path is None:
                _murky(call, arg, adds=True)
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
        content = found.value.content if known and isinstance(found, Known) else ""
        world.put(to, Entry("file", mode, uid, gid, "", content), call.reason)
    return None


def _chmod(call: "Call") -> str | None:
    recursive, operands = _attributes(call, "rwxXstugo")
    example, known = _reference(call)
    if known:
        mode = example.mode if example is not None else None
        change: Callable[[Entry], int | None] = lambda _: mode  # noqa: E731
    elif operands:
        text = operands.pop(0).value
        change = permissions.change(text, call.world.umask) if text is not None else lambda _: None
    for arg in operands:
        if _gone_for_sure(call, arg):
            return _FAILS
        _changed(
            call,
            arg,
            lambda path: call.world.mode(path, change, call.reason, recursive=recursive),
        )
    return None


def _reference(call: "Call") -> "tuple[Entry | None, bool]":
    """What stands at the file of `--reference=FILE`, and whether there is such an option."""
    for arg in call.args:
        if arg.shape.startswith("--reference"):
            name = arg.shape.partition("=")[2]
            path = call.world.absolute(name) if name and HOLE not in name else None
            return (call.world.present(path) if path is not None else None), True
    return None, False


def _gone_for_sure(call: "Call", arg: "Arg") -> bool:
    """Whether a program certainly fails because what it is to change is not there."""
    path = call.world.place(arg)
    quiet = any(one.shape in ("-f", "--silent", "--quiet") for one in call.args)
    return path is not None and not quiet and call.world.absent(path)


def _attributes(call: "Call", letters: str = "") -> "tuple[bool, list[Arg]]":
    """Whether it is recursive, and the operands: `-x` and `-w` are modes of chmod, no options."""
    recursive = False
    operands: list[Arg] = []
    for arg in call.args:
        shape = arg.shape
        if shape.startswith("--"):
            recursive = recursive or shape == "--recursive"
        elif shape.startswith("-") and not (letters and shape[1:2] in letters):
            recursive = recursive or "R" in shape
        else:
            operands.append(arg)
    return recursive, operands


def _changed(
    call: "Call", arg: "Arg", apply: "Callable[[str], None]", *, follow: bool = True
) -> None:
    """Call `apply` for a path; a glob or an unknown path makes what it may mean unclear."""
    world = call.world
    path = world.place(arg)
    if path is not None:
        resolved = world.contents.resolve(path, follow=follow)
        apply(resolved if isinstance(resolved, str) else path)
    else:
        folder = world.around(arg)

        world.emit(Mode(folder, lambda _: None, call.reason, recursive=True))
        if call.name != "chmod":
            world.emit(Owner(folder, None, None, call.reason, recursive=True))


def _chown(call: "Call") -> str | None:
    recursive, operands = _attributes(call)
    world = call.world
    example, known = _reference(call)
    if known:
        uid = example.uid if example is not None else None
        gid = example.gid if example is not None else None
    elif operands:
        uid, gid, there = _owner(world, operands.pop(0).value)
        if not there:
            return _FAILS
    return _owned(
        call,
        operands,
        uid if known or operands else -1,
        gid if known or operands else -1,
        recursive=recursive,
    )


def _owner(world: "World", text: str | None) -> tuple[int | None, int | None, bool]:
    """The uid and gid of `user:group` (-1: as before), and whether there may be such accounts."""
    if text is None:
        return None, None, True
    user, colon, group = text.partition(":")
    if not colon and "." in user and not user.startswith("."):
        found = world.contents.account("user", user)
        if not (isinstance(found, Known) and found.value is not None):
            user, colon, group = user.partition(".")
    for one, kind in ((user, "user"), (group, "group")):
        if one and not one.isdigit():
            account = world.contents.account(kind, one)
            if isinstance(account, Known) and account.value is None and account.firm:
                return None, None, False
    uid = world.number("user", user) if user else -1
    gid = world.number("group", group) if group else -1
    if user and colon and not group:
        found = world.contents.account("user", user)
        gid = found.value.gid if isinstance(found, Known) and found.value else None
    return uid, gid, True


def _owned(
    call: "Call", operands: "list[Arg]", uid: int | None, gid: int | None, *, recursive: bool
) -> str | None:
    world = call.world
    follow = not any(
        arg.shape == "--no-dereference"
        or (arg.shape.startswith("-") and not arg.shape.startswith("--") and "h" in arg.shape)
        for arg in call.args
    )
    for arg in operands:
        if _gone_for_sure(call, arg) and follow:
            return _FAILS
        _changed(
            call,
            arg,
            lambda path: world.owner(path, uid, gid, call.reason, recursive=recursive),
            follow=follow,
        )
    return None


def _chgrp(call: "Call") -> str | None:
    recursive, operands = _attributes(call)
    example, known = _reference(call)
    if known:
        gid = example.gid if example is not None else None
    elif operands:
        text = operands.pop(0).value
        _, gid, there = _owner(call.world, f":{text}" if text is not None else None)
        if not there:
            return _FAILS
    else:
        return None
    return _owned(call, operands, -1, gid, recursive=recursive)


def _fresh_files(call: "Call") -> str | None:
    """`mktemp`, `mkfifo`, `dd`, `truncate`, `rsync`: files somewhere among the operands."""
    world = call.world
    if call.name == "mktemp":
        world.murky(("/tmp",), call.reason, adds=True)
        return None
    _, operands = call.options()
    for arg in operands[-1:] if call.name == "rsync" else operands:
        shape = arg.shape.removeprefix("of=") if call.name == "dd" else arg.shape
        if call.name == "dd" and not arg.shape.startswith("of="):
            continue
        path = world.absolute(shape) if arg.value is not None else None
        if path is None:
            _murky(call, arg)
        elif call.name == "rsync":
            world.emit(Tree(path, UnknownFiles(call.reason), call.reason))
        else:
            world.file(path, call.reason)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "chgrp": _chgrp,
    "chmod": _chmod,
    "chown": _chown,
    "cp": _cp,
    "dd": _fresh_files,
    "install": _install,
    "ln": _ln,
    "mkdir": _mkdir,
    "mkfifo": _fresh_files,
    "mktemp": _fresh_files,
    "mv": _mv,
    "rm": _rm,
    "rmdir": _rmdir,
    "rsync": _fresh_files,
    "tee": _tee,
    "touch": _touch,
    "truncate": _fresh_files,
    "unlink": _rm,
}
