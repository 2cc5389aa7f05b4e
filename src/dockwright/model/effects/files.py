"""Programs of coreutils, BusyBox and friends that make, move, change and remove files."""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.effects import UnknownFiles
from dockwright.facts.knowledge import Known
from dockwright.model import permissions
from dockwright.model.files import ContentsFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Arg, Call, World

_FAILS = "fails"


def _mkdir(call: "Call") -> str | None:
    options, operands = call.options("mZ", ("--mode", "--context"))
    parents = "-p" in options or "--parents" in options
    mode = options.get("-m", options.get("--mode"))
    given = "-m" in options or "--mode" in options
    for arg in operands:
        path = call.world.place(arg)
        if path is None:
            _murky(call, arg, adds=True)
            continue
        if not parents and call.world.is_dir(parent(path)) is False:
            return _FAILS
        bits = _bits(mode, "dir", 0o777) if given else None
        if parents:
            # An existing directory keeps its mode, -m or not.
            call.world.folder(path, call.reason, bits)
            continue
        if call.world.exists(path):
            return _FAILS
        entry = Entry("dir", 0o777 & ~call.world.umask, call.world.uid, call.world.gid)
        if given:
            entry = entry.having(mode=bits)
        from dockwright.facts.effects import Put

        call.world.emit(Put(path, entry, call.reason, fresh=True))
    return None


def _bits(mode: str | None, kind: str, start: int) -> int | None:
    if mode is None:
        return None
    return permissions.change(mode)(Entry(kind, start))


def _murky(call: "Call", arg: "Arg", *, adds: bool = False) -> None:
    call.world.blur(arg, call.reason, adds=adds)


def _touch(call: "Call") -> str | None:
    _, operands = call.options("drt", ("--date", "--reference", "--time"))
    for arg in operands:
        path = call.world.place(arg)
        if path is None:
            _murky(call, arg, adds=True)
        else:
            call.world.file(path, call.reason)
    return None


def _tee(call: "Call") -> str | None:
    _, operands = call.options()
    for arg in operands:
        path = call.world.place(arg)
        if path is None:
            _murky(call, arg)
        elif not path.startswith("/dev/"):
            call.world.file(path, call.reason, content="text")
    return None


def _rm(call: "Call") -> str | None:
    options, operands = call.options()
    for arg in operands:
        _remove(call, arg, tolerant="-f" in options or "--force" in options)
    return None


def _remove(call: "Call", arg: "Arg", *, tolerant: bool) -> None:
    world = call.world
    path = world.place(arg)
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
        _remove(call, arg, tolerant=False)
    return None


def _ln(call: "Call") -> str | None:
    options, operands = call.options("tS", ("--target-directory", "--suffix"))
    world = call.world
    symbolic = "-s" in options or "--symbolic" in options
    target_dir = options.get("-t", options.get("--target-directory"))
    force = "-f" in options or "--force" in options
    if not symbolic or "-t" in options or "--target-directory" in options:
        for arg in operands[1:] or operands:
            path = world.place(arg)
            if path is None or target_dir is not None:
                _murky(call, arg)
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
        if not force and world.exists(path) and not into:
            return _FAILS
        world.put(path, Entry("link", 0o777, world.uid, world.gid, source.value), call.reason)
    return None


def _here(arg: "Arg") -> "Arg":
    from dockwright.model.world import Arg

    name = (arg.value or "").rstrip("/").rpartition("/")[2]
    return Arg(f"./{name}" if arg.value else None, f"./{name}")


def _hard(call: "Call", source: "Arg", path: str) -> None:
    at = call.world.place(source)
    found = call.world.stat(at) if at is not None else None
    if isinstance(found, Known) and found.value is not None and not call.world.is_dir(path):
        call.world.put(path, found.value, call.reason)
    else:
        call.world.murky((path,), call.reason)


def _cp(call: "Call") -> str | None:
    options, operands = call.options("tS", ("--target-directory", "--suffix"))
    return _copy(call, options, operands, moved=False)


def _mv(call: "Call") -> str | None:
    options, operands = call.options("tS", ("--target-directory", "--suffix"))
    return _copy(call, options, operands, moved=True)


def _copy(
    call: "Call", options: "dict[str, str | None]", operands: "list[Arg]", *, moved: bool
) -> str | None:
    world = call.world
    if "-t" in options or "--target-directory" in options or len(operands) < 2:
        world.anything(call.reason)
        return None
    *sources, last = operands
    dest = world.place(last)
    if dest is None:
        _murky(call, last)
        if moved:
            for source in sources:
                _murky(call, source)
        return None
    kept = moved or any(one in options for one in ("-a", "-p", "--archive", "--preserve"))
    into = world.is_dir(dest)
    if len(sources) > 1 or last.shape.endswith(("/", "/.")):
        into = True
    if "-T" in options:
        into = False
    for source in sources:
        path = world.place(source)
        if path is None or into is None:
            _unclear(call, source, dest, into=into, kept=kept)
            if moved:
                _murky(call, source)
            continue
        inside = (source.value or "").endswith("/.")
        name = path.rpartition("/")[2]
        to = f"{dest.rstrip('/')}/{name}" if into and not inside else dest
        _one(call, path, to, kept=kept)
        if moved:
            world.gone(path, call.reason)
    return None


def _unclear(call: "Call", source: "Arg", dest: str, *, into: bool | None, kept: bool) -> None:
    """A glob, or a destination that may be a directory or not."""
    world = call.world
    folder, _, last = source.shape.rpartition("/")
    if into and source.glob and last in ("*", ".[!.]*") and not any(c in folder for c in "*?[{$~"):
        at = world.absolute(folder or "/")
        if at is not None:
            owner = None if kept else (world.uid, world.gid)
            world.copy(dest, _Children(world, at, owner), call.reason)
            return
    world.murky((dest,), call.reason, adds=into is True)


class _Children(ContentsFiles):
    """What `folder/*` copies: all but the names with a leading dot."""

    __slots__ = ()

    def __init__(
        self, world: "World", path: str, owner: tuple[int | None, int | None] | None
    ) -> None:
        super().__init__(world.contents, path, owner=owner)

    def find(self, relative: str):  # type: ignore[no-untyped-def]
        """Nothing at the top itself, and no hidden files there."""
        from dockwright.facts.knowledge import Reason

        if not relative or relative.startswith("."):
            return Known(None, Reason("a glob does not match it"))
        return super().find(relative)


def _one(call: "Call", path: str, to: str, *, kept: bool) -> None:
    world = call.world
    found = world.stat(path)
    owner = None if kept else (world.uid, world.gid)
    mask = ~world.umask
    mode = None if kept else lambda entry: None if entry.mode is None else entry.mode & mask & 0o777
    files = ContentsFiles(world.contents, path, owner=owner, mode=mode)
    if isinstance(found, Known) and found.value is not None and found.value.kind == "file":
        copied = files.entry(found.value)
        before = world.stat(to)
        if not kept and isinstance(before, Known) and before.value is not None:
            # A file that was there keeps its owner and mode; only the bytes change.
            copied = before.value.having(content=copied.content)
        elif not kept and not isinstance(before, Known):
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
    if not operands:
        return None
    text = operands[0].value
    change = permissions.change(text, call.world.umask) if text is not None else lambda _: None
    for arg in operands[1:]:
        _changed(
            call,
            arg,
            lambda path: call.world.mode(path, change, call.reason, recursive=recursive),
        )
    return None


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


def _changed(call: "Call", arg: "Arg", apply: "Callable[[str], None]") -> None:
    """Call `apply` for a path; a glob or an unknown path makes what it may mean unclear."""
    world = call.world
    path = world.place(arg)
    if path is not None:
        resolved = world.contents.resolve(path)
        apply(resolved if isinstance(resolved, str) else path)
    else:
        folder = world.around(arg)
        from dockwright.facts.effects import Mode, Owner

        world.emit(Mode(folder, lambda _: None, call.reason, recursive=True))
        if call.name != "chmod":
            world.emit(Owner(folder, None, None, call.reason, recursive=True))


def _chown(call: "Call") -> str | None:
    recursive, operands = _attributes(call)
    if not operands:
        return None
    world = call.world
    user, colon, group = (operands[0].value or "\0").partition(":")
    if not colon and "." in user and not user.startswith("."):
        user, colon, group = user.partition(".")
    if any(arg.shape.startswith("--reference") for arg in call.args):
        user = "\0"
        operands = [operands[0], *operands]
    uid = _account(world, "user", user) if user else -1
    gid = _account(world, "group", group) if group else -1
    if user and colon and not group:
        found = world.contents.account("user", user)
        gid = found.value.gid if isinstance(found, Known) and found.value else None
    for one, kind in ((user, "user"), (group, "group")):
        if one and not one.isdigit() and one != "\0":
            there = world.contents.account(kind, one)
            if isinstance(there, Known) and there.value is None and there.firm:
                return _FAILS
    for arg in operands[1:]:
        _changed(
            call,
            arg,
            lambda path: world.owner(path, uid, gid, call.reason, recursive=recursive),
        )
    return None


def _chgrp(call: "Call") -> str | None:
    recursive, operands = _attributes(call)
    if not operands:
        return None
    gid = _account(call.world, "group", operands[0].value or "\0")
    for arg in operands[1:]:
        _changed(
            call,
            arg,
            lambda path: call.world.owner(path, -1, gid, call.reason, recursive=recursive),
        )
    return None


def _account(world: "World", kind: str, name: str) -> int | None:
    return None if name == "\0" else world.number(kind, name)


def _sed(call: "Call") -> str | None:
    """`sed -i` writes the file anew: the owner is who runs it, the mode stays."""
    if not any(
        arg.shape.startswith(("-i", "--in-place"))
        or (arg.shape.startswith("-") and not arg.shape.startswith("--") and "i" in arg.shape[:4])
        for arg in call.args
    ):
        return None
    world = call.world
    options, operands = call.options("efl", ("--expression", "--file"))
    scripted = any(one in options for one in ("-e", "-f", "--expression", "--file"))
    for arg in operands if scripted else operands[1:]:
        path = world.place(arg)
        if path is None:
            world.blur(arg, call.reason, adds=True)
            continue
        if world.exists(path) is False:
            return _FAILS
        world.owner(path, None if world.uid else world.uid, None, call.reason, recursive=False)
        if path.startswith("/etc/apt/"):
            world.file(path, call.reason)
    return None


def _find(call: "Call") -> str | None:
    shapes = [arg.shape for arg in call.args]
    if not any(one in ("-delete", "-exec", "-execdir", "-ok", "-fprint") for one in shapes):
        return None
    starts = []
    for arg in call.args:
        if arg.shape.startswith(("-", "(", "!", "\\(")):
            break
        starts.append(arg)
    for arg in starts:
        path = call.world.place(arg)
        if path is None:
            _murky(call, arg)
        else:
            call.world.murky((path,), call.reason)
    if not starts:
        call.world.murky((call.world.cwd or "/",), call.reason)
    return None


def _xargs(call: "Call") -> str | None:
    """What it starts gets names from its input: nobody knows which."""
    from dockwright.model.effects.tables import HARMLESS, TESTS

    _options, operands = call.options("IiLlnPsadE", ("--max-args", "--max-procs", "--replace"))
    name = operands[0].value if operands else "echo"
    if name is not None and (name in HARMLESS or name in TESTS):
        return None
    if name in ("chmod", "chown", "strip", "touch"):
        from dockwright.facts.effects import Mode, Owner

        call.world.emit(Mode("/", lambda _: None, call.reason, recursive=True))
        call.world.emit(Owner("/", None, None, call.reason, recursive=True))
        return None
    call.world.anything(call.reason)
    return None


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
            from dockwright.facts.effects import Tree

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
    "find": _find,
    "install": _install,
    "ln": _ln,
    "mkdir": _mkdir,
    "mkfifo": _fresh_files,
    "mktemp": _fresh_files,
    "mv": _mv,
    "rm": _rm,
    "rmdir": _rmdir,
    "rsync": _fresh_files,
    "sed": _sed,
    "tee": _tee,
    "touch": _touch,
    "truncate": _fresh_files,
    "unlink": _rm,
    "xargs": _xargs,
}
