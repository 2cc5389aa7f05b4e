"""
Virtual environments: what is in a new one, and what a tool that manages one may change.

Sources: CPython's `Lib/venv/__init__.py`, virtualenv's documentation. The files of an environment
as CPython 3.11 and 3.12, virtualenv and uv made them in builds.
"""

from dockwright.facts.contents import Effect, Entry, below
from dockwright.facts.effects import Packages
from dockwright.facts.knowledge import Known, Unknown
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    adds,
    at_home,
    churn,
    folder_of,
    folders,
    likely,
    present,
    program,
    runs_python,
    stands,
)
from dockwright.model.effects.pip import caches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.knowledge import Knowledge, Reason
    from dockwright.model.effects.interpreters import Python
    from dockwright.model.world import Arg, Call


_MODULES = ("pip", "setuptools", "pkg_resources", "_", "distutils", "wheel", "easy_install")
_MADE = (
    "python",
    "pip",
    "activate",
    "Activate",
    "deactivate",
    "easy_install",
    "pydoc",
    "wheel",
    "𝜋",
)


def _brought(name: str) -> bool:
    """Whether a new environment may have a program of this name."""
    return name.startswith(_MADE)


def _bare(name: str) -> bool:
    """The same for an environment without pip."""
    return name.startswith(_MADE) and not name.startswith("pip")


class Seeded(Effect):
    """The modules below the `lib` directory of a new environment: pip and what comes with it."""

    __slots__ = ("path",)

    def __init__(self, path: str, reason: "Reason") -> None:
        super().__init__(reason)
        self.path = path

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":  # noqa: ARG002
        """Unknown down to the directories of modules; of modules, those that come along."""
        if not below(path, self.path) or path == self.path:
            return None
        _, site, rest = path.partition("/site-packages/")
        return None if site and not rest.startswith(_MODULES) else Unknown(self.reason)


class Ensured(Effect):
    """
    The modules of `pip` in the directory `site` of a new environment, and what is compiled of them.

    They are those that every pip has which a Python 3.`minor` brought so far.
    """

    __slots__ = ("bits", "minor", "owner", "site")

    def __init__(
        self, site: str, minor: int, reason: "Reason", owner: "tuple[int | None, int | None]"
    ) -> None:
        super().__init__(reason)
        self.site = site
        self.minor = minor
        self.owner = owner
        self.bits = 0

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":  # noqa: ARG002
        """The file or the directory, when every pip has it."""
        if not below(path, f"{self.site}/pip"):
            return None
        inside = path[len(self.site) + 5 :]
        from dockwright.facts.bundled.pip import files

        known = files(self.minor)
        folder, slash, name = inside.rpartition("/")
        tag = f".cpython-3{self.minor}.pyc"
        if folder.rpartition("/")[2] == "__pycache__" and name.endswith(tag):
            above = folder.removesuffix("__pycache__")
            inside = f"{above}{name.removesuffix(tag)}.py"
        elif name == "__pycache__":
            inside = f"{folder}{slash}__init__.py"
            return self._dir() if inside in known else None
        if inside in known:
            return Known(Entry("file", 0o666 & ~self.bits, *self.owner), self.reason)
        start = f"{inside}/" if inside else ""
        return self._dir() if any(one.startswith(start) for one in known) else None

    def _dir(self) -> Known:
        return Known(Entry("dir", 0o777 & ~self.bits, *self.owner), self.reason)


def text_file(call: "Call", path: str) -> None:
    world = call.world
    entry = Entry("file", 0o666 & ~world.umask, world.uid, world.gid, "", "text")
    stands(world, path, entry, call.reason)


def _frame(call: "Call", folder: str, *, pip: bool) -> None:
    """The directories and files that every environment has; what was there stays."""
    world = call.world
    before = {name: not absent(world, f"{folder}/{name}") for name in ("bin", "lib", "pyvenv.cfg")}
    folders(call, folder)
    # lib64 is a link to lib, include and share are for headers and manuals.
    extra = [f"{folder}/{one}" for one in ("include", "share", "lib64", "man", "CACHEDIR.TAG")]
    adds(world, [*extra, f"{folder}/.gitignore", f"{folder}/.lock"], call.reason)
    entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
    for name in ("bin", "lib"):
        path = f"{folder}/{name}"
        if not before[name]:
            world.put(path, entry, call.reason)
        else:
            stands(world, path, entry, call.reason, before=True)
    world.murky((f"{folder}/bin",), call.reason, adds=True, brings=_brought if pip else _bare)
    if not before["lib"]:
        world.emit(Seeded(f"{folder}/lib", call.reason))
    text_file(call, f"{folder}/pyvenv.cfg")
    text_file(call, f"{folder}/bin/activate")


def _needs_ensurepip(call: "Call", found: "Python | None") -> bool:
    """Whether Debian's Python surely cannot make an environment: `ensurepip` is a package."""
    contents = call.world.contents
    if found is None or found.venv or found.prefix != "/usr" or not found.version:
        return False
    if contents.distribution not in ("debian", "ubuntu"):
        return False
    for name in (f"python{found.version}-venv", "python3-venv", "python3-full"):
        there = contents.package("apt", name)
        if not isinstance(there, Known) or there.value or not there.firm:
            return False
    return True


def _ensured(call: "Call", found: "Python | None") -> None:
    """What `ensurepip` puts into a new environment: pip, before Python 3.12 setuptools as well."""
    minor = found.version.partition(".")[2] if found is not None else ""
    known = minor.isdigit()
    names = ("pip", "setuptools") if known and int(minor) < 12 else ("pip",)
    call.world.emit(Packages("pip", names, call.reason, complete=known))


def venv(call: "Call", args: "Sequence[Arg]", found: "Python | None") -> str | None:
    """`python -m venv`."""
    words = Words(args, "", ("--prompt",))
    world = call.world
    pip = not words.has("--without-pip")
    if pip and _needs_ensurepip(call, found):
        # It notices when all but pip is there.
        adds(world, [folder_of(world, arg) or "/" for arg in words.operands], call.reason)
        return FAILS
    for arg in words.operands:
        folder = folder_of(world, arg)
        if folder is None:
            adds(world, [world.around(arg)], call.reason)
            continue
        if words.has("--clear"):
            world.gone(folder, call.reason, inside=True)
        fresh = absent(world, f"{folder}/lib") and not words.has("--upgrade-deps", "--upgrade")
        _frame(call, folder, pip=pip)
        if pip:
            _ensured(call, found)
        known = found is not None and not found.venv
        path = found.path if found is not None and known else ""
        first = path.rpartition("/")[2]
        names = dict.fromkeys(("python", "python3"))
        if found is not None and found.version:
            names[f"python{found.version}"] = None
        for name in names:
            target = path if name == first else first
            # Which of the names is the link that leads out is known when the program is.
            entry = Entry("link", 0o777, world.uid, world.gid, target) if first else Entry("any")
            if words.has("--copies"):
                entry = Entry("any")
            stands(world, f"{folder}/bin/{name}", entry, call.reason)
        if pip:
            line = f"#!{folder}/bin/{first}" if first else ""
            pips = ["pip", "pip3"]
            if found is not None and found.version:
                pips.append(f"pip{found.version}")
            for name in pips:
                program(call, f"{folder}/bin/{name}", line)
        if found is not None and found.version:
            site = f"{folder}/lib/python{found.version}/site-packages"
            entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
            stands(world, site.rpartition("/")[0], entry, call.reason)
            stands(world, site, entry, call.reason)
            minor = found.version.partition(".")[2]
            if pip and minor.isdigit() and fresh:
                owner = (world.uid, world.gid)
                seed = Ensured(site, int(minor), likely(call.reason), owner)
                seed.bits = world.umask
                world.emit(seed)
        if words.has("--upgrade-deps"):
            caches(call)
    runs_python(world, call.reason)
    return None


def virtualenv(call: "Call", args: "Sequence[Arg]", found: "Python | None") -> str | None:
    """`virtualenv`, which knows more kinds of interpreters."""
    words = Words(args, "p", ("--python", "--prompt", "--app-data", "--creator", "--seeder"))
    for arg in words.operands:
        made(call, folder_of(call.world, arg), pip=not words.has("--no-pip", "--without-pip"))
    caches(call)
    adds(call.world, at_home(call, ".local/share/virtualenv"), call.reason)
    runs_python(call.world, call.reason)
    return None


def made(call: "Call", folder: str | None, *, pip: bool) -> None:
    """An environment whose interpreter nobody follows."""
    world = call.world
    if folder is None:
        adds(world, ["/"], call.reason)
        return
    _frame(call, folder, pip=pip)
    for name in ("python", "python3"):
        stands(world, f"{folder}/bin/{name}", Entry("any"), call.reason)
    for name in ("pip", "pip3") if pip else ():
        program(call, f"{folder}/bin/{name}", f"#!{folder}/bin/python")


def project(call: "Call", folder: str) -> None:
    """
    An environment that a tool keeps in step with a project: anything may be in it.

    It is made when it is missing; programs that the project no longer needs go.
    """
    world = call.world
    if not present(world, f"{folder}/pyvenv.cfg"):
        made(call, folder, pip=False)
    world.murky((f"{folder}/bin",), call.reason, adds=True)
    churn(world, f"{folder}/lib", call.reason)
    adds(world, [folder], call.reason, f"{folder}/lib")
