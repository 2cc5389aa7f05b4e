"""
What packages a release of Debian has, what is in them, and what they bring along.

Source: the Debian archive's own indexes (Release, Packages, Contents), as `bundled/debian.bin`; see
`bundled/debian.py` for the format and `tools/refresh_facts/debian.py` for how it is made. All is as
of the archive for amd64, on the day `date`.
"""

from dockwright.facts.alternatives import commands_of, packages_of
from dockwright.facts.bundled.debian import Book, book, unlisted
from dockwright.facts.closure import Closure, closure
from dockwright.facts.dependencies import Graph
from dockwright.facts.paths import same
from dockwright.text.lazy import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from dockwright.facts.bundled.debian import Entry
    from dockwright.facts.bundled.places import Places
    from dockwright.facts.closure import Has

_NAMES = {"unstable": "sid"}


class PackageIndex:
    """
    The packages of one suite, for instance of Debian's trixie.

    Names may carry an architecture (`libc6:amd64`). `suite` is the suite's name, `date` the day of
    the archive's Release file as "2026-11-21", `source` says where the facts come from.
    """

    __slots__ = (
        "_alternatives", "_bit", "_book", "_closures", "_essential", "_exists", "_graph", "_owners",
        "_places", "_providers", "date", "suite",
    )  # fmt: skip

    def __init__(self, book: Book, suite: str) -> None:
        self._book = book
        self._bit = book.suites.index(suite)
        self._graph = Graph(book, self._bit)
        self._alternatives: dict[str, tuple[str, ...]] = {}
        self._essential: frozenset[str] | None = None
        # Answers that are asked for again and again: a folder of the PATH is asked for each program
        # of each script.
        self._closures: dict[tuple[tuple[str, ...], bool], Closure] = {}
        self._exists: dict[str, bool] = {}
        self._owners: dict[str, tuple[str, ...]] = {}
        self._providers: dict[str, tuple[str, ...]] = {}
        self._places: Places | None = None
        self.suite = suite
        self.date = book.dates[self._bit]

    @property
    def source(self) -> str:
        """Where the facts come from, for a message."""
        return f"the Debian archive's indexes of {self.suite}, {self.date}"

    @property
    def essential(self) -> frozenset[str]:
        """The packages of every installation: essential ones, and those of priority required."""
        if self._essential is None:
            self._essential = frozenset(self._book.required[self._bit].split(" "))
        return self._essential

    # --- names ---

    def exists(self, name: str) -> bool:
        """
        Whether apt knows the name: as a package or provided by one, in any component.

        Updates, security and backports count, as do names that only arm64, armhf or i386 have. In
        doubt it is True: one of some 3,000 names that do not exist is taken for one that does.
        """
        found = self._exists.get(name)
        if found is None:
            plain = bare(name)
            there = bool(self._states(plain)[self._bit])
            found = self._exists[name] = there or unlisted(plain)
        return found

    def matches(self, pattern: str) -> bool:
        """
        Whether a package people ask for fits a regular expression somewhere in its name.

        apt takes a name that does not exist and has a dot in it for one.
        """
        expression = re.compile(pattern)
        return any(
            expression.search(name) is not None and self._graph.has(name)
            for name in self._book.graph_names("")
        )

    def virtual(self, name: str) -> tuple[str, ...]:
        """
        The packages that provide a name which is no package itself; () when it is one.

        apt takes the only provider, and refuses to choose when there are several. Also () for names
        nobody in public Dockerfiles asks for.
        """
        name = bare(name)
        return () if self._graph.has(name) else self._graph.providers(name)

    def elsewhere(self, name: str) -> tuple[str, ...]:
        """The suites that have the name, oldest first, sid last."""
        return tuple(
            suite
            for suite, state in zip(self._book.suites, self._states(bare(name)), strict=True)
            if state
        )

    def similar(self, name: str) -> tuple[str, ...]:
        """
        Packages of this suite that may be meant by a name it does not have, the best first.

        The same name with another version number (libssl1.1: libssl3t64), the Python 3 package for
        that of Python 2, and well-known successors; at most three.
        """
        from dockwright.facts.similar import candidates

        return candidates(bare(name), self._graph.has, self._book.graph_names)

    # --- programs ---

    def programs(self, package: str) -> tuple[str, ...] | None:
        """
        The paths of the programs the package brings; None when they are not known.

        These are the files in /bin, /sbin, /usr/bin, /usr/sbin and /usr/games, for packages of the
        graph also those in a `bin` or `sbin` below /usr/lib, /usr/libexec and /usr/share, and the
        commands it registers with update-alternatives. From bookworm on /bin and /sbin are links
        into /usr, so /bin/ls is given as /usr/bin/ls there; in bullseye it is /bin/ls.
        """
        name = bare(package)
        files = self._files(name)
        if files is None:
            return None
        return (*files, *(one for one in self.alternative_programs(name) if one not in files))

    def _files(self, name: str) -> list[str] | None:
        entry = self._book.entry(name)
        if entry is None:
            return [] if self._book.states(name)[self._bit] == 1 else None
        if not entry.known >> self._bit & 1:
            return None
        return self._book.programs(entry, self._bit)

    def alternative_programs(self, package: str) -> tuple[str, ...]:
        """
        The paths of the commands that the package registers with update-alternatives.

        They are there when it is installed, though another package's program may be behind them.
        """
        name = bare(package)
        found = self._alternatives.get(name)
        if found is None:
            files = self._files(name)
            found = () if files is None else commands_of(name, self.suite, files)
            self._alternatives[name] = found
        return found

    def providers(self, program: str) -> tuple[str, ...]:
        """The packages with a program of that base name on the usual PATH, sorted."""
        known = self._providers.get(program)
        if known is None:
            found = set(self._book.bringing(program, self._bit))
            end = f"/{program}"
            for name in packages_of(program, self.suite, self._book.graph_names):
                if any(one.endswith(end) for one in self.alternative_programs(name)):
                    found.add(name)
            known = self._providers[program] = tuple(sorted(found))
        return known

    def owners(self, path: str) -> tuple[str, ...]:
        """The packages with a program at exactly this path."""
        found = self._owners.get(path)
        if found is None:
            found = self._owners[path] = tuple(
                name
                for name in self.providers(path.rpartition("/")[2])
                if any(same(one, path, self.suite) for one in self.programs(name) or ())
            )
        return found

    # --- folders ---

    @property
    def places(self) -> "Places":
        """Where the packages have files: folders, documentation, dpkg's records."""
        if self._places is None:
            from dockwright.facts.bundled.places import Places

            self._places = Places(self._book, self._bit)
        return self._places

    # --- what comes along ---

    def depends(self, package: str) -> bool:
        """Whether it is a package whose dependencies are known."""
        return self._graph.has(bare(package))

    def closure(
        self, names: "Iterable[str]", recommends: bool, installed: "AbstractSet[str] | Has"
    ) -> Closure:
        """
        What is installed after `apt-get install` of `names`, with or without recommended packages.

        `installed` is the set of all packages that are there, or a function that answers for each
        name: True, False, or None for "not known".
        """
        asked = tuple(bare(name) for name in names)
        if installed:
            return closure(self._graph, asked, recommends, installed)
        found = self._closures.get((asked, recommends))
        if found is None:
            found = closure(self._graph, asked, recommends, installed)
            self._closures[asked, recommends] = found
        return found

    def makes_users(self, package: str) -> bool | None:
        """Whether its installation may add users or groups; None when that is not known."""
        return self._graph.makes_users(bare(package))

    # --- sizes and versions ---

    def size(self, package: str) -> int | None:
        """Kilobytes on the disk when installed, within 4 %; None when not known."""
        details = self._details(bare(package))
        if details is None or details[self._bit] == " ":
            return None
        return round(2 ** ((ord(details[self._bit]) - 33) / 10)) - 1

    def version(self, package: str) -> str | None:
        """The upstream version's numbers, such as "3.13.5" for python3; None when not known."""
        details = self._details(bare(package))
        if details is None or details[self._bit] == " ":
            return None
        count = len(self._book.suites)
        place = sum(sign != " " for sign in details[: self._bit])
        versions = details[count:].split(" ")
        if place >= len(versions):
            return None
        return next((one for one in reversed(versions[: place + 1]) if one), None)

    def _details(self, package: str) -> str | None:
        entry = self._book.entry(package)
        if entry is None or entry.block >= self._book.graph_blocks:
            return None
        return self._book.lines("details", entry.block)[entry.place]

    def _states(self, name: str) -> list[int]:
        entry: Entry | None = self._book.entry(name)
        if entry is None:
            return self._book.states(name)
        return [
            1 if entry.known >> place & 1 else 2 if entry.others >> place & 1 else 0
            for place in range(len(self._book.suites))
        ]


def bare(name: str) -> str:
    """The name without an architecture."""
    return name.partition(":")[0]


_indexes: dict[str, PackageIndex] = {}


def index(distribution: str | None, suite: str | None) -> PackageIndex | None:
    """The packages of a suite, such as "debian" and "trixie"; None when they are not known."""
    if distribution != "debian" or suite is None:
        return None
    suite = _NAMES.get(suite, suite)
    found = _indexes.get(suite)
    if found is None:
        bundled = book()
        if suite not in bundled.suites:
            return None
        found = _indexes[suite] = PackageIndex(bundled, suite)
    return found
