"""
The questions about a build, each with its true answer, made from the record of the build.

| kind | subject | value |
|---|---|---|
| `builds` | | whether the build succeeds |
| `fails` | | first line of the instruction that fails (only asked when one does) |
| `config` | `user` `workdir` `stopsignal` | str, "" or "/" when not set; `stopsignal` None |
| | `entrypoint` `cmd` `healthcheck` `shell` | list of str or None, as the engine records them |
| | `exposed` `volumes` | sorted list: "80/tcp", "/data" |
| | `env NAME` `label NAME` | str, None when not set |
| `path` | `PATH kind` | "file", "dir", "link", "other", None for nothing |
| | `PATH mode` `PATH owner` | "0755" and "0:0"; only when something is there; no mode of links |
| | `PATH target` | where a link points |
| `program` | `NAME` | the path found on the image's PATH, None |
| `user` | `NAME uid` `gid` `home` `shell` | int or str, None without that user |
| `group` | `NAME gid` | int or None |
| | `NAME members` | sorted list; only when there are some |
| `can` | `USER VERB PATH` | bool; verbs: read, write (create in), exec, enter |
| `package` | `MANAGER NAME` | bool; managers: apt, pip, npm (global) |

In the path of a question links are followed, except the last component.
"""

import hashlib
import posixpath
import re
from typing import Any, NamedTuple

from bench.truth.builds import Truth
from bench.truth.fixtures import Fixture
from bench.truth.listing import VERBS

MAX_PATHS = 60
# How many paths of a class are asked about, at most: of what lies below a directory that the
# Dockerfile names, of what is in a directory of PATH, and of the rest.
MAX_BELOW, MAX_BIN, MAX_REST = 24, 12, 8
MAX_PACKAGES = 20
MAX_ACCOUNTS = 8
STANDARD = (
    *("sh", "bash", "curl", "wget", "git", "python3", "python", "pip", "node", "npm", "gcc"),
    *("make", "apt-get", "apk", "useradd", "adduser", "addgroup", "nc", "ps", "sudo", "su"),
)
SETTINGS = {
    "user": "User",
    "workdir": "WorkingDir",
    "stopsignal": "StopSignal",
    "entrypoint": "Entrypoint",
    "cmd": "Cmd",
    "shell": "Shell",
}
_WORD = re.compile(r"[\w.+@~-]+")
_PATH = re.compile(r"(?<![\w.:/])/[\w.+@/-]*[\w+@-]")
# What only the engine's own words name.
_FOREIGN = re.compile(r"--mount=\S+|https?://\S+|#!.*")


class Question(NamedTuple):
    """
    A question and its true answer.

    `why` says where it is from: "asked" (written by hand), "named" (the Dockerfile names it),
    "below" (lies under what it names), "bin", "rest", "standard".
    """

    fixture: str
    kind: str
    subject: str
    value: Any
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()


class _Asker:
    """Collects the questions about one build; the first reason to ask one counts."""

    def __init__(self, fixture: Fixture, truth: Truth) -> None:
        self.fixture = fixture
        self.truth = truth
        self.found: dict[tuple[str, str], Question] = {}

    def add(self, kind: str, subject: str, value: Any, why: str) -> None:
        name = self.fixture.name
        self.found.setdefault((kind, subject), Question(name, kind, subject, value, why))

    def path(self, path: str, why: str) -> None:
        entry = self.truth.listing.stat(path, follow=False)
        self.add("path", f"{path} kind", entry.kind if entry is not None else None, why)
        if entry is None:
            return
        self.add("path", f"{path} owner", f"{entry.uid}:{entry.gid}", why)
        if entry.kind == "link":
            self.add("path", f"{path} target", entry.target, why)
        else:
            self.add("path", f"{path} mode", f"{entry.mode:04o}", why)

    def program(self, name: str, why: str) -> None:
        path = self.truth.env.get("PATH", "")
        self.add("program", name, self.truth.listing.program(name, path), why)

    def user(self, name: str, why: str) -> None:
        user = self.truth.listing.users.get(name)
        for part in ("uid", "gid", "home", "shell"):
            self.add("user", f"{name} {part}", getattr(user, part) if user else None, why)

    def group(self, name: str, why: str) -> None:
        group = self.truth.listing.groups.get(name)
        self.add("group", f"{name} gid", group.gid if group else None, why)
        if group is not None and group.members:
            self.add("group", f"{name} members", sorted(group.members), why)

    def can(self, user: str, verb: str, path: str, why: str) -> None:
        who = self.truth.listing.identity(user)
        if who is None:
            raise ValueError(f"{self.fixture.name}: there is no {user} to ask about")
        if verb not in VERBS:
            raise ValueError(f"{self.fixture.name}: what is {verb}?")
        value = self.truth.listing.can(who, verb, path)
        self.add("can", f"{user} {verb} {path}", value, why)

    def package(self, manager: str, name: str, why: str) -> None:
        self.add("package", f"{manager} {name}", name in self.truth.listing.packages(manager), why)

    def config(self, words: list[str], why: str) -> None:
        self.add("config", " ".join(words), setting(self.truth, *words), why)


def setting(truth: Truth, name: str, *rest: str) -> object:
    """What the image's configuration says of a subject of `config` questions."""
    config = truth.config
    if name == "env":
        return truth.env.get(" ".join(rest))
    if name == "label":
        return (config.get("Labels") or {}).get(" ".join(rest))
    if name == "exposed":
        return sorted(config.get("ExposedPorts") or ())
    if name == "volumes":
        return sorted(config.get("Volumes") or ())
    if name == "healthcheck":
        return (config.get("Healthcheck") or {}).get("Test")
    value = config.get(SETTINGS[name])
    if name == "user":
        return value or ""
    if name == "workdir":
        return value or "/"
    return value or None


def questions(fixture: Fixture, truth: Truth) -> list[Question]:
    """The questions about a build, the hand-written ones first."""
    asker = _Asker(fixture, truth)
    if truth.failure is not None:
        asker.add("fails", "", truth.failure.line, "named")
        return list(asker.found.values())
    asker.add("builds", "", True, "named")
    for kind, *words in fixture.asks:
        _by_hand(asker, kind, words)
    text = _FOREIGN.sub(" ", fixture.dockerfile)
    _configuration(asker, text)
    _people(asker, text)
    named = _paths(asker, text)
    _programs(asker, text)
    _packages(asker, text)
    _rights(asker, text, named)
    return list(asker.found.values())


def _by_hand(asker: _Asker, kind: str, words: list[str]) -> None:
    subject = " ".join(words)
    if kind == "path":
        asker.path(subject, "asked")
    elif kind == "can":
        asker.can(words[0], words[1], " ".join(words[2:]), "asked")
    elif kind == "package":
        asker.package(words[0], words[1], "asked")
    elif kind == "config":
        asker.config(words, "asked")
    elif kind == "program":
        asker.program(subject, "asked")
    elif kind == "user":
        asker.user(subject, "asked")
    elif kind == "group":
        asker.group(subject, "asked")
    else:
        raise ValueError(f"{asker.fixture.name}: what is {kind}?")


def _configuration(asker: _Asker, text: str) -> None:
    for name in (*SETTINGS, "healthcheck", "exposed", "volumes"):
        asker.config([name], "named" if name.upper() in text else "standard")
    for name in asker.truth.env:
        asker.config(["env", name], "named" if name in text else "standard")


def _people(asker: _Asker, text: str) -> None:
    before, after = asker.truth.base, asker.truth.listing
    words = set(_WORD.findall(text)) | {"root", "nobody"}
    for old, new, ask in (
        (before.users, after.users, asker.user),
        (before.groups, after.groups, asker.group),
    ):
        names = {*old, *new}
        for name in sorted(names & words):
            ask(name, "named")
        rest = [name for name in names - words if old.get(name) != new.get(name)]
        for name in sorted(rest, key=lambda name: _order(asker.fixture, name))[:MAX_ACCOUNTS]:
            ask(name, "rest")


def _order(fixture: Fixture, path: str) -> bytes:
    """A fixed order that prefers nothing."""
    return hashlib.sha256(f"{fixture.name}\0{path}".encode()).digest()


def _paths(asker: _Asker, text: str) -> list[str]:
    """Ask about paths; returns those that the Dockerfile names, or whose name it has."""
    truth, fixture = asker.truth, asker.fixture
    written = {path.rstrip("/") for path in _PATH.findall(text)} - {""}
    words = set(_WORD.findall(text))
    bins = {posixpath.normpath(one) for one in truth.env.get("PATH", "").split(":")}
    touched = sorted({*truth.changed, *truth.removed}, key=lambda path: _order(fixture, path))
    named, below, found, rest = [], [], [], []
    for path in touched:
        parent, name = posixpath.split(path)
        if path in written or name in words:
            named.append(path)
        elif any(path.startswith(one + "/") for one in written):
            below.append(path)
        elif parent in bins or f"/usr{parent}" in bins:
            found.append(path)
        else:
            rest.append(path)
    # What is written out comes first, then what only shares its last name with a word.
    plain = sorted(path for path in written if not re.search(r"[*$?{]", path))
    named = [*plain, *sorted(path for path in named if path not in written)][:MAX_PATHS]
    chosen = [(path, "named") for path in named]
    chosen += [(path, "below") for path in below[:MAX_BELOW]]
    chosen += [(path, "bin") for path in found[:MAX_BIN]]
    chosen += [(path, "rest") for path in rest[:MAX_REST]]
    for path, why in chosen[:MAX_PATHS]:
        asker.path(path, why)
    return named


def _programs(asker: _Asker, text: str) -> None:
    truth = asker.truth
    known = {
        name
        for listing in (truth.base, truth.listing)
        for folder in truth.env.get("PATH", "").split(":")
        for name in _children(listing.entries, folder)
    }
    for name in sorted(set(_WORD.findall(text)) & known):
        asker.program(name, "named")
    for name in STANDARD:
        asker.program(name, "standard")


def _children(entries: "dict[str, Any]", folder: str) -> list[str]:
    start = folder.rstrip("/") + "/"
    more = f"/usr{start}"  # /bin is a link to /usr/bin
    return [path[path.rindex("/") + 1 :] for path in entries if path.startswith((start, more))]


def _packages(asker: _Asker, text: str) -> None:
    words = set(_WORD.findall(text))
    before, after = asker.truth.base, asker.truth.listing
    for manager in ("apt", "pip", "npm"):
        changed = after.packages(manager) ^ before.packages(manager)
        named = sorted(changed & words)
        rest = sorted(changed - words, key=lambda name: _order(asker.fixture, name))
        for name in [*named, *rest][:MAX_PACKAGES]:
            asker.package(manager, name, "named" if name in words else "rest")


def _rights(asker: _Asker, text: str, named: list[str]) -> None:
    truth = asker.truth
    words = set(_WORD.findall(text))
    user = truth.config.get("User") or ""
    people = [user] if user and truth.listing.identity(user) else []
    new = set(truth.listing.users) - set(truth.base.users)
    people += sorted(new & words - set(people))[:2]
    if not people and "nobody" in truth.listing.users:
        people = ["nobody"]
    there = [path for path in named if truth.listing.stat(path) is not None][:8]
    for person in people:
        for path in there:
            entry = truth.listing.stat(path)
            assert entry is not None
            verbs = ["read", "write"]
            if entry.kind == "dir":
                verbs = ["enter", "write"]
            elif entry.mode & 0o111:
                verbs = ["read", "exec"]
            for verb in verbs:
                asker.can(person, verb, path, "named")
