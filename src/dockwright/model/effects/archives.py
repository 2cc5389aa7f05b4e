"""
Programs that pack and unpack: tar, unzip, gzip and its kin, cpio, 7z.

Sources: the manuals of GNU tar (options, "Old Option Style", `--strip-components`), Info-ZIP unzip,
gzip, xz, bzip2, zstd, cpio and 7-Zip. What is in an archive nobody knows here; who runs as root
gets the owners that are written in it.
"""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.effects import Files, Put, Tree, UnknownFiles
from dockwright.facts.knowledge import Known, Unknown
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    adds,
    folder_of,
    folders,
    place,
)
from dockwright.model.unpacking import Unpacking, crosses_links, opened, owner_in
from dockwright.model.world import Arg
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.knowledge import Knowledge, Reason
    from dockwright.model.world import Call

_TAR_SHORT = "CfbgHIKLNTVX"
_TAR_LONG = frozenset((
    "--directory", "--file", "--strip-components", "--exclude", "--owner", "--group", "--mode",
    "--transform", "--xform", "--use-compress-program", "--files-from", "--exclude-from",
    "--mtime", "--newer", "--after-date", "--blocking-factor", "--checkpoint-action", "--format",
    "--listed-incremental", "--label", "--record-size", "--starting-file", "--suffix",
    "--tape-length", "--to-command", "--volno-file", "--add-file", "--owner-map", "--group-map",
    "--sort", "--xattrs-include", "--xattrs-exclude", "--pax-option", "--rsh-command",
    "--strip-path", "--strip",
))  # fmt: skip
_CHANGE = {
    ".gz": "", ".tgz": ".tar", ".xz": "", ".txz": ".tar", ".lzma": "", ".bz2": "", ".tbz2": ".tar",
    ".tbz": ".tar", ".zst": "", ".Z": "", ".tzst": ".tar", ".taz": ".tar", ".z": "",
}  # fmt: skip
# Options of tar that leave open neither what is unpacked nor whose it becomes.
_PLAIN = frozenset((
    "-x", "--extract", "--get", "-z", "--gzip", "-j", "--bzip2", "-J", "--xz", "-v", "--verbose",
    "-f", "--file", "-C", "--directory", "--strip-components", "--strip", "--strip-path", "-a",
    "--auto-compress", "-m", "--touch", "--no-same-owner", "-o", "--same-owner", "-p",
    "--preserve-permissions", "--same-permissions", "--numeric-owner", "--overwrite",
))  # fmt: skip
_SUFFIX = {"gzip": ".gz", "xz": ".xz", "bzip2": ".bz2", "zstd": ".zst", "lzma": ".lzma"}


class Unpacked(Files):
    """
    The files of an archive, laid over a directory.

    The directory itself stays one; unless `kept` the archive may say who owns it.
    """

    __slots__ = ("before", "kept", "reason")

    def __init__(self, reason: "Reason", *, kept: bool) -> None:
        self.reason = reason
        self.kept = kept

    def find(self, relative: str) -> "Knowledge":
        """Unknown, but for the directory itself."""
        if relative:
            return Unknown(self.reason)
        return Known(None if self.kept else Entry("dir"), self.reason)


def unpacked(call: "Call", folder: str | None, *, kept: bool = False, made: bool = False) -> None:
    """An archive is unpacked into `folder`, None when that is not known."""
    world = call.world
    if folder is None:
        world.murky(("/",), call.reason)
        return
    if made:
        folders(call, folder)
    owner = (world.uid, world.gid)
    if folder == "/":
        kept = True
    world.emit(Tree(folder, Unpacked(call.reason, kept=kept), call.reason, owner=owner))


def _member(call: "Call", path: str, *, owned: bool) -> None:
    """What stands at `path` comes out of an archive: a file, or a directory with files."""
    world = call.world
    folders(call, parent(path))
    world.emit(Tree(path, UnknownFiles(call.reason), call.reason, owner=(world.uid, world.gid)))
    uid, gid = (world.uid, world.gid) if owned else (None, None)
    world.emit(Put(path, Entry("any", None, uid, gid), call.reason, owner=(world.uid, world.gid)))


def _tar(call: "Call") -> str | None:
    args = list(call.args)
    if args and not args[0].shape.startswith("-") and args[0].value is not None:
        args = _old_style(args)
    words = Words(args, _TAR_SHORT, _TAR_LONG)
    world = call.world
    if words.has("-x", "--extract", "--get"):
        return _extract(call, words)
    archive = words.last("-f", "--file")
    made = words.has("-c", "--create", "-r", "--append", "-u", "--update", "-A", "--delete")
    if made and archive is not None and archive.value != "-":
        path = folder_of(world, archive)
        if path is None:
            world.blur(archive, call.reason, adds=True)
        elif not path.startswith("/dev/"):
            world.file(path, call.reason)
    if words.has("--remove-files"):
        for arg in words.operands:
            world.blur(arg, call.reason)
    if not made and not words.has("-t", "--list", "-d", "--diff", "--version", "--help"):
        # The option that says what to do is in a variable.
        unpacked(call, None)
    return None


def _old_style(args: "list[Arg]") -> "list[Arg]":
    """`tar xzf FILE`: letters without a dash, whose values follow in their order."""
    letters, rest = args[0].shape, args[1:]
    found: list[Arg] = []
    for letter in letters:
        found.append(Arg(f"-{letter}", f"-{letter}"))
        if letter in _TAR_SHORT and rest:
            found.append(rest.pop(0))
    return [*found, *rest]


def _extract(call: "Call", words: Words) -> str | None:
    world = call.world
    archive = words.last("-f", "--file")
    named = archive is not None and archive.value != "-" and ":" not in archive.shape
    if named and archive is not None and absent(world, archive.value):
        return FAILS
    if words.has("-O", "--to-stdout", "--to-command"):
        return None
    folder = world.cwd
    for arg in words.values("-C", "--directory"):
        text = arg.value
        if text is None or (folder is None and not text.startswith("/")):
            folder = None
        else:
            folder = place(world, text if text.startswith("/") else f"{folder}/{text}")
    if folder is not None and absent(world, folder):
        return FAILS
    strip = words.last("--strip-components", "--strip", "--strip-path")
    owned = words.has("--no-same-owner", "-o") or world.uid not in (0, None)
    free = words.has(
        "-P", "--absolute-names", "--transform", "--xform", "-s", "--wildcards", "-T",
        "--files-from", "--one-top-level", "--recursive-unlink", "--unlink-first",
    )  # fmt: skip
    free = free or words.unsure
    if words.has("-P", "--absolute-names") or (words.unsure and not words.has("-C")):
        unpacked(call, None)
        return None
    top = words.last("--one-top-level")
    if top is not None and top.shape.startswith("/"):
        adds(world, [folder_of(world, top) or "/"], call.reason)
    if folder is None:
        for arg in words.values("-C", "--directory"):
            world.blur(arg, call.reason)
        if not words.has("-C", "--directory"):
            unpacked(call, None)
        return None
    text = strip.value if strip is not None else None
    count = int(text) if text is not None and text.isascii() and text.isdigit() else 0
    literal = words.operands and not free and (strip is None or count)
    if not literal or any(_open(arg.shape) for arg in words.operands):
        if not free and not words.operands and archive is not None and _known(call, words, folder):
            return None
        unpacked(call, folder, kept=bool(count))
        return None
    for arg in words.operands:
        parts = [one for one in arg.shape.split("/") if one not in ("", ".")][count:]
        if parts:
            _member(call, "/".join((folder.rstrip("/"), *parts)), owned=owned)
        else:
            unpacked(call, folder, kept=bool(count))
    return None


def _known(call: "Call", words: Words, folder: str) -> bool:
    """Whether it is an archive of the build context; what is in it is there then."""
    world = call.world
    source, strip = (
        words.last("-f", "--file"),
        words.last("--strip-components", "--strip", "--strip-path"),
    )
    text = strip.value if strip is not None else "0"
    if any(name not in _PLAIN for name, _ in words.options) or world.uid is None:
        return False
    if text is None or not (text.isascii() and text.isdigit()):
        return False
    archive = opened(world, folder_of(world, source), int(text))
    if archive is None or crosses_links(world, folder, archive):
        return False
    root = world.uid == 0
    own = not root or words.has("--no-same-owner", "-o")
    numeric = words.has("--numeric-owner")
    whole = root or words.has("-p", "--preserve-permissions", "--same-permissions")
    if not root and words.has("--same-owner"):
        return False
    entries = {}
    for path, member in archive.members.items():
        if member.mode is None or member.owner is None:
            return False
        owner: tuple[int | None, int | None] = (world.uid, world.gid)
        if not own:
            owner = member.owner if numeric else owner_in(world, member)
        mode = member.mode if whole else member.mode & 0o777 & ~world.umask
        if own and mode & 0o7000:
            return False
        entries[path] = member.entry(mode, owner)
    above = 0o777 & ~world.umask
    reason = call.reason
    world.emit(Unpacking(folder, entries, reason, owner=(world.uid, world.gid), above=above))
    return True


def _open(shape: str) -> bool:
    """Whether a member's name is not one path for sure."""
    return HOLE in shape or any(char in shape for char in "*?[~{") or ".." in shape


def _unzip(call: "Call") -> str | None:
    words = Words(call.args, "dPx", ())
    world = call.world
    if words.has("-p", "-c", "-l", "-t", "-v", "-Z", "-z", "--help"):
        return None
    archive, *members = words.operands or [Arg(None, "")]
    if archive.value is not None and not _open(archive.shape):
        names = (archive.value, f"{archive.value}.zip", f"{archive.value}.ZIP")
        if all(absent(world, name) for name in names):
            return FAILS
    arg = words.last("-d")
    folder = folder_of(world, arg) if arg is not None else world.cwd
    if arg is not None and folder is None:
        world.blur(arg, call.reason)
        return None
    if folder is not None and arg is not None:
        folders(call, folder)
    excludes = words.has("-x")
    plain = all(name in ("-d", "-q", "-qq", "-o", "-v") for name, _ in words.options)
    if folder is not None and not members and plain and _unzipped(call, archive, folder):
        return None
    if folder is None or not members or excludes or any(_open(one.shape) for one in members):
        # A zip file does not say who owns the directory it is unpacked to.
        unpacked(call, folder, kept=True)
        return None
    for one in members:
        name = one.shape.rpartition("/")[2] if words.has("-j") else one.shape
        _member(call, f"{folder.rstrip('/')}/{name.strip('/')}", owned=world.uid != 0)
    return None


def _unzipped(call: "Call", source: Arg, folder: str) -> bool:
    """Whether it is a zip file of the build context, unpacked where nothing of it was."""
    world = call.world
    archive = opened(world, folder_of(world, source))
    if archive is None or world.uid is None or crosses_links(world, folder, archive):
        return False
    entries = {}
    for path, member in archive.members.items():
        there = f"{folder.rstrip('/')}/{path}"
        if member.owner is not None or not path or not (member.kind == "dir" or _new(call, there)):
            return False
        mode = member.mode
        if mode is not None and mode & (0o7000 | world.umask):
            mode = None  # what becomes of these bits was not seen
        entries[path] = member.entry(mode, (world.uid, world.gid))
    owner = (world.uid, world.gid)
    above = 0o777 & ~world.umask
    world.emit(Unpacking(folder, entries, call.reason, owner=owner, above=above, kept=True))
    return True


def _new(call: "Call", path: str) -> bool:
    return absent(call.world, path)


def _zip(call: "Call") -> str | None:
    words = Words(call.args, "binOPtxZs", ("--temp-path", "--output-file", "--exclude"))
    world = call.world
    if not words.operands:
        return None
    arg = words.operands[0]
    path = folder_of(world, arg)
    if path is None:
        world.blur(arg, call.reason, adds=True)
    elif arg.shape != "-":
        name = path if "." in path.rpartition("/")[2] else f"{path}.zip"
        world.file(name, call.reason)
    if words.has("-m", "--move"):
        for one in words.operands[1:]:
            world.blur(one, call.reason)
    return None


def _press(call: "Call") -> str | None:
    """gzip, xz, bzip2, zstd and their opposites: a file is replaced by another."""
    name = call.name.rpartition("/")[2]
    words = Words(call.args, "SoTFM" if name != "gzip" else "S", (
        "--suffix", "--threads", "--format", "--output-dir-flat", "--memlimit",
    ))  # fmt: skip
    world = call.world
    if words.has("-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test"):
        return None
    undoes = name.startswith(("gun", "un", "bun", "zstdcat")) or words.has(
        "-d", "--decompress", "--uncompress"
    )
    tool = {"gunzip": "gzip", "unxz": "xz", "bunzip2": "bzip2", "unzstd": "zstd"}.get(name, name)
    keeps = words.has("-k", "--keep") or tool == "zstd"
    open_ = words.has("-r", "--recursive", "-S", "--suffix", "-F", "--format", "-o", "-D", "--rm")
    for arg in words.operands:
        path = place(world, arg.value) if arg.value is not None else None
        if arg.shape == "-":
            continue
        if path is None or open_:
            world.blur(arg, call.reason)
            if words.has("-o"):
                world.murky((world.cwd or "/",), call.reason)
            continue
        if absent(world, path) and (not undoes or absent(world, path + _SUFFIX.get(tool, ""))):
            return FAILS
        _pressed(call, path, tool, undoes=undoes, keeps=keeps)
    return None


def _pressed(call: "Call", path: str, tool: str, *, undoes: bool, keeps: bool) -> None:
    world = call.world
    target = path + _SUFFIX.get(tool, "")
    if undoes:
        target = ""
        for suffix, other in _CHANGE.items():
            if path.endswith(suffix) and len(path) > len(suffix):
                target = path.removesuffix(suffix) + other
        if not target:
            world.murky((parent(path),), call.reason)
            return
    before = world.stat(path)
    if world.is_dir(target) is not False:
        world.murky((target,), call.reason)
    entry = Entry("file", None, world.uid or None)
    if isinstance(before, Known) and before.value is not None and before.value.kind == "file":
        entry = before.value.having(content="", source="")
    world.put(target, entry, call.reason)
    if not keeps:
        world.gone(path, call.reason)


def _cpio(call: "Call") -> str | None:
    words = Words(call.args, "CDEFHIMOR", ("--directory", "--file", "--owner", "--pattern-file"))
    world = call.world
    if words.has("-t", "--list"):
        return None
    if words.has("-o", "--create"):
        for arg in words.values("-O", "-F", "--file"):
            path = folder_of(world, arg)
            if path is None:
                world.blur(arg, call.reason, adds=True)
            else:
                world.file(path, call.reason)
        return None
    if words.has("-p", "--pass-through"):
        for arg in words.operands[-1:]:
            unpacked(call, folder_of(world, arg))
        return None
    arg_ = words.last("-D", "--directory")
    unpacked(call, folder_of(world, arg_) if arg_ is not None else world.cwd)
    return None


def _seven(call: "Call") -> str | None:
    """7z: options have their value behind the letter."""
    world = call.world
    plain = [arg for arg in call.args if not arg.shape.startswith("-")]
    options = [arg for arg in call.args if arg.shape.startswith("-")]
    command = plain[0].value if plain else ""
    if command in ("x", "e"):
        if any(arg.shape == "-so" for arg in options):
            return None
        folder = world.cwd
        for arg in options:
            if arg.shape.startswith("-o"):
                text = arg.shape[2:]
                folder = place(world, text) if HOLE not in text and "*" not in text else None
        unpacked(call, folder, kept=True, made=folder is not None)
    elif command in ("a", "u", "d", "rn") and len(plain) > 1:
        world.blur(plain[1], call.reason, adds=True)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "7z": _seven,
    "7za": _seven,
    "7zr": _seven,
    "bsdtar": _tar,
    "bunzip2": _press,
    "bzip2": _press,
    "cpio": _cpio,
    "gunzip": _press,
    "gzip": _press,
    "tar": _tar,
    "unxz": _press,
    "unzip": _unzip,
    "unzstd": _press,
    "xz": _press,
    "zip": _zip,
    "zstd": _press,
}
