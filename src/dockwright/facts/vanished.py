"""
Package names that people still write and that a release no longer (or not yet) has.

For Ubuntu and Alpine, of which there is no full index here: of Alpine what its branches dropped
(`bundled/alpine.py`), with what to install instead for a few. For Debian what to install instead,
and a few names for the releases that have left the archive. An answer holds for the distribution's
own archive: a stage that adds another repository (a PPA, PGDG, Sury, edge) may have the name all
the same, and whoever asks must look.
"""

from dockwright.facts import vanished_table as table
from dockwright.facts.releases import release as release_of
from dockwright.facts.releases import rows_of
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

_ORACLE = lazy(table.ORACLE_JAVA)
# What Debian and Ubuntu have as php-<module>.
_PHP_MODULES = frozenset(
    (
        *("bcmath", "bz2", "cgi", "cli", "common", "curl", "dev", "fpm", "gd", "gmp", "imap"),
        *("intl", "ldap", "mbstring", "mysql", "pgsql", "soap", "sqlite3", "xml", "zip"),
    )
)
_VERSIONED = lazy(
    r"(?P<before>php|libapache2-mod-php|ruby|postgresql(?:-client|-contrib)?-|mysql-(?:client|server)-)"
    r"\d+(?:\.\d+)*(?P<after>|-[a-z0-9]+)"
)


class Vanished(Value):
    """
    That a release lacks a package.

    `last` is the newest release known to have it, "" when that is not known; `first` the first one
    known to lack it. Both are cycles ("20.04", "3.12"). `replacement` is a package of that release
    that serves instead, "" when none is known. `confidence` is "measured" when an installation was
    seen to fail in `first` and that is the release asked about, "derived" otherwise: the source
    package is not there, or the name had gone before and names do not come back. `source` says
    where it can be looked up.
    """

    __slots__ = (
        "confidence",
        "distribution",
        "first",
        "last",
        "package",
        "release",
        "replacement",
        "source",
    )

    def __init__(
        self,
        distribution: str,
        release: str,
        package: str,
        *,
        first: str,
        last: str,
        replacement: str,
        source: str,
        confidence: str,
    ) -> None:
        self.distribution = distribution
        self.release = release
        self.package = package
        self.first = first
        self.last = last
        self.replacement = replacement
        self.source = source
        self.confidence = confidence


def vanished(distribution: str, release: str, name: str) -> Vanished | None:
    """
    What is known of the lack of package `name` in a release; None when nothing is.

    `release` is a version or a codename; None says neither that the package is there nor that it
    is not.
    """
    found = release_of(distribution, release)
    if found is None or not found.released:
        return None
    name = name.partition("=")[0].partition(":")[0]
    if distribution == "ubuntu":
        return _ubuntu(found.cycle, name)
    if distribution == "alpine":
        return _alpine(found.cycle, name)
    if distribution == "debian" and name in table.DEBIAN_ONCE:
        first, other, source = table.DEBIAN_ONCE[name]
        return _since("debian", found.cycle, name, first, "", other, source)
    return None


def replacement(distribution: str, name: str) -> str:
    """A package that serves instead of one that Debian, Ubuntu or Alpine dropped; "" for none."""
    if distribution == "debian":
        return table.DEBIAN.get(name) or _strip(name)
    if distribution == "ubuntu":
        return table.UBUNTU[name][1] if name in table.UBUNTU else _strip(name)
    if distribution == "alpine":
        record = _alpine_record(name)
        return _alpine_name(name, record[1]) if record else ""
    return ""


def renamed(name: str) -> bool:
    """Whether Debian has had something else for the package for long."""
    return name in table.DEBIAN


def _ubuntu(cycle: str, name: str) -> Vanished | None:
    if name in table.UBUNTU:
        first, other, source = table.UBUNTU[name]
        return _since("ubuntu", cycle, name, _cycle(first), "", other, source)
    if name in table.UBUNTU_ONCE:
        first, other, source = table.UBUNTU_ONCE[name]
        if cycle == _cycle(first):
            return _made("ubuntu", cycle, name, cycle, "", other, source, "derived")
        return None
    if _ORACLE.fullmatch(name):
        source = table.ORACLE_JAVA_SOURCE
        return _made("ubuntu", cycle, name, cycle, "", "default-jdk", source, "derived")
    for family in _loaded():
        if family.mark in name and lazy(family.pattern).fullmatch(name):
            return _of_family(family, cycle, name)
    return None


def _of_family(family: table.Family, cycle: str, name: str) -> Vanished | None:
    """What the family's source package says of a long-term release, or of one after the last."""
    first, last = _cycle(family.first), _cycle(family.last)
    has = [_cycle(codename) for codename in family.has]
    later = _at("ubuntu", cycle) > _at("ubuntu", last)
    # Releases between the long-term ones had other versions, and had their end.
    told = _long_term(cycle) or _at("ubuntu", cycle) > _at("ubuntu", _cycle(table.NEWEST))
    if cycle in has or _at("ubuntu", cycle) < _at("ubuntu", first):
        return None
    if (later and family.open) or not told:
        return None
    last_with = max(has, key=lambda one: _at("ubuntu", one), default="")
    other = ""
    if family.replacement == "strip":
        other = _strip(name)
    elif family.replacement == "java":
        other = f"default-{name.partition('-')[2].partition('-')[2]}"
        other = other if other in ("default-jdk", "default-jre", "default-jdk-headless") else ""
    elif "dev" in name:
        other = family.replacement
    return _made("ubuntu", cycle, name, cycle, last_with, other, family.where, "derived")


def _strip(name: str) -> str:
    """The package that always is the release's own version: php7.2-curl is php-curl."""
    match = _VERSIONED.fullmatch(name)
    if not match:
        return ""
    before, after = match["before"], match["after"]
    if before == "php":
        return before + after if not after or after[1:] in _PHP_MODULES else ""
    if before == "ruby":
        return before + after if after in ("", "-dev") else ""
    return "" if after else before.removesuffix("-")


def _alpine(cycle: str, name: str) -> Vanished | None:
    record = _alpine_record(name)
    if record is None:
        from dockwright.facts.bundled import alpine

        first = alpine.gone(name)
        if not first or _at("alpine", cycle) < _at("alpine", first):
            return None
        where = f"main and community of {first}, {alpine.source()}"
        return _made("alpine", cycle, name, first, "", "", where, "derived")
    first, other, source = record
    return _since("alpine", cycle, name, first, "", _alpine_name(name, other), source)


def _alpine_record(name: str) -> tuple[str, str, str] | None:
    if name in table.ALPINE:
        return table.ALPINE[name]
    head = name.partition("-")[0]
    return table.ALPINE_PREFIXES.get(head)


def _alpine_name(name: str, other: str) -> str:
    """Alpine's PHP packages carry a version: there is no name for all branches."""
    return "" if name.startswith("php") else other


def _since(
    distribution: str, cycle: str, name: str, first: str, last: str, other: str, source: str
) -> Vanished | None:
    if _at(distribution, cycle) < _at(distribution, first):
        return None
    confidence = "measured" if cycle == first else "derived"
    return _made(distribution, cycle, name, first, last, other, source, confidence)


def _made(
    distribution: str,
    cycle: str,
    name: str,
    first: str,
    last: str,
    other: str,
    source: str,
    confidence: str,
) -> Vanished:
    return Vanished(
        distribution,
        cycle,
        name,
        first=first,
        last=last,
        replacement=other,
        source=source,
        confidence=confidence,
    )


_families: list[table.Family] = []


def _loaded() -> list[table.Family]:
    if not _families:
        _families.extend(table.families())
    return _families


def _cycle(codename: str) -> str:
    found = release_of("ubuntu", codename)
    if found is None:
        raise ValueError(codename)
    return found.cycle


def _at(distribution: str, cycle: str) -> int:
    """The place of a release in the distribution's order, oldest first."""
    rows = rows_of(distribution)
    return next(len(rows) - i for i, row in enumerate(rows) if row[0] == cycle)


def _long_term(cycle: str) -> bool:
    year, _, month = cycle.partition(".")
    return month == "04" and int(year) % 2 == 0
