"""Programs of coreutils, BusyBox and friends that make, move, change and remove files."""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.effects import Put, Tree, UnknownFiles
from dockwright.facts.knowledge import Known
from dockwright.model import permissions
from dockwright.model.world import Arg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Call

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
            murky(call, arg, adds=True)
            sure = False
            continue
        if world.denied(path):
            return _FAILS
        found = world.present(path)
        sure = sure and (found.kind == "dir" if found is not None else world.absent(path))
        mask = bits(mode, "dir", 0o777) if given else None
        if parents:
            # An existing directory keeps its mode, -m or not.
            sure = sure and _parents_sure(call, path)
            world.folder(path, call.reason, mask)
            continue
        above = world.present(parent(path))
        if found is not None or world.absent(parent(path)) or (above and above.kind == "file"):
            return _FAILS
        sure = sure and above is not None and above.kind == "dir"
        entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
        if given:
            entry = entry.having(mode=mask)
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


def bits(mode: str | None, kind: str, start: int) -> int | None:
    if mode is None:
        return None
    return permissions.change(mode)(Entry(kind, start))


def murky(call: "Call", arg: "Arg", *, adds: bool = False) -> None:
    call.world.blur(arg, call.reason, adds=adds)


_BINS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")


def _touch(call: "Call") -> str | None:
    options, operands = call.options("drt", ("--date", "--reference", "--time"))
    world = call.world
    if "-c" in options or "--no-create" in options:
        return None
    sure = world.uid == 0
    for arg in operands:
        path = world.place(arg)
        if path is None:
            if world.around(arg) == "/" and world.cwd is not None:
                # An empty file that is no program is not meant to lie among programs.
                world.murky(("/",), call.reason, but=_BINS, adds=True)
                world.murky(_BINS, call.reason, adds=True, brings=lambda _: False, doubt=True)
            else:
                murky(call, arg, adds=True)
            sure = False
            continue
        if no_room(call, path):
            return _FAILS
        above = world.present(parent(path))
        sure = sure and above is not None and above.kind == "dir"
        world.file(path, call.reason)
    return _TRUE if sure else None


def no_room(call: "Call", path: str) -> bool:
    """Whether a file certainly cannot be made at `path`: no directory there, or no right to."""
    world = call.world
    return world.absent(parent(path)) or world.denied(path)


def _tee(call: "Call") -> str | None:
    _, operands = call.options()
    for arg in operands:
        path = call.world.place(arg)
        if path is None:
            murky(call, arg)
        elif not path.startswith("/dev/"):
            if no_room(call, path):
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
            if call.world.absent(path) and not tolerant and nothing_at(call, path):
                return _FAILS
            if _protected(call, path):
                if recursive:
                    # What others may write to in there goes nevertheless.
                    call.world.murky((path,), call.reason)
                    if found is not None:
                        from dockwright.model.effects.installing import Inside

                        call.world.emit(Inside(path, found, call.reason))
                return _FAILS
        sure = sure and (path is not None or arg.glob) and recursive
        _remove(call, arg)
    return _TRUE if sure else None


def _protected(call: "Call", path: str) -> bool:
    """Whether who runs surely may not take away what is at `path`."""
    world = call.world
    if world.uid in (0, None) or not world.certain or world.present(path) is None:
        return False
    return world.may(parent(path), 2) is False


def nothing_at(call: "Call", path: str) -> bool:
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
    murky(call, arg)


def _rmdir(call: "Call") -> str | None:
    options, operands = call.options()
    if "-p" in options or "--ignore-fail-on-non-empty" in options:
        for arg in operands:
            murky(call, arg)
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
            murky(call, operands[1])
        else:
            _hard(call, operands[0], path)
        return None
    if len(operands) == 1:
        operands = [*operands, _here(operands[0])]
    *sources, last = operands
    dest = world.place(last)
    if dest is None:
        murky(call, last)
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
        name = source.value.rstrip("/").rpartition("/")[2]
        path = f"{dest.rstrip('/')}/{name}" if into else dest
        if not force and world.present(path) is not None and not into:
            return _FAILS
        if no_room(call, path):
            return _FAILS
        world.put(path, Entry("link", 0o777, world.uid, world.gid, source.value), call.reason)
    return None


def _here(arg: "Arg") -> "Arg":
    name = (arg.value or "").rstrip("/").rpartition("/")[2]
    return Arg(f"./{name}" if arg.value else None, f"./{name}")


def _hard(call: "Call", source: "Arg", path: str) -> None:
    at = call.world.place(source)
    if call.world.is_dir(path) and at is not None:
        path = f"{path.rstrip('/')}/{at.rpartition('/')[2]}"
    found = call.world.stat(at) if at is not None else None
    if isinstance(found, Known) and found.value is not None and not call.world.is_dir(path):
        call.world.put(path, found.value, call.reason)
    else:
        call.world.murky((path,), call.reason)


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
            murky(call, arg)
        elif call.name == "rsync":
            world.emit(Tree(path, UnknownFiles(call.reason), call.reason))
        else:
            world.file(path, call.reason)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "dd": _fresh_files,
    "ln": _ln,
    "mkdir": _mkdir,
    "mkfifo": _fresh_files,
    "mktemp": _fresh_files,
    "rm": _rm,
    "rmdir": _rmdir,
    "rsync": _fresh_files,
    "tee": _tee,
    "touch": _touch,
    "truncate": _fresh_files,
    "unlink": _rm,
}
