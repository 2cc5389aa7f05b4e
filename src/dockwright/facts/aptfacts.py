"""
What Debian's packages bring to a file system, and what their removal takes away.

Where packages write follows from the Filesystem Hierarchy Standard and Debian's exceptions to it
(Debian Policy 9.1.1). Below /usr/local a package has no files, at most directories that it makes
when it is configured (9.1.2); /home, /root, /opt and /tmp are the administrator's and the users'.
"""

from dockwright.facts.contents import Contents, Effect, Entry, below, join
from dockwright.facts.effects import Packages
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.paths import insides, same
from dockwright.facts.strangers import APPLICATIONS, may_bring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Literal

    from dockwright.facts.aptplaces import Brought
    from dockwright.facts.closure import Closure
    from dockwright.facts.contents import Ground
    from dockwright.facts.knowledge import Knowledge
    from dockwright.facts.packages import PackageIndex

BINS = frozenset(("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/games"))
SYSTEM = ("/usr", "/etc", "/var", "/bin", "/sbin", "/run", "/boot", "/srv")
# Sources and package lists are apt's own affair, and programs of the site are the site's.
APART = (
    "/usr/local/bin", "/usr/local/sbin", "/var/lib/apt/lists", "/etc/apt/sources.list",
    "/etc/apt/sources.list.d", "/var/tmp",  # noqa: S108
)  # fmt: skip
_SYSTEM, _APART = insides(SYSTEM), insides(APART)
# A name in the folder of the package lists that no file has: it is there or not as they are.
LISTS = "/var/lib/apt/lists"
LIST = f"{LISTS}/\0_Packages"
SETTINGS = ("/etc/apt/apt.conf", "/etc/apt/apt.conf.d")
SOURCES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d")
NOTHING: "frozenset[str]" = frozenset()
# What apt and dpkg write themselves whenever they install something: "Dir::Log" of apt.conf(5), the
# option `log` of dpkg(1), the database of dpkg. Modes as apt 2.6 and 3.0 leave them; 4 is "adm".
RECORDS = {
    "/var/log/apt": Entry("dir", 0o755, 0, 0),
    "/var/log/apt/history.log": Entry("file", 0o644, 0, 0),
    "/var/log/apt/term.log": Entry("file", 0o640, 0, 4),
    "/var/log/apt/eipp.log.xz": Entry("file", 0o644, 0, 0),
    "/var/log/dpkg.log": Entry("file", 0o644, 0, 0),
    "/var/lib/dpkg/status": Entry("file", 0o644, 0, 0),
    "/var/lib/dpkg/status-old": Entry("file", 0o644, 0, 0),
}
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
    inside = path + "/"
    if not (path.startswith("/lib") or inside.startswith(_SYSTEM)):
        return False
    return not inside.startswith(_APART) and path != "/usr/local"


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
        "_places",
        "_previous",
        "_seen",
        "_source",
        "_strangers",
        "before",
        "exact",
        "firm",
        "foreign",
        "indexes",
        "kept",
        "more",
        "names",
        "recommends",
        "remembered",
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
        self._strangers: list[str] | None = None
        self.kept: dict[str, tuple[Closure, Closure]] = {}
        self._seen: dict[str, str] = {}
        self.remembered: dict[str, Knowledge] = {}
        self._places: Brought | None = None
        self._previous: Installed | Literal[False] | None = None
        self._source: Contents | Ground = before

    def closures(self) -> "list[tuple[Closure, Closure]]":
        """For each index what comes at least, and what comes at most."""
        return [self._closure(index) for index in self.indexes]

    def _closure(self, index: "PackageIndex") -> "tuple[Closure, Closure]":
        found = self.kept.get(index.suite)
        if found is None:
            if self.exact:
                self._settle(index)
            names = tuple(one for one in self.names if index.exists(one))
            # What relatives say is likely at best: not worth asking what was there before.
            has = self._has if self.exact else NOTHING
            least = most = index.closure(names, self.recommends is True, has)
            if self.recommends is None:
                most = index.closure(names, True, has)
            found = self.kept[index.suite] = least, most
        return found

    def _settle(self, index: "PackageIndex") -> None:
        """Have what former installations brought ready, the oldest first."""
        chain = []
        at = self.last()
        while at is not None and index.suite not in at.kept and len(at.indexes) == 1:
            chain.append(at)
            at = at.last()
        for one in reversed(chain):
            one.closures()

    def _has(self, name: str) -> bool | None:
        found = self.past(name)
        return bool(found.value) if isinstance(found, Known) and found.firm else None

    def past(self, name: str) -> "Knowledge":
        """
        Whether the package was installed before.

        A closure asks for a thousand names, so the answers of each installation are kept and the
        next one asks this one: without that a chain of them costs the square of its length.
        """
        chain: list[Installed] = []
        at: Installed | None = self
        while at is not None and name not in at.remembered:
            chain.append(at)
            at = at.last()
        found: Knowledge | None = at.remembered[name] if at is not None else None
        for later in reversed(chain):
            # With many installations, functions that call each other would go too deep.
            found = later.remembered[name] = later.since(name, found)
        assert found is not None
        return found

    def last(self) -> "Installed | None":
        """The installation before this one, when nothing else between has a say."""
        if self._previous is None:
            self._previous = _last_installation(self.before) or False
            self._source = self.before.source("package")
        return self._previous or None

    def since(self, name: str, older: "Knowledge | None") -> "Knowledge":
        """Whether the package was there before this, `older` whether before the one before."""
        last = self.last()
        if last is None or older is None:
            return self._source.package("apt", name)
        found = last.package("apt", name, lambda: older) or older
        return join(found, older) if last.maybe else found

    def forget(self) -> None:
        """Ask again what there was before."""
        self.kept.clear()
        self._places = None
        self._previous = None
        self._seen.clear()
        self.remembered.clear()

    @property
    def strangers(self) -> list[str]:
        """The names that no index has."""
        if self._strangers is None:
            self._strangers = [
                name for name in self.names if not any(one.exists(name) for one in self.indexes)
            ]
        return self._strangers

    def brings(self, path: str) -> str:
        """Whether the program at `path` comes: "yes", "likely", "perhaps", "no" or "hardly"."""
        found = self._seen.get(path)
        if found is None:
            found = self._seen[path] = self._brings(path)
        return found

    def _brings(self, path: str) -> str:
        if self._surely(path):
            return "yes"
        answers = [self._of(path, index) for index in self.indexes]
        if answers and all(one in ("yes", "likely") for one in answers):
            return "likely"
        if self.more or not answers or any(may_bring(one, path) for one in self.strangers):
            return "perhaps"
        if all(one in ("no", "hardly") for one in answers):
            sure = self.exact and not self.foreign and self.firm and "hardly" not in answers
            if self._large() and path.rpartition("/")[2] not in APPLICATIONS:
                return "perhaps"
            return "no" if sure else "hardly"
        return "perhaps"

    def _surely(self, path: str) -> bool:
        """Whether the program at `path` comes: of the relatives' indexes the newest goes first."""
        if not self.exact and self._named(path):
            return True
        either = not self.exact and (self.more or self.strangers)
        answers = (self._of(path, index) == "yes" for index in reversed(self.indexes))
        return any(answers) if either else bool(self.indexes) and all(answers)

    def _large(self) -> bool:
        """Whether so much comes along that a relative's packages do not tell what is not in it."""
        if self.exact or self.recommends is False:
            return False
        return any(len(most.likely) > LARGE for _, most in self.closures())

    def _named(self, path: str) -> bool:
        """Whether in some index one of the named packages itself has the program."""
        return any(
            same(one, path)
            for index in self.indexes
            for name in self.names
            for one in index.programs(name) or ()
        )

    def _of(self, path: str, index: "PackageIndex") -> str:
        name = path.rpartition("/")[2]
        owners = index.owners(path)
        if any(one in self.names and index.depends(one) for one in owners):
            return "yes"  # which asks for no closure
        least, most = self._closure(index)
        if any(one in least.surely for one in owners):
            return "yes"
        if any(one in least.expected for one in owners):
            return "likely"
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
            before = older()
            if isinstance(before, Known) and before.value is not None and "bin/" not in path:
                return before
            record = self._record(path)
            if record is not None:
                there = isinstance(before, Known) and before.value is not None
                return before if there else record
            brings = self.brings(path) if "bin/" in path else ""
            if brings in ("yes", "likely"):
                return self._there(path, before, brings)
            return self._added(before)
        before = older()
        if isinstance(before, Known) and before.value is not None:
            # What was there stays, and mostly it is of a package that was there.
            kept = before.value.kind in ("any", "link") or not self._new_owner(path)
            brings = "" if kept else self.brings(path)
            return self._there(path, before, brings) if brings in ("yes", "likely") else before
        if not isinstance(before, Known) and not self._new_owner(path):
            return before
        brings = self.brings(path)
        if brings == "no":
            return before
        if brings == "hardly":
            return likely(before)
        if brings in ("yes", "likely"):
            return self._there(path, before, brings)
        return Unknown(self.reason)

    def _new_owner(self, path: str) -> bool:
        """Whether a package with this program may come that was not there before."""
        return any(
            one in self.names or (one not in index.essential and self._has(one) is not True)
            for index in self.indexes
            for one in index.owners(path)
        )

    def _record(self, path: str) -> "Known | None":
        """What apt and dpkg write beside the packages' own files."""
        entry = RECORDS.get(path)
        if entry is not None:
            return Known(entry, self.reason) if self._installs() else None
        if not self.exact or len(self.indexes) != 1:
            return None
        if self._places is None:
            from dockwright.facts.aptplaces import Brought

            index = self.indexes[0]
            least, _ = self._closure(index)
            self._places = Brought(index.places, least, self.past, self.before)
        brought = self._places.find(path)
        if brought is None:
            return None
        return Known(brought[0], self.reason if brought[1] else doubted(self.reason))

    def _installs(self) -> bool:
        """Whether something surely is installed that was not there."""
        found = map(self.past, self.names)
        return any(isinstance(one, Known) and not one.value and one.firm for one in found)

    def _there(self, path: str, before: "Knowledge", brings: str) -> "Knowledge":
        reason = self.reason if brings == "yes" else doubted(self.reason)
        found = Known(program(path), reason)
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
        for index, (_, most) in zip(self.indexes, self.closures(), strict=True):
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
        closures = self.closures()
        if closures and all(name in least.surely for least, _ in closures):
            return Known(True, self.reason)
        if closures and all(name in least.expected for least, _ in closures):
            return Known(True, doubted(self.reason))
        open_ = self.more or self.foreign or not self.exact or bool(self.strangers)
        open_ = open_ or any(
            not most.complete or most.unknown or name in most.perhaps for _, most in closures
        )
        return self._added_package(older()) if open_ or not closures else None

    def _added_package(self, before: "Knowledge") -> "Knowledge":
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)


def _last_installation(contents: Contents) -> Installed | None:
    """The last effect that has a say in which packages are installed, if it is one of these."""
    for effect in history(contents):
        if isinstance(effect, Installed):
            return effect
        other = isinstance(effect, Packages) and effect.manager != "apt"
        if effect.speaks("package") and not other:
            return None
    return None


def history(contents: Contents) -> "Iterable[Effect]":
    """All effects that led to the file system, newest first."""
    at: object = contents
    while isinstance(at, Contents):
        for index in range(at.count - 1, -1, -1):
            yield at.effects[index]
        at = at.below
