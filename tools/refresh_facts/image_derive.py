"""
From a Dockerfile of an official image to a record: dockwright reads it with its own model.

Configuration, users, directories and copied files come from the model. What RUN installs is read
here, in the idioms of these Dockerfiles: packages that a RUN purges again do not count. What is
built comes from `image_overlay`.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from dockwright.facts.contents import Entry, parent
from dockwright.facts.effects import Mode, Owner, Put
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
from tools.refresh_facts.image_overlay import APK, MOVING, OVERLAYS, STAYS, Context

# Commands whose effect the model can tell, and that are run through it.
KEPT = frozenset("groupadd useradd addgroup adduser usermod mkdir chown chmod install ln".split())
# Commands that leave nothing behind, or nothing outside /tmp.
HARMLESS = frozenset(
    ": [ [[ set test echo printf true false command export unset local apt-get apt apk apt-mark rm "
    "grep ls sleep cat date env exit return dpkg gpgconf sha256sum sha512sum awk cut sort head "
    "uname id case getent shift cd dpkg-architecture dpkg-query nproc ldconfig umask apt-cache "
    "dpkg-divert update-ca-certificates touch readlink which fc-cache locale sync".split()
)
Config = tuple[Any, ...]
# login.defs sets HOME_MODE 0700 from trixie on; before, useradd makes homes with 0755.
OPEN_HOMES = ("jessie", "stretch", "buster", "bullseye", "bookworm")


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
    chain = [one for one in reversed(stage.lineage())]
    steps = [step for one in chain for step in one.steps if not step.onbuild]
    bottom = chain[0].base
    if bottom.kind not in ("image", "scratch"):
        raise ValueError(f"builds on a {bottom.kind}")
    name = bottom.name
    if not isinstance(name, Known):
        raise ValueError("the base is not known")
    found = facts.image(name.value) if bottom.kind == "image" else bottom.facts
    env = _environment(stage, found)
    image = Context(repository, tag, text, env)
    notes: list[str] = []
    covered = repository in OVERLAYS
    overlay = OVERLAYS[repository](image) if covered else []
    for step in steps:
        if step.name == "RUN":
            notes += run(step, image, covered=covered)
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


def run(step: Step, image: Context, *, covered: bool) -> list[str]:
    """The notes of one RUN."""
    state = step.before
    text = _text(step)
    notes: list[str] = []
    apt: list[str] = []
    removed: set[str] = set()
    virtual: dict[str, list[str]] = {}
    purge = re.search(r"--auto-remove|autoremove", text) is not None
    marks_all = re.search(r"apt-mark auto '\.\*'|apt-mark showmanual \| xargs apt-mark auto", text)
    for command in step.commands:
        name = command.name
        branch = "branch" in command.within or "function" in command.within
        if name in ("apt-get", "apt"):
            operands = _behind(command, ("install",), state)
            if operands is not None:
                if branch:
                    # For another architecture than amd64, which these facts are about.
                    continue
                saved = command.script.text.find("savedAptMark=")
                late = 0 <= saved < command.start
                dropped = purge and marks_all and (late or saved < 0)
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
                if target.startswith("/") and not target.startswith(("/dev/", "/tmp/", "/proc/")):
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


def _text(step: Step) -> str:
    return step.stage.build.tree.source.text[step.span.start : step.span.end]


def command_text(command: Command) -> str:
    """The command as its script has it."""
    return command.script.text[command.start : command.end]


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


# --- files and users, through the model ---


def placed(chain: list[Stage], facts: FactSource) -> list[str]:
    """Directories, copied files and accounts, as the model sees the commands that make them."""
    lines = []
    for stage in chain:
        if stage is chain[0]:
            lines.append(
                f"FROM {stage.base.name.value if isinstance(stage.base.name, Known) else 'scratch'}"
            )
        for step in stage.steps:
            text = _text(step)
            if step.onbuild:
                continue
            if step.name in ("ENV", "ARG", "USER", "WORKDIR", "SHELL"):
                lines.append(text)
            elif step.name in ("COPY", "ADD") and "--from" not in text:
                lines.append(text)
            elif step.name == "RUN":
                parts = [
                    command_text(one)
                    for one in step.commands
                    if one.name in KEPT
                    and not {"branch", "loop", "function"} & {*one.within}
                    and not re.search(r"\$\(|`|/tmp/|\*|/usr/src", command_text(one))
                ]
                lines += [f"RUN {' '.join(part.split())}" for part in parts if "\n" not in part]
    source = Source("Dockerfile", "\n".join(lines) + "\n")
    build = Build(parse(source), facts=facts, listing=chain[0].build.listing)
    stage = build.stages[-1]
    files = stage.state.files
    paths: dict[str, None] = {}
    accounts: dict[tuple[str, str], None] = {}
    for step in stage.steps:
        for effect in stage.files.effects(step):
            if isinstance(effect, (Put, Owner, Mode)):
                paths[effect.path] = None
                if isinstance(effect, Put):
                    above = parent(effect.path)
                    while (
                        above not in ("/", "/etc", "/usr", "/var", "/usr/local") and len(above) > 1
                    ):
                        paths[above] = None
                        above = parent(above)
            elif hasattr(effect, "source") and step.name in ("COPY", "ADD"):
                for word in step.sources:
                    target = effect.path
                    name = word.value.rstrip("/").rpartition("/")[2]
                    for path in (target, f"{target}/{name}"):
                        paths[path] = None
                        listing = stage.build.listing
                        if "*" in name and listing is not None:
                            pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
                            for one in listing.names("") or ():
                                if pattern.fullmatch(one):
                                    paths[f"{target}/{one}"] = None
            for kind in ("user", "group"):
                for name in effect.accounts(kind):
                    accounts[kind, name] = None
    notes = []
    for kind, name in accounts:
        found = files.account(kind, name)
        if isinstance(found, Known) and found.value is not None:
            one = found.value
            number = "?" if one.number is None else one.number
            if kind == "group":
                notes.append(f"group {name} {number}")
            else:
                gid = "?" if one.gid is None else one.gid
                notes.append(f"user {name} {number} {gid} {one.home or '?'} {one.shell or '?'}")
        else:
            notes.append("strangers")
    for path in sorted(paths):
        found = files.find(path)
        if isinstance(found, Known) and isinstance(found.value, Entry) and path != "/":
            below = stage.files.base.find(path)
            home = any(
                isinstance(one := files.account("user", name), Known)
                and one.value is not None
                and one.value.home == path
                for kind, name in accounts
                if kind == "user"
            )
            if home and found.value.mode == 0o700 and files.suite in OPEN_HOMES:
                found = Known(found.value.having(mode=0o755), found.reason)
            if isinstance(below, Known) and below.value == found.value:
                continue
            notes.append(f"put {parent(path)} {token(path.rpartition('/')[2], found.value)}")
    return notes


def token(name: str, entry: Entry) -> str:
    """The token of an entry."""
    if entry.kind == "any":
        return f"{name}|"
    if entry.kind == "link":
        return f"{name}>{entry.target}"
    text = name + ("/" if entry.kind == "dir" else "")
    owner = f":{_show(entry.uid)}:{_show(entry.gid)}"
    if entry.mode is None:
        return f"{name}|" if entry.kind == "file" else f"{text}:755{owner}|".rstrip("|")
    if owner != ":0:0" or entry.mode != 0o755:
        text += f":{entry.mode:o}" + (owner if owner != ":0:0" else "")
    content = entry.content if " " not in entry.content else ""
    return f"{text}~{content}" if content else text


def _show(number: int | None) -> str:
    return "?" if number is None else str(number)


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
