"""
Packages that Alpine had and no longer has.

Input: `tcely+aports/repo`, a clone of github.com/tcely/aports, a copy of Alpine's aports whose
history goes on after the read-only mirror at github.com/alpinelinux. Of each release the state at
its commit ("===== release 3.12.0 =====") counts, of branches that the copy has also their last.
Output: `alpine.bin`, whose format `dockwright.facts.bundled.alpine` describes.

An APKBUILD is a shell script, and is read here as text: variables that are assigned once are put
in, all else is a gap that any word of the script may fill. So a name may be taken for present when
it is not, which makes the first branch without it a later one, never an earlier one.
"""

import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.refresh_facts.repository import Repository

_RELEASE = re.compile(r"([0-9a-f]{40}) =+ release (3\.\d+)\.0 =+\s*")
_FOLDERS = ("main/", "community/")
_ASSIGNED = re.compile(r"(?m)(^|(?<![\w$.-]))(\w+)\+?=")
# What may give a variable another value: loops, `read`, `${name:=word}`, arithmetic.
_GIVEN = re.compile(r"\bfor +(\w+)|\bread +(?:-r +)?(\w+)|\$\{(\w+):?=|\(\( *(\w+)")
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")
_GAP = re.compile(r"\$\{|\$\(|`|\$.?")
_CLOSING = {"${": "}", "$(": ")", "`": "`", '"': '"'}
_NAME = re.compile(r"[a-z0-9*][A-Za-z0-9*+._-]*")
# Parts of a package that nobody installs by name.
_PARTS = re.compile(
    r".*-(?:dbg|doc|lang|pyc|openrc|systemd|bash-completion|zsh-completion|fish-completion|"
    r"vim|static|examples?|tests?|lang-.*|elpa)"
)


class Build:
    """
    What an APKBUILD makes.

    `names` are packages and what they provide, `gaps` those with "*" where a word is not known,
    `needs` what they need, which somebody then makes. `text` is the script in small letters.
    """

    def __init__(self, folder: str, text: str) -> None:
        self.names = {folder}
        self.gaps: set[str] = set()
        self.needs: set[str] = set()
        self.text = text.lower()
        values: dict[str, list[str]] = {}
        given = {name for found in _GIVEN.findall(text) for name in found}
        for match in _ASSIGNED.finditer(text):
            value = text[match.end() : _end(text, match.end())]
            values.setdefault(match[2], []).append(value)
            if match.start() and text[match.start() - 1] != "\n":
                given.add(match[2])
        once = {
            name: found[0]
            for name, found in values.items()
            if len(found) == 1 and name not in given
        }
        once |= {"subpackages": "", "provides": ""}
        once.setdefault("pkgname", folder)
        for field in ("pkgname", "subpackages", "provides"):
            for value in values.get(field, ()):
                for word in _filled(value, once).split():
                    self._add(word if field == "provides" else word.partition(":")[0])
        for field in ("depends", "makedepends", "checkdepends", "depends_dev"):
            for value in values.get(field, ()):
                words = (word for word in _filled(value, once).split() if ":" not in word)
                found = (_NAME.match(word) for word in words)
                self.needs |= {match[0] for match in found if match and "*" not in match[0]}

    def _add(self, word: str) -> None:
        match = _NAME.match(word)
        if match is None or (":" in word and "*" not in word.partition(":")[0]):
            return
        (self.gaps if "*" in match[0] else self.names).add(match[0].rstrip("."))

    def may(self, name: str) -> bool:
        """Whether one of the gaps, filled with words of the script, may be `name`."""
        for gap in self.gaps:
            match = _pattern(gap).fullmatch(name)
            if match and all(part.lower() in self.text for part in match.groups()):
                return True
        return False


@cache
def _pattern(gap: str) -> re.Pattern[str]:
    return re.compile(r"(.*)".join(map(re.escape, gap.split("*"))))


def _end(text: str, at: int) -> int:
    """Where the shell word that begins at `at` ends."""
    open_: list[str] = []
    while at < len(text):
        char = text[at]
        two = text[at : at + 2]
        if char == "\\":
            at += 2
            continue
        if open_ and char == open_[-1]:
            open_.pop()
        elif two in _CLOSING:
            open_.append(_CLOSING[two])
            at += 1
        elif char in _CLOSING:
            open_.append(_CLOSING[char])
        elif char == "'" and (not open_ or open_[-1] == ")"):
            at = text.find("'", at + 1)
            if at < 0:
                return len(text)
        elif not open_ and (char.isspace() or char in ";&|)"):
            return at
        at += 1
    return at


def _filled(value: str, once: dict[str, str]) -> str:
    """A value with the variables that are known, and "*" for the others."""
    for _ in range(5):
        value = _VARIABLE.sub(lambda match: once.get(match[1] or match[2], "*"), value)
    parts = []
    at = 0
    while match := _GAP.search(value, at):
        parts += [value[at : match.start()], "*"]
        # To the end of the expansion, which is read as a word of its own.
        at = _end_of_gap(value, match)
    value = "".join([*parts, value[at:]])
    return re.sub(r"\*+", "*", re.sub(r"[\"'\\]", "", value))


def _end_of_gap(value: str, match: re.Match[str]) -> int:
    if match[0] not in _CLOSING:
        return match.end()
    depth = _CLOSING[match[0]]
    at = match.end()
    inner: list[str] = [depth]
    while at < len(value) and inner:
        two = value[at : at + 2]
        if value[at] == inner[-1]:
            inner.pop()
        elif two in _CLOSING:
            inner.append(_CLOSING[two])
            at += 1
        at += 1
    return at


def _states(source: Repository) -> list[tuple[str, list[str]]]:
    """(branch, commits) oldest first; the last is "edge"."""
    commits: dict[str, list[str]] = {}
    for line in source.git("log", "--format=%H %s", "--", "main/alpine-base").split("\n"):
        match = _RELEASE.fullmatch(line)
        if match:
            commits.setdefault(match[2], []).append(match[1])
    heads = source.git("branch", "--all", "--format=%(refname:short)").split("\n")
    for head in heads:
        branch = head.rpartition("/")[2].removesuffix("-stable")
        if head.endswith("-stable") and branch in commits:
            commits[branch].append(head)
    order = sorted(commits, key=lambda one: tuple(map(int, one.split("."))))
    return [*((branch, commits[branch]) for branch in order), ("edge", ["HEAD"])]


def _listed(source: Repository, commit: str) -> Iterator[tuple[str, str]]:
    """(folder, blob) of each APKBUILD of main and community."""
    for line in source.git("ls-tree", "-r", commit, *_FOLDERS).split("\n"):
        meta, _, path = line.partition("\t")
        if path.endswith("/APKBUILD") and path.count("/") == 2:
            yield path.split("/")[1], meta.split()[2]


def gone(source: Repository) -> dict[str, str]:
    """Package to the first branch without it, for those that no later one has."""
    states = _states(source)
    listed = {
        branch: sorted({one for commit in commits for one in _listed(source, commit)})
        for branch, commits in states
    }
    wanted = {blob for found in listed.values() for _, blob in found}
    texts = dict(source.blobs(wanted))
    built = cache(lambda folder, blob: Build(folder, texts[blob]))
    made = {
        branch: {name for one in found for name in built(*one).names}
        for branch, found in listed.items()
    }
    exact = {
        branch: made[branch] | {name for one in found for name in built(*one).needs}
        for branch, found in listed.items()
    }
    left = set().union(*made.values()) - exact["edge"]
    left = {name for name in left if not _PARTS.fullmatch(name)}
    found: dict[str, str] = {}
    later = "edge"
    for branch, _ in reversed(states):
        loose = {built(*one) for one in listed[branch] if built(*one).gaps}
        for name in sorted(left):
            if name in exact[branch] or any(one.may(name) for one in loose):
                left.discard(name)
                if later not in ("edge", branch):
                    found[name] = later
        later = branch
    return found


def refresh(inputs: str, output: str) -> None:
    """Make `alpine.bin` in the folder `output`."""
    source = Repository(inputs, "tcely", "aports")
    commit, day = source.head()
    branches: dict[str, list[str]] = {}
    for name, branch in sorted(gone(source).items()):
        branches.setdefault(branch, []).append(name)
    order = sorted(branches, key=lambda one: tuple(map(int, one.split("."))))
    lines = [f"github.com/{source.name} {commit} {day}"]
    lines += [f"{branch} {' '.join(branches[branch])}" for branch in order]
    (Path(output) / "alpine.bin").write_bytes(zlib.compress("\n".join(lines).encode(), 9))
