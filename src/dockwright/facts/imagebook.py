"""
The file `bundled/images.bin`: what is in known images, a block for each repository.

A line of text says which blocks there are, `name=length name=length …`; then they follow, each raw
deflate of UTF-8 text. A block has sections with an empty line between, lines with tabs between
fields:

    about     source, day, and how many numbers of a version make a difference for what is inside
    tags      for each record the tags it is for, with spaces between
    records   base, number of the configuration, numbers of notes, commit, confidence
    configs   user, working directory, shell, entrypoint, command, health check, stop signal,
              environment, ports, volumes; lists are "", or "=" and items with 0x1F between;
              a variable without "=" has a value that changes with each release; "?" is what an
              unknown base decides
    notes     what layers did (`dockwright.facts.replay`)
    grounds   listed file systems: name, distribution, suite, package manager; the line's number is
              the bit it has in the masks below
    files     mask, folder ("+" before it: not all of it is listed), tokens (`facts.ground`)
    users     mask, name:uid:gid:home:shell
    groups    mask, name:gid with spaces between
    packages  mask, names

In fields "\\n", "\\t" and "\\\\" stand for a line feed, a tab and a backslash. A base is a
reference, "scratch", "ground NAME" for a file system of this block, or "unknown NAME".

Confidence: "measured" from a root file system, "derived" by interpreting a Dockerfile or a list of
packages, "assumed" where it is taken over from a neighbouring release.
"""

import zlib

from dockwright.facts.bundled import DataFile
from dockwright.facts.contents import Account, Contents
from dockwright.facts.ground import Listing, note
from dockwright.facts.knowledge import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.facts.ground import Names

ITEM = "\x1f"


class Record:
    """One image: `base`, numbers of its configuration and `notes`, `commit`, `confidence`."""

    __slots__ = ("base", "commit", "confidence", "config", "notes")

    def __init__(self, line: str) -> None:
        self.base, config, notes, self.commit, self.confidence = line.split("\t")
        self.config = int(config)
        self.notes = [int(one) for one in notes.split(" ")] if notes else []


class Config:
    """The configuration of an image; in `env` None is a value that changes with each release."""

    __slots__ = (
        "cmd",
        "entrypoint",
        "env",
        "healthcheck",
        "ports",
        "shell",
        "stopsignal",
        "user",
        "volumes",
        "workdir",
    )

    def __init__(self, line: str) -> None:
        fields = [_plain(one) for one in line.split("\t")]
        self.user, self.workdir = fields[:2]
        self.shell = _items(fields[2])
        self.entrypoint = _items(fields[3])
        self.cmd = _items(fields[4])
        self.healthcheck = _items(fields[5])
        self.stopsignal = fields[6] or None
        self.env: dict[str, str | None] = {}
        for one in _items(fields[7]) or ():
            name, equals, value = one.partition("=")
            self.env[name] = value if equals else None
        self.ports = _items(fields[8]) or ()
        self.volumes = _items(fields[9]) or ()


def _plain(field: str) -> str:
    if "\\" not in field:
        return field
    parts = [part.replace("\\n", "\n").replace("\\t", "\t") for part in field.split("\\\\")]
    return "\\".join(parts)


def _items(field: str) -> tuple[str, ...] | None:
    if not field:
        return None
    return tuple(field[1:].split(ITEM)) if len(field) > 1 else ()


class Block:
    """What the file says of one repository."""

    __slots__ = ("_grounds", "_sections", "day", "level", "notes", "source", "tags")

    def __init__(self, text: str) -> None:
        self._sections = [part.split("\n") if part else [] for part in text.split("\n\n")]
        self.source, self.day, level = self._sections[0][0].split("\t")
        self.level = int(level)
        self.tags = self._sections[1]
        self.notes = self._sections[4]
        self._grounds = [line.split("\t") for line in self._sections[5]]

    def find(self, tag: str) -> int | None:
        """The number of the record for a tag."""
        for number, tags in enumerate(self.tags):
            if tag in tags and tag in tags.split(" "):
                return number
        return None

    def record(self, number: int) -> Record:
        """One of the records."""
        return Record(self._sections[2][number])

    def config(self, number: int) -> Config:
        """One of the configurations."""
        return Config(self._sections[3][number])

    def ground(self, name: str, reason: Reason) -> Contents:
        """One of the listed file systems."""
        bit = next(bit for bit, fields in enumerate(self._grounds) if fields[0] == name)
        _, distribution, suite, manager = self._grounds[bit]
        names: Names = {}
        partial = []
        for folder, tokens in self._with(6, bit):
            if folder[0] == "+":
                partial.append(folder[1:])
            note(names, folder.removeprefix("+"), tokens)
        users = {}
        for (line,) in self._with(7, bit):
            user, uid, gid, home, shell = line.split(":")
            users[user] = Account(user, int(uid), int(gid), home, shell)
        groups = {}
        for (line,) in self._with(8, bit):
            for part in line.split(" "):
                group, _, gid = part.partition(":")
                groups[group] = Account(group, int(gid))
        packages = [one for (line,) in self._with(9, bit) for one in line.split(" ")]
        ground = Listing(
            names,
            reason,
            partial=partial,
            users=users,
            groups=groups,
            manager=manager,
            packages=frozenset(packages) if manager else None,
        )
        return Contents(ground, distribution=distribution, suite=suite)

    def _with(self, section: int, bit: int) -> list[list[str]]:
        found = []
        for line in self._sections[section]:
            mask, _, rest = line.partition("\t")
            if int(mask) >> bit & 1:
                found.append(rest.split("\t"))
        return found


_blocks: dict[str, Block] = {}
_places: dict[str, tuple[int, int]] = {}
_DATA = DataFile("images.bin")


def names() -> list[str]:
    """The repositories in the file."""
    if not _places:
        head = b""
        while b"\n" not in head:
            head += _DATA[len(head) : len(head) + 4096]
        head, _, _ = head.partition(b"\n")
        begin = len(head) + 1
        for part in head.decode().split():
            name, _, length = part.partition("=")
            _places[name] = begin, begin + int(length)
            begin += int(length)
    return list(_places)


def block(repository: str) -> Block | None:
    """What is known of a repository ("python", "distroless"), None when it is not in the file."""
    if repository not in _blocks:
        if repository not in names():
            return None
        start, end = _places[repository]
        _blocks[repository] = Block(zlib.decompress(_DATA[start:end], -15).decode())
    return _blocks[repository]
