"""
How the package managers are called: their sub-commands and options, read once for all rules.

    for call in calls(run, APT):
        if call.installs and not call.has("-y", "--yes"):
            …

A `Call` looks through `sudo`, `env`, `time` and the like, and through variables that the
Dockerfile sets; `TRIGGERS` and `triggers(…)` are what such a rule waits for.
"""

from dockwright.rules.api import HOLE, Command, Known, ShellWord, Step, lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Manager:
    """
    A package manager.

    `install`, `update` (of the index) and `upgrade` (of everything installed) are sub-commands.
    `takes` are the options that swallow the next word, `yes` those that answer every question.
    `clusters` tells whether `-qy` means `-q -y`.
    """

    __slots__ = ("clusters", "install", "name", "programs", "takes", "update", "upgrade", "yes")

    def __init__(
        self,
        name: str,
        programs: str,
        *,
        install: str,
        update: str = "",
        upgrade: str = "",
        takes: str = "",
        yes: str = "",
        clusters: bool = True,
    ) -> None:
        self.name = name
        self.programs = tuple(programs.split())
        self.install = frozenset(install.split())
        self.update = frozenset(update.split())
        self.upgrade = frozenset(upgrade.split())
        self.takes = frozenset(takes.split())
        self.yes = tuple(yes.split())
        self.clusters = clusters

    def __repr__(self) -> str:
        return f"Manager({self.name})"


APT = Manager(
    "apt",
    "apt-get apt aptitude",
    install="install reinstall build-dep satisfy",
    update="update",
    upgrade="upgrade dist-upgrade full-upgrade safe-upgrade",
    takes="-o --option -c --config-file -t --target-release --default-release -a"
    " --host-architecture -P --build-profiles --solver --planner",
    yes="-y --yes --assume-yes",
)
APK = Manager(
    "apk",
    "apk",
    install="add",
    update="update",
    upgrade="upgrade",
    takes="-X --repository -p --root -t --virtual --wait --keys-dir --repositories-file --arch"
    " --cache-dir --cache-max-age --timeout --progress-fd",
)
_YUM = (
    "-c --config -d --debuglevel -e --errorlevel --rpmverbosity -R --randomwait -x --exclude"
    " --excludepkgs --enablerepo --disablerepo --installroot --setopt --releasever --repo --repoid"
    " --repofrompath --advisory --advisories --bz --bzs --cve --cves --forcearch --color"
    " --disableexcludes --disableexcludepkgs --disableplugin --enableplugin --downloaddir"
    " --destdir --sec-severity --secseverity --comment --arch --archlist --with-optional"
)
YUM = Manager(
    "yum",
    "yum",
    install="install localinstall groupinstall reinstall resolvedep",
    update="makecache check-update",
    upgrade="update upgrade update-to upgrade-to distro-sync distribution-synchronization",
    takes=_YUM,
    yes="-y --assumeyes",
)
DNF = Manager(
    "dnf",
    "dnf dnf5",
    install="install localinstall groupinstall reinstall builddep",
    update="makecache check-update check-upgrade",
    upgrade="update upgrade distro-sync dsync system-upgrade",
    takes=_YUM,
    yes="-y --assumeyes",
)
MICRODNF = Manager(
    "microdnf",
    "microdnf",
    install="install reinstall",
    update="makecache",
    upgrade="update upgrade",
    takes=_YUM,
    yes="-y --assumeyes",
)
TDNF = Manager(
    "tdnf",
    "tdnf",
    install="install reinstall",
    update="makecache check-update",
    upgrade="update upgrade distro-sync",
    takes=_YUM,
    yes="-y --assumeyes",
)
ZYPPER = Manager(
    "zypper",
    "zypper",
    install="install in source-install si install-new-recommends inr",
    update="refresh ref",
    upgrade="update up dist-upgrade dup patch",
    takes="-c --config -R --root --installroot --reposd-dir -D --cache-dir -C --raw-cache-dir"
    " --solv-cache-dir --pkg-cache-dir -p --plus-repo --plus-content --releasever --userdata"
    " -t --type -r --repo --from --oldpackage-from",
    yes="-n --non-interactive -y --no-confirm",
)
PIP = Manager(
    "pip",
    "pip",
    install="install",
    takes="-r --requirement -c --constraint -e --editable -t --target -i --index-url --pypi-url"
    " --extra-index-url -f --find-links --python-version --platform --prefix --root --cache-dir"
    " --trusted-host --proxy --retries --timeout --default-timeout --only-binary --no-binary"
    " --global-option --install-option --build-option --src --source -b --build --build-dir"
    " --progress-bar --log --log-file --local-log --cert --client-cert --upgrade-strategy --abi"
    " --implementation -C --config-settings --config-setting --exists-action --report --python"
    " --use-feature --use-deprecated --root-user-action --group --keyring-provider"
    " --resume-retries",
)
NPM = Manager(
    "npm",
    "npm",
    install="install i in ins inst insta instal isnt isnta isntal isntall add ci clean-install"
    " install-clean ic install-test it",
    update="",
    upgrade="update up upgrade udpate",
    takes="-C --prefix --registry --loglevel --cache --userconfig --globalconfig --tag --omit"
    " --include --only --also -w --workspace --fetch-retries --fetch-retry-mintimeout"
    " --fetch-retry-maxtimeout --fetch-timeout --maxsockets --python --node-gyp --scope"
    " --install-strategy --before --https-proxy --proxy --cafile --user --script-shell --otp"
    " --network-timeout",
    clusters=False,
)
YARN = Manager(
    "yarn",
    "yarn yarnpkg",
    install="install add",
    upgrade="upgrade up",
    takes="--cwd --modules-folder --preferred-cache-folder --cache-folder --global-folder"
    " --registry --network-timeout --network-concurrency --mutex --link-folder --proxy"
    " --https-proxy --use-yarnrc --otp --prefix --mode",
    clusters=False,
)
PNPM = Manager(
    "pnpm",
    "pnpm",
    install="install i add ci",
    upgrade="update up upgrade",
    takes="-C --dir -F --filter --filter-prod --store-dir --virtual-store-dir --prefix --registry"
    " --reporter --loglevel --lockfile-dir --modules-dir --global-dir --network-concurrency"
    " --child-concurrency --package-import-method",
    clusters=False,
)
GEM = Manager(
    "gem",
    "gem",
    install="install i",
    upgrade="update",
    takes="-v --version -i --install-dir -n --bindir -s --source -p --http-proxy --platform -P"
    " --trust-policy --build-root --config-file -B --bulk-threshold",
    clusters=False,
)
GO = Manager(
    "go",
    "go",
    install="install get",
    takes="-C -o -p -mod -modfile -ldflags -tags -gcflags -asmflags -gccgoflags -buildmode"
    " -compiler -pkgdir -overlay -pgo -exec -installsuffix -toolexec -modcacherw",
    clusters=False,
)
MANAGERS = (APT, APK, YUM, DNF, MICRODNF, TDNF, ZYPPER, PIP, NPM, YARN, PNPM, GEM, GO)


def names(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


_BY_PROGRAM = {program: manager for manager in MANAGERS for program in manager.programs}
_PIP = lazy(r"pip[23]?(\.\d+)?")
_OPTIONS = lazy("opt|arg|flag|param|switch|yes|quiet|recommend", re.IGNORECASE)
_LOOP = lazy(r"\bfor\s+(\w+)")
_PYTHON = lazy(r"(python|pypy)([23](\.\d+)?)?")

_SHELLS = names("sh bash dash ash source .")

_MAX_STEPS = 1000

# Programs that start the program named by their operands: the options of theirs that swallow a
# word, and how many operands of their own come first.
_WRAPPERS: "dict[str, tuple[tuple[str, ...], int]]" = {
    "sudo": (("-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T", "--user"), 0),
    "doas": (("-u", "-C"), 0),
    "env": (("-u", "-C", "--unset", "--chdir"), 0),
    "command": ((), 0),
    "builtin": ((), 0),
    "exec": (("-a",), 0),
    "time": (("-f", "-o"), 0),
    "nice": (("-n", "--adjustment"), 0),
    "ionice": (("-c", "-n"), 0),
    "nohup": ((), 0),
    "eatmydata": ((), 0),
    "fakeroot": ((), 0),
    "timeout": (("-s", "-k", "--signal", "--kill-after"), 1),
    "gosu": ((), 1),
    "su-exec": ((), 1),
    "xargs": (("-a", "-n", "-I", "-L", "-P", "-d", "-s", "-E", "--arg-file", "--max-args"), 0),
}
WRAPPERS = tuple(_WRAPPERS)
PYTHONS = ("python", "python2", "python3", *(f"python3.{minor}" for minor in range(6, 16)))
PIPS = ("pip", "pip2", "pip3", *(f"pip3.{minor}" for minor in range(6, 16)))


def triggers(*managers: Manager) -> tuple[str, ...]:
    """The programs a rule on calls of `managers` waits for."""
    found = [program for manager in managers for program in manager.programs]
    if PIP in managers:
        found.extend((*PIPS[1:], *PYTHONS))
    return (*found, *WRAPPERS)


class Call:
    """
    A call of a package manager.

    `command` is the command it stands in, `program` the word that names the manager, `action` its
    sub-command (None when there is none), `options` and `operands` the words of the two kinds
    (what an option swallows is in neither), `texts` what each operand means, variables of the
    Dockerfile replaced. `unsure` is true when a part may hold options or packages that
    cannot be read: an unquoted `$X` of unknown value, `$(…)`, `xargs`; `hides_options` when its
    name or its place says that it holds options.
    """

    __slots__ = (
        "action",
        "command",
        "flags",
        "hides_options",
        "manager",
        "operands",
        "options",
        "program",
        "texts",
        "unsure",
        "values",
        "wrappers",
    )

    def __init__(
        self,
        command: Command,
        manager: Manager,
        program: ShellWord,
        wrappers: "Sequence[str]",
    ) -> None:
        self.command = command
        self.manager = manager
        self.program = program
        self.wrappers = wrappers
        self.action: ShellWord | None = None
        self.options: list[ShellWord] = []
        self.operands: list[ShellWord] = []
        self.texts: list[str] = []
        self.flags: list[str] = []
        self.values: list[tuple[str, str]] = []
        self.unsure = "xargs" in wrappers
        self.hides_options = False

    @property
    def name(self) -> str:
        """The manager's program without its folder, as written."""
        return self.program.shape.rpartition("/")[2]

    @property
    def sub(self) -> str:
        """The sub-command, "" when there is none or it is not literal."""
        return self.action.value or "" if self.action is not None else ""

    @property
    def installs(self) -> bool:
        """Whether it installs packages (or what a project's files list)."""
        return self.sub in self.manager.install

    @property
    def updates(self) -> bool:
        """Whether it only updates the package index."""
        return self.sub in self.manager.update

    @property
    def upgrades(self) -> bool:
        """Whether it upgrades what is installed, named packages only or all."""
        return self.sub in self.manager.upgrade

    def has(self, *options: str) -> bool:
        """Whether one of `options` is given, in a cluster and with `=value` too."""
        return any(flag in options for flag in self.flags)

    def count(self, option: str) -> int:
        """How often `option` is given."""
        return self.flags.count(option)

    def given(self, *options: str) -> list[str]:
        """The values of the options that take one, holes in them as `HOLE`."""
        return [value for name, value in self.values if name in options]

    def __repr__(self) -> str:
        return f"Call({self.manager.name} {self.sub})"


def calls(step: Step, *managers: Manager) -> "Iterator[Call]":
    """The calls of `managers` (of all when none is given) in a RUN."""
    for command in step.commands:
        found = call(step, command)
        if found is not None and (not managers or found.manager in managers):
            yield found


def call(step: Step, command: Command) -> Call | None:
    """What `command` calls, None when that is no package manager."""
    words = command.words
    at = 0
    wrappers: list[str] = []
    while at < len(words):
        name = (words[at].value or "").rpartition("/")[2]
        manager = _BY_PROGRAM.get(name)
        if manager is not None:
            return _read(step, Call(command, manager, words[at], wrappers), words[at + 1 :])
        if _PIP.fullmatch(name):
            return _read(step, Call(command, PIP, words[at], wrappers), words[at + 1 :])
        if _PYTHON.fullmatch(name):
            for index in range(at + 1, len(words) - 1):
                if words[index].value == "-m" and words[index + 1].value == "pip":
                    found = Call(command, PIP, words[index + 1], wrappers)
                    return _read(step, found, words[index + 2 :])
                if not words[index].shape.startswith("-"):
                    break
            return None
        if name not in _WRAPPERS:
            return None
        wrappers.append(name)
        at = _behind(words, at, name)
    return None


def runs_after(run: Step) -> "Iterator[Step]":
    """The RUN steps that start from what `run` leaves: of its stage and those built on it."""
    todo = [(run.stage, run.index + 1)]
    left = _MAX_STEPS
    while todo:
        stage, start = todo.pop(0)
        for step in stage.steps[start:]:
            left -= 1
            if left < 0:
                return
            if step.name == "RUN":
                yield step
        near = stage.build.stages[stage.index + 1 : stage.index + 100]
        todo.extend((child, 0) for child in near if child.parent is stage)


def cleans(command: Command) -> bool:
    """Whether it runs a script for cleaning up that cannot be read, by its name."""
    words = command.words
    script = command.args[0] if command.name in _SHELLS and command.args else None
    return any(
        word is not None and "clean" in word.shape.rpartition("/")[2].lower()
        for word in (words[0] if words else None, script)
    )


def literal(step: Step, found: Call) -> bool:
    """Whether the call is an exec form itself, so that words are JSON strings."""
    return step.node.is_json and found.command.script.joined is step.node.joined


def packages(found: Call) -> "list[ShellWord]":
    """The package operands of an install."""
    return found.operands if found.installs else []


def _behind(words: "Sequence[ShellWord]", at: int, name: str) -> int:
    """The index of the program that the wrapper `name` at `at` starts."""
    takes, own = _WRAPPERS[name]
    at += 1
    while at < len(words):
        shape = words[at].shape
        if shape in takes:
            at += 2
        elif shape.startswith("-") or (name in ("env", "sudo") and "=" in shape):
            at += 1
        elif own:
            own -= 1
            at += 1
        else:
            break
    return at


def _read(step: Step, found: Call, words: "Sequence[ShellWord]") -> Call:
    manager = found.manager
    plain = False
    pending: str | None = None
    own: set[str] | None = None
    for word in words:
        shapes = [word.shape]
        if HOLE in word.shape:
            own = _assigned(found.command) if own is None else own
            shapes = _expanded(step, found, word, own)
        for shape in shapes:
            if pending is not None:
                found.values.append((pending, shape))
                pending = None
            elif plain or not shape.startswith("-") or shape == "-":
                if found.action is None and shape == word.value:
                    found.action = word
                elif found.operands and found.operands[-1] is word:
                    found.texts[-1] += f" {shape}"
                else:
                    found.operands.append(word)
                    found.texts.append(shape)
            elif shape == "--":
                plain = True
            else:
                if not found.options or found.options[-1] is not word:
                    found.options.append(word)
                pending = _option(found, shape, manager)
    return found


def _option(found: Call, shape: str, manager: Manager) -> str | None:
    """Note an option; its name when it swallows the next word."""
    name, equals, value = shape.partition("=")
    if shape.startswith("--") or not manager.clusters or len(shape) == 2:
        found.flags.append(name)
        if equals:
            found.values.append((name, value))
            return None
        return name if name in manager.takes else None
    for index, letter in enumerate(shape[1:], 1):
        if letter == "=":
            found.values.append((found.flags[-1], shape[index + 1 :]))
            return None
        option = f"-{letter}"
        found.flags.append(option)
        if option in manager.takes:
            rest = shape[index + 1 :]
            if rest:
                found.values.append((option, rest.removeprefix("=")))
                return None
            return option
    return None


def _assigned(command: Command) -> set[str]:
    """The variables that the script itself may set, as far as it is plain to see."""
    names: set[str] = set()
    for one in command.script.commands:
        names.update(name for name, _ in one.assignments)
        if one.name in ("read", "export", "local", "declare", "getopts", "mapfile"):
            names.update(word.shape.partition("=")[0] for word in one.args)
    names.update(_LOOP.findall(command.script.text))
    return names


def _expanded(step: Step, found: Call, word: ShellWord, own: set[str]) -> list[str]:
    """What the shell makes of a word with expansions; its shape when that is not known."""
    quoted = word.text[:1] in ("'", '"')
    if word.variables and not word.substitutes and not own.intersection(word.variables):
        value = step.expand(word.text)
        if isinstance(value, Known) and isinstance(value.value, str):
            return [value.value] if quoted else value.value.split()
    if not quoted and word.shape.startswith(HOLE):
        found.unsure = True
        if found.action is None or any(_OPTIONS.search(name) for name in word.variables):
            found.hides_options = True
    return [word.shape]
