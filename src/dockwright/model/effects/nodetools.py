"""
Yarn, pnpm, Corepack and Bun: what they install, and where.

Sources: the documentation of Yarn 1 (`yarn global`), pnpm (`pnpm setup`) and Bun (`bun install`);
Corepack's README and `sources/commands/Enable.ts`.
"""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.knowledge import Known
from dockwright.model.effects import works_here
from dockwright.model.effects.installing import (
    Words,
    adds,
    adds_programs,
    at_home,
    folder_of,
    folders,
    folders_of_path,
    place,
    source_tree,
    stands,
    started,
    variable,
)
from dockwright.model.effects.node import LONG, QUIET, caches, local, of_node, runs, specs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.effects.node import Spec
    from dockwright.model.world import Call


def _yarn(call: "Call") -> str | None:
    words = Words(call.args, "", LONG)
    world = call.world
    command = words.operands[0].value if words.operands else "install"
    rest = words.operands[1:]
    where = words.last("--cwd")
    folder = folder_of(world, where) if where is not None else world.cwd
    if words.has("-v", "--version", "--help", "-h") and not words.operands:
        return None
    if command == "global":
        if rest and rest[0].value in ("add", "remove", "upgrade"):
            _yarn_global(call, words, specs(rest[1:]) if rest[0].value == "add" else ())
    elif command in ("install", "add", "upgrade", "up", "remove", "workspaces", "dedupe", "link"):
        local(call, folder, specs(rest) if command == "add" else (), clean=False)
        if command == "workspaces":
            works_here(call)
    elif command == "cache":
        for path in at_home(call, ".cache", ".yarn"):
            world.murky((path,), call.reason)
        world.murky(("/usr/local/share/.cache",), call.reason)
    elif command in ("config", "set", "policies", "plugin"):
        source_tree(world, call.reason, folder)
        adds(world, at_home(call, ".yarnrc", ".yarnrc.yml", ".yarn"), call.reason)
    elif command in ("run", "exec", "dlx", "node", "workspace"):
        runs(call, rest)
    elif command not in QUIET:
        if folder != world.cwd:
            world.murky((folder or "/",), call.reason)
        runs(call, words.operands)
    # Yarn 1 keeps the cache of root beside its own files.
    adds(world, ["/usr/local/share/.cache", "/usr/local/share/.config"], call.reason)
    adds(world, at_home(call, ".yarnrc"), call.reason)
    caches(call)
    return None


def _yarn_global(call: "Call", words: Words, wanted: "Sequence[Spec]") -> None:
    world = call.world
    arg = words.last("--prefix")
    value, known = variable(call, "PREFIX")
    prefix: str | None
    if arg is not None:
        prefix = folder_of(world, arg)
    elif value or not known:
        prefix = place(world, value) if value else None
    else:
        prefix = of_node(call)
        if world.uid != 0 or prefix == "/usr":
            # Without the right to write there it goes below the home.
            prefix = None
    kept = words.last("--global-folder")
    if kept is not None:
        adds(world, [folder_of(world, kept) or "/"], call.reason)
    configured = any(
        isinstance(found := world.stat(path), Known) and found.value is not None
        for path in at_home(call, ".yarnrc", ".npmrc")
    )
    if prefix is None or configured:
        bins = [*folders_of_path(call), *at_home(call, ".yarn", ".local")]
        adds_programs(world, bins, call.reason)
    else:
        folders(call, f"{prefix}/bin")
        adds_programs(world, [f"{prefix}/bin"], call.reason)
        for one in wanted:
            for name in one.programs:
                stands(world, f"{prefix}/bin/{name}", Entry("any"), call.reason)


def _pnpm(call: "Call") -> str | None:
    words = Words(call.args, "CF", LONG)
    world = call.world
    command = words.operands[0].value if words.operands else ""
    rest = words.operands[1:]
    where = words.last("-C", "--dir")
    folder = folder_of(world, where) if where is not None else world.cwd
    if command in ("install", "i", "add", "update", "up", "remove", "rm", "fetch", "rebuild"):
        if words.has("-g", "--global"):
            _pnpm_global(call)
        else:
            local(call, folder, specs(rest) if command == "add" else (), clean=False)
    elif command in ("dlx", "exec", "run"):
        runs(call, rest)
    elif command == "deploy":
        for arg in rest[:1]:
            adds(world, [folder_of(world, arg) or world.around(arg)], call.reason)
        works_here(call)
    elif command in ("setup", "env", "self-update"):
        _pnpm_global(call)
        adds(world, at_home(call, ".bashrc", ".profile", ".zshrc"), call.reason)
    elif command in ("config", "set"):
        adds(world, at_home(call, ".npmrc", ".config"), call.reason)
        source_tree(world, call.reason, folder)
    elif command == "store":
        for path in at_home(call, ".local", ".cache"):
            world.murky((path,), call.reason)
    elif command not in QUIET and command:
        if folder != world.cwd:
            world.murky((folder or "/",), call.reason)
        runs(call, words.operands)
    # The store is on the file system of the project.
    adds(world, ["/.pnpm-store", "/pnpm/store", "/root/.local/share/pnpm"], call.reason)
    store = words.last("--store-dir")
    if store is not None:
        adds(world, [folder_of(world, store) or "/"], call.reason)
    caches(call)
    return None


def _pnpm_global(call: "Call") -> None:
    world = call.world
    value, _ = variable(call, "PNPM_HOME")
    folder = place(world, value) if value else None
    found = [folder] if folder is not None else [*at_home(call, ".local"), *folders_of_path(call)]
    adds_programs(world, [one for one in found if one], call.reason)
    if folder is not None:
        adds(world, [f"{folder}/global", f"{folder}/store", f"{folder}/nodejs"], call.reason)
        adds(world, [f"{folder}/bin"], call.reason)


def _corepack(call: "Call") -> str | None:
    words = Words(call.args, "", ("--install-directory", "-o", "--output"))
    world = call.world
    command = words.operands[0].value if words.operands else ""
    if command in ("enable", "disable"):
        _shims(call, words, on=command == "enable")
    elif command in ("prepare", "install", "use", "up", "pack", "hydrate"):
        if words.has("-o", "--output") or command == "pack":
            source_tree(world, call.reason)
        elif not words.has("-g", "--global") and command in ("install", "use", "up"):
            local(call, world.cwd, (), clean=False)
    elif command:
        runs(call, words.operands)
    value, _ = variable(call, "COREPACK_HOME")
    adds(world, [place(world, value) or "/"] if value else [], call.reason)
    caches(call)
    return None


def _shims(call: "Call", words: Words, *, on: bool) -> None:
    """Links beside corepack that make it stand in for a package manager."""
    world = call.world
    arg = words.last("--install-directory")
    own = started(call)
    folder = folder_of(world, arg) if arg is not None else (parent(own) if own else None)
    names = [one.value or "" for one in words.operands[1:]] or ["yarn", "pnpm"]
    more = {"yarn": ("yarn", "yarnpkg"), "pnpm": ("pnpm", "pnpx"), "npm": ("npm", "npx")}
    brought = [one for name in names for one in more.get(name, ())]
    if folder is None or "" in names:
        bins = [folder] if folder else folders_of_path(call)
        shims = [one for pair in more.values() for one in pair]
        world.murky(tuple(bins), call.reason, adds=on, brings=lambda name: name in shims)
        return
    for one in brought:
        if on:
            # Links to corepack's own files; where those are, its version decides.
            stands(world, f"{folder}/{one}", Entry("any"), call.reason)
        else:
            world.gone(f"{folder}/{one}", call.reason)


def _bun(call: "Call") -> str | None:
    words = Words(call.args, "", LONG)
    world = call.world
    command = words.operands[0].value if words.operands else ""
    rest = words.operands[1:]
    where = words.last("--cwd")
    folder = folder_of(world, where) if where is not None else world.cwd
    if command in ("install", "i", "add", "a", "update", "remove", "rm"):
        if words.has("-g", "--global"):
            value, known = variable(call, "BUN_INSTALL_BIN")
            found = [place(world, value) or "/"] if value else at_home(call, ".bun")
            if not known:
                found += folders_of_path(call)
            adds_programs(world, found, call.reason)
        else:
            local(call, folder, specs(rest) if command in ("add", "a") else (), clean=False)
    elif command in ("run", "x"):
        runs(call, rest)
    elif command not in QUIET and command:
        if folder != world.cwd:
            world.murky((folder or "/",), call.reason)
        works_here(call)
    value, _ = variable(call, "BUN_INSTALL")
    adds(world, [place(world, value) or "/"] if value else [], call.reason)
    caches(call)
    return None


def _runner(call: "Call") -> str | None:
    """`bunx` and `pnpx`: a package's program, fetched when it is not there."""
    words = Words(call.args, "p", ("--package",))
    runs(call, [*words.operands, *words.values("-p", "--package")])
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "bun": _bun,
    "bunx": _runner,
    "corepack": _corepack,
    "pnpm": _pnpm,
    "pnpx": _runner,
    "yarn": _yarn,
    "yarnpkg": _yarn,
}
