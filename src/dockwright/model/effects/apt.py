"""
apt, aptitude and dpkg.

How they end was seen with apt 2.6 (bookworm) and 3.0 (trixie): a name no source has, lists that are
missing and a user other than root end with 100, a question nobody answers with 1.
"""

from dockwright.facts.aptfacts import BINS, KIN, LIST, LISTS, Installed
from dockwright.facts.aptremovals import AllAutomatic, Removed, asked_for
from dockwright.facts.effects import Murky
from dockwright.facts.knowledge import Known, Reason
from dockwright.facts.sources import settings_changed, sources_changed
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.packages import PackageIndex
    from dockwright.model.world import Arg, Call, World

_FAILS = "fails"
_VALUES = "octaP"
_LONG = (
    "--option", "--config-file", "--default-release", "--target-release", "--host-architecture",
    "--build-profiles", "--solver", "--planner", "--user-tag", "--add-user-tag",
)  # fmt: skip
_YES = ("-y", "--yes", "--assume-yes", "--force-yes", "--trivial-only", "--assume-no")
_DRY = (
    "-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris",
    "-h", "--help", "-v", "--version",
)  # fmt: skip
_RECOMMENDS = lazy(r"(?i)apt::install-recommends=[\"']?(\w*)")
_NAME = lazy(r"[a-z0-9][a-z0-9+.-]+")
# All but the bare commands: those who run need not be root to ask.
_ROOT = frozenset((
    "autoremove", "build-dep", "clean", "dist-upgrade", "full-upgrade", "install", "purge",
    "remove", "update", "upgrade",
))  # fmt: skip
_OTHERS = ("sudo", "doas", "su", "gosu", "su-exec", "fakeroot", "chroot", "setpriv", "runuser")
# Suites whose packages come and go.
_MOVING = frozenset(("sid", "unstable", "testing", "forky", "experimental"))
_SYSTEM = ("/usr", "/etc", "/var", "/bin", "/sbin", "/lib", "/lib64", "/run", "/boot", "/srv")
_BUT = ("/usr/local/bin", "/usr/local/sbin", LISTS)
_APT = "/etc/apt"


class _Line:
    """The command line of apt: the command, the option words, the operands behind it."""

    __slots__ = ("call", "command", "flags", "options", "words")

    def __init__(self, call: "Call") -> None:
        self.call = call
        found, operands = call.options(_VALUES, _LONG)
        self.flags = found
        self.command = operands[0].value if operands else ""
        self.words = operands[1:]
        self.options = _settings(call.args)

    def has(self, *names: str) -> bool:
        """Whether one of the options is given."""
        return any(name in self.flags for name in names)

    @property
    def unattended(self) -> bool:
        """Whether apt asks nobody, or somebody may answer."""
        call = self.call
        quiet = sum(
            arg.shape.count("q") for arg in call.args if arg.shape[:1] == "-" != arg.shape[1:2]
        )
        if self.has(*_YES, "-d", "--download-only") or quiet > 1:
            return True
        if any(HOLE in arg.shape for arg in call.args) or self.options:
            return True
        if call.command.redirects or any(one.startswith("pipe") for one in call.command.within):
            return True
        return call.command.name != call.name or settings_changed(call.world.contents)

    def recommends(self, before: bool | None) -> bool | None:
        """Whether recommended packages come too, given what the settings say."""
        answer = before
        for text in self.options:
            match = _RECOMMENDS.search(text)
            if match is not None:
                answer = match[1].lower() in ("true", "1", "yes", "on", "with", "enable")
        if self.has("--install-recommends"):
            answer = True
        if self.has("--no-install-recommends", "-R", "--without-recommends"):
            answer = False
        return answer


def _settings(args: "Sequence[Arg]") -> list[str]:
    """What `-o` and `-c` are given."""
    found = []
    for index, arg in enumerate(args):
        shape = arg.shape
        if shape in ("-o", "--option", "-c", "--config-file") and index + 1 < len(args):
            found.append(args[index + 1].shape)
        elif shape.startswith(("-o", "--option=")):
            found.append(shape.removeprefix("--option=").removeprefix("-o"))
    return found


def _not_root(call: "Call") -> bool:
    """Whether surely somebody else than root runs it."""
    if call.world.uid in (0, None):
        return False
    script = call.world.step.script
    return script is not None and not any(one.name in _OTHERS for one in script.commands)


def _apt(call: "Call") -> str | None:
    line = _Line(call)
    command = line.command
    if command is None or any(HOLE in arg.shape for arg in call.args[:1]):
        call.world.anything(call.reason)
        return None
    if line.has(*_DRY):
        return None
    if command in _ROOT and _not_root(call):
        return _FAILS
    function = _COMMANDS.get(command)
    return function(line) if function is not None else None


def _update(line: _Line) -> str | None:
    line.call.world.murky(("/var/lib/apt", "/var/cache/apt"), line.call.reason, adds=True)
    return None


def index_of(world: "World") -> "PackageIndex | None":
    """What the packages of this distribution are, None when nobody knows them."""
    from dockwright.facts import packages

    contents = world.contents
    return packages.index(contents.distribution, contents.suite) if contents.distribution else None


def kin() -> "list[PackageIndex]":
    """The suites of Debian that tell what packages of the same name are likely to bring."""
    from dockwright.facts import packages

    found = [packages.index("debian", suite) for suite in KIN]
    return [one for one in found if one is not None]


class _Wanted:
    """The operands of `install`: names to install, names to remove, and what is not understood."""

    __slots__ = ("exact", "files", "firm", "gone", "more", "names", "other")

    def __init__(
        self, words: "Sequence[Arg]", world: "World", index: "PackageIndex | None"
    ) -> None:
        self.names: list[str] = []
        self.gone: list[str] = []
        self.exact: list[str] = []
        self.files = self.more = self.other = False
        self.firm = True
        for arg in words:
            self._word(arg, index)
            self.firm = self.firm and not _by_default(arg, world)

    def _word(self, arg: "Arg", index: "PackageIndex | None") -> None:
        text = arg.shape
        if text.startswith(("./", "../", "/")) or text.endswith(".deb"):
            self.files = True
            return
        name, release, _ = text.partition("/")
        name, equals, _ = name.partition("=")
        name, colon, architecture = name.partition(":")
        # Another version or release may need other packages.
        self.other = self.other or bool(release) or (colon != "" and architecture != "native")
        self.other = self.other or bool(equals)
        known = any(one.exists(name) for one in ([index] if index is not None else kin()))
        if not known and (HOLE in name or not _NAME.fullmatch(name.rstrip("+-") or "\0")):
            self.more = True
            return
        if name[-1] in "+-" and not known:
            bare = name[:-1]
            (self.names if name[-1] == "+" else self.gone).append(bare)
            return
        if "." in name and index is not None and not index.exists(name):
            # apt-get takes it for a regular expression.
            self.more = True
            return
        self.names.append(name)
        if not colon:
            self.exact.append(name)


def _by_default(arg: "Arg", world: "World") -> bool:
    """Whether another build may have another word there."""
    for name in arg.word.variables if arg.word is not None else ():
        found = world.variable(name)
        if isinstance(found, Known) and not found.firm:
            return True
    return False


def _install(line: _Line) -> str | None:
    call = line.call
    world = call.world
    if line.has("-U", "--update"):
        _update(line)
    index = index_of(world)
    wanted = _Wanted(line.words, world, index)
    sources = sources_changed(world.contents)
    foreign = sources is True or line.has("-t", "--target-release", "--default-release")
    settings = settings_changed(world.contents)
    effect = Installed(
        [index] if index is not None else kin(),
        wanted.names,
        call.reason,
        before=world.contents,
        recommends=line.recommends(None if settings else True),
        exact=index is not None,
        foreign=foreign or (wanted.other and sources is not False),
        more=wanted.more,
        firm=sources is False and wanted.firm,
    )
    simple = index is not None and sources is False and not foreign and not wanted.more
    if (
        simple
        and wanted.firm
        and not world.mending
        and call.name != "aptitude"
        and call.command.name == call.name
    ):
        assert index is not None
        if _cannot(line, wanted, index, effect):
            return _FAILS
    if line.has("-d", "--download-only"):
        return None
    if wanted.files:
        package_file(call)
    if effect.names or effect.more:
        world.emit(effect)
    if wanted.gone:
        world.emit(Removed(index, wanted.gone, call.reason, before=world.contents))
    return None


def _cannot(line: _Line, wanted: _Wanted, index: "PackageIndex", effect: Installed) -> bool:
    """Whether the installation surely fails."""
    contents = line.call.world.contents
    moving = contents.suite in _MOVING
    # A name that several packages provide has "no installation candidate".
    missing = [one for one in wanted.exact if not index.exists(one) or len(index.virtual(one)) > 1]
    if missing and not moving and not _installed_somehow(line.call.world, missing):
        return True
    new = [one for one in wanted.exact if _absent(line.call.world, one)]
    if not new:
        return False
    lists = contents.find(LIST)
    if isinstance(lists, Known) and lists.value is None and lists.firm:
        return True
    if line.unattended or wanted.files or moving:
        return False
    return any(
        one not in effect.names and _absent(line.call.world, one)
        for least, _ in effect.closures()
        for one in least.surely
    )


def _absent(world: "World", name: str) -> bool:
    found = world.contents.package("apt", name)
    return isinstance(found, Known) and not found.value and found.firm


def _installed_somehow(world: "World", names: "Sequence[str]") -> bool:
    """Whether a package that no source has may be there all the same, by dpkg."""
    return not all(_absent(world, one) for one in names)


def package_file(call: "Call") -> None:
    """A package from a file: it brings what it likes where packages write."""
    world = call.world
    world.murky((*_SYSTEM, "/opt"), call.reason, but=_BUT, adds=True)
    world.emit(Murky(("/etc/apt/sources.list.d",), call.reason, adds=True))
    world.emit(Murky((), call.reason, accounts=True, packages=True))


def _remove(line: _Line) -> str | None:
    call = line.call
    world = call.world
    index = index_of(world)
    wanted = _Wanted(line.words, world, index)
    auto = line.command == "autoremove" or line.has("--auto-remove", "--autoremove")
    auto = auto or any("automaticremove" in one.lower() for one in line.options)
    names = None if wanted.more or wanted.files else [*wanted.names, *wanted.gone]
    if sources_changed(world.contents) is True:
        # What needs what is not known of packages from other sources.
        index = None
    effect = Removed(
        index,
        names,
        call.reason,
        before=world.contents,
        auto=auto,
        kept=asked_for(world.contents) if auto else (),
    )
    if names or auto or names is None:
        world.emit(effect)
    return None


def _upgrade(line: _Line) -> str | None:
    """The same programs in newer versions; only other sources bring new ones."""
    call = line.call
    world = call.world
    bins = tuple(sorted(BINS))
    world.murky(_SYSTEM, call.reason, but=(*_BUT, _APT, *bins), adds=True)
    foreign = sources_changed(world.contents) is not False and line.command != "upgrade"
    brings = None if foreign else _nothing_new
    world.murky(bins, call.reason, adds=True, brings=brings, doubt=True)
    if foreign:
        world.emit(Murky((), call.reason, accounts=True, packages=True))
    return None


def _nothing_new(name: str) -> bool:
    return False


def _build_dep(line: _Line) -> str | None:
    """Whatever a source package needs to be built."""
    world = line.call.world
    index = index_of(world)
    indexes = [index] if index is not None else kin()
    world.emit(
        Installed(indexes, ("build-essential",), line.call.reason, before=world.contents, more=True)
    )
    return None


def _clean(line: _Line) -> str | None:
    world, reason = line.call.world, line.call.reason
    if line.command == "distclean":
        world.murky((LISTS,), reason)
    if line.command in ("autoclean", "auto-clean"):
        world.murky(("/var/cache/apt",), reason)
        return None
    world.gone("/var/cache/apt/archives", reason, inside=True, pattern="*.deb")
    world.gone("/var/cache/apt", reason, inside=True, pattern="*.bin")
    return None


def _fetched(line: _Line) -> str | None:
    """`download` and `source` leave files in the working directory."""
    world = line.call.world
    world.murky((world.cwd or "/",), line.call.reason, adds=True)
    return None


_COMMANDS: "dict[str, Callable[[_Line], str | None]]" = {
    "update": _update,
    "install": _install,
    "reinstall": _install,
    "satisfy": _build_dep,
    "remove": _remove,
    "purge": _remove,
    "autoremove": _remove,
    "autopurge": _remove,
    "upgrade": _upgrade,
    "safe-upgrade": _upgrade,
    "dist-upgrade": _upgrade,
    "full-upgrade": _upgrade,
    "dselect-upgrade": _upgrade,
    "build-dep": _build_dep,
    "clean": _clean,
    "autoclean": _clean,
    "auto-clean": _clean,
    "distclean": _clean,
    "download": _fetched,
    "source": _fetched,
    "edit-sources": lambda line: _sources(line.call),
}


def _sources(call: "Call") -> str | None:
    """Another source of packages, or a key for one."""
    call.world.murky(("/etc/apt",), call.reason, adds=True)
    if call.name == "add-apt-repository":
        # It fetches the lists too, unless told not to.
        call.world.murky((LISTS,), call.reason, adds=True)
    return None


def _apt_key(call: "Call") -> str | None:
    call.world.murky(
        ("/etc/apt/trusted.gpg", "/etc/apt/trusted.gpg.d", "/root/.gnupg"), call.reason, adds=True
    )
    return None


def _dpkg(call: "Call") -> str | None:
    world = call.world
    options, operands = call.options("", ("--root", "--instdir", "--admindir", "--log"))
    given = set(options)
    names = [arg.value for arg in operands]
    if given & {"-i", "--install", "--unpack", "-R", "--recursive"}:
        package_file(call)
    elif given & {"-r", "--remove", "-P", "--purge"}:
        known = None if None in names else [one for one in names if one is not None]
        world.emit(Removed(index_of(world), known, call.reason, before=world.contents))
    elif given & {"-x", "--extract", "-X", "--vextract", "-e", "--control"}:
        to = world.place(operands[-1]) if operands else None
        world.murky((to if to is not None else "/",), call.reason, adds=True)
    elif given & {"--configure", "--add-architecture", "--remove-architecture"}:
        world.murky(_SYSTEM, call.reason, but=(*_BUT, _APT, *sorted(BINS)), adds=True)
    elif "--set-selections" in given or any(HOLE in arg.shape for arg in call.args[:1]):
        world.murky(("/var/lib/dpkg",), call.reason, adds=True)
    return None


def _apt_mark(call: "Call") -> str | None:
    words = [arg.shape for arg in call.args if not arg.shape.startswith("-")]
    if words and words[0] in ("auto", "markauto", "minimize-manual"):
        reason = Reason(call.reason.text, call.reason.source, call.reason.span)
        call.world.emit(AllAutomatic(reason))
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "apt": _apt,
    "apt-get": _apt,
    "aptitude": _apt,
    "apt-key": _apt_key,
    "apt-mark": _apt_mark,
    "add-apt-repository": _sources,
    "dpkg": _dpkg,
}
