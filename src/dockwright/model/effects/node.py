"""
npm and Node itself: what they install, and where.

Sources: the documentation of npm (`npm-prefix`, `npm-install`, `folders`); builds with npm 10.
"""

from dockwright.facts import scripts
from dockwright.facts.contents import Entry, parent
from dockwright.facts.effects import Packages
from dockwright.facts.knowledge import Known
from dockwright.model.effects import unknown_program, works_here
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    adds,
    adds_programs,
    at_home,
    brought,
    churn,
    folder_of,
    folders,
    folders_of_path,
    home,
    likely,
    place,
    present,
    source_tree,
    stands,
    upwards,
    variable,
)
from dockwright.model.effects.tables import INSTALLERS
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.world import Arg, Call

LONG = frozenset((
    "--cache", "--loglevel", "--omit", "--include", "--only", "--prefix", "--registry", "--tag",
    "--workspace", "--location", "--install-strategy", "--userconfig", "--globalconfig",
    "--cache-folder", "--network-timeout", "--cwd", "--modules-folder", "--global-folder",
    "--network-concurrency", "--use-yarnrc", "--mutex", "--dir", "--filter", "--store-dir",
    "--reporter", "--fetch-retries", "--fetch-timeout", "--fetch-retry-mintimeout",
    "--fetch-retry-maxtimeout", "--maxsockets", "--cpu", "--os", "--libc", "--global-dir",
    "--global-bin-dir", "--virtual-store-dir", "--backend", "--production-only",
    "--install-directory", "--modules-dir", "--lockfile-dir", "--before",
))  # fmt: skip
_INSTALL = frozenset((
    "install", "i", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "isntall",
    "add", "update", "up", "upgrade", "link", "ln", "install-test", "it",
))  # fmt: skip
_CLEAN = frozenset(("ci", "clean-install", "ic", "install-clean", "isntall-clean", "cit"))
_REMOVE = frozenset(("uninstall", "remove", "rm", "r", "un", "unlink"))
QUIET = frozenset((
    "-v", "--version", "version", "list", "ls", "view", "info", "show", "outdated", "whoami",
    "ping", "help", "bin", "root", "prefix", "doctor", "explain", "why", "fund", "search", "-h",
    "--help", "get", "licenses", "check", "env",
))  # fmt: skip
_SPEC = lazy(r"(@[\w.~-]+/[\w.~-]+|[A-Za-z0-9~-][\w.~-]*)(?:@(.*))?")
_RANGE = lazy(r"[\w.^~<>=| *-]*")
_VERSION = lazy(r"(?:[\^~=v]|>=)?\s*(\d[\d.]*)(?:\.[x*])?")


class Spec:
    """A package that is asked for: its name, and the programs that it surely brings."""

    __slots__ = ("name", "programs")

    def __init__(self, name: str, programs: list[str]) -> None:
        self.name = name
        self.programs = programs


def specs(operands: "Sequence[Arg]") -> "list[Spec]":
    """The packages of the registry that are named."""
    found = []
    for arg in operands:
        match = _SPEC.fullmatch(arg.shape) if "${" not in arg.shape.partition("@")[0] else None
        if match is None or arg.shape.startswith("."):
            continue
        name, wanted = match.group(1), match.group(2) or ""
        numbers = _VERSION.fullmatch(wanted)
        version = numbers.group(1).rstrip(".") if numbers is not None else None
        if wanted in ("", "latest", "lts", "stable"):
            version = ""
        known = scripts.npm(name, version) if version is not None else None
        found.append(Spec(name, known or []))
    return found


# npm


def _prefix(call: "Call", words: Words) -> str | None:
    """Where `npm install --global` installs to; None when that is not known."""
    arg = words.last("--prefix")
    if arg is not None:
        return folder_of(call.world, arg)
    for name in ("npm_config_prefix", "NPM_CONFIG_PREFIX", "PREFIX"):
        value, known = variable(call, name)
        if value:
            return place(call.world, value)
        if not known:
            return None
    folder = home(call)
    if folder is None:
        return None
    found = call.world.stat(f"{folder}/.npmrc")
    content = found.value.content if isinstance(found, Known) and found.value is not None else ""
    if content.startswith("prefix="):
        return place(call.world, content.removeprefix("prefix="))
    if content != "npmrc" and brought(call.world, [f"{folder}/.npmrc"]):
        return None
    return of_node(call)


def of_node(call: "Call") -> str | None:
    """The prefix that comes with the node on PATH."""
    world = call.world
    found = world.contents.program("node", world.path)
    if not isinstance(found, Known) or found.value is None or found.value.path is None:
        return None
    real = world.contents.resolve(found.value.path)
    if not isinstance(real, str) or not parent(real).endswith("/bin"):
        return None
    prefix = parent(parent(real))
    if prefix in ("/usr", "/"):
        debian = world.contents.package("apt", "npm")
        if isinstance(debian, Known):
            # Debian's npm is configured for /usr/local, NodeSource's has the prefix of node.
            return "/usr/local" if debian.value else "/usr"
        return None
    return prefix


def _global(call: "Call", prefix: str | None, wanted: "Sequence[Spec]") -> None:
    """Packages are installed for all users, their programs linked where PATH finds them."""
    world = call.world
    names = frozenset(one.name for one in wanted)
    if prefix is None:
        bins = [*folders_of_path(call), *at_home(call, ".npm-global/bin")]
        adds(world, ["/usr/lib", "/usr/local", "/opt", *at_home(call, "")], call.reason, *bins)
        adds_programs(world, bins, call.reason)
        world.emit(Packages("npm", names, call.reason))
        return
    modules = f"{prefix}/lib/node_modules"
    before = {one.name: not absent(world, f"{modules}/{one.name}") for one in wanted}
    if any(one.programs for one in wanted):
        folders(call, f"{prefix}/bin")
    folders(call, modules)
    adds(world, [f"{prefix}/share", f"{prefix}/etc", f"{prefix}/lib"], call.reason)
    adds(world, [modules], call.reason)
    adds_programs(world, [f"{prefix}/bin"], call.reason)
    for one in wanted:
        if one.name in ("npm", "corepack"):
            world.murky((f"{modules}/{one.name}",), call.reason)
        entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
        stands(world, f"{modules}/{one.name}", entry, call.reason, before=before[one.name])
        for name in one.programs:
            stands(world, f"{prefix}/bin/{name}", Entry("any"), call.reason)
    world.emit(Packages("npm", names, call.reason))


def caches(call: "Call") -> None:
    world = call.world
    names = (".npm", ".cache", ".config", ".local", ".node-gyp", ".yarn", ".bun", ".npmrc")
    found = at_home(call, *names)
    for name in ("npm_config_cache", "NPM_CONFIG_CACHE", "YARN_CACHE_FOLDER", "PNPM_HOME"):
        value, _ = variable(call, name)
        if value:
            found.append(place(world, value) or "/")
    adds(world, [*found, "/tmp", "/var/tmp"], call.reason)


def local(
    call: "Call",
    folder: str | None,
    wanted: "Sequence[Spec]",
    *,
    clean: bool,
    named: "Sequence[str]" = (),
) -> None:
    """
    Packages are installed below the project; their scripts may write beside them.

    `named` are those that the project's own package.json asks for.
    """
    world = call.world
    if folder is None:
        source_tree(world, call.reason, None)
        return
    modules = f"{folder.rstrip('/')}/node_modules"
    if clean:
        world.gone(modules, call.reason, inside=True)
    fresh = absent(world, modules)
    if fresh and named:
        world.folder(modules, call.reason)
    source_tree(world, call.reason, folder)
    if wanted or named:
        churn(world, modules, call.reason)
    else:
        world.murky((modules,), call.reason)
    entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
    for name in named:
        stands(world, f"{modules}/{name}", entry, likely(call.reason), before=not fresh)
        # Its mode is the one in the package.
        about = Entry("file", None, world.uid if fresh else None, world.gid if fresh else None)
        stands(world, f"{modules}/{name}/package.json", about, likely(call.reason))
    for one in wanted:
        stands(world, f"{modules}/{one.name}", entry, call.reason, before=True)
        for name in one.programs:
            stands(world, f"{modules}/.bin/{name}", Entry("any"), call.reason)


def _root(call: "Call", folder: str) -> str | None:
    """The directory that npm takes for the project's: the nearest with something of npm in it."""
    for one in upwards(folder):
        names = [f"{one.rstrip('/')}/{name}" for name in ("package.json", "node_modules")]
        if not all(absent(call.world, name) for name in names):
            # In the directory itself it is expected; further up one must know.
            known = one == folder or any(present(call.world, name) for name in names)
            return one if known else None
    return folder


def _is_global(words: Words) -> bool:
    location = words.last("--location")
    return words.has("-g", "--global") or (location is not None and location.value == "global")


def _npm(call: "Call") -> str | None:
    words = Words(call.args, "wC", LONG)
    world = call.world
    command = words.operands[0].value if words.operands else ""
    rest = words.operands[1:]
    place_ = words.last("--prefix", "-C")
    folder = folder_of(world, place_) if place_ is not None else world.cwd
    status = None
    if command in ("config", "c", "set"):
        _config(call, words, rest if command != "set" else words.operands)
    elif command in _INSTALL and (_is_global(words) or command in ("link", "ln")):
        _global(call, _prefix(call, words), specs(rest))
        if command in ("link", "ln") and not _is_global(words):
            local(call, folder, (), clean=False)
    elif command in _INSTALL or command in _CLEAN:
        status = _npm_local(call, folder, command in _CLEAN, words, rest)
    elif command in _REMOVE and _is_global(words):
        prefix = _prefix(call, words)
        _removed(call, prefix, rest)
    elif command in ("exec", "x"):
        runs(call, rest)
    elif command == "cache":
        for path in at_home(call, ".npm"):
            world.murky((path,), call.reason)
    elif command not in QUIET and command:
        if place_ is not None:
            world.murky((folder or "/",), call.reason)
        works_here(call)
    elif command is None:
        unknown_program(call)
    caches(call)
    return status


def _npm_local(
    call: "Call", folder: str | None, clean: bool, words: Words, rest: "Sequence[Arg]"
) -> str | None:
    world = call.world
    folder = _root(call, folder) if folder is not None else None
    if folder is not None and not words.unsure:
        base = folder.rstrip("/")
        locks = ("package-lock.json", "npm-shrinkwrap.json")
        if clean and all(absent(world, f"{base}/{name}") for name in locks):
            return FAILS
    plain = folder is not None and not rest and not words.unsure
    plain = plain and not any(name in _PARTLY for name, _ in words.options)
    named = _dependencies(call, folder) if plain and folder is not None else []
    local(call, folder, specs(rest), clean=clean, named=named)
    return None


# Options with which not everything is installed, or elsewhere.
_PARTLY = frozenset((
    "--only", "--dry-run", "--package-lock-only", "-w", "--workspace", "--workspaces", "--ws",
    "--install-strategy", "--global-style", "-C", "--prefix",
))  # fmt: skip


def _dependencies(call: "Call", folder: str) -> list[str]:
    """
    What the project's package.json needs from the registry, when it came out of the context.

    Of optional, peer and development packages nobody knows here whether they are installed.
    """
    from dockwright.model.unpacking import original

    world = call.world
    listing = world.step.stage.build.listing
    if listing is None:
        return []
    source = original(world, f"{folder.rstrip('/')}/package.json")
    text = listing.text(source) if source is not None else None
    if text is None:
        return []
    from json import loads

    try:
        content = loads(text)
    except ValueError:
        return []
    needed = content.get("dependencies") if isinstance(content, dict) else None
    optional = content.get("optionalDependencies") if isinstance(content, dict) else None
    if not isinstance(needed, dict):
        return []
    return [
        name
        for name, wanted in needed.items()
        if isinstance(wanted, str) and _SPEC.fullmatch(name) and _RANGE.fullmatch(wanted)
        if not (isinstance(optional, dict) and name in optional)
    ]


def _config(call: "Call", words: Words, rest: "Sequence[Arg]") -> None:
    """`npm config set KEY VALUE` writes ~/.npmrc, or with `--global` that of the prefix."""
    if not rest or rest[0].value not in ("set", "delete", "edit", "fix"):
        return
    world = call.world
    if _is_global(words):
        # Its own file says where everything else goes.
        adds(world, ["/usr/local/etc", "/etc", "/usr/etc"], call.reason)
    parts = [arg.value or "" for arg in rest[1:]]
    text = "=".join(parts[:2]) if parts and "=" not in parts[0] else (parts or [""])[0]
    key, _, value = text.partition("=")
    unknown = any(arg.value is None for arg in rest[1:2])
    for folder in at_home(call, ""):
        path = f"{folder}/.npmrc"
        before = world.stat(path)
        content = "npmrc" if key and key != "prefix" and not unknown else ""
        if key == "prefix" and value:
            content = f"prefix={value.replace('~', home(call) or '~')}"
        elif isinstance(before, Known) and before.value is not None:
            content = before.value.content if content else ""
        elif not isinstance(before, Known) and brought(world, [path]):
            content = ""
        world.file(path, call.reason)
        found = world.stat(path)
        if isinstance(found, Known) and found.value is not None:
            stands(world, path, found.value.having(content=content, source=""), call.reason)


def _removed(call: "Call", prefix: str | None, rest: "Sequence[Arg]") -> None:
    world = call.world
    names = frozenset(arg.value for arg in rest if arg.value is not None)
    if prefix is None:
        bins = tuple(folders_of_path(call))
        world.murky(bins, call.reason, brings=_removable)
        world.murky(("/usr/lib/node_modules", "/usr/local/lib/node_modules"), call.reason)
    else:
        # Programs that are known to be another package's stay.
        kept = scripts.others(names, node=True) if len(names) == len(rest) else set()
        world.murky(
            (f"{prefix}/bin",),
            call.reason,
            brings=lambda name: _removable(name) and name not in kept,
        )
        for name in names:
            world.gone(f"{prefix}/lib/node_modules/{name}", call.reason)
            for one in scripts.npm(name) or ():
                world.gone(f"{prefix}/bin/{one}", call.reason)
    world.emit(Packages("npm", names, call.reason, removed=True))


def _removable(name: str) -> bool:
    from dockwright.model.effects import not_a_system_tool

    return not_a_system_tool(name) and name not in ("node", "nodejs")


# Others


def runs(call: "Call", rest: "Sequence[Arg]") -> None:
    """A program of a package runs: it works here, unless its purpose is to install others."""
    names = [arg.shape.partition("@")[0].rpartition("/")[2] for arg in rest]
    if any(one in INSTALLERS for one in names[:3]):
        call.world.anything(call.reason)
        return
    works_here(call)
    caches(call)


def _npx(call: "Call") -> str | None:
    words = Words(call.args, "pc", ("--package", "--call", "--cache", "--registry"))
    runs(call, [*words.operands, *words.values("-p", "--package")])
    return None


def _node(call: "Call") -> str | None:
    values = ("-r", "--require", "--import", "--loader", "--env-file", "-C", "--conditions")
    rest = list(call.args)
    while rest and rest[0].shape.startswith("-") and len(rest[0].shape) > 1:
        shape = rest.pop(0).shape
        if shape in ("-v", "--version", "-h", "--help"):
            return None
        if shape in ("-e", "--eval", "-p", "--print", "-c", "--check"):
            works_here(call)
            return None
        if shape in values and rest:
            rest.pop(0)
    if not rest or rest[0].shape == "-":
        call.world.anything(call.reason)
        return None
    first = rest[0].value
    if first is not None and "." in first.rpartition("/")[2] and absent(call.world, first):
        return FAILS
    works_here(call)
    return None


def _other(call: "Call") -> str | None:
    from dockwright.model.effects import nodetools

    return nodetools.PROGRAMS[call.name.rpartition("/")[2]](call)


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "node": _node,
    "npm": _npm,
    "npx": _npx,
    "*": _other,
}
