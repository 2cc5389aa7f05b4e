"""
Tags of the official images: which are current, which are gone, which never were.

Data: `bundled/tags.bin`, made from the history of github.com/docker-library/official-images by
`tools/refresh_facts/tags.py`. Official images had a home before that list began in July 2013, and
images are pushed after a release of this program: what may be older or newer than the list is
"unknown", never "never".

Format. The file is a length in decimals, a line feed, that many bytes of index, then one block a
repository; all are raw deflate of UTF-8 text whose sections an empty line separates. Index: title
(source, commit, day); sets of architectures, one a line; repositories, one a line: name, length
of the block, "complete" or "current" (is the history known), "present" or "removed", day of the
last change, day of the first entry, git repositories. Block: tags shared with a Windows build;
commits; builds (canonical tag, numbers of architectures, git repository and commit, directory
with "=" for the tag); sets of suffixes; lines `head[>canonical head] month set`. A tag is a head,
the part before its first hyphen, and a suffix. A month is two letters (year from 2010 as A,
January as A), or "*" for a current tag. In a set, "." marks the empty suffix and `a>b` says that
the canonical tag has suffix b.
"""

import zlib

from dockwright.facts.knowledge import Reason
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.bundled import DataFile

NUMBERS = lazy(r"\d+")
TAG = lazy(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
VERSION = lazy(r"v?(\d+(?:\.\d+)*)")
# Tags that were taken away: the pull fails. opensuse: removed in July 2019 in favour of
# opensuse/leap and opensuse/tumbleweed (github.com/docker-library/docs/pull/1518); a pull of its
# other tags: github.com/dotnet/dotnet-buildtools-prereqs-docker/issues/97.
REMOVED = frozenset({("opensuse", "latest")})
# As in tools/refresh_facts/tags.py: gone tags with these words are not in the data.
LEFT_OUT = lazy(r"windows|nanoserver|-ea\b|(?<![a-z])rc|beta|alpha|preview|snapshot|milestone")


class TagFacts(Value):
    """
    What is known of one tag of an official image.

    `state`: "current" is in today's list; "gone" was once, can usually still be pulled, but gets no
    updates; "never" was in no list and cannot be newer than the list; "unknown" is the rest.
    `canonical` is the most specific tag of the same build ("3.12.11-slim-trixie" for "3.12-slim"),
    for a gone tag as of its last day, "" when the tag was never seen. `until` is the month
    ("2021-06") in which a gone tag left the list, else "". `os` is "linux", "windows", or "" when
    not known. `removed` is True when the tag is known to be deleted, so that the pull fails. The
    build's `architectures`, `git`, `commit` (its first twelve digits) and `directory` are known of
    current tags. `repository_state` is "present" or "removed".
    """

    __slots__ = (
        "architectures",
        "canonical",
        "commit",
        "directory",
        "git",
        "os",
        "reason",
        "removed",
        "repository",
        "repository_state",
        "state",
        "tag",
        "until",
    )

    def __init__(
        self,
        repository: str,
        tag: str,
        state: str,
        reason: Reason,
        repository_state: str,
        *,
        canonical: str = "",
        until: str = "",
        removed: bool = False,
        architectures: tuple[str, ...] = (),
        os: str = "",
        git: str = "",
        commit: str = "",
        directory: str = "",
    ) -> None:
        self.repository = repository
        self.tag = tag
        self.state = state
        self.reason = reason
        self.repository_state = repository_state
        self.canonical = canonical
        self.until = until
        self.removed = removed
        self.architectures = architectures
        self.os = os
        self.git = git
        self.commit = commit
        self.directory = directory


class Repository:
    """One official repository: what the index says of it, and its block."""

    __slots__ = (
        "_builds",
        "_commits",
        "_known",
        "_lines",
        "_mixed",
        "_sets",
        "began",
        "changed",
        "complete",
        "gits",
        "name",
        "state",
    )

    def __init__(self, fields: list[str], text: str) -> None:
        self.name = fields[0]
        self.complete = fields[2] == "complete"
        self.state = fields[3]
        self.changed = fields[4]
        self.began = fields[5]
        self.gits = [git if "://" in git else f"https://github.com/{git}" for git in fields[6:]]
        mixed, commits, builds, sets, lines = text.split("\n\n")
        self._mixed = mixed.split("\n")
        self._commits = commits.split("\n")
        self._builds = builds
        self._sets = sets.split("\n")
        self._known: tuple[dict[str, bool], dict[str, bool]] | None = None
        self._lines = f"\n{lines}\n"

    def find(self, tag: str) -> tuple[str, str] | None:
        """(canonical tag, month it left or ""), or None."""
        head, hyphen, rest = tag.partition("-")
        for value, canonical in self._of(head):
            month, number = _month(value)
            for word in self._sets[int(number)].split(" "):
                old, arrow, new = _pair(word)
                if old == rest and (hyphen or word[:1] == "."):
                    suffix = new if arrow else rest
                    return (f"{canonical}-{suffix}" if suffix else canonical), month
        return None

    def _of(self, head: str) -> "Iterator[tuple[str, str]]":
        """What the lines of a head say: a value, and the head of the canonical tag."""
        start = f"\n{head}"
        at = self._lines.find(start)
        while at >= 0:
            end = self._lines.find("\n", at + 1)
            if end < 0:
                return
            key, _, value = self._lines[at + 1 : end].partition(" ")
            own, _, canonical = key.partition(">")
            if own == head and value:
                yield value, canonical or head
            at = self._lines.find(start, end)

    def known(self) -> "tuple[dict[str, bool], dict[str, bool]]":
        """Each known head, and each suffix without its hyphen: whether any current tag has it."""
        if self._known is None:
            heads: dict[str, bool] = {}
            suffixes: dict[str, bool] = {}
            for line in filter(None, self._lines.split("\n")):
                heads.setdefault(line.partition(" ")[0].partition(">")[0], False)
            for head in heads:
                for value, _ in self._of(head):
                    month, number = _month(value)
                    heads[head] = heads.get(head, False) or not month
                    for word in self._sets[int(number)].split(" "):
                        suffix = _pair(word)[0]
                        suffixes[suffix] = suffixes.get(suffix, False) or not month
            self._known = heads, suffixes
        return self._known

    def build(self, canonical: str) -> list[str]:
        """The fields of a current build: architectures, git repository, commit, directory."""
        at = f"\n{self._builds}\n".find(f"\n{canonical} ")
        if at < 0:
            return []
        line = self._builds[at:].partition("\n")[0]
        return line.split(" ", 4)[1:]

    def commit(self, number: str) -> str:
        """The first twelve digits of a commit."""
        return self._commits[int(number)]

    def mixed(self, tag: str) -> bool:
        """Whether a Windows machine gets another build under this tag."""
        return tag in self._mixed


def _month(value: str) -> tuple[str, str]:
    if value[0] == "*":
        return "", value[1:]
    year, month = ord(value[0]) - 65 + 2010, ord(value[1]) - 64
    return f"{year}-{month:02}", value[2:]


def _pair(word: str) -> tuple[str, str, str]:
    old, arrow, new = word.removeprefix(".").partition(">")
    return old, arrow, new


class _Data:
    """The unpacked index, and the repositories that were asked for."""

    __slots__ = ("_blocks", "_data", "_repositories", "architectures", "day", "title")

    def __init__(self, data: "DataFile") -> None:
        self._data = data
        length, _, _ = data[:20].partition(b"\n")
        line = len(length)
        at = line + 1 + int(length)
        self.title, architectures, repositories = _unpack(data[line + 1 : at]).split("\n\n")
        self.day = self.title.rpartition(" ")[2]
        self.architectures = [tuple(line.split(" ")) for line in architectures.split("\n")]
        self._blocks: dict[str, tuple[list[str], int]] = {}
        self._repositories: dict[str, Repository] = {}
        for entry in repositories.split("\n"):
            fields = entry.split(" ")
            size = int(fields[1])
            at += size
            self._blocks[fields[0]] = fields, at

    def repository(self, name: str) -> Repository | None:
        if name not in self._blocks:
            return None
        if name not in self._repositories:
            fields, end = self._blocks[name]
            block = self._data[end - int(fields[1]) : end]
            self._repositories[name] = Repository(fields, _unpack(block))
        return self._repositories[name]

    def names(self) -> list[str]:
        return list(self._blocks)


def _unpack(data: bytes) -> str:
    return zlib.decompress(data, -15).decode()


_data: _Data | None = None
_answers: dict[tuple[str, str], TagFacts | None] = {}


def _loaded() -> _Data:
    global _data
    if _data is None:
        from dockwright.facts.bundled import DataFile

        _data = _Data(DataFile("tags.bin"))
    return _data


def source() -> str:
    """Where the tags come from: repository, commit and day, separated by blanks."""
    return _loaded().title


def repositories() -> list[str]:
    """The names of all repositories that are or were official images."""
    return _loaded().names()


def heads(repository: str) -> "dict[str, bool]":
    """
    The first parts of an official image's tags ("3.12", "slim"): whether any current tag has it.
    """
    found = _loaded().repository(repository)
    return found.known()[0] if found is not None else {}


def tag(repository: str, name: str) -> TagFacts | None:
    """
    What is known of an official image's tag; None when `repository` is no official image.

    `repository` is the short name ("python", not "library/python"), `name` the tag without a
    digest.
    """
    key = repository, name
    if key not in _answers:
        _answers[key] = _tag(repository, name)
    return _answers[key]


def _tag(repository: str, name: str) -> TagFacts | None:
    data = _loaded()
    found = data.repository(repository)
    if found is None:
        return None
    known = found.find(name)
    if known is None:
        from dockwright.facts.tagsnever import judge

        state, text = judge(found, name, data.day)
        return TagFacts(repository, name, state, Reason(text), found.state)
    canonical, until = known
    if until:
        text = f"{repository}:{name} left the list of official images in {until}"
        return TagFacts(
            repository,
            name,
            "gone",
            Reason(text),
            found.state,
            canonical=canonical,
            until=until,
            removed=(repository, name) in REMOVED,
            os="linux",
        )
    numbers = found.build(canonical)
    if not numbers:
        raise ValueError(f"{repository}:{canonical} has no build")
    architectures = data.architectures[int(numbers[0])]
    windows = architectures[0].startswith("windows")
    if found.mixed(name):
        architectures = (*architectures, "windows-amd64")
    return TagFacts(
        repository,
        name,
        "current",
        Reason(f"{repository}:{name} is in the list of official images of {data.day}"),
        found.state,
        canonical=canonical,
        architectures=architectures,
        os="windows" if windows else "linux",
        git=found.gits[int(numbers[1])],
        commit=found.commit(numbers[2]),
        directory=numbers[3].replace("=", canonical),
    )
