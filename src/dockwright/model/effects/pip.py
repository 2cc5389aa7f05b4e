"""
pip: what it installs, and where.

Sources: pip's reference, `src/pip/_internal/commands/install.py` and `cli/cmdoptions.py`. Modes and
owners as seen in builds with pip 23, 24 and 26.
"""

from dockwright.facts import scripts
from dockwright.facts.contents import Entry
from dockwright.facts.effects import Murky, Packages
from dockwright.model.effects import interpreters
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    adds,
    adds_programs,
    at_home,
    churn,
    folder_of,
    folders,
    place,
    program,
    runs_python,
    source_tree,
    stands,
    switched_on,
    variable,
)
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.effects.interpreters import Python, Target
    from dockwright.model.world import Arg, Call

_SHORT = "rcetifCdw"
_LONG = frozenset((
    "--abi", "--build", "--build-constraint", "--cache-dir", "--cert", "--client-cert",
    "--config-settings", "--constraint", "--dest", "--editable", "--exists-action",
    "--extra-index-url", "--find-links", "--global-option", "--group", "--hash",
    "--implementation", "--index-url", "--install-option", "--keyring-provider", "--log",
    "--no-binary", "--only-binary", "--platform", "--prefix", "--progress-bar", "--proxy",
    "--python", "--python-version", "--report", "--requirement", "--resume-retries", "--retries",
    "--root", "--root-user-action", "--src", "--target", "--timeout", "--trusted-host",
    "--upgrade-strategy", "--uploaded-prior-to", "--use-deprecated", "--use-feature",
    "--wheel-dir",
))  # fmt: skip
# nodeenv, nodejs-bin and their like are asked for by name.
_HARDLY = frozenset(
    ("node", "npm", "npx", "yarn", "pnpm", "composer", "php", "ruby", "gem", "java")
)
_NAME = lazy(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*([=<>!~;@(].*)?")
_LOWER = lazy(r"(?:===?|~=|>=?)\s*v?([\d.]+)")


class Wish:
    """A distribution that is asked for: its name, normalised, and the version, "" for any."""

    __slots__ = ("name", "version")

    def __init__(self, name: str, version: str | None) -> None:
        self.name = name
        self.version = version

    @property
    def brings(self) -> tuple[list[str], list[str]]:
        """The programs and modules that it surely brings."""
        if self.version is None:
            return [], []
        return scripts.pypi(self.name, self.version) or ([], [])


def wishes(operands: "Sequence[Arg]") -> "list[Wish]":
    """The distributions that are named; files, directories and addresses are not among them."""
    found = []
    for arg in operands:
        text = arg.shape.strip()
        match = _NAME.fullmatch(text) if "://" not in text else None
        if match is None or text.endswith((".whl", ".gz", ".zip")):
            continue
        limits = match.group(2) or ""
        lower = _LOWER.search(limits)
        version = lower.group(1).rstrip(".") if lower is not None else None
        if lower is None and limits[:1] in ("", ";"):
            version = ""
        if arg.value is None and not limits:
            continue
        found.append(Wish(scripts.normal(match.group(1)), version))
    return found


def install(
    call: "Call",
    target: "Target",
    wanted: "Sequence[Wish]",
    line: str = "",
    *,
    programs: bool = True,
) -> None:
    """
    Distributions and what they need are installed to `target`.

    `line` is the first line of their scripts, "" when not known; without `programs` only the
    modules of the distributions are known.
    """
    world = call.world
    reason = call.reason
    before: dict[str, bool] = {}
    if target.sure:
        for one in wanted:
            for module in one.brings[1]:
                path = f"{target.sites[0]}/{module}"
                before[path] = not absent(world, path)
        if programs and any(one.brings[0] for one in wanted):
            folders(call, target.bins[0])
        folders(call, target.sites[0])
    # No wheel is known that puts programs beside `bin`, in `sbin`.
    beside = [one.removesuffix("bin") + "sbin" for one in target.bins]
    adds(world, target.roots, reason, *target.bins, *beside)
    for site in target.sites:
        churn(world, site, reason)
    other = any("node" in one.name for one in wanted)
    adds_programs(world, target.bins, reason, () if other else _HARDLY)
    runs_python(world, reason)
    if target.sure:
        for one in wanted:
            names, modules = one.brings
            for name in names if programs else ():
                program(call, f"{target.bins[0]}/{name}", line if _is_script(one.name) else "")
            if target.sites[0].endswith(("-packages", target.roots[0])):
                entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
                for module in modules:
                    path = f"{target.sites[0]}/{module}"
                    stands(world, path, entry, reason, before=before[path])
    world.emit(Packages("pip", frozenset(one.name for one in wanted), reason))
    caches(call)


def _is_script(name: str) -> bool:
    # These bring programs of machine code, or scripts that are copied as they are.
    return name not in ("awscli", "cmake", "dumb-init", "ninja", "ruff", "uv", "supervisor")


def caches(call: "Call") -> None:
    """What is kept at home for the next time, and what builds leave in /tmp."""
    folder, _ = variable(call, "PIP_CACHE_DIR")
    where = [place(call.world, folder) or "/"] if folder else []
    where += at_home(call, ".cache", ".config")
    adds(call.world, [*where, "/tmp", "/var/tmp"], call.reason)


# pip


def run(call: "Call") -> str | None:
    """`pip`, found on PATH or by its path."""
    found, line = interpreters.of_script(call)
    return pip(call, call.args, found, line)


def pip(call: "Call", args: "Sequence[Arg]", found: "Python | None", line: str) -> str | None:
    """`pip` with `args`, run by the Python `found`; its scripts begin with `line`."""
    words = Words(args, _SHORT, _LONG)
    command = words.operands.pop(0).value if words.operands else ""
    world = call.world
    if command != "install" or _missing(call, words):
        runs_python(world, call.reason)
    if words.has("--python"):
        found, line = None, ""
    if command in ("install", "uninstall") and found is not None:
        placed = words.has("-t", "--target", "--prefix", "--root", "--break-system-packages")
        refused = not placed and not words.unsure and interpreters.managed(call, found)
        if refused and not world.mending:
            return FAILS
    if command in ("install", "download", "wheel") and _missing(call, words):
        return FAILS
    if command == "install":
        _install(call, words, found, line)
    elif command == "uninstall":
        _uninstall(call, words, found)
    elif command in ("download", "wheel"):
        arg = words.last("-d", "--dest", "-w", "--wheel-dir")
        folder = folder_of(world, arg) if arg is not None else world.cwd
        if folder is not None:
            world.folder(folder, call.reason)
        adds(world, [folder or "/"], call.reason)
        if len(wishes(words.operands)) < len(words.operands):
            source_tree(world, call.reason)
        caches(call)
    elif command == "config":
        _config(call, words, found)
    elif command == "cache":
        for path in at_home(call, ".cache"):
            world.murky((path,), call.reason)
    elif command is None:
        install(call, interpreters.own(None, call), ())
    return None


def _missing(call: "Call", words: Words) -> bool:
    """Whether a file of requirements is surely not there."""
    for arg in words.values("-r", "--requirement", "-c", "--constraint"):
        if arg.value is not None and "://" not in arg.value and absent(call.world, arg.value):
            return True
    return False


def _install(call: "Call", words: Words, found: "Python | None", line: str) -> None:
    world = call.world
    if words.has("--dry-run"):
        caches(call)
        return
    where = target(call, words, found)
    if world.step.stage.build.listing is not None and not words.has("-r", "--requirement", "-e"):
        from dockwright.model.effects import wheels

        if wheels.install(call, words, where, found.version if found is not None else "", line):
            if not (words.has("--no-index") and words.has("--no-cache-dir")):
                caches(call)
            return
    local = any(
        arg.shape.startswith((".", "/", "file:")) or "/" in arg.shape.partition("[")[0]
        for arg in words.operands
    )
    if local or words.has("-e", "--editable"):
        source_tree(world, call.reason)
        for arg in (*words.operands, *words.values("-e", "--editable")):
            folder = folder_of(world, arg) if "://" not in arg.shape else None
            if folder is not None and world.is_dir(folder) is not False:
                source_tree(world, call.reason, folder)
    source = words.last("--src")
    if source is not None:
        adds(world, [folder_of(world, source) or "/"], call.reason)
    install(call, where, wishes(words.operands), line)


def target(call: "Call", words: Words, found: "Python | None") -> "Target":
    """Where `pip install` puts it: the options, the variables of pip, who may write where."""
    world = call.world
    asked = _folder(call, words, ("-t", "--target"), "PIP_TARGET")
    if asked is not None:
        folder = asked or "/"
        return interpreters.Target(
            [f"{folder.rstrip('/')}/bin"], [folder], [folder], sure=folder != "/"
        )
    for arg in words.values("--install-option"):
        # What setup.py gets: `--prefix=/install` and its like.
        _, equals, path = arg.shape.partition("=")
        if equals and path.startswith("/"):
            return interpreters.Target([], [], [place(world, path) or "/"], sure=False)
    root = _folder(call, words, ("--root",), "PIP_ROOT")
    prefix = _folder(call, words, ("--prefix",), "PIP_PREFIX")
    if prefix is not None or root is not None:
        return _prefixed(call, found, prefix, root)
    personal = interpreters.user(found, call)
    system = interpreters.own(found, call)
    if words.unsure:
        return system.joined(personal)
    if words.has("--no-user") or (found is not None and found.venv):
        return system
    if words.has("--user") or switched_on(call, "PIP_USER"):
        return personal if found is not None and found.venv is False else personal.joined(system)
    if world.uid == 0:
        return system
    if found is None or not found.site:
        return system.joined(personal)
    may = interpreters.writable(world, found.site)
    if may is None:
        return system.joined(personal)
    return system if may else personal


def _folder(call: "Call", words: Words, options: tuple[str, ...], name: str) -> str | None:
    """The directory that an option or a variable names; None for neither, "" when not known."""
    arg = words.last(*options)
    if arg is not None:
        return folder_of(call.world, arg) or ""
    value, _ = variable(call, name)
    return None if value is None else place(call.world, value) or ""


def _prefixed(
    call: "Call", found: "Python | None", prefix: str | None, root: str | None
) -> "Target":
    if prefix == "" or root == "" or (found is None and prefix is None):
        return interpreters.Target([], [], ["/"], sure=False)
    base = prefix
    if base is None:
        base = found.base if found is not None else ""
    top = (root or "").rstrip("/") + base
    top = place(call.world, top) or top
    if found is None or not found.version or found.prefix == "/usr":
        # Debian's Python has `local` in between.
        return interpreters.Target([], [], [top], sure=False)
    return interpreters.Target(
        [f"{top}/bin"], [f"{top}/lib/python{found.version}/site-packages"], [top]
    )


def _uninstall(call: "Call", words: Words, found: "Python | None") -> None:
    world = call.world
    where = interpreters.own(found, call)
    if world.uid != 0 or not where.sure:
        where = where.joined(interpreters.user(found, call))
    wanted = wishes(words.operands)
    complete = not words.has("-r", "--requirement") and len(wanted) == len(words.operands)
    if complete and where.sure and world.step.stage.build.listing is not None:
        from dockwright.model.effects import wheels

        named = [one.name for one in wanted]
        if wheels.uninstall(call, named, where.sites[0], where.bins[0]):
            world.emit(Packages("pip", frozenset(named), call.reason, removed=True))
            return
    for site in where.sites:
        churn(world, site, call.reason)
    if not where.sure:
        for part in ("site-packages", "dist-packages"):
            world.emit(Murky(("/",), call.reason, part=part))
    # Programs that are known to be another distribution's stay.
    asked = {one.name for one in wanted}
    kept = scripts.others(asked) if complete else set()

    def gone(name: str) -> bool:
        ours = name.startswith(("pip3.", "pip2.")) and complete and "pip" not in asked
        return _removable(name) and name not in kept and not ours

    world.murky(tuple(where.bins), call.reason, brings=gone)
    removed = Packages("pip", frozenset(asked) if complete else Every(), call.reason, removed=True)
    removed.maybe = not complete
    world.emit(removed)


class Every(frozenset[str]):
    """All names."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        """Any name is among them."""
        return True


def _removable(name: str) -> bool:
    """Whether a program of this name may be one that pip put there."""
    from dockwright.model.effects import not_a_system_tool

    ours = name.startswith(("python", "pydoc", "idle", "activate", "Activate"))
    return not_a_system_tool(name) and not ours


def _config(call: "Call", words: Words, found: "Python | None") -> None:
    if not words.operands or words.operands[0].value not in ("set", "unset", "edit"):
        return
    if words.has("--global"):
        call.world.file("/etc/pip.conf", call.reason, content="text")
    elif words.has("--site"):
        adds(call.world, [found.prefix if found is not None else "/"], call.reason)
    else:
        for folder in at_home(call, ""):
            path = f"{folder}/.config/pip/pip.conf"
            call.world.file(path, call.reason, content="text")
