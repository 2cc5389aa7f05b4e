"""
Which Python runs, and where what it installs goes.

Sources: the installation schemes of CPython (`Lib/sysconfig.py`, `Lib/site.py`), `getpath` (a
program beside or below a `pyvenv.cfg` has its prefix there, another one where its links end),
Debian's and Ubuntu's patches (the system's Python installs below /usr/local, in dist-packages), and
pip's `commands/install.py` and `utils/misc.py`. Seen in builds with pip 23, 24 and 26.
"""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.knowledge import Known
from dockwright.model import permissions
from dockwright.model.effects.installing import (
    at_home,
    brought,
    history,
    home,
    place,
    present,
    started,
    takes,
    variable,
)
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.model.world import Call, World

_VERSION = lazy(r"python(3\.\d+)$")
_NUMBERS = lazy(r"3\.\d+")
_SYSTEM = ("/usr", "/usr/local")
_DEBIAN = ("debian", "ubuntu")
# The Python of a release. Debian: packages.debian.org/python3; Ubuntu: packages.ubuntu.com/python3.
SUITES = {
    "bullseye": "3.9",
    "bookworm": "3.11",
    "trixie": "3.13",
    "focal": "3.8",
    "jammy": "3.10",
    "noble": "3.12",
}
# Releases whose Python carries the EXTERNALLY-MANAGED marker of PEP 668.
MANAGED = frozenset(
    ("bookworm", "trixie", "forky", "sid", "noble", "lunar", "mantic", "oracular", "plucky")
)


class Python:
    """
    A Python: `path` is how it was started, `prefix` where it lives, `version` "3.12" or "".

    `venv` says whether it is a virtual environment's (None: not known), `base` is the prefix that
    an installation goes to and `site` the directory of its packages, "" when not known.
    """

    __slots__ = ("base", "path", "prefix", "site", "venv", "version")

    def __init__(self, path: str, prefix: str, version: str, *, venv: bool | None) -> None:
        self.path = path
        self.prefix = prefix
        self.version = version
        self.venv = venv
        self.base = prefix
        self.site = f"{prefix}/lib/python{version}/site-packages" if version else ""

    @property
    def bin(self) -> str:
        """Where its programs go."""
        return f"{self.base}/bin"


def python(call: "Call", path: str | None) -> Python | None:
    """The Python started as `path`; None when it is not known where it installs to."""
    world = call.world
    if path is None or not parent(path).endswith("/bin"):
        return None
    prefix = parent(parent(path))
    end = world.contents.resolve(path)
    real = end if isinstance(end, str) else ""
    match = _VERSION.search(real)
    version = match.group(1) if match else ""
    if present(world, f"{prefix}/pyvenv.cfg"):
        return Python(path, place(world, prefix) or prefix, version, venv=True)
    found = world.stat(f"{prefix}/pyvenv.cfg")
    if not isinstance(found, Known) and prefix not in _SYSTEM:
        return None
    if not real or not parent(real).endswith("/bin"):
        return None
    prefix = parent(parent(real))
    return _system(call, path, "/usr" if prefix == "/" else prefix, version)


def _system(call: "Call", path: str, prefix: str, version: str) -> Python | None:
    contents = call.world.contents
    if prefix == "/usr/local" and not version:
        value, _ = variable(call, "PYTHON_VERSION")
        match = _NUMBERS.match(value) if value else None
        version = match.group() if match else ""
    if prefix != "/usr":
        return Python(path, prefix, version, venv=False)
    if contents.distribution in _DEBIAN:
        found = Python(path, "/usr", version or SUITES.get(contents.suite, ""), venv=False)
        found.base = "/usr/local"
        if found.version:
            found.site = f"/usr/local/lib/python{found.version}/dist-packages"
        return found
    # Elsewhere the distribution decides between /usr and /usr/local.
    return Python(path, "/usr", version, venv=False) if contents.distribution == "alpine" else None


def of_script(call: "Call") -> tuple[Python | None, str]:
    """The Python that a script such as `pip` runs with, and the `#!` line that it writes."""
    path = started(call)
    if path is None:
        return None, ""
    world = call.world
    found = world.stat(path)
    content = found.value.content if isinstance(found, Known) and found.value is not None else ""
    if content.startswith("#!/") and " " not in content:
        interpreter = content[2:]
        if interpreter.rpartition("/")[2].startswith("python"):
            return python(call, interpreter), content
    folder = parent(path)
    for name in ("python3", "python"):
        if present(world, f"{folder}/{name}"):
            return python(call, f"{folder}/{name}"), ""
    return None, ""


def on_path(call: "Call") -> Python | None:
    """The Python that a tool such as uv finds on PATH."""
    world = call.world
    for name in ("python", "python3"):
        found = world.contents.program(name, world.path)
        if isinstance(found, Known) and found.value is not None:
            return python(call, found.value.path)
        if not isinstance(found, Known):
            return None
    return None


class Target:
    """
    Where an installation goes: programs to one of `bins`, modules to one of `sites`, other data
    below one of `roots`. With `sure` there is only one of each.
    """

    __slots__ = ("bins", "roots", "sites", "sure")

    def __init__(
        self, bins: list[str], sites: list[str], roots: list[str], *, sure: bool = True
    ) -> None:
        self.bins = bins
        self.sites = sites
        self.roots = roots
        self.sure = sure

    def joined(self, other: "Target") -> "Target":
        """Either of two."""
        return Target(
            [*self.bins, *other.bins],
            [*self.sites, *other.sites],
            [*self.roots, *other.roots],
            sure=False,
        )


def own(found: Python | None, call: "Call") -> Target:
    """The installation that a Python itself has; everywhere a Python may be when it is None."""
    if found is None:
        from dockwright.model.effects.installing import folders_of_path

        bins = folders_of_path(call)
        # Any directory may be the prefix of a Python nobody has seen.
        return Target(bins, [], ["/"], sure=False)
    return Target([found.bin], [found.site or f"{found.base}/lib"], [found.base])


def user(found: Python | None, call: "Call") -> Target:
    """The installation below the home directory of who runs."""
    base, known = variable(call, "PYTHONUSERBASE")
    folder = base if known and base else None
    if folder is None:
        folder = f"{home(call)}/.local" if home(call) is not None else None
    folder = place(call.world, folder) if folder is not None else None
    if folder is None:
        roots = at_home(call, ".local")
        return Target([f"{one}/bin" for one in roots], [], roots, sure=False)
    version = found.version if found is not None else ""
    site = f"{folder}/lib/python{version}/site-packages" if version else f"{folder}/lib"
    return Target([f"{folder}/bin"], [site], [folder])


def writable(world: "World", folder: str) -> bool | None:
    """Whether who runs may write to `folder`, or where it would be made; None when not known."""
    if world.uid == 0:
        return True
    while True:
        found = world.stat(folder)
        if not isinstance(found, Known):
            return None
        if isinstance(found.value, Entry):
            return permissions.allowed(found.value, world.uid, None, 2)
        folder = parent(folder)


def managed(call: "Call", found: Python) -> bool:
    """
    Whether the distribution surely forbids to install into this Python (PEP 668).

    The marker is a file of the Python's package: it is there unless something took it away.
    """
    contents = call.world.contents
    if found.prefix != "/usr" or found.venv or contents.distribution not in _DEBIAN:
        return False
    if contents.suite not in MANAGED or not found.version:
        return False
    marker = f"/usr/lib/python{found.version}/EXTERNALLY-MANAGED"
    state = Known(Entry("file"), call.reason)
    for effect in history(call.world):
        answer = effect.find(marker, lambda state=state: state)  # type: ignore[misc]
        if isinstance(answer, Known):
            state = answer
        elif answer is not None and takes(effect):
            return False
    return state.value is not None and not _configured(call)


def _configured(call: "Call") -> bool:
    """Whether a configuration of pip may say that it may do it all the same."""
    for name in ("PIP_BREAK_SYSTEM_PACKAGES", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        if variable(call, name) != (None, True):
            return True
    folder = home(call)
    if folder is None or variable(call, "PIP_CONFIG_FILE") != (None, True):
        return True
    where = ["/etc/pip.conf", "/etc/xdg/pip/pip.conf", "/usr/pip.conf"]
    where += [f"{folder}/.config/pip/pip.conf", f"{folder}/.pip/pip.conf"]
    return brought(call.world, where)
