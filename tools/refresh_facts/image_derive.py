"""
From a Dockerfile of an official image to a record: dockwright reads it with its own model.

Configuration, users, directories and copied files come from the model. What RUN installs is read
here, in the idioms of these Dockerfiles: packages that a RUN purges again do not count. What is
built comes from `image_overlay`.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from dockwright.facts.contents import parent
from dockwright.facts.image import ImageFacts
from dockwright.facts.knowledge import Known
from dockwright.facts.port import FactSource
from dockwright.model.files import Listing
from dockwright.model.stages import Build, Stage
from dockwright.model.state import CommandLine
from dockwright.model.steps import Step
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.shell.nodes import Command, ShellWord
from dockwright.text.source import Source
from tools.refresh_facts.image_apk import APK
from tools.refresh_facts.image_overlay import MOVING, OVERLAYS, STAYS, Context
from tools.refresh_facts.image_placed import KEPT, placed, step_text

# Commands that leave nothing behind, or nothing outside /tmp.
HARMLESS = frozenset((
    ":", "[", "[[", "set", "test", "echo", "printf", "true", "false", "command", "export",
    "unset", "local", "apt-get", "apt", "apk", "apt-mark", "rm", "grep", "ls", "sleep", "cat",
    "date", "env", "exit", "return", "dpkg", "gpgconf", "sha256sum", "sha512sum", "awk", "cut",
    "sort", "head", "uname", "id", "case", "getent", "shift", "cd", "dpkg-architecture",
    "dpkg-query", "nproc", "ldconfig", "umask", "apt-cache", "dpkg-divert",
    "update-ca-certificates", "touch", "readlink", "which", "fc-cache", "locale", "sync",
))  # fmt: skip
# What is written there is no part of the image, or gone when it is finished.
_PASSING = ("/dev/", "/tmp/", "/proc/")  # noqa: S108
Config = tuple[Any, ...]


class Derived:
    """What came out: `base` reference, `config`, `notes`."""

    def __init__(self, base: str, config: Config, notes: list[str]) -> None:
        self.base = base
        self.config = config
        self.notes = notes


class Tree(Listing):
    """The files beside a Dockerfile in a git commit, with the first lines of scripts."""

    def __init__(self, files: dict[str, int | None], head: Callable[[str], str]) -> None:
        super().__init__(files)
        self._head = head

    def head(self, path: str) -> str | None:
        """The first line of a script."""
        return self._head(path)


def derive(
    text: str,
    listing: Listing,
    facts: FactSource,
    repository: str,
    tag: str,
) -> Derived:
    """The record of the image a Dockerfile makes."""
    build = Build(parse(Source("Dockerfile", text)), facts=facts, listing=listing)
    stage = build.stages[-1]
    chain = list(reversed(stage.lineage()))
    steps = [step for one in chain for step in one.steps if not step.onbuild]
    bottom = chain[0].base
    if bottom.kind not in ("image", "scratch"):
        raise ValueError(f"builds on a {bottom.kind}")
    name = bottom.name
    if not isinstance(name, Known):
        raise ValueError("the base is not known")  # noqa: TRY004
    found = facts.image(name.value) if bottom.kind == "image" else bottom.facts
    env = _environment(stage, found)
    image = Context(repository, tag, text, env)
    notes: list[str] = []
    covered = repository in OVERLAYS
    overlay = OVERLAYS[repository](image) if covered else []
    for step in steps:
        if step.name == "RUN":
            notes += run(step, covered=covered)
    if covered and image.env.get("GOSU_VERSION"):
        overlay.append("put /usr/local/bin gosu")
    notes += [line for note in overlay for line in note.split("\n")]
    notes += placed(chain, facts)
    base = str(name.value) if bottom.kind == "image" else "scratch"
    return Derived(
        base if found is not None else f"unknown {base}", _config(stage, found, env), _merged(notes)
    )


# --- configuration ---


def _environment(stage: Stage, base: ImageFacts | None) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if base is not None:
        for name, value in base.env.items():
            found[name] = value.value if isinstance(value, Known) else None
    for name, value in stage.state.entries("image_env").items():
        found[name] = value.value if isinstance(value, Known) else None
    return found


def _config(stage: Stage, base: ImageFacts | None, env: dict[str, str | None]) -> Config:
    state = stage.state

    def value(name: str) -> Any:
        found = state.setting(name)
        if not isinstance(found, Known):
            if base is None or not _known(base):
                return "?" if name in ("user", "workdir", "stopsignal") else ("?",)
            raise ValueError(f"{name} is not known")
        if isinstance(found.value, CommandLine):
            return found.value.argv
        return found.value

    def kept(name: str, text: str | None) -> str | None:
        return None if MOVING.search(name) and not STAYS.search(name) else text

    if base is None or not _known(base):
        env = {**env, "?": None}
    ports = [*(base.ports or () if base else ()), *state.names("exposed")]
    volumes = [*(base.volumes or () if base else ()), *state.names("volumes")]
    return (
        *(value(one) for one in ("user", "workdir", "shell", "entrypoint", "cmd")),
        value("healthcheck"),
        value("stopsignal"),
        {name: kept(name, text) for name, text in sorted(env.items())},
        tuple(dict.fromkeys(ports)),
        tuple(dict.fromkeys(volumes)),
    )


def _known(base: ImageFacts) -> bool:
    """Whether the configuration of a base is known in all parts."""
    return base.env_complete and isinstance(base.user, Known)


# --- packages ---


def words(command: Command, state: Any) -> list[str]:
    """The arguments of a command, variables replaced where they are known; "?" for the others."""
    found = []
    for word in command.args:
        found += _word(word, state)
    return found


def _word(word: ShellWord, state: Any) -> list[str]:
    if word.value is not None:
        return [word.value]
    text = word.text.strip("\"'")
    unknown = False

    def replace(match: "re.Match[str]") -> str:
        nonlocal unknown
        found = state.variable(match[1] or match[2])
        if isinstance(found, Known) and isinstance(found.value, str):
            return found.value
        unknown = True
        return "?"

    text = re.sub(r"\$(?:(\w+)|\{(\w+)\})", replace, text)
    if unknown or "$" in text or "`" in text:
        return ["?"]
    return text.split() if not word.quoted else [text]


def _behind(command: Command, names: Sequence[str], state: Any) -> list[str] | None:
    """The operands behind a subcommand such as `install`, None when it is another one."""
    args = words(command, state)
    while args and args[0].startswith("-"):
        args.pop(0)
        if args and "=" in args[0] and not args[0].startswith("-"):
            args.pop(0)
    if not args or args[0] not in names:
        return None
    return args[1:]


def run(step: Step, *, covered: bool) -> list[str]:
    """The notes of one RUN."""
    state = step.before
    text = step_text(step)
    notes: list[str] = []
    apt: list[str] = []
    removed: set[str] = set()
    virtual: dict[str, list[str]] = {}
    purge = re.search(r"--auto-remove|autoremove", text) is not None
    # Only what always runs counts: branches are for other architectures.
    always = [one for one in step.commands if not {"branch", "function"} & {*one.within}]
    marks_all = any(one.name == "apt-mark" and "auto" in words(one, state) for one in always)
    saved = [one.start for one in always for name, _ in one.assignments if name == "savedAptMark"]
    for command in step.commands:
        name = command.name
        branch = "branch" in command.within or "function" in command.within
        if name in ("apt-get", "apt"):
            operands = _behind(command, ("install",), state)
            if operands is not None:
                if branch:
                    # For another architecture than amd64, which these facts are about.
                    continue
                late = not saved or saved[0] < command.start
                dropped = purge and marks_all and late
                if not dropped:
                    apt += [one for one in operands if not one.startswith("-")]
                continue
            operands = _behind(command, ("remove", "purge"), state)
            if operands:
                removed.update(one for one in operands if not one.startswith("-"))
        elif name == "apt-mark":
            continue
        elif name == "apk":
            _apk(command, state, virtual, branch=branch)
        elif name not in HARMLESS and name not in KEPT and name and not covered:
            notes += ["murky /", "strangers", "some apt", "some apk"]
        for redirect in command.redirects:
            if redirect.target is not None and ">" in redirect.operator:
                target = (_word(redirect.target, state) or ["?"])[0]
                if re.search(rf"\brm\b[^;&]*{re.escape(target)}", text):
                    continue
                if target.startswith("/") and not target.startswith(_PASSING):
                    notes.append(f"maybe {parent(target)} {target.rpartition('/')[2]}")
    names = [one for one in apt if one not in removed and "?" not in one and "=" not in one]
    names = [one for one in names if not (branchy(one) or one.startswith("/"))]
    if names:
        recommends = "0" if "--no-install-recommends" in text else "1"
        notes.append(f"apt {recommends} {' '.join(dict.fromkeys(names))}")
    if "?" in apt and not covered:
        notes += ["murky /", "strangers", "some apt"]
    elif purge or "?" in apt:
        notes.append("libs")
    for name, packages in virtual.items():
        notes += apk_notes(packages, ran=bool(name) and "run" in name, covered=covered)
    return notes


def branchy(name: str) -> bool:
    """Whether a word is no package's name."""
    return re.fullmatch(r"[a-z0-9][a-z0-9+.-]+(?::\w+)?", name) is None


def _apk(command: Command, state: Any, virtual: dict[str, list[str]], *, branch: bool) -> None:
    args = words(command, state)
    if "add" in args:
        group = ""
        names = []
        rest = args[args.index("add") + 1 :]
        while rest:
            one = rest.pop(0)
            if one in ("--virtual", "-t"):
                group = rest.pop(0) if rest else ""
            elif one.startswith("--virtual="):
                group = one.partition("=")[2]
            elif one in ("-X", "--repository", "--repositories-file"):
                rest = rest[1:]
            elif not one.startswith("-"):
                names.append(one)
        if not branch:
            virtual.setdefault(group, []).extend(names)
    elif "del" in args:
        for one in args[args.index("del") + 1 :]:
            virtual.pop(one, None)
            if one in virtual.get("", []):
                virtual[""].remove(one)


def apk_notes(packages: list[str], *, ran: bool, covered: bool) -> list[str]:
    """What packages of Alpine bring."""
    notes: list[str] = []
    named = []
    for package in dict.fromkeys(packages):
        name = re.split(r"[=<>~@]", package)[0]
        if name == "?":
            # Shared libraries that scanelf found, or names in a variable.
            notes.append("libs" if ran or covered else "murky /")
            continue
        named.append(name)
        known = APK.get(name)
        if known is None and not re.fullmatch(r".*-libs|lib.*|so:.*|.*-data(-full)?", name):
            notes.append("murky /bin /sbin /usr/bin /usr/sbin /usr /etc /var")
        if known is not None:
            folder, _, programs = known[0].partition(" ")
            if programs:
                notes.append(f"put {folder} " + " ".join(f"{one}|" for one in programs.split()))
            if known[1]:
                notes.append(f"maybe {folder or '/usr/bin'} {known[1]}")
                if folder != "/usr/bin" or not programs:
                    notes.append(f"maybe /usr/bin {known[1]}")
                notes.append(f"maybe /usr/sbin {known[1]}")
    if named:
        notes.append("has apk " + " ".join(named))
        notes.append("libs zlib pcre2 expat oniguruma readline ncurses-terminfo-base")
    return notes


def _merged(notes: list[str]) -> list[str]:
    """The notes, neighbouring `put` lines of one folder joined, repeated ones left out."""
    found: list[str] = []
    for note in notes:
        if note in found and not note.startswith(("apt", "gone")):
            continue
        word, _, rest = note.partition(" ")
        folder, _, tokens = rest.partition(" ")
        if word == "put" and found and found[-1].startswith(f"put {folder} ") and "=" not in tokens:
            found[-1] += f" {tokens}"
            continue
        found.append(note)
    return found
