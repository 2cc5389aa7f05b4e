"""
The Debian archive as raw input: which of its files are read, fetching them, parsing them.

An input folder has the archive's own layout below `dists/`: `trixie/Release`,
`trixie/main/binary-amd64/Packages.xz`, `trixie/main/Contents-amd64.gz`, `trixie-security/…`.
What a Release file does not list is not read.
"""

import gzip
import hashlib
import lzma
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

SUITES = ("bullseye", "bookworm", "trixie", "forky", "sid")
COMPONENTS = ("main", "contrib", "non-free", "non-free-firmware")
POCKETS = ("updates", "security", "backports")
ARCHITECTURE = "amd64"
# Of these only the names are taken: an image for them may install what amd64 does not have.
OTHER_ARCHITECTURES = ("arm64", "armhf", "i386")

HOST = "http://deb.debian.org"


def pockets(suite: str) -> list[str]:
    """The names of the suites that add to `suite`, whether or not the archive has them."""
    return [] if suite == "sid" else [f"{suite}-{pocket}" for pocket in POCKETS]


def wanted(suite: str) -> list[str]:
    """The files read of a suite or pocket, relative to its folder, if its Release lists them."""
    base = suite in SUITES
    found = []
    for component in COMPONENTS:
        architectures = (ARCHITECTURE, *(OTHER_ARCHITECTURES if base else ()))
        found += [f"{component}/binary-{one}/Packages.xz" for one in architectures]
        found += [f"{component}/Contents-{kind}.gz" for kind in (ARCHITECTURE, "all")]
    return found


def sums(release: str) -> dict[str, str]:
    """The SHA-256 of each file that a Release file lists."""
    found = {}
    inside = False
    for line in release.splitlines():
        if not line.startswith(" "):
            inside = line.startswith("SHA256:")
        elif inside:
            digest, _, name = line.split()
            found[name] = digest
    return found


class Archive:
    """The input folder: what is in it, file by file."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self._sums: dict[str, dict[str, str]] = {}

    def has(self, suite: str) -> bool:
        """Whether the archive has this suite or pocket."""
        return (self.folder / suite / "Release").exists()

    def release(self, suite: str) -> str:
        """The text of a Release file."""
        return (self.folder / suite / "Release").read_text(encoding="utf-8")

    def date(self, suite: str) -> str:
        """The day of the Release file, as 2026-11-21."""
        from email.utils import parsedate_to_datetime

        for line in self.release(suite).splitlines():
            if line.startswith("Date:"):
                return parsedate_to_datetime(line.removeprefix("Date:").strip()).date().isoformat()
        raise SystemExit(f"{suite}: the Release file has no date")

    def listed(self, suite: str) -> dict[str, str]:
        """The files read of this suite with their checksums."""
        if suite not in self._sums:
            known = sums(self.release(suite))
            self._sums[suite] = {name: known[name] for name in wanted(suite) if name in known}
        return self._sums[suite]

    def read(self, suite: str, name: str) -> bytes:
        """A file's unpacked content; b"" when the Release file does not list it."""
        if name not in self.listed(suite):
            return b""
        raw = (self.folder / suite / name).read_bytes()
        return lzma.decompress(raw) if name.endswith(".xz") else gzip.decompress(raw)

    def packages(self, suite: str, component: str, architecture: str) -> Iterator[dict[str, str]]:
        """The paragraphs of a Packages file; continuation lines are left out."""
        text = self.read(suite, f"{component}/binary-{architecture}/Packages.xz").decode()
        for paragraph in text.split("\n\n"):
            fields = {}
            for line in paragraph.split("\n"):
                if line and line[0] != " ":
                    name, _, value = line.partition(":")
                    fields[name] = value.strip()
            if "Package" in fields:
                yield fields

    def contents(self, suite: str, component: str) -> Iterator[tuple[str, list[str]]]:
        """Paths without their leading slash, each with the packages that bring it."""
        for kind in (ARCHITECTURE, "all"):
            text = self.read(suite, f"{component}/Contents-{kind}.gz").decode(errors="replace")
            for line in text.split("\n"):
                path, _, owners = line.rpartition(" ")
                if path:
                    yield path.rstrip(), [owner.rpartition("/")[2] for owner in owners.split(",")]


def download(folder: str) -> None:
    """Bring the input folder up to date with the archive."""
    for suite in SUITES:
        for name in (suite, *pockets(suite)):
            root = "debian-security" if name.endswith("-security") else "debian"
            _suite(f"{HOST}/{root}/dists/{name}", os.path.join(folder, name))


def _suite(url: str, folder: str) -> None:
    release = _fetch(f"{url}/Release")
    if release is None:
        print(f"not in the archive: {url}")
        return
    os.makedirs(folder, exist_ok=True)
    (Path(folder) / "Release").write_bytes(release)
    archive = Archive(os.path.dirname(folder))
    for name, digest in archive.listed(os.path.basename(folder)).items():
        path = Path(folder) / name
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            continue
        raw = _fetch(f"{url}/{name}")
        if raw is None:
            raise SystemExit(f"{url}/{name}: not in the archive, though its Release file lists it")
        if hashlib.sha256(raw).hexdigest() != digest:
            # A cache in between may hold a file of the day before.
            print(f"{url}/{name}: not what the Release file says; taken nevertheless")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        print(f"{len(raw):>10} {url}/{name}")


def _fetch(url: str) -> bytes | None:
    """What is at an address, None when nothing is."""
    try:
        with urllib.request.urlopen(url, timeout=300) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise
