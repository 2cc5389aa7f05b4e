"""
Go: what `go build` and `go install` write.

Sources: `go help build`, `go help install`, `go help environment`, and the release notes of Go 1.20
(no cgo without a C compiler).
"""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.knowledge import Known
from dockwright.model.effects import works_here
from dockwright.model.effects.installing import (
    FAILS,
    absent,
    adds,
    adds_programs,
    at_home,
    folder_of,
    folders,
    likely,
    place,
    present,
    source_tree,
    stands,
    upwards,
    variable,
)
from dockwright.model.world import Arg
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.facts.knowledge import Reason
    from dockwright.model.world import Call

_GO_VALUES = frozenset((
    "-o", "-C", "-p", "-asmflags", "-buildmode", "-compiler", "-gccgoflags", "-gcflags",
    "-installsuffix", "-ldflags", "-mod", "-modfile", "-overlay", "-pgo", "-pkgdir", "-tags",
    "-toolexec", "-covermode", "-coverpkg", "-buildvcs-file", "-run", "-timeout", "-count",
))  # fmt: skip
_MAJOR = lazy(r"v[0-9]+$")
_LIBC = {"debian": "glibc", "ubuntu": "glibc", "alpine": "musl"}


class GoCall:
    """The arguments of a `go` command: options have one dash or two and may hold their value."""

    __slots__ = ("cwd", "env", "operands", "options", "unsure")

    def __init__(self, call: "Call", args: "Sequence[Arg]") -> None:
        self.options: dict[str, Arg | None] = {}
        self.operands: list[Arg] = []
        self.unsure = False
        rest = list(args)
        while rest:
            arg = rest.pop(0)
            shape = arg.shape
            if not shape.startswith("-") or len(shape) < 2:
                self.unsure = self.unsure or shape.startswith("${")
                self.operands.append(arg)
                continue
            name, equals, text = shape.partition("=")
            name = "-" + name.lstrip("-")
            if equals:
                self.options[name] = Arg(None if "${" in text else text, text)
            elif name in _GO_VALUES:
                self.options[name] = rest.pop(0) if rest else None
            else:
                self.options[name] = None
        where = self.options.get("-C")
        self.cwd = folder_of(call.world, where) if where is not None else call.world.cwd

    def text(self, name: str) -> str:
        """The value of an option as far as it is written."""
        arg = self.options.get(name)
        return arg.shape if arg is not None else ""


# What `go clean` takes away with these alone lies in the caches.
_CACHES = ("-cache", "-testcache", "-modcache", "-fuzzcache", "-x", "-n")


def go(call: "Call") -> str | None:
    """`go` and its subcommands."""
    args = list(call.args)
    chdir = []
    if args and args[0].shape == "-C":
        chdir, args = args[:2], args[2:]
    command = args[0].value if args else ""
    given = GoCall(call, [*chdir, *args[1:]])
    status = None
    if command == "build":
        status = _go_build(call, given)
    elif command in ("install", "get"):
        _go_install(call, given, command)
    elif command in ("mod", "work", "tool"):
        source_tree(call.world, call.reason, given.cwd)
    elif command == "env":
        if "-w" in given.options or "-u" in given.options:
            for path in at_home(call, ".config/go/env"):
                call.world.file(path, call.reason, content="text")
    elif command == "clean":
        if not args[1:] or any(arg.value not in _CACHES for arg in args[1:]):
            works_here(call)
            adds(call.world, [given.cwd or "/"], call.reason)
        for path in _go_caches(call):
            call.world.murky((path,), call.reason)
    elif command not in ("version", "vet", "list", "fmt", "help", "doc", ""):
        works_here(call)
        if given.cwd != call.world.cwd:
            call.world.murky((given.cwd or "/",), call.reason)
    if command not in ("version", "env", "help", ""):
        adds(call.world, [*_go_caches(call), "/tmp", "/var/tmp"], call.reason)
    return status


def _go_paths(call: "Call") -> list[str]:
    """GOPATH, its first directory first; both usual ones when it is not known."""
    value, known = variable(call, "GOPATH")
    if value:
        found = [place(call.world, one) for one in value.split(":") if one.startswith("/")]
        return [one for one in found if one] or ["/"]
    mine = at_home(call, "go")
    return mine if known else [*mine, "/go"]


def _go_caches(call: "Call") -> list[str]:
    found = [f"{one}/pkg" for one in _go_paths(call)]
    found += at_home(call, ".cache", ".config")
    for name in ("GOMODCACHE", "GOCACHE"):
        value, _ = variable(call, name)
        if value and value.startswith("/"):
            found.append(place(call.world, value) or "/")
    return found


def _go_content(call: "Call", given: GoCall) -> "tuple[str, Reason]":
    """
    How the program is linked.

    Without cgo it is static. With cgo it is what the packages make of it: most programs of a
    service use `net`, which then links the C library, hence likely.
    """
    flags = f"{given.text('-ldflags')} {given.text('-buildmode')} {variable(call, 'GOFLAGS')[0]}"
    plain = not any(one in flags for one in ("linkmode", "extld", "pie", "shared", "plugin", "${"))
    system, known = variable(call, "GOOS")
    settings = [present(call.world, path) for path in at_home(call, ".config/go/env")]
    if not plain or given.unsure or (system or "linux") != "linux" or not known or any(settings):
        return "", call.reason
    cgo, known = variable(call, "CGO_ENABLED")
    if known and cgo == "0":
        return "static", call.reason
    arch, same = variable(call, "GOARCH")
    tags = given.text("-tags") + flags
    compiler = call.world.contents.program("gcc", call.world.path)
    there = isinstance(compiler, Known) and compiler.value is not None
    if not known or arch or not same or not there or "static" in tags or "netgo" in tags:
        return "", call.reason
    libc = _LIBC.get(call.world.contents.distribution, "")
    return libc, likely(call.reason) if libc else call.reason


def _go_build(call: "Call", given: GoCall) -> str | None:
    world = call.world
    cwd = given.cwd
    files = any(arg.shape.endswith(".go") for arg in given.operands)
    if cwd is not None and not files and not given.unsure and _no_module(call, cwd):
        return FAILS
    output = given.options.get("-o")
    if "-o" not in given.options:
        # A program called after the directory or the module, or nothing.
        source_tree(world, call.reason, cwd)
        return None
    if output is None or output.value is None or (cwd is None and output.shape[:1] != "/"):
        adds(world, [world.around(output) if output is not None else "/"], call.reason)
        return None
    path = output.value if output.value.startswith("/") else f"{cwd}/{output.value}"
    target = place(world, path)
    if target is None or target.startswith("/dev/"):
        return None
    names = [arg.shape for arg in given.operands]
    content, reason = _go_content(call, given)
    if path.endswith("/") or world.is_dir(target) is True:
        folders(call, target)
        adds(world, [target], call.reason)
        name = _program_of(names[0]) if len(names) == 1 else ""
        if name and not given.unsure and names[0].startswith("./"):
            _binary(call, f"{target}/{name}", content, reason)
    elif any("..." in name for name in names) or world.is_dir(target) is None or given.unsure:
        before = world.contents.find(target)
        plain = len(names) <= 1 and "..." not in "".join(names) and not given.unsure
        if plain and not isinstance(before, Known):
            # Only where a directory stands already is it another path.
            _binary(call, target, "", likely(call.reason))
            adds(world, [target], call.reason)
        else:
            adds(world, [target], call.reason)
    else:
        _binary(call, target, content, reason)
    return None


def _no_module(call: "Call", cwd: str) -> bool:
    """Whether `go build` surely finds no module: there is no go.mod here or above."""
    value, known = variable(call, "GO111MODULE")
    flags, sure = variable(call, "GOFLAGS")
    if value or not known or flags or not sure:
        return False
    paths = _go_paths(call)
    if any(cwd == one or cwd.startswith(f"{one}/") for one in paths):
        return False
    names = ("go.mod", "go.work")
    return all(absent(call.world, f"{one.rstrip('/')}/{n}") for one in upwards(cwd) for n in names)


def _program_of(package: str) -> str:
    """The name of the program that a package's path gives, "" when it is not in the path."""
    parts = [one for one in package.partition("@")[0].split("/") if one not in ("", ".")]
    if not parts or ".." in parts or "..." in parts[-1] or "${" in parts[-1]:
        return ""
    if _MAJOR.match(parts[-1]):
        # A major version; of a path below the module the directory may be called so.
        return parts[-2] if len(parts) > 1 and "." in parts[0] and "${" not in parts[-2] else ""
    name, _, version = parts[-1].rpartition(".")
    if parts[0] == "gopkg.in" and _MAJOR.match(version):
        return name
    return "" if parts[-1].endswith(".go") else parts[-1]


def _binary(call: "Call", path: str, content: str, reason: "Reason") -> None:
    world = call.world
    folders(call, parent(path))
    entry = Entry("file", 0o777 & ~world.umask, world.uid, world.gid, "", content)
    found = world.contents.find(path)
    if isinstance(found, Known) and found.value is not None and found.value.uid != world.uid:
        entry = entry.having(uid=None, gid=None)
    stands(world, path, entry, reason)


def _go_install(call: "Call", given: GoCall, command: str) -> None:
    world = call.world
    source_tree(world, call.reason, given.cwd)
    value, known = variable(call, "GOBIN")
    paths = _go_paths(call)
    bins = [place(world, value) or "/"] if value else [f"{one}/bin" for one in paths]
    if not known:
        bins = [*bins, *[f"{one}/bin" for one in paths]]
    adds_programs(world, bins, call.reason)
    settings = any(present(world, path) for path in at_home(call, ".config/go/env"))
    cross = [variable(call, name) for name in ("GOOS", "GOARCH")]
    if not value and any(one != (None, True) for one in cross):
        # For another platform they go to a directory of its name.
        adds(world, bins, call.reason)
        return
    if command == "get" or len(bins) != 1 or settings or given.unsure:
        return
    content, reason = _go_content(call, given)
    for arg in given.operands:
        name = _program_of(arg.shape)
        if name and ("@" in arg.shape or arg.shape.startswith("./")):
            _binary(call, f"{bins[0]}/{name}", content, reason)
