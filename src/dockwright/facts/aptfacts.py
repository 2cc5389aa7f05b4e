"""
What Debian's packages bring to a file system, and what their removal takes away.

Where packages write is Debian Policy 9.1 (the Filesystem Hierarchy Standard): "packages must not
place any files in /usr/local", only empty directories below it (9.1.2), and nothing belongs to
them in /home, /root, /opt or /tmp.
"""

from dockwright.facts.contents import Contents, Effect, Entry, below, join
from dockwright.facts.effects import Murky, Packages, Put, Tree, Whole
from dockwright.facts.ground import Placed
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.strangers import APPLICATIONS, may_bring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dockwright.facts.closure import Closure
    from dockwright.facts.knowledge import Knowledge
    from dockwright.facts.packages import PackageIndex

BINS = frozenset(("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/games"))
SYSTEM = ("/usr", "/etc", "/var", "/bin", "/sbin", "/run", "/boot", "/srv")
# Sources and package lists are apt's own affair, and programs of the site are the site's.
APART = (
    "/usr/local/bin", "/usr/local/sbin", "/var/lib/apt/lists", "/etc/apt/sources.list",
    "/etc/apt/sources.list.d", "/var/tmp",  # noqa: S108
)  # fmt: skip
# A name in the folder of the package lists that no file has: it is there or not as they are.
LISTS = "/var/lib/apt/lists"
LIST = f"{LISTS}/\0_Packages"
SETTINGS = ("/etc/apt/apt.conf", "/etc/apt/apt.conf.d")
SOURCES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d")
# Suites of Debian whose packages tell what those of the same name are likely to bring elsewhere.
KIN = ("bullseye", "bookworm", "trixie")
# More packages than that come with gcc, git or a server; a desktop's or git-all's closures differ
# from release to release.
LARGE = 250
# Programs in the packages' folders that are not 0755 root:root: set-id ones, those of a group.
SPECIAL = frozenset((
    "at", "bsd-write", "chage", "chfn", "chsh", "crontab", "dotlockfile", "dumpcap", "exim4",
    "expiry", "fping", "fusermount", "fusermount3", "gpasswd", "gst-ptp-helper", "kppp",
    "mail-lock", "mail-touchlock", "mail-unlock", "mlocate", "mount", "mount.cifs",
    "mount.ecryptfs_private", "mount.nfs", "mtr-packet", "newgidmap", "newgrp", "newuidmap",
    "ntfs-3g", "passwd", "ping", "ping4", "ping6", "pkexec", "plocate", "postdrop", "postqueue",
    "pppd", "procmail", "lockfile", "run0", "screen", "sg", "ssh-agent", "su", "sudo", "sudoedit",
    "suexec", "traceroute6.iputils", "umount", "unix_chkpwd", "unix_update", "utempter", "wall",
    "write", "write.ul", "X11", "Xorg", "doas", "bwrap", "firejail", "slock", "vlock", "nullmailer",
    "mailq", "newaliases", "sendmail", "dma", "chromium-sandbox", "zapping_setup_fb",
))  # fmt: skip


def in_system(path: str) -> bool:
    """Whether packages of a distribution write there."""
    if not (path.startswith("/lib") or any(below(path, one) for one in SYSTEM)):
        return False
    return not any(below(path, one) for one in APART) and path != "/usr/local"


def same(one: str, other: str, suite: str = "") -> bool:
    """Whether two paths are one program's: from bookworm on /bin and /sbin are links into /usr."""
    if suite == "bullseye":
        return one == other
    return one.removeprefix("/usr") == other.removeprefix("/usr")


def program(path: str) -> Entry:
    """The entry of a package's program; many are links, so its kind is not said."""
    if path.rpartition("/")[2] in SPECIAL:
        return Entry("any")
    return Entry("any", 0o755, 0, 0)


def doubted(reason: Reason) -> Reason:
    """The same reason, and no more than likely."""
    return Reason(reason.text, reason.source, reason.span, firm=False)


def likely(found: "Knowledge") -> "Knowledge":
    """An absence that is no longer certain; any other answer as it is."""
    if isinstance(found, Known) and found.value is None and found.firm:
        return Known(None, doubted(found.reason))
    return found


class Installed(Effect):
    """
    Packages are installed, with whatever they depend on.

    `indexes` are the package indexes to ask: the one of the suite, or with `exact` False those of
    the distribution's relatives, which makes every answer likely and no more. `recommends` is
    whether recommended packages come too, None when not known. `foreign` says that other sources
    of packages are set up, `more` that not all names are known. `before` is the file system before.
    """

    __slots__ = (
        "_closures",
        "_past",
        "_previous",
        "_seen",
        "before",
        "exact",
        "firm",
        "foreign",
        "indexes",
        "more",
        "names",
        "recommends",
    )

    def __init__(
        self,
        indexes: "Sequence[PackageIndex]",
        names: "Iterable[str]",
        reason: Reason,
        *,
        before: Contents,
        recommends: bool | None = True,
        exact: bool = True,
        foreign: bool = False,
        more: bool = False,
        firm: bool = True,
    ) -> None:
        super().__init__(reason if firm and exact and not foreign else doubted(reason))
        self.indexes = indexes
        self.names = tuple(dict.fromkeys(names))
        self.before = before
        self.recommends = recommends
        self.exact = exact
        self.foreign = foreign
        self.more = more
        self.firm = firm
        self._closures: list[tuple[PackageIndex, Closure, Closure]] | None = None
        self._seen: dict[str, str] = {}
        self._past: dict[str, Knowledge] = {}
        self._previous: Installed | bool | None = None

    @property
    def closures(self) -> "list[tuple[PackageIndex, Closure, Closure]]":
        """For each index what comes at least, and what comes at most."""
        if self._closures is None:
            self._closures = []
            for index in self.indexes:
                names = [one for one in self.names if index.exists(one)]
                least = index.closure(names, self.recommends is True, self._has)
                most = least
                if self.recommends is None:
                    most = index.closure(names, True, self._has)
                self._closures.append((index, least, most))
        return self._closures

    def _has(self, name: str) -> bool | None:
        found = self.past(name)
        return bool(found.value) if isinstance(found, Known) and found.firm else None

    def past(self, name: str) -> "Knowledge":
        """
        Whether the package was installed before.

        A closure asks for a thousand names, so the answers of each installation are kept and the
        next one asks this one: without that a chain of them costs the square of its length.
        """
        found = self._past.get(name)
        if found is None:
            if self._previous is None:
                self._previous = _last_installation(self.before) or False
            last = self._previous
            if isinstance(last, Installed):
                answer = last.package("apt", name, lambda: last.past(name))
                found = answer if answer is not None else last.past(name)
                found = join(found, last.past(name)) if last.maybe else found
            else:
                found = self.before.package("apt", name)
            self._past[name] = found
        return found

    @property
    def strangers(self) -> list[str]:
        """The names that no index has."""
        return [
            name for name in self.names if not any(index.exists(name) for index in self.indexes)
        ]

    def brings(self, path: str) -> str:
        """Whether the program at `path` comes: "yes", "perhaps", "no" or "hardly"."""
        found = self._seen.get(path)
        if found is None:
            found = self._seen[path] = self._brings(path)
        return found

    def _brings(self, path: str) -> str:
        answers = [self._of(path, *one) for one in self.closures]
        if answers and all(one == "yes" for one in answers):
            return "yes"
        if self.more or not answers or any(may_bring(one, path) for one in self.strangers):
            return "yes" if answers and not self.exact and "yes" in answers else "perhaps"
        if all(one in ("no", "hardly") for one in answers):
            sure = self.exact and not self.foreign and self.firm and "hardly" not in answers
            if self._large() and path.rpartition("/")[2] not in APPLICATIONS:
                return "perhaps"
            return "no" if sure else "hardly"
        return "yes" if not self.exact and self._named(path) else "perhaps"

    def _large(self) -> bool:
        """Whether so much comes along that a relative's packages do not tell what is not in it."""
        if self.exact or self.recommends is False:
            return False
        return any(len(most.likely) > LARGE for _, _, most in self.closures)

    def _named(self, path: str) -> bool:
        """Whether in some index one of the named packages itself has the program."""
        return any(
            same(one, path)
            for index in self.indexes
            for name in self.names
            for one in index.programs(name) or ()
        )

    def _of(self, path: str, index: "PackageIndex", least: "Closure", most: "Closure") -> str:
        name = path.rpartition("/")[2]
        owners = owners_of(index, path)
        if any(one in least.surely for one in owners):
            return "yes"
        if any(one in most.perhaps for one in owners):
            return "perhaps"
        if most.unknown:
            # Of packages with unknown dependencies nobody can say what else comes.
            return "perhaps" if index.providers(name) or self.foreign else "no"
        if self.foreign and not all(self._has(one) for one in self.names):
            return "perhaps"
        # Without a complete list some package's files are not known; few have programs.
        return "no" if most.complete else "hardly"

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Programs as the packages have them; elsewhere what was there is still there."""
        if not in_system(path) or (not self.names and not self.more):
            opt = (self.foreign or self.more or bool(self.strangers)) and below(path, "/opt")
            return self._added(older()) if opt and path != "/opt" else None
        folder = path.rpartition("/")[0]
        if folder not in BINS:
            if "bin/" in path and self.brings(path) == "yes":
                return self._there(path, older())
            return self._added(older())
        brings = self.brings(path)
        if brings == "no":
            return None
        if brings == "hardly":
            return likely(older())
        return self._there(path, older()) if brings == "yes" else self._added(older())

    def _there(self, path: str, before: "Knowledge") -> "Knowledge":
        found = Known(program(path), self.reason)
        if isinstance(before, Known) and before.value is not None:
            if before.value.kind in ("any", "link"):
                # Most likely it is the package's own, which was installed already.
                return before
            return join(before, found)
        return found

    def _added(self, before: "Knowledge") -> "Knowledge":
        if isinstance(before, Known) and before.value is not None:
            return before
        return Unknown(self.reason)

    def account(
        self,
        kind: str,
        name: str,
        older: "Callable[[], Knowledge]",
    ) -> "Knowledge | None":
        """Unknown when a package that comes may add users; those that were there stay."""
        if not self._users():
            return None
        return self._added(older())

    def _users(self) -> bool:
        if self.more or self.foreign or not self.exact or self.strangers:
            return bool(self.names) or self.more
        for index, _, most in self.closures:
            if not most.complete or most.unknown:
                return True
            if any(index.makes_users(one) is not False for one in most.perhaps):
                return True
        return False

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Installed when asked for or surely needed; perhaps when something may need it."""
        if manager != "apt":
            return None
        if name in self.names:
            if any(index.virtual(name) for index in self.indexes):
                return self._added_package(older())
            return Known(True, self.reason if self.firm else doubted(self.reason))
        if self.closures and all(name in least.surely for _, least, _ in self.closures):
            return Known(True, self.reason)
        open_ = self.more or self.foreign or not self.exact or bool(self.strangers)
        for _, _, most in self.closures:
            if not most.complete or most.unknown or name in most.perhaps:
                open_ = True
        return self._added_package(older()) if open_ or not self.closures else None

    def _added_package(self, before: "Knowledge") -> "Knowledge":
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)


def _last_installation(contents: Contents) -> Installed | None:
    """The last effect that has a say in which packages are installed, if it is one of these."""
    for effect in history(contents):
        if isinstance(effect, Installed):
            return effect
        silent = type(effect).package is Effect.package
        silent = silent or (isinstance(effect, Murky) and not effect.packages_too)
        silent = silent or (isinstance(effect, Packages) and effect.manager != "apt")
        if not silent:
            return None
    return None


class Removed(Effect):
    """
    Packages are removed, and all that need them; with `auto` also what nothing needs any more.

    `names` None stands for packages nobody knows. `kept` are packages that surely stay.
    """

    __slots__ = ("_stays", "auto", "before", "index", "kept", "names")

    def __init__(
        self,
        index: "PackageIndex | None",
        names: "Iterable[str] | None",
        reason: Reason,
        *,
        before: Contents,
        auto: bool = False,
        kept: "Iterable[str]" = (),
    ) -> None:
        super().__init__(reason)
        self.index = index
        self.names = None if names is None else tuple(names)
        self.before = before
        self.auto = auto
        self.kept = frozenset(kept)
        self._stays: dict[str, bool] = {}

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """A program of a removed package is gone; others stay when their packages surely do."""
        if not in_system(path) or path in SYSTEM or path in BINS:
            return None
        if not self.auto and self.names == ():
            return None
        before = older()
        if not isinstance(before, Known) or before.value is None:
            return before
        if path.rpartition("/")[0] not in BINS:
            if before.value.kind == "dir" and path.count("/") == 2:
                return before
            return before if _handmade(self.before, path) else Unknown(self.reason)
        if self.index is None:
            return Unknown(self.reason)
        return self._program(path, before, self.index)

    def _program(self, path: str, before: Known, index: "PackageIndex") -> "Knowledge":
        owners = owners_of(index, path)
        there = [one for one in owners if self._was(one) is not False]
        if not there:
            return before if not owners or _handmade(self.before, path) else Unknown(self.reason)
        if all(self.stays(one) for one in there):
            return before
        gone = self.names is not None and all(one in self.names for one in there)
        own = all(
            any(same(two, path, index.suite) for two in index.programs(one) or ())
            and not any(same(two, path) for two in index.alternative_programs(one))
            for one in there
        )
        if gone and own and all(self._was(one) for one in there):
            return Known(None, self.reason)
        if any(self.stays(one) and self._was(one) for one in there):
            # An alternative that several packages have.
            return Known(Entry("any"), before.reason)
        return Unknown(self.reason)

    def _was(self, name: str) -> bool | None:
        found = self.before.package("apt", name)
        return bool(found.value) if isinstance(found, Known) and found.firm else None

    def stays(self, name: str) -> bool:
        """Whether the package is surely still there."""
        found = self._stays.get(name)
        if found is None:
            found = self._stays[name] = self._left(name)
        return found

    def _left(self, name: str) -> bool:
        index = self.index
        if index is None or self.names is None or name in self.names:
            return False
        if name in index.essential:
            return True
        needs = index.closure([name], False, lambda _: None)
        if needs.unknown or any(one in needs.surely or one in needs.perhaps for one in self.names):
            return False
        return not self.auto or name in self.kept

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Whether it stays."""
        if manager != "apt":
            return None
        if self.names is not None and name in self.names:
            return Known(False, self.reason)
        before = older()
        if isinstance(before, Known) and not before.value:
            return before
        return before if self.stays(name) else Unknown(self.reason)


class AllAutomatic(Effect):
    """`apt-mark auto`: packages that were asked for count as automatic from here on."""

    __slots__ = ()


def owners_of(index: "PackageIndex", path: str) -> "list[str]":
    """The packages with a program at exactly this path."""
    return [
        one
        for one in index.providers(path.rpartition("/")[2])
        if any(same(found, path, index.suite) for found in index.programs(one) or ())
    ]


def _handmade(contents: Contents, path: str) -> bool:
    """Whether the newest that stands at `path` was put there by the Dockerfile."""
    for effect in history(contents):
        if isinstance(effect, Put) and effect.path == path:
            return True
        if effect.find(path, lambda: Known(None, effect.reason)) is not None:  # noqa: B023
            return False
    return False


def history(contents: Contents) -> "Iterable[Effect]":
    """All effects that led to the file system, newest first."""
    at: object = contents
    while isinstance(at, Contents):
        for index in range(at.count - 1, -1, -1):
            yield at.effects[index]
        at = at.below


def sources_changed(contents: Contents) -> "bool | None":
    """
    Whether other package sources were set up; None: perhaps, and hardly.

    A program that nobody knows, or `sed`, which mostly changes the mirror, makes it "perhaps".
    """
    answer: bool | None = False
    for effect in history(contents):
        if not _writes_sources(effect):
            continue
        if not effect.reason.firm or effect.reason.text.startswith("`sed "):
            answer = None
        else:
            return True
    return answer


def _writes_sources(effect: Effect) -> bool:
    if isinstance(effect, (Installed, Removed)):
        return False
    return any(_writes(effect, one) for one in SOURCES)


def _writes(effect: Effect, at: str) -> bool:
    """Whether an effect may put a file at `at` or below it."""
    if isinstance(effect, Placed):
        folder, _, name = at.rpartition("/")
        return bool(effect.names.get(at)) or name in effect.names.get(folder, ())
    if isinstance(effect, (Put, Tree, Whole)) and below(effect.path, at):
        return not (isinstance(effect, Put) and effect.entry.kind == "dir")
    if isinstance(effect, Murky) and any(below(one, at) for one in effect.folders):
        return True
    if isinstance(effect, Put):
        return False
    nothing = Known(None, effect.reason)
    for path in (at, f"{at}/\0"):
        found = effect.find(path, lambda: nothing)
        if found is not None and not (isinstance(found, Known) and found.value is None):
            return True
    return False


def settings_changed(contents: Contents) -> bool:
    """Whether the Dockerfile, or the base image's, may write settings of apt."""
    return any(
        effect.reason.firm and (_writes(effect, SETTINGS[0]) or _writes(effect, SETTINGS[1]))
        for effect in history(contents)
        if not isinstance(effect, (Installed, Removed))
    )


def asked_for(contents: Contents) -> "set[str]":
    """The packages somebody asked for and nobody marked as automatic since."""
    found: set[str] = set()
    for effect in history(contents):
        if isinstance(effect, AllAutomatic):
            break
        if isinstance(effect, Installed) and not effect.maybe:
            found.update(effect.names)
    return found
