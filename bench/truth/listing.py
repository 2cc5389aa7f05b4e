"""
A file system as a build left it, and what follows from it alone: links resolved, programs found on
a PATH, who may read, write, execute or enter what.
"""

import io
import posixpath
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, NamedTuple

MAX_LINKS = 40  # as Linux: more of them in one path is ELOOP
VERBS = ("read", "write", "exec", "enter")
_DIST_INFO = re.compile(r"^(/.*)/([^/]+?)-[^-/]+\.(?:dist|egg)-info$")
_GLOBAL_NODE = re.compile(r"^/usr/local/lib/node_modules/((?:@[^/]+/)?[^/@.][^/]*)$")
_KEPT = re.compile(
    r"^/(etc/(passwd|group)|(usr/lib|etc)/os-release|var/lib/dpkg/status|var/lib/dpkg/status\.d/[^/]+)$"
)


class Entry(NamedTuple):
    """
    What stands at a path.

    `kind` is "file", "dir", "link" or "other" (a device, a pipe), `mode` the permission bits,
    `target` where a link points, `size` in bytes and `time` the seconds since 1970.
    """

    kind: str
    mode: int
    uid: int
    gid: int
    target: str
    size: int
    time: int

    @property
    def bare(self) -> tuple[object, ...]:
        """What makes a change: directories have neither size nor time of their own."""
        return tuple(self[:5]) if self.kind == "dir" else tuple(self)


class User(NamedTuple):
    """A line of /etc/passwd."""

    uid: int
    gid: int
    home: str
    shell: str


class Group(NamedTuple):
    """A line of /etc/group."""

    gid: int
    members: tuple[str, ...]


class Identity(NamedTuple):
    """Who a process is: a user and all its groups."""

    uid: int
    groups: frozenset[int]


@dataclass
class Listing:
    """
    A file system: entries by absolute path, users, groups and Debian packages by name.

    `system` is the distribution and its release as os-release names them ("debian", "trixie").
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    debian: frozenset[str] = frozenset()
    system: tuple[str, str] = ("", "")

    # Paths

    def walk(self, path: str, *, follow: bool = True) -> Iterator[str]:
        """
        The directories that looking `path` up passes through, then the path it leads to.

        Ends early, without the last, when the path leads nowhere; then the last one is "".
        """
        todo = [part for part in path.split("/") if part not in ("", ".")][::-1]
        at = "/"
        links = 0
        while todo:
            yield at
            name = todo.pop()
            here = posixpath.normpath(posixpath.join(at, name))
            entry = self.entries.get(here) if here != "/" else Entry("dir", 0o755, 0, 0, "", 0, 0)
            if entry is None:
                yield ""
                return
            if entry.kind == "link" and (todo or follow):
                links += 1
                if links > MAX_LINKS:
                    yield ""
                    return
                if entry.target.startswith("/"):
                    at = "/"
                todo += [part for part in entry.target.split("/") if part not in ("", ".")][::-1]
                continue
            if todo and entry.kind != "dir":
                yield ""
                return
            at = here
        yield at

    def real(self, path: str, *, follow: bool = True) -> str:
        """Where `path` leads, "" for nowhere; the last link itself without `follow`."""
        return list(self.walk(path, follow=follow))[-1]

    def stat(self, path: str, *, follow: bool = True) -> Entry | None:
        """What `path` leads to."""
        real = self.real(path, follow=follow)
        if real == "/":
            return self.entries.get("/", Entry("dir", 0o755, 0, 0, "", 0, 0))
        return self.entries.get(real) if real else None

    def program(self, name: str, path: str) -> str | None:
        """The first file called `name` with an x bit in the directories of `path`."""
        for folder in path.split(":"):
            if not folder.startswith("/"):
                continue
            found = self.stat(f"{folder}/{name}")
            if found is not None and found.kind == "file" and found.mode & 0o111:
                return posixpath.normpath(f"{folder}/{name}")
        return None

    # People

    def identity(self, user: str) -> Identity | None:
        """Who `USER user` makes of a process, None when the engine would refuse to start it."""
        name, _, group = user.partition(":")
        found = self.users.get(name)
        if found is None and name.isdecimal():
            by_number = [key for key, one in self.users.items() if one.uid == int(name)]
            if by_number:
                name, found = by_number[0], self.users[by_number[0]]
        if found is None and name and not name.isdecimal():
            return None
        uid = found.uid if found is not None else int(name or 0)
        if group:
            if group in self.groups:
                return Identity(uid, frozenset((self.groups[group].gid,)))
            return Identity(uid, frozenset((int(group),))) if group.isdecimal() else None
        more = {one.gid for one in self.groups.values() if found and name in one.members}
        return Identity(uid, frozenset(more | {found.gid if found is not None else 0}))

    def can(self, who: Identity, verb: str, path: str) -> bool:
        """Whether `who` may `verb` the path, with the capabilities a container has by default."""
        steps = list(self.walk(path))
        if not all(self._allowed(who, self.stat(step), 1) for step in steps[:-1]):
            return False
        entry = self.stat(path)
        if entry is None:
            return False
        if verb == "enter":
            return entry.kind == "dir" and self._allowed(who, entry, 1)
        if verb == "exec":
            return entry.kind == "file" and self._allowed(who, entry, 1)
        if verb == "write" and entry.kind == "dir":
            return self._allowed(who, entry, 3)
        return self._allowed(who, entry, 4 if verb == "read" else 2)

    @staticmethod
    def _allowed(who: Identity, entry: Entry | None, bits: int) -> bool:
        if entry is None:
            return False
        if who.uid == 0:
            # Root needs one x bit to execute a file, and nothing else.
            return entry.kind != "file" or not bits & 1 or bool(entry.mode & 0o111)
        shift = 6 if who.uid == entry.uid else 3 if entry.gid in who.groups else 0
        return (entry.mode >> shift) & bits == bits

    # Packages

    def packages(self, manager: str) -> set[str]:
        """The packages "apt", "pip" or "npm" (global ones) have installed."""
        if manager == "apt":
            return set(self.debian)
        shape = _DIST_INFO if manager == "pip" else _GLOBAL_NODE
        found = set()
        for path, entry in self.entries.items():
            match = shape.match(path) if entry.kind in ("dir", "link") else None
            if match is not None:
                name = match[match.lastindex or 1]
                found.add(re.sub(r"[-_.]+", "-", name).lower() if manager == "pip" else name)
        return found


def read(stream: IO[bytes]) -> Listing:
    """The file system in a tar stream, as `docker build --output type=tar` gives it."""
    found = Listing()
    texts: dict[str, str] = {}
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            path = posixpath.normpath("/" + member.name)
            kind = "dir" if member.isdir() else "link" if member.issym() else "other"
            size = member.size
            if member.isreg():
                kind = "file"
            elif member.islnk():
                kind = "file"
                size = found.entries[posixpath.normpath("/" + member.linkname)].size
            found.entries[path] = Entry(
                kind,
                member.mode & 0o7777,
                member.uid,
                member.gid,
                member.linkname if kind == "link" else "",
                size,
                int(member.mtime),
            )
            if member.isreg() and _KEPT.match(path):
                text = archive.extractfile(member)
                texts[path] = text.read().decode(errors="replace") if text is not None else ""
    found.users = users(texts.get("/etc/passwd", ""))
    found.groups = groups(texts.get("/etc/group", ""))
    found.debian = frozenset(
        name for path, text in texts.items() if "dpkg" in path for name in debian(text, path)
    )
    found.system = system("".join(text for path, text in texts.items() if "release" in path))
    return found


def system(text: str) -> tuple[str, str]:
    """The ID and VERSION_CODENAME of an os-release file."""
    pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return pairs.get("ID", "").strip('"'), pairs.get("VERSION_CODENAME", "").strip('"')


def users(text: str) -> dict[str, User]:
    """The users of a passwd file; of a name twice the first counts."""
    found: dict[str, User] = {}
    for line in text.splitlines():
        parts = line.split(":")
        if len(parts) == 7:
            found.setdefault(parts[0], User(int(parts[2]), int(parts[3]), parts[5], parts[6]))
    return found


def groups(text: str) -> dict[str, Group]:
    """The groups of a group file."""
    found: dict[str, Group] = {}
    for line in text.splitlines():
        parts = line.split(":")
        if len(parts) == 4:
            members = tuple(name for name in parts[3].split(",") if name)
            found.setdefault(parts[0], Group(int(parts[2]), members))
    return found


def debian(text: str, path: str) -> Iterator[str]:
    """The packages that a dpkg status file, or one of distroless's, says are installed."""
    for paragraph in text.split("\n\n"):
        name = re.search(r"^Package: (\S+)", paragraph, re.MULTILINE)
        status = re.search(r"^Status: (.*)", paragraph, re.MULTILINE)
        whole = status is not None and status[1].endswith(" ok installed")
        if name is not None and (whole or "status.d" in path):
            yield name[1]


def from_bytes(data: bytes) -> Listing:
    """`read` of a whole tar file."""
    return read(io.BytesIO(data))
