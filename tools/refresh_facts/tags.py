"""
Official image tags: every tag that docker-library/official-images lists now or ever listed.

Input: a clone of github.com/docker-library/official-images (Apache-2.0) with its history. Output:
`tags.bin`, whose format `dockwright.facts.tags` describes.
"""

import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tools.refresh_facts.repository import ABSENT, Repository

# Gone tags with these words are not remembered: Windows builds, and previews, which are many.
LEFT_OUT = re.compile(
    r"windows|nanoserver|-ea\b|(?<![a-z])rc|beta|alpha|preview|snapshot|milestone"
)

# The history of these is left out for its size: they have many hundred tags and nobody in the
# corpus builds on them. Of these only the current tags are known, and a tag that is not among them
# is unknown.
CURRENT_ONLY = frozenset(
    [
        "adoptopenjdk",
        "aerospike",
        "amazoncorretto",
        "api-firewall",
        "arangodb",
        "archlinux",
        "azul-zulu",
        "backdrop",
        "bash",
        "bonita",
        "cassandra",
        "chronograf",
        "clickhouse",
        "clojure",
        "convertigo",
        "couchbase",
        "crate",
        "dart",
        "drupal",
        "eggdrop",
        "emqx",
        "espocrm",
        "flink",
        "fluentd",
        "friendica",
        "gazebo",
        "geonetwork",
        "ghost",
        "groovy",
        "haxe",
        "hylang",
        "ibm-semeru-runtimes",
        "ibmjava",
        "irssi",
        "jetty",
        "joomla",
        "jruby",
        "julia",
        "kapacitor",
        "kong",
        "krakend",
        "lightstreamer",
        "liquibase",
        "mageia",
        "matomo",
        "mongo-express",
        "monica",
        "nats",
        "neo4j",
        "nextcloud",
        "nim",
        "open-",
        "liberty",
        "orientdb",
        "percona",
        "photon",
        "plone",
        "postfixadmin",
        "pypy",
        "rakudo-star",
        "redmine",
        "rocket.chat",
        "sapmachine",
        "satosa",
        "silverpeas",
        "sonarqube",
        "spark",
        "storm",
        "swipl",
        "teamspeak",
        "telegraf",
        "tomee",
        "unit",
        "websphere-liberty",
        "xwiki",
        "yourls",
        "znc",
    ]
)


class Entry:
    """One paragraph of a library file: the tags of one build, and where it is built from."""

    def __init__(self, fields: dict[str, str], defaults: dict[str, str]) -> None:
        def get(name: str) -> str:
            specific = f"amd64-{name}".lower()
            for source in (fields, defaults):
                for key in (specific, name.lower()):
                    if key in source:
                        return source[key]
            return ""

        def several(name: str) -> list[str]:
            return [item.strip() for item in get(name).split(",") if item.strip()]

        self.tags = several("Tags")
        self.shared = several("SharedTags")
        self.architectures = several("Architectures") or ["amd64"]
        self.repository = get("GitRepo").removesuffix(".git")
        self.commit = get("GitCommit")
        self.directory = get("Directory").strip("/") or "."
        windows = any(name.startswith("windows") for name in self.architectures)
        self.os = "windows" if windows else "linux"

    @property
    def canonical(self) -> str:
        """The most specific tag: most numbers, then most parts, then longest, then first."""
        pool = self.tags or self.shared
        return max(pool, key=lambda tag: (*_detail(tag), -pool.index(tag)))


def _detail(tag: str) -> tuple[int, int, int]:
    return len(re.findall(r"\d+", tag)), len(re.split(r"[-.]", tag)), len(tag)


_OLD = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)(?::\s|\t)\s*(\S+)")


def entries(text: str) -> list[Entry]:
    """The paragraphs of a library file, in today's format or in that of 2013 to 2016."""
    text = re.sub(r"(?m)^[ \t]*#.*\n?", "", text)
    if not re.search(r"(?mi)^(Tags|SharedTags|Maintainers|GitRepo)[ \t]*:", text):
        lines = (_OLD.match(line.strip()) for line in text.split("\n"))
        return [
            Entry({"tags": line[1], "gitrepo": line[2].partition("@")[0]}, {})
            for line in lines
            if line
        ]
    text = re.sub(r"\n[ \t]+(?=\S)", " ", text)
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        fields = {}
        for line in paragraph.split("\n"):
            name, colon, value = line.partition(":")
            if colon:
                fields[name.strip().lower()] = value.strip()
        paragraphs.append(fields)
    defaults = {} if "tags" in paragraphs[0] else paragraphs[0]
    found = [Entry(fields, defaults) for fields in paragraphs]
    return [entry for entry in found if entry.tags or entry.shared]


class Listing:
    """What one library file says: tag to the entry that a Linux machine gets."""

    def __init__(self, text: str) -> None:
        self.entries = entries(text)
        self.by_tag: dict[str, Entry] = {}
        self.windows: set[str] = set()
        for entry in sorted(self.entries, key=lambda entry: entry.os == "windows"):
            for tag in entry.tags + entry.shared:
                self.by_tag.setdefault(tag, entry)
                if entry.os == "windows":
                    self.windows.add(tag)
        # A tag shared by a Linux and a Windows build.
        self.mixed = {tag for tag in self.windows if self.by_tag[tag].os == "linux"}


class History:
    """One repository over time. Days are ISO dates; `until` is "" for a current tag."""

    def __init__(self) -> None:
        self.now = Listing("Tags:\n")
        self.present = False
        self.changed = ""
        self.began = ""
        self.since: dict[str, str] = {}
        self.until: dict[str, str] = {}
        self.canonical: dict[str, str] = {}

    def step(self, day: str, listing: Listing | None) -> None:
        """The library file became `listing` on `day`; None: it was removed."""
        new = listing or Listing("Tags:\n")
        for tag in self.now.by_tag.keys() - new.by_tag.keys():
            self.until[tag] = day
        for tag, entry in new.by_tag.items():
            self.since.setdefault(tag, day)
            self.until.pop(tag, None)
            self.canonical[tag] = entry.canonical
        self.now, self.present, self.changed = new, listing is not None, day
        self.began = self.began or day


def histories(source: Repository) -> dict[str, History]:
    """Every repository that is or was in the list."""
    changes = [
        (day, path.partition("/")[2], blob)
        for day, path, blob in source.changes("library/")
        if path.count("/") == 1 and path != "library/MAINTAINERS"
    ]
    texts = dict(source.blobs(blob for _, _, blob in changes))
    found: dict[str, History] = defaultdict(History)
    for day, name, blob in changes:
        found[name].step(day, None if blob == ABSENT else Listing(texts[blob]))
    return dict(sorted(found.items()))


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key that sorts 3.9 before 3.10."""
    parts = re.findall(r"\d+|\D+", text)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def split(tag: str) -> tuple[str, str]:
    """The tag before its first hyphen, and the rest with the hyphen."""
    head, hyphen, rest = tag.partition("-")
    return head, hyphen + rest


def month(day: str) -> str:
    """A day as the two letters that stand for its month: years from 2010, then months."""
    return chr(65 + int(day[:4]) - 2010) + chr(64 + int(day[5:7])) if day else "*"


def grouped(history: History, tags: Iterable[str]) -> dict[tuple[str, str, str], dict[str, str]]:
    """(head, canonical head, until) to suffixes with their canonical suffix."""
    groups: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for tag in tags:
        head, suffix = split(tag)
        canonical_head, canonical_suffix = split(history.canonical[tag])
        key = head, canonical_head, month(history.until.get(tag, ""))
        groups[key][suffix] = canonical_suffix
    return groups


class Writer:
    """
    Collects the blocks of `tags.bin` and the index that they share.

    A block is the compressed text of one repository; sets of architectures are numbered for all.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.architectures: dict[str, int] = {}
        self.lines: list[str] = []
        self.blocks: list[bytes] = []

    def add(self, name: str, history: History, *, complete: bool) -> None:
        """Take one repository."""
        now = history.now
        sources: dict[str, int] = {}
        commits: dict[str, int] = {}
        builds = []
        for entry in now.entries:
            numbers = (
                self.architectures.setdefault(
                    " ".join(sorted(entry.architectures)), len(self.architectures)
                ),
                sources.setdefault(entry.repository, len(sources)),
                commits.setdefault(entry.commit[:12], len(commits)),
            )
            directory = entry.directory.replace(entry.canonical, "=")
            builds.append(" ".join((entry.canonical, *map(str, numbers), directory)))
        tags = [tag for tag in history.since if tag in now.by_tag or (complete and kept(tag))]
        sets, lines = tables(history, tags)
        text = "\n\n".join(
            "\n".join(section) for section in (sorted(now.mixed), commits, builds, sets, lines)
        )
        self.blocks.append(compressed(text))
        self.lines.append(
            " ".join(
                (
                    *(name, str(len(self.blocks[-1])), "complete" if complete else "current"),
                    *("present" if history.present else "removed", history.changed, history.began),
                    *(source.replace("https://github.com/", "") for source in sources),
                )
            )
        )

    def bytes(self) -> bytes:
        """The whole file: the length of the index in decimals and a line feed, index, blocks."""
        index = compressed(
            "\n\n".join((self.title, "\n".join(self.architectures), "\n".join(self.lines)))
        )
        return b"%d\n" % len(index) + index + b"".join(self.blocks)


def kept(tag: str) -> bool:
    """Whether a tag that is gone is remembered: no Windows build, no preview."""
    return not LEFT_OUT.search(tag)


def tables(history: History, tags: Iterable[str]) -> tuple[list[str], list[str]]:
    """The distinct sets of suffixes, and the lines that use them."""
    sets: dict[str, int] = {}
    lines = []
    groups = grouped(history, tags)
    for key in sorted(groups, key=lambda key: (natural(key[0]), key)):
        head, canonical, until = key
        pairs = sorted(groups[key].items(), key=lambda pair: natural(pair[0]))
        words = (old[1:] if old == new else f"{old[1:]}>{new[1:]}" for old, new in pairs)
        # A leading "." marks the tag without a suffix, which would be an empty word.
        text = " ".join(f".{word}" if word[:1] in ("", ">") else word for word in words)
        number = sets.setdefault(text, len(sets))
        lines.append(f"{head}{'' if canonical == head else '>' + canonical} {until}{number}")
    return list(sets), lines


def compressed(text: str) -> bytes:
    """Raw deflate: a fifth longer than LZMA2, unpacked in a tenth of the time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packer.compress(text.encode()) + packer.flush()


def refresh(inputs: str, output: str) -> None:
    """Write `tags.bin` into the folder `output`."""
    source = Repository(inputs, "docker-library", "official-images")
    commit, day = source.head()
    writer = Writer(f"{source.name} {commit} {day}")
    for name, history in histories(source).items():
        writer.add(name, history, complete=name not in CURRENT_ONLY)
    (Path(output) / "tags.bin").write_bytes(writer.bytes())


if __name__ == "__main__":
    refresh(*sys.argv[1:])
