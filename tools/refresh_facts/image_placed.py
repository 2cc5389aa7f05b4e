"""Directories, copied files and accounts of an image, as dockwright's model sees them made."""

import re

from dockwright.facts.contents import Contents, Effect, Entry, parent
from dockwright.facts.effects import Mode, Owner, Put, Tree
from dockwright.facts.knowledge import Known
from dockwright.facts.port import FactSource
from dockwright.model.stages import Build, Stage
from dockwright.model.steps import Step
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.shell.nodes import Command
from dockwright.text.source import Source

# Commands whose effect the model can tell, and that are run through it.
KEPT = frozenset(("groupadd", "useradd", "addgroup", "adduser", "usermod", "mkdir", "chown",
                  "chmod", "install", "ln"))  # fmt: skip
# Of these commands the paths are not known, or gone at the end of their RUN.
_UNSURE = re.compile(r"\$\(|`|/tmp/|\*|/usr/src")
_COMMON = ("/", "/etc", "/usr", "/var", "/usr/local")
# login.defs sets HOME_MODE 0700 from trixie on; before, useradd makes homes with 0755.
OPEN_HOMES = ("jessie", "stretch", "buster", "bullseye", "bookworm")


def step_text(step: Step) -> str:
    """The instruction as the file has it."""
    return step.stage.build.tree.source.text[step.span.start : step.span.end]


def command_text(command: Command) -> str:
    """The command as its script has it."""
    return command.script.text[command.start : command.end]


def reduced(chain: list[Stage]) -> str:
    """A Dockerfile with only what the model can tell: configuration, COPY, and simple commands."""
    base = chain[0].base.name
    lines = [f"FROM {base.value if isinstance(base, Known) else 'scratch'}"]
    for step in (step for stage in chain for step in stage.steps if not step.onbuild):
        text = step_text(step)
        kept = step.name in ("ENV", "ARG", "USER", "WORKDIR", "SHELL")
        if kept or (step.name in ("COPY", "ADD") and "--from" not in text):
            lines.append(text)
        elif step.name == "RUN":
            for one in step.commands:
                part = command_text(one)
                always = not {"branch", "loop", "function"} & {*one.within}
                if one.name in KEPT and always and "\n" not in part and not _UNSURE.search(part):
                    lines.append(f"RUN {' '.join(part.split())}")
    return "\n".join(lines) + "\n"


def placed(chain: list[Stage], facts: FactSource) -> list[str]:
    """Notes of accounts, directories and files that stages of a chain leave behind."""
    stage = _running(chain, facts)
    files = stage.state.files
    paths: dict[str, None] = {}
    accounts: dict[tuple[str, str], None] = {}
    for step in stage.steps:
        for effect in stage.files.effects(step):
            paths.update(dict.fromkeys(_touched(effect, step)))
            for kind in ("user", "group"):
                accounts.update(dict.fromkeys((kind, name) for name in effect.accounts(kind)))
    notes = [_account(files, kind, name) for kind, name in accounts]
    homes = {note.split(" ")[4] for note in notes if note.startswith("user ")}
    for path in sorted(paths.keys() - {"/"}):
        found = files.find(path)
        if not isinstance(found, Known) or not isinstance(found.value, Entry):
            continue
        below = stage.files.base.find(path)
        if isinstance(below, Known) and below.value == found.value:
            continue
        entry = found.value
        if path in homes and entry.mode == 0o700 and files.suite in OPEN_HOMES:
            entry = entry.having(mode=0o755)
        notes.append(f"put {parent(path)} {token(path.rpartition('/')[2], entry)}")
    return notes


def _running(chain: list[Stage], facts: FactSource) -> Stage:
    """The reduced Dockerfile without the commands that fail as others were left out."""
    text = reduced(chain)
    while True:
        source = Source("Dockerfile", text)
        stage = Build(parse(source), facts=facts, listing=chain[0].build.listing).stages[-1]
        failing = {
            source.line_of(step.span.start)
            for step in stage.steps
            if step.name == "RUN" and stage.files.failure(step) is not None
        }
        if not failing:
            return stage
        lines = enumerate(text.split("\n"), 1)
        text = "\n".join(line for number, line in lines if number not in failing)


def _touched(effect: Effect, step: Step) -> list[str]:
    """The paths an effect says something about."""
    if isinstance(effect, Put):
        found = [effect.path]
        while parent(found[-1]) not in _COMMON:
            found.append(parent(found[-1]))
        return found
    if isinstance(effect, (Owner, Mode)):
        return [effect.path]
    if not isinstance(effect, Tree) or step.name not in ("COPY", "ADD"):
        return []
    found = [effect.path]
    listing = step.stage.build.listing
    for word in step.sources:
        name = word.value.rstrip("/").rpartition("/")[2]
        found.append(f"{effect.path}/{name}")
        if "*" in name and listing is not None:
            pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
            names = [one for one in listing.names("") or () if pattern.fullmatch(one)]
            found += [f"{effect.path}/{one}" for one in names]
    return found


def _account(files: Contents, kind: str, name: str) -> str:
    found = files.account(kind, name)
    if not isinstance(found, Known) or found.value is None:
        return "strangers"
    one = found.value
    if kind == "group":
        return f"group {name} {_show(one.number)}"
    numbers = f"{_show(one.number)} {_show(one.gid)}"
    return f"user {name} {numbers} {one.home or '?'} {one.shell or '?'}"


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
