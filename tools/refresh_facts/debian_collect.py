"""What the Debian archive's indexes say, gathered by package name for all suites at once."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from tools.refresh_facts.debian_archive import (
    ARCHITECTURE,
    COMPONENTS,
    OTHER_ARCHITECTURES,
    SUITES,
    Archive,
    pockets,
)
from tools.refresh_facts.debian_versions import compare, holds

# Suites whose programs lie in /usr alone: /bin and /sbin are links (merged /usr is required from
# bookworm on; the official images of bullseye have the two as folders).
MERGED = frozenset(SUITES[1:])

_PROGRAM = re.compile(r"((?:usr/)?s?bin|usr/games)/[^/]+")
# Programs that are on nobody's PATH until somebody puts them there: those of PostgreSQL, of a JDK.
_ASIDE = re.compile(r"usr/(?:lib|libexec|share)/(?:[^/]+/)*?s?bin/[^/]+")
_NOT_ASIDE = re.compile(r"/(?:doc|examples?|gocode|tests?|piglit|perl5|dist-packages)/|\.\w+$")
_USERS = re.compile(
    r"(?:^|[,|]\s*)(?:adduser|passwd|opensysusers|systemd-sysusers|systemd-standalone-sysusers)\b"
)
_RELATION = re.compile(r"([^\s(:\[]+)(?::\S+)?\s*(?:\((<<|<=|=|>=|>>)\s*([^\s)]+)\))?")

Fields = dict[str, str]
Clause = tuple[str, ...]


class Relation(NamedTuple):
    """One alternative of a dependency; `bound` is "" when any version will do."""

    name: str
    relation: str
    bound: str


def relations(field: str) -> list[list[Relation]]:
    """A field such as Depends: clauses, each a list of alternatives."""
    found = []
    for clause in field.split(","):
        alternatives = []
        for text in clause.split("|"):
            match = _RELATION.match(text.strip())
            if match:
                alternatives.append(Relation(match[1], match[2] or "", match[3] or ""))
        if alternatives:
            found.append(alternatives)
    return found


# Folders that are many and that nobody asks about: documentation, other languages, debugging.
_FOLDERS_OUT = re.compile(
    r"usr/share/(?:doc|man|locale|info|lintian|doc-base|icons|help|gir-1\.0|texmf|texlive|gocode"
    r"|ri|bug|menu)/|usr/(?:s?bin|games)/|s?bin/|usr/lib/debug|usr/src|\.(?:dist|egg)-info"
    r"|.*/(?:tests?|__pycache__|perl5|node_modules|include/c\+\+|samples|examples|docs?|locale|i18n"
    r"|testsuite|fixtures|templates?)/"
)
DEPTH = 5  # parts of a folder's path that are kept


class Suite:
    """
    One suite of the archive.

    `packages` has the fields of what apt would install: the highest version of the suite, its
    updates and its security archive. `listed` are the packages whose files are known, `programs`
    and `aside` their programs' paths with the leading slash; `others` the names that can be
    installed but are not in `packages`: virtual ones, those of backports, of other architectures.
    `folders` are the folders of a package's files, their first DEPTH parts; `linked` the packages
    whose documentation folder is a link.
    """

    def __init__(self, archive: Archive, name: str) -> None:
        self.name = name
        self.packages: dict[str, Fields] = {}
        self.listed: set[str] = set()
        self.programs: defaultdict[str, set[str]] = defaultdict(set)
        self.aside: defaultdict[str, set[str]] = defaultdict(set)
        self.sysusers: set[str] = set()
        self.folders: defaultdict[str, set[str]] = defaultdict(set)
        self.linked: set[str] = set()
        self.others: set[str] = set()
        self.provided: defaultdict[str, dict[str, str]] = defaultdict(dict)
        own = self._add(archive, name)
        for pocket in pockets(name):
            if archive.has(pocket):
                if pocket.endswith("-backports"):
                    self._names(archive, pocket, (ARCHITECTURE,))
                else:
                    self._add(archive, pocket)
        self._names(archive, name, OTHER_ARCHITECTURES)
        for package, fields in self.packages.items():
            for clause in relations(fields.get("Provides", "")):
                self.provided[clause[0].name][package] = clause[0].bound
        self.others.update(self.provided)
        self.others -= self.packages.keys()
        self._files(archive)
        self.listed &= own
        self.broken: set[str] = set()
        self._find_broken()

    def _add(self, archive: Archive, name: str) -> set[str]:
        found = set()
        for component in COMPONENTS:
            for fields in archive.packages(name, component, ARCHITECTURE):
                package = fields["Package"]
                found.add(package)
                before = self.packages.get(package)
                if before is None or compare(before["Version"], fields["Version"]) < 0:
                    self.packages[package] = fields
        return found

    def _names(self, archive: Archive, name: str, architectures: tuple[str, ...]) -> None:
        for component in COMPONENTS:
            for architecture in architectures:
                for fields in archive.packages(name, component, architecture):
                    self.others.add(fields["Package"])
                    if "Provides" in fields:
                        for clause in relations(fields["Provides"]):
                            self.others.add(clause[0].name)

    def _files(self, archive: Archive) -> None:
        for component in COMPONENTS:
            for path, owners in archive.contents(self.name, component):
                self.listed.update(owners)
                self._folder(path, owners)
                if "bin/" not in path and "games/" not in path:
                    if "/sysusers.d/" in path:
                        self.sysusers.update(owners)
                    continue
                if _PROGRAM.fullmatch(path):
                    merge = self.name in MERGED and not path.startswith("usr/")
                    for owner in owners:
                        self.programs[owner].add(f"/usr/{path}" if merge else f"/{path}")
                elif _ASIDE.fullmatch(path) and not _NOT_ASIDE.search(path):
                    for owner in owners:
                        self.aside[owner].add(f"/{path}")

    def _folder(self, path: str, owners: list[str]) -> None:
        if path.startswith("usr/share/doc/"):
            self.linked.update(one for one in owners if path == f"usr/share/doc/{one}")
            return
        if _FOLDERS_OUT.match(path) or " " in path:
            return
        parts = path.split("/")[:-1][:DEPTH]
        if self.name in MERGED and parts and parts[0].startswith("lib"):
            parts = ["usr", *parts][:DEPTH]
        folder = sys.intern("/".join(parts))
        for owner in owners:
            self.folders[owner].add(folder)

    def _find_broken(self) -> None:
        """Fill `broken`: packages that cannot be installed: nothing satisfies a dependency."""
        before = -1
        while before < len(self.broken):
            before = len(self.broken)
            for package, fields in self.packages.items():
                if package not in self.broken and any(
                    not any(map(self._satisfies, clause))
                    for name in ("Pre-Depends", "Depends")
                    for clause in relations(fields.get(name, ""))
                ):
                    self.broken.add(package)

    def required(self) -> list[str]:
        """The packages every installation has: essential ones, and those of priority required."""
        return sorted(
            name
            for name, fields in self.packages.items()
            if fields.get("Essential") == "yes" or fields.get("Priority") == "required"
        )

    def makes_users(self, package: str) -> bool:
        """Whether its installation may add users or groups."""
        fields = self.packages[package]
        return package in self.sysusers or any(
            _USERS.search(fields.get(name, "")) for name in ("Depends", "Pre-Depends")
        )

    def clauses(self, package: str, *names: str) -> list[Clause]:
        """
        The dependencies in the given fields, each a tuple of names in order of preference.

        An alternative that this suite cannot satisfy is left out. A clause nothing satisfies is
        left out too: the package cannot be installed then, or does without what it recommends.
        """
        found: dict[Clause, None] = {}
        for name in names:
            for clause in relations(self.packages[package].get(name, "")):
                kept = tuple(dict.fromkeys(one.name for one in clause if self._satisfies(one)))
                if kept:
                    found[kept] = None
        return list(found)

    def _satisfies(self, wanted: Relation) -> bool:
        return any(True for _ in self._satisfying(wanted))

    def _satisfying(self, wanted: Relation) -> Iterator[str]:
        """The packages that can be installed and are, or provide, what is wanted."""
        offers = dict(self.provided.get(wanted.name, {}))
        if wanted.name in self.packages:
            offers[wanted.name] = self.packages[wanted.name]["Version"]
        for package, version in offers.items():
            # A provider that states no version satisfies no bound.
            fits = not wanted.bound or (version and holds(version, wanted.relation, wanted.bound))
            if fits and package not in self.broken:
                yield package

    def conflicts(self, package: str) -> set[str]:
        """The other packages of this suite that cannot be installed at the same time."""
        fields = self.packages[package]
        return {
            other
            for name in ("Conflicts", "Breaks")
            for clause in relations(fields.get(name, ""))
            for other in self._satisfying(clause[0])
            if other != package
        }


def reachable(suite: Suite, names: set[str]) -> set[str]:
    """Whatever may be installed with `names`: all alternatives, all recommended packages."""
    found: set[str] = set()
    todo = sorted(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        if name in suite.packages:
            found.add(name)
            for clause in suite.clauses(name, "Pre-Depends", "Depends", "Recommends"):
                todo.extend(clause)
        if name in suite.provided:
            todo.extend(one for one in suite.provided[name] if one not in found)
            if name not in suite.packages:
                found.add(name)
    return found & suite.packages.keys()
