"""
pip with wheels of the build context: exactly what is installed.

Sources: the wheel format (PEP 427), "Recording installed projects" (PEP 376, PEP 610) and pip's
`src/pip/_internal/operations/install/wheel.py`. Modes as seen in builds with pip 23, 24 and 26.
"""

from dockwright.facts import scripts
from dockwright.facts.contents import Contents, Entry, below
from dockwright.facts.effects import Packages, Put, Tree
from dockwright.facts.knowledge import Known
from dockwright.model.effects.installing import (
    absent,
    folder_of,
    folders,
    likely,
    present,
    program,
    runs_python,
    variable,
)
from dockwright.model.files import ContentsFiles, ContextFiles
from dockwright.model.unpacking import Archive, Unpacking, original, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.facts.knowledge import Reason
    from dockwright.model.effects.installing import Words
    from dockwright.model.effects.interpreters import Target
    from dockwright.model.world import Arg, Call, World

# Options that change neither which distributions are installed nor what is written.
_PLAIN = frozenset((
    "--no-index", "-f", "--find-links", "--no-cache-dir", "--user", "-t", "--target", "--prefix",
    "--no-deps", "--no-compile", "--compile", "-q", "--quiet", "-v", "--verbose", "--no-user",
    "--disable-pip-version-check", "--root-user-action", "--break-system-packages",
    "--no-warn-script-location", "--no-warn-conflicts", "--no-input", "--progress-bar", "--pre",
    "--only-binary", "--no-color", "-U", "--upgrade",
))  # fmt: skip
_VARIABLES = (
    "PIP_FIND_LINKS", "PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_NO_COMPILE", "PIP_CONFIG_FILE",
)  # fmt: skip
_TAGS = frozenset(("py3-none-any", "py2.py3-none-any"))
_SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tgz")
# Directories whose modules need not be Python of this version.
_ODD = ("test", "template", "data", "example", "cookiecutter", "lib2to3", "py2")


class Wheel(Unpacking):
    """A wheel called `name` that pip unpacked into `path`; its programs are `programs`."""

    __slots__ = ("name", "programs")

    def __init__(
        self,
        name: str,
        path: str,
        entries: "dict[str, Entry]",
        reason: "Reason",
        programs: "Sequence[str]",
        *,
        owner: tuple[int | None, int | None],
        above: int,
    ) -> None:
        super().__init__(path, entries, reason, owner=owner, above=above, kept=True)
        self.name = name
        self.programs = tuple(programs)


class _Found:
    """A wheel to install: its file name split, what is in it, how it was asked for."""

    __slots__ = ("about", "archive", "direct", "name")

    def __init__(self, file: str, archive: Archive, *, direct: bool) -> None:
        self.archive = archive
        self.direct = direct
        self.name = _name(file) or ""
        about = [one for one in archive.members if one.endswith(".dist-info/WHEEL")]
        self.about = about[0].rpartition("/")[0] if len(about) == 1 else ""

    def notes(self, kind: str) -> list[str]:
        """What the notes of this kind say."""
        return [one[1] for one in self.archive.notes if one[0] == kind and len(one) > 1]

    @property
    def alone(self) -> bool:
        """Whether it needs nothing else, but for extras."""
        return all("extra==" in one.replace(" ", "") for one in self.notes("requires"))


def install(call: "Call", words: "Words", target: "Target", version: str, line: str) -> bool:
    """
    Whether all that is asked for are wheels of the build context, installed where nothing of them
    was; they are there then, and nothing else is changed.
    """
    world = call.world
    if words.unsure or any(name not in _PLAIN for name, _ in words.options) or not words.operands:
        return False
    if not target.sure or not target.sites[0].endswith(("-packages", target.roots[0])):
        return False
    if any(variable(call, name) != (None, True) for name in _VARIABLES):
        return False
    if world.step.stage.build.listing is None or world.uid is None:
        return False
    chosen = []
    for arg in words.operands:
        one = _chosen(call, words, arg)
        if one is None or not one.about or not (one.alone or words.has("--no-deps")):
            return False
        if not _fits(call, one, target):
            return False
        chosen.append(one)
    compiled = version if not words.has("--no-compile") else ""
    for one in chosen:
        _write(call, one, target, compiled, line)
    runs_python(world, call.reason)
    names = frozenset(one.name for one in chosen)
    world.emit(Packages("pip", names, call.reason, complete=True))
    return True


def _chosen(call: "Call", words: "Words", arg: "Arg") -> _Found | None:
    """The wheel that pip takes for an operand, None when that cannot be said."""
    world = call.world
    listing = world.step.stage.build.listing
    if arg.value is None or listing is None:
        return None
    if arg.value.endswith(".whl") and "://" not in arg.value:
        path = folder_of(world, arg)
        return _opened(world, path, direct=True) if path is not None else None
    if not words.has("--no-index"):
        return None
    name = scripts.normal(arg.value)
    found = []
    for links in words.values("-f", "--find-links"):
        folder = folder_of(world, links) if "://" not in links.shape else None
        names = names_in(world.contents, folder) if folder is not None else None
        if names is None:
            return None
        found += [
            f"{folder}/{file}"
            for file in names
            if _name(file) == name or (file.endswith(_SDISTS) and _sdist(file, name))
        ]
    return _opened(world, found[0], direct=False) if len(found) == 1 else None


def _opened(world: "World", path: str, *, direct: bool) -> _Found | None:
    file = path.rpartition("/")[2]
    listing = world.step.stage.build.listing
    source = original(world, path)
    if source is None or listing is None or "-".join(file[:-4].split("-")[-3:]) not in _TAGS:
        return None
    archive = read(listing.members(source))
    return _Found(file, archive, direct=direct) if archive is not None else None


def _name(file: str) -> str | None:
    """The distribution of a wheel's file name."""
    parts = file.removesuffix(".whl").split("-")
    return scripts.normal(parts[0]) if file.endswith(".whl") and len(parts) in (5, 6) else None


def _sdist(file: str, name: str) -> bool:
    return scripts.normal(file).startswith(name)


def names_in(contents: "Contents", folder: str) -> list[str] | None:
    """The names in a directory that a Dockerfile filled from its build context; None: not known."""
    found: dict[str, None] = {}
    layer: object = contents
    while isinstance(layer, Contents):
        for effect in layer.effects[: layer.count]:
            if isinstance(effect, Tree):
                if below(effect.path, folder) and effect.path != folder:
                    return None
                if below(folder, effect.path):
                    relative = folder[len(effect.path.rstrip("/")) + 1 :]
                    names = _copied(effect, relative)
                    if names is None:
                        return None
                    found.update(dict.fromkeys(names))
            elif isinstance(effect, Put) and below(effect.path, folder) and effect.path != folder:
                found[effect.path[len(folder.rstrip("/")) + 1 :].partition("/")[0]] = None
        layer = layer.below
    # No file has this name: it tells whether something unknown may be there.
    rest = contents.find(f"{folder}/\0-1-py3-none-any.whl")
    if not isinstance(rest, Known) or rest.value is not None:
        return None
    there = []
    for name in found:
        one = contents.find(f"{folder}/{name}")
        if not isinstance(one, Known):
            return None
        if one.value is not None:
            there.append(name)
    # What the base image has there was not looked at.
    base = layer.find(folder) if hasattr(layer, "find") else None
    return there if isinstance(base, Known) and base.value is None else None


def _copied(effect: Tree, relative: str) -> "Sequence[str] | None":
    """The names in a directory of what is copied."""
    source = effect.source
    if isinstance(source, ContextFiles):
        folder = "/".join(one for one in (source.path, relative) if one)
        if source.listing.kind(folder) is None:
            return ()
        return source.listing.names(folder)
    if type(source) is ContentsFiles:
        return names_in(source.contents, "/".join(one for one in (source.path, relative) if one))
    if isinstance(effect, Unpacking):
        prefix = f"{relative}/" if relative else ""
        return [
            one[len(prefix) :].partition("/")[0] for one in effect.entries if one.startswith(prefix)
        ]
    return None


def _places(one: _Found) -> tuple[dict[str, str], list[str]] | None:
    """The members by where they go below the directory of modules, and scripts of their own."""
    data = one.about.removesuffix(".dist-info") + ".data/"
    modules: dict[str, str] = {}
    programs = []
    for path, member in one.archive.members.items():
        if member.kind != "file":
            continue
        if not path.startswith(data):
            modules[path] = path
            continue
        kind, _, rest = path[len(data) :].partition("/")
        if kind in ("purelib", "platlib"):
            modules[rest] = path
        elif kind == "scripts":
            programs.append(rest)
        else:
            return None
    return modules, programs


def _fits(call: "Call", one: _Found, target: "Target") -> bool:
    """
    Whether it is known where all of it goes, and nothing of it is there yet.

    A wheel that is given by its path is what is there afterwards, also where that is not known.
    """
    places = _places(one)
    if places is None:
        return False
    tops = {f"{target.sites[0]}/{path.partition('/')[0]}" for path in places[0]}
    if one.direct:
        return not any(present(call.world, top) for top in tops)
    return all(absent(call.world, top) for top in tops)


def _write(call: "Call", one: _Found, target: "Target", version: str, line: str) -> None:
    world = call.world
    places = _places(one)
    assert places is not None
    site = target.sites[0]
    bits = 0o666 & ~world.umask
    plain = Entry("file", bits, world.uid, world.gid)
    runs = plain.having(mode=bits | 0o111 & ~world.umask)
    entries = {}
    for path, inside in places[0].items():
        mode = one.archive.members[inside].mode
        entries[path] = runs if mode is not None and mode & 0o111 else plain
    for name in ("INSTALLER", "REQUESTED", "RECORD", *(("direct_url.json",) if one.direct else ())):
        entries[f"{one.about}/{name}"] = plain
    owner, above = (world.uid, world.gid), 0o777 & ~world.umask
    folders(call, site)
    if version:
        _compiled(call, site, places[0], version, plain)
    names = [*one.notes("script"), *places[1]]
    world.emit(Wheel(one.name, site, entries, call.reason, names, owner=owner, above=above))
    if names:
        folders(call, target.bins[0])
    for name in names:
        program(call, f"{target.bins[0]}/{name}", "" if name in places[1] else line)


def _compiled(call: "Call", site: str, paths: "dict[str, str]", version: str, entry: Entry) -> None:
    """pip compiles the modules; one that is no Python of this version is passed over."""
    world = call.world
    tag = "cpython-" + version.replace(".", "")
    found = {}
    for path in paths:
        folder, slash, name = path.rpartition("/")
        if name.endswith(".py") and not any(odd in path.lower() for odd in _ODD):
            found[f"{folder}{slash}__pycache__/{name[:-3]}.{tag}.pyc"] = entry
    if found:
        owner, above = (world.uid, world.gid), 0o777 & ~world.umask
        reason = likely(call.reason)
        world.emit(Unpacking(site, found, reason, owner=owner, above=above, kept=True))


def uninstall(call: "Call", names: "Sequence[str]", site: str, folder: str) -> bool:
    """
    Whether all of `names` are wheels that pip unpacked into `site` before: their files go.

    What was compiled of them goes too; whether a directory stays that others may have written to is
    not known.
    """
    world = call.world
    found = []
    for name in names:
        wheel = _last(world.contents, name, site)
        if wheel is None:
            return False
        found.append(wheel)
    for wheel in found:
        for top in dict.fromkeys(path.partition("/")[0] for path in wheel.entries):
            path = f"{site}/{top}"
            if top in wheel.entries or top.endswith(".dist-info"):
                world.gone(path, call.reason)
            else:
                world.murky((path,), call.reason)
        world.murky((f"{site}/__pycache__",), call.reason)
        for name in wheel.programs:
            world.gone(f"{folder}/{name}", call.reason)
    return True


def _last(contents: "Contents", name: str, site: str) -> Wheel | None:
    """The installation of a wheel that nothing came after that may have replaced it."""
    layer: object = contents
    while isinstance(layer, Contents):
        for index in range(layer.count - 1, -1, -1):
            effect = layer.effects[index]
            if isinstance(effect, Wheel) and effect.name == name and effect.path == site:
                files = (f"{site}/{one}" for one in effect.entries)
                kept = all(
                    isinstance(found, Known) and found.value is not None
                    for found in map(contents.find, files)
                )
                return effect if kept and not effect.maybe else None
        layer = layer.below
    return None
