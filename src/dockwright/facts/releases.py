"""
Releases of distributions and runtimes, the ends of their support, and where archives went.

No clock is read: whoever asks says what day it is, as "2026-11-23". Dates come from
endoflife.date (MIT) and Debian's distro-info-data, see `bundled/releases.py`; what is known of the
archives is in `archives.py`.
"""

from dockwright.facts.bundled.releases import DISTRO_SOURCE, RELEASES, SOURCE
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

TYPE_CHECKING = False

# The day of the facts: what is asked without a day of its own is answered as of it.
DAY = SOURCE.rpartition(" ")[2]
TITLE = SOURCE.split(" ")[0]

_NUMBERS = lazy(r"v?(\d+(?:\.\d+)*)")

# Official images and other names for the products.
_SAME = {
    "alpine-linux": "alpine",
    "amazon-corretto": "amazoncorretto",
    "amazon-linux": "amazonlinux",
    "fedora-linux": "fedora",
    "golang": "go",
    "java": "eclipse-temurin",
    "leap": "opensuse",
    "mongodb": "mongo",
    "nodejs": "node",
    "openjdk": "eclipse-temurin",
    "opensuse/leap": "opensuse",
    "postgresql": "postgres",
    "rocky": "rockylinux",
    "rocky-linux": "rockylinux",
    "temurin": "eclipse-temurin",
}
# Extended support that everybody gets without asking or paying.
_FREE = frozenset({"debian"})


class Release(Value):
    """
    A release cycle of a product.

    Dates are "2023-06-10". `eol` and `extended`, the ends of the standard and of the extended
    support (Debian LTS, Ubuntu ESM, a vendor's paid years), may also be "no" (not ended, no day
    set), "yes" (ended on a day unknown) or "" (not known, or no such phase). `released` is "" for a
    release to come. `source` names where the dates come from, with commit and day.
    """

    __slots__ = (
        "codename",
        "cycle",
        "eol",
        "extended",
        "latest",
        "product",
        "released",
        "source",
    )

    def __init__(
        self,
        product: str,
        cycle: str,
        codename: str,
        released: str,
        eol: str,
        extended: str,
        latest: str,
        source: str,
    ) -> None:
        self.product = product
        self.cycle = cycle
        self.codename = codename
        self.released = released
        self.eol = eol
        self.extended = extended
        self.latest = latest
        self.source = source

    @property
    def free_until(self) -> str:
        """The last day with updates that everybody gets; values as for `eol`."""
        if self.product in _FREE and self.extended:
            return self.extended
        return self.eol


def _made(product: str, row: tuple[str, ...]) -> Release:
    where = DISTRO_SOURCE if product in ("debian", "ubuntu") else SOURCE
    cycle, codename, released, eol, extended, latest = row
    return Release(product, cycle, codename, released, eol, extended, latest, where)


def _name(product: str) -> str:
    product = product.lower()
    return _SAME.get(product, product)


_rows: "dict[str, tuple[tuple[str, ...], ...]]" = {}


def rows_of(product: str) -> "tuple[tuple[str, ...], ...]":
    """The rows of the table: see `bundled/releases.py`; () for a product it does not have."""
    found = _rows.get(product)
    if found is None:
        lines = RELEASES.get(product, "").splitlines()
        found = _rows[product] = tuple(tuple(line.split("|")) for line in lines)
    return found


def products() -> list[str]:
    """The names of all products with dates."""
    return list(RELEASES)


def release(product: str, version: str) -> Release | None:
    """
    The release that a version, or a codename, belongs to; None when there is none, or several.

    >>> release("debian", "bookworm").cycle, release("python", "3.6.9").cycle
    ('12', '3.6')
    """
    product = _name(product)
    rows = rows_of(product)
    version = version.strip().lower()
    if not rows or not version:
        return None
    for row in rows:
        if version == row[0].lower() or version in (row[1], row[1].partition(" ")[0]):
            return _made(product, row)
    match = _NUMBERS.match(version)
    if not match or version[match.end() : match.end() + 1] not in (
        "",
        "-",
        "_",
        "+",
        "u",
        "b",
        "r",
    ):
        return None
    if product == "eclipse-temurin" and match[1].startswith("1."):
        parts = match[1].split(".")[1:]  # Java 1.8 is Java 8.
    else:
        parts = match[1].split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        for row in rows:
            if row[0] == prefix:
                return _made(product, row)
    # Debian 6 was called 6.0; Python 3 is no one release.
    below = [row for row in rows if row[0].startswith(f"{match[1]}.")]
    return _made(product, below[0]) if len(below) == 1 and below[0][0].endswith(".0") else None


def latest(product: str, today: str) -> Release | None:
    """The newest release that was out on `today`; a long-term one of Ubuntu."""
    product = _name(product)
    rows = [row for row in rows_of(product) if row[2] and row[2] <= today]
    if product == "ubuntu":
        rows = [row for row in rows if _long_term(row)]
    return _made(product, max(rows, key=lambda row: row[2])) if rows else None


def after(product: str, version: str) -> list[Release]:
    """The releases that came after the one a version belongs to, oldest first."""
    product = _name(product)
    found = release(product, version)
    if found is None or not found.released:
        return []
    rows = [row for row in rows_of(product) if row[2] > found.released]
    return [_made(product, row) for row in sorted(rows, key=lambda row: row[2])]


def _long_term(row: tuple[str, ...]) -> bool:
    """Whether an Ubuntu release is a long-term one: they alone have extended support."""
    return bool(row[4]) or (row[0] in ("6.06", "8.04", "10.04"))


def ended(product: str, version: str, today: str) -> bool | None:
    """
    Whether the standard support of a release is over; None when that is not known.

    The day it ends still counts as supported.
    """
    found = release(product, version)
    return None if found is None else _over(found.eol, today)


def updates_ended(product: str, version: str, today: str) -> bool | None:
    """Whether the updates that everybody gets are over: for Debian, those of LTS too."""
    found = release(product, version)
    return None if found is None else _over(found.free_until, today)


def _over(day: str, today: str) -> bool | None:
    if day in ("yes", "no"):
        return day == "yes"
    return day < today if day else None
