"""
What is in the official images and in distroless: `images.bin`, see `dockwright.facts.imagebook`.

Input: clones of docker-library/official-images, of the repositories it names, of
alpinelinux/docker-alpine, debuerreotype/docker-debian-artifacts, tianon/docker-brew-ubuntu-core
and GoogleContainerTools/distroless. Dockerfiles are read by dockwright's own model
(`image_derive`); what they build is in `image_overlay`; the file systems below are in
`image_grounds`. Nothing but the input is in the output, so the same input gives the same bytes.
"""

import re
import subprocess
import sys
import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dockwright.facts import images
from dockwright.facts.image import ImageFacts, empty
from dockwright.facts.imagebook import ITEM, Block
from dockwright.facts.knowledge import Reason
from dockwright.facts.port import FactSource
from tools.refresh_facts import image_distroless, image_grounds, image_ubuntu
from tools.refresh_facts.image_derive import Derived, Tree, derive
from tools.refresh_facts.image_grounds import GroundFacts
from tools.refresh_facts.image_overlay import LEVELS
from tools.refresh_facts.repository import ABSENT, Repository
from tools.refresh_facts.tags import LEFT_OUT, Entry, entries

# In this order, so that what they build on is there already.
DERIVED = (
    "buildpack-deps", "python", "node", "golang", "ruby", "php", "rust", "openjdk",
    "eclipse-temurin", "postgres", "nginx", "redis", "httpd", "memcached", "haproxy", "mariadb",
    "rabbitmq", "tomcat", "maven", "gradle", "docker", "composer", "wordpress",
)  # fmt: skip
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Tags that nobody writes: of single days, of builds for Windows, of Ubuntu's and Debian's pockets.
_DATED = re.compile(r"\d{8}|backports|nanoserver|windows|experimental|rc-buggy")


class Record:
    """One image: its tags, base, configuration and notes."""

    def __init__(
        self, tags: list[str], derived: Derived, commit: str, confidence: str = "derived"
    ) -> None:
        self.tags = tags
        self.derived = derived
        self.commit = commit[:8]
        self.confidence = confidence


class Module:
    """A module on the way: records, and the grounds some of them stand on."""

    def __init__(self, name: str, source: str, day: str, level: int) -> None:
        self.name = name
        self.source = source
        self.day = day
        self.level = level
        self.records: list[Record] = []
        self.grounds: dict[str, GroundFacts] = {}

    def text(self) -> str:
        """The block."""
        configs: dict[str, int] = {}
        notes: dict[str, int] = {}
        merged: dict[tuple[str, ...], tuple[Record, list[str]]] = {}
        for record in self.records:
            one = record.derived
            key = one.base, _config(one.config), *one.notes
            merged.setdefault(key, (record, []))[1].extend(record.tags)
        rows = []
        tags = []
        for record, names in merged.values():
            one = record.derived
            config = configs.setdefault(_config(one.config), len(configs))
            numbers = [notes.setdefault(note, len(notes)) for note in one.notes]
            row = one.base, config, " ".join(map(str, numbers)), record.commit, record.confidence
            rows.append("\t".join(map(str, row)))
            tags.append(" ".join(sorted(set(names), key=_natural)))
        about = "\t".join((self.source, self.day, str(self.level)))
        sections = [[about], tags, rows, list(configs), list(notes), *self._grounds()]
        for line in (line for section in sections for line in section):
            if "\n" in line or not line:
                raise SystemExit(f"{self.name}: {line!r} is no line")
        return "\n\n".join("\n".join(section) for section in sections)

    def _grounds(self) -> list[list[str]]:
        files: dict[tuple[str, str], int] = defaultdict(int)
        users: dict[str, int] = defaultdict(int)
        groups: dict[str, int] = defaultdict(int)
        packages: dict[str, int] = defaultdict(int)
        folders: dict[str, int] = defaultdict(int)
        for number, ground in enumerate(self.grounds.values()):
            bit = 1 << number
            for folder, names in ground.files.items():
                shown = f"+{folder}" if folder in ground.partial else folder
                folders[shown] |= bit
                for token in names.values():
                    files[shown, token] |= bit
            for user in ground.users:
                users[user] |= bit
            for group, gid in ground.groups.items():
                groups[f"{group}:{gid}"] |= bit
            for package in ground.packages:
                packages[package] |= bit
        by_mask: dict[tuple[str, int], list[str]] = defaultdict(list)
        for (folder, token), mask in files.items():
            by_mask[folder, mask].append(token)
        for folder, mask in folders.items():
            by_mask.setdefault((folder, mask), [])
        return [
            [
                f"{name}\t{one.distribution}\t{one.suite}\t{one.manager}"
                for name, one in self.grounds.items()
            ],
            [
                f"{mask}\t{folder}\t{_compact(sorted(tokens))}"
                for (folder, mask), tokens in sorted(by_mask.items())
            ],
            [f"{mask}\t{one}" for one, mask in users.items()],
            _by_mask(groups),
            _by_mask(packages),
        ]


def _compact(tokens: list[str]) -> str:
    """The tokens, links to BusyBox behind the mark that stands for it."""
    links = [one for one in tokens if one.endswith(">/bin/busybox")]
    if len(links) < 3:
        return " ".join(tokens)
    rest = [one for one in tokens if one not in links]
    return " ".join([*rest, "=/bin/busybox", *(one.partition(">")[0] for one in links)])


def _by_mask(found: dict[str, int]) -> list[str]:
    masks: dict[int, list[str]] = defaultdict(list)
    for one, mask in found.items():
        masks[mask].append(one)
    return [f"{mask}\t{' '.join(sorted(names))}" for mask, names in sorted(masks.items())]


def _config(config: tuple[Any, ...]) -> str:
    user, workdir, *lists, stop, env, ports, volumes = config
    shown = [f"{name}={value}" if value is not None else name for name, value in env.items()]
    fields = [user, workdir, *map(_list, lists), stop or "", *map(_list, (shown, ports, volumes))]
    escaped = (
        one.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t") for one in fields
    )
    return "\t".join(escaped)


def _list(items: Sequence[str] | None) -> str:
    return "" if items is None else "=" + ITEM.join(items)


def _natural(tag: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", tag)
    return [(0, int(one), "") if one.isdigit() else (1, 0, one) for one in parts]


class Library(FactSource):
    """The images made so far, for those that build on them."""

    __slots__ = ("kept", "modules")

    def __init__(self) -> None:
        super().__init__()
        self.modules: dict[str, Block] = {}
        self.kept: dict[str, ImageFacts | None] = {}

    def take(self, name: str, text: str) -> None:
        """A module is finished."""
        self.kept = {one: facts for one, facts in self.kept.items() if facts is not None}
        self.modules[name] = Block(text)

    def image(self, reference: str) -> ImageFacts | None:
        """The facts about an image."""
        if reference not in self.kept:
            self.kept[reference] = self._image(reference)
        return self.kept[reference]

    def _image(self, reference: str) -> ImageFacts | None:
        place = images.locate(reference.partition("@")[0])
        if place is None or place[0] not in self.modules:
            return empty("scratch", Reason("scratch")) if reference == "scratch" else None
        return images.look_up(self.modules[place[0]], place[0], place[1], reference, self.image)


def config(cmd: tuple[str, ...] | None, **other: Any) -> tuple[Any, ...]:
    """A configuration that sets a PATH and what is given."""
    parts = {
        "user": "", "workdir": "", "shell": None, "entrypoint": None, "cmd": cmd,
        "healthcheck": None, "stopsignal": None, "env": {"PATH": PATH}, "ports": (), "volumes": (),
    }  # fmt: skip
    return tuple({**parts, **other}.values())


# --- grounds ---


def library(official: Repository, name: str) -> list[Entry]:
    """Today's entries of a library file."""
    return [one for one in entries(official.show(f"library/{name}")) if one.os == "linux"]


def ground_module(
    name: str,
    source: str,
    day: str,
    grounds: dict[str, GroundFacts],
    tags: dict[str, list[str]],
    cmd: tuple[str, ...],
) -> Module:
    """A module of listed file systems; `tags` of each."""
    module = Module(name, source, day, LEVELS[name])
    module.grounds = grounds
    for suite, ground in grounds.items():
        derived = Derived(f"ground {suite}", config(cmd), ground.notes)
        module.records.append(Record(tags[suite], derived, ground.commit, ground.confidence))
    return module


def debian(inputs: str, official: Repository) -> Module:
    """Debian: the slim variants lack documentation only."""
    grounds = image_grounds.debian(inputs)
    grounds |= {suite: image_ubuntu.older(suite) for suite in ("buster", "stretch", "jessie")}
    tags: dict[str, list[str]] = {suite: [suite, f"{suite}-slim"] for suite in grounds}
    for entry in library(official, "debian"):
        suite = entry.tags[0].partition("-")[0]
        suite = {"stable": "trixie", "oldstable": "bookworm", "oldoldstable": "bullseye",
                 "testing": "forky", "unstable": "sid"}.get(suite, suite)  # fmt: skip
        if suite in tags:
            tags[suite] += [one for one in entry.tags + entry.shared if _wanted(one, 1)]
    for suite, number in (("buster", "10"), ("stretch", "9"), ("jessie", "8")):
        tags[suite] += [number, f"{number}-slim"]
    source = "github.com/debuerreotype/docker-debian-artifacts, the Debian archive"
    return ground_module("debian", source, official.head()[1], grounds, tags, ("bash",))


def ubuntu(inputs: str, official: Repository) -> Module:
    """Ubuntu's long-term releases."""
    grounds = image_ubuntu.ubuntu(inputs)
    numbers = {**image_ubuntu.UBUNTU, "noble": "24.04", "resolute": "26.04"}
    tags = {suite: [suite, numbers[suite]] for suite in grounds}
    for entry in library(official, "ubuntu"):
        for suite, names in tags.items():
            if suite in entry.tags:
                names += [one for one in entry.tags if _wanted(one, 2)]
    source = "github.com/tianon/docker-brew-ubuntu-core"
    return ground_module("ubuntu", source, official.head()[1], grounds, tags, ("/bin/bash",))


def alpine(inputs: str, official: Repository) -> Module:
    """Alpine's branches."""
    grounds = image_grounds.alpine(inputs)
    tags = {suite: [suite] for suite in grounds}
    for entry in library(official, "alpine"):
        for suite, names in tags.items():
            if suite in entry.tags:
                names += [one for one in entry.tags if _wanted(one, 2)]
    source = "github.com/alpinelinux/docker-alpine"
    return ground_module("alpine", source, official.head()[1], grounds, tags, ("/bin/sh",))


def busybox(inputs: str, official: Repository) -> Module:
    """BusyBox."""
    grounds = image_grounds.busybox(inputs)
    tags: dict[str, list[str]] = {name: [] for name in grounds}
    for entry in library(official, "busybox"):
        line, libc, *_ = entry.directory.split("/")
        name = ("" if line == "latest" else "stable-") + libc
        tags[name] += [one for one in entry.tags + entry.shared if _wanted(one, 2)]
    tags["stable-glibc"] += ["stable", "stable-glibc"]
    tags["stable-musl"].append("stable-musl")
    tags["stable-uclibc"].append("stable-uclibc")
    source = "github.com/docker-library/busybox"
    return ground_module("busybox", source, official.head()[1], grounds, tags, ("sh",))


# --- Dockerfiles ---


def _wanted(tag: str, level: int) -> bool:
    if _DATED.search(tag) or LEFT_OUT.search(tag):
        return False
    head = tag.partition("-")[0]
    numbers = head.split(".")
    if all(one.isdigit() for one in numbers):
        return len(numbers) <= level or (level == 1 and len(numbers) == 2 and numbers[0] == "9")
    if re.match(r"\d", head):
        # openjdk's 8u342, eclipse-temurin's 17.0.9_9.
        return False
    return not re.search(r"\d+\.\d+\.\d+", tag)


def chosen(official: Repository, name: str) -> dict[str, list[Entry]]:
    """Each tag worth keeping, with the entries it had, newest first."""
    changes = [
        (day, blob)
        for day, path, blob in official.changes(f"library/{name}")
        if path == f"library/{name}" and blob != ABSENT
    ]
    texts = dict(official.blobs(blob for _, blob in changes))
    found: dict[str, dict[tuple[str, str], Entry]] = defaultdict(dict)
    level = LEVELS.get(name, 1)
    for _, blob in reversed(changes):
        for entry in entries(texts[blob]):
            if entry.os != "linux" or not entry.commit:
                continue
            for tag in entry.tags + entry.shared:
                if _wanted(tag, level):
                    found[tag].setdefault((entry.commit, entry.directory), entry)
    return {tag: list(several.values()) for tag, several in found.items()}


_SUITES = re.compile(
    r"alpine-?\d+\.\d+|wheezy|jessie|stretch|buster|bullseye|bookworm|trixie|forky|sid|trusty|xenial|"
    r"bionic|focal|jammy|noble|resolute"
)


def _sure(newest: Entry, entry: Entry) -> str:
    """How sure an image is that is read from an older `entry` than its `newest`, "" for not."""
    suites = [
        {match for tag in one.tags + one.shared for match in _SUITES.findall(tag)}
        for one in (newest, entry)
    ]
    if newest is entry or (suites[0] and suites[0] == suites[1]):
        return "derived"
    families = [{re.sub(r"[\d.-]", "", one) == "alpine" for one in found} for found in suites]
    if suites[0] and families[0] == families[1]:
        return "assumed"
    return "derived" if not any(suites) and newest.directory == entry.directory else ""


class Sources:
    """The repositories that library files name, as far as they are at hand."""

    def __init__(self, inputs: str) -> None:
        self.inputs = inputs
        self._known: dict[str, Repository | None] = {}
        self._there: dict[tuple[str, str, str], bool] = {}

    def has(self, entry: Entry) -> bool:
        """Whether the Dockerfile of an entry can be had."""
        source = self.repository(entry.repository)
        if source is None:
            return False
        key = entry.repository, entry.commit, entry.directory
        if key not in self._there:
            folder = "" if entry.directory == "." else f"{entry.directory}/"
            try:
                source.git("cat-file", "-e", f"{entry.commit}:{folder}Dockerfile")
            except subprocess.CalledProcessError:
                self._there[key] = False
            else:
                self._there[key] = True
        return self._there[key]

    def repository(self, url: str) -> Repository | None:
        """The clone of a repository on GitHub."""
        if url not in self._known:
            match = re.search(r"github\.com[/:]([^/]+)/([^/]+?)(?:\.git)?/?$", url)
            try:
                self._known[url] = Repository(self.inputs, match[1], match[2]) if match else None
            except SystemExit:
                self._known[url] = None
        return self._known[url]

    def build(self, entry: Entry) -> tuple[str, Tree] | None:
        """The Dockerfile and the files beside it."""
        source = self.repository(entry.repository)
        if source is None:
            return None
        folder = "" if entry.directory == "." else f"{entry.directory}/"
        try:
            text = source.git("show", f"{entry.commit}:{folder}Dockerfile")
            names = source.git("ls-tree", "-r", f"{entry.commit}:{folder}")
        except subprocess.CalledProcessError:
            return None
        files: dict[str, int | None] = {}
        blobs: dict[str, str] = {}
        for line in names.split("\n")[:-1]:
            meta, _, path = line.partition("\t")
            mode, _, blob = meta.split()
            files[path] = 0o755 if mode == "100755" else 0o644
            blobs[path] = blob

        def head(path: str) -> str:
            if path not in blobs:
                return ""
            first = source.git("cat-file", "blob", blobs[path]).partition("\n")[0]
            return first if first.startswith("#!") else ""

        return text, Tree(files, head)


def derived(name: str, official: Repository, sources: Sources, made: Library) -> Module:
    """The module of a repository whose images Dockerfiles make."""
    _, day = official.head()
    groups: dict[tuple[str, str, str, str], tuple[Entry, list[str]]] = {}
    missing: dict[str, int] = defaultdict(int)
    for tag, several in chosen(official, name).items():
        # The newest build whose Dockerfile is at hand: a clone may be older than the list.
        entry = next((one for one in several if sources.has(one)), None)
        sure = _sure(several[0], entry) if entry is not None else ""
        if entry is None or not sure:
            missing["no Dockerfile"] += 1
            continue
        key = entry.repository, entry.commit, entry.directory, sure
        groups.setdefault(key, (entry, []))[1].append(tag)
    source = next((key[0] for key in groups), "").removeprefix("https://")
    module = Module(name, source, day, LEVELS.get(name, 1))
    todo = []
    for (_, _, _, sure), (entry, tags) in groups.items():
        found = sources.build(entry)
        assert found
        todo.append((entry, tags, sure, *found))
    # Images of a repository build on others of it: those first.
    while todo:
        later = []
        for one in todo:
            entry, tags, sure, text, tree = one
            own = [
                base
                for base in re.findall(r"(?m)^FROM +(?:--\S+ +)*(\S+)", text)
                if base.partition(":")[0] == name and made.image(base) is None
            ]
            if own:
                later.append(one)
                continue
            try:
                record = derive(text, tree, made, name, entry.canonical)
            except ValueError as error:
                missing[str(error)] += len(tags)
                continue
            module.records.append(Record(tags, record, entry.commit, sure))
        made.take(name, module.text())
        if len(later) == len(todo):
            missing["no base"] += sum(len(one[1]) for one in later)
            break
        todo = later
    left = ", ".join(f"{reason}: {count}" for reason, count in sorted(missing.items()))
    total = sum(len(one.tags) for one in module.records)
    print(f"{name}: {total} tags in {len(module.records)} images; left out {left or 'none'}")
    return module


def refresh(inputs: str, output: str, only: tuple[str, ...] = ()) -> None:
    """Make `images.bin` in the folder `output`."""
    official = Repository(inputs, "docker-library", "official-images")
    sources = Sources(inputs)
    made = Library()
    texts: dict[str, str] = {}
    for make in (debian, ubuntu, alpine, busybox):
        module = make(inputs, official)
        texts[module.name] = module.text()
        made.take(module.name, texts[module.name])
    texts["distroless"] = image_distroless.module(inputs).text()
    for name in DERIVED:
        if only and name not in only:
            continue
        module = derived(name, official, sources, made)
        if module.records:
            texts[name] = module.text()
            made.take(name, texts[name])
    packed = {name: _deflate(text) for name, text in sorted(texts.items())}
    head = " ".join(f"{name}={len(data)}" for name, data in packed.items())
    path = Path(output) / "images.bin"
    path.write_bytes(head.encode() + b"\n" + b"".join(packed.values()))
    print(f"images.bin: {path.stat().st_size} bytes")


def _deflate(text: str) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(text.encode()) + packer.flush()


if __name__ == "__main__":
    refresh(sys.argv[1], sys.argv[2], tuple(sys.argv[3:]))
