"""
What rules ask the model, as functions; rules get them from `rules.api`.

The modules of the model that answer are imported by the first question.
"""

from dockwright.facts.contents import Contents, Entry
from dockwright.facts.knowledge import Known, Reason
from dockwright.model.stages import Build, Stage
from dockwright.model.steps import Step
from dockwright.syntax.dockerfile.expand import Reference, expand
from dockwright.syntax.shell.nodes import Command, Script, ShellWord

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from dockwright.compose.values import Data
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.dependence import Footprint
    from dockwright.model.installs import Install
    from dockwright.model.reference import Reference as ImageReference
    from dockwright.model.reorder import Proof
    from dockwright.model.taking import Taken
    from dockwright.text.lazy import re
    from dockwright.text.span import Edit


def settled(value: "Data") -> bool:
    """Whether a value of a Compose file does not hang on a variable nothing is known of."""
    from dockwright.model import composition

    return composition.known(value)


def compose_file(name: str) -> bool:
    """Whether a file of this name is a Compose file."""
    from dockwright.compose.filenames import is_compose

    return is_compose(name)


def credential(name: str, value: str | None) -> tuple[str, str]:
    """Whether a variable holds a credential; see `model.secrecy.verdict`."""
    from dockwright.model import secrecy

    return secrecy.verdict(name, value)


def placeholder(value: str) -> bool:
    """Whether a value only stands for one that is to come."""
    from dockwright.model import secrecy

    return secrecy.placeholder(value)


def urls_with_password(text: str) -> "Iterator[re.Match[str]]":
    """The URLs with a password in a text: scheme, user, password and host as groups."""
    from dockwright.model import secrecy

    return secrecy.URL.finditer(text)


def image_reference(text: str) -> "ImageReference | None":
    """The parts of an image's name; None when it is no valid one."""
    from dockwright.model import reference

    return reference.parse(text)


def builtin(name: str) -> bool:
    """Whether a shell does `name` without a program."""
    from dockwright.model.effects.tables import BUILTINS, KEYWORDS

    return name in BUILTINS or name in KEYWORDS


def behind(command: Command) -> ShellWord | None:
    """The program that `sudo`, `env` and the like start; see `model.wrapping.behind`."""
    from dockwright.model import wrapping

    return wrapping.behind(command)


def unwrapped(command: Command) -> Command:
    """The command that `sudo` and the like start; see `model.wrapping.unwrapped`."""
    from dockwright.model import wrapping

    return wrapping.unwrapped(command)


def inner(command: Command) -> Script | None:
    """The script of `sh -c '…'`, None when it is none or not known."""
    from dockwright.model import wrapping

    return wrapping.inner(command)


def followed(program: str) -> bool:
    """Whether the model has an idea of what `program` does, and does not only guess its reach."""
    from dockwright.model.effects.tables import BUILTINS, MODULES, SPECIALS

    known = program in BUILTINS or program in SPECIALS
    return known or any(program in names for names in MODULES.values())


def user_of(user: "Knowledge", contents: Contents) -> tuple[int | None, int | None, str | None]:
    """The uid, gid and home of what USER says, in that file system; each None when not known."""
    from dockwright.model import filesystem

    return filesystem.user_of(user, contents)


def allowed(entry: Entry, uid: int | None, gids: "frozenset[int] | None", bit: int) -> bool | None:
    """Whether a user may read (4), write (2) or execute and traverse (1); None when not known."""
    from dockwright.model import permissions

    return permissions.allowed(entry, uid, gids, bit)


def from_context(step: Step) -> "Iterator[Taken]":
    """What `step` takes out of the build context; see `model.taking.from_context`."""
    from dockwright.model import taking

    return taking.from_context(step)


def reads_history(stage: Stage) -> bool:
    """Whether a command of the stage, or of one below it, asks for the history of the sources."""
    from dockwright.model import taking

    return taking.reads_history(stage)


def credentials(build: Build, folder: str) -> "Iterator[tuple[str, bool]]":
    """The files with credentials that get into the build with a folder of the context."""
    from dockwright.model import credentials as found

    return found.credentials(build, folder)


def holds_credentials(path: str) -> bool:
    """Whether a file with this path always holds credentials."""
    from dockwright.model import credentials as found

    return found.certain(path)


def packaged_files(text: str) -> "list[str]":
    """The files that a pyproject.toml names and its build back end cannot do without."""
    from dockwright.model import pyproject

    return pyproject.packaged_files(text)


def footprint(step: Step, commands: "Sequence[Command] | None" = None) -> "Footprint":
    """What a step (of a RUN: `commands` of it) reads and writes."""
    from dockwright.model import dependence

    return dependence.footprint(step, commands)


def conflict(one: "Footprint", other: "Footprint") -> str | None:
    """Why two neighbours may not change places, None when they may."""
    from dockwright.model import dependence

    return dependence.conflict(one, other)


def installs(run: Step) -> "list[tuple[Command, Install]]":
    """The commands of a RUN that install a project's dependencies."""
    from dockwright.model import runprint

    return runprint.installs(run)


def identifies_build(name: str) -> bool:
    """Whether a variable of that name says which commit or build this is."""
    from dockwright.model import dependence

    return dependence.IDENTITY.fullmatch(name) is not None


def laid_out(copy: Step) -> tuple[str, str] | None:
    """The folder of the build context that a COPY lays out ("" for all of it), and where."""
    from dockwright.model import dependence, reorder

    folder = reorder.whole_folder(copy)
    target = dependence.destination(copy)[0] if folder is not None else None
    return (folder, target) if folder is not None and target is not None else None


def in_context(step: Step, path: str) -> bool | None:
    """Whether `path` is in the build context and let in; None when not known."""
    from dockwright.model import reorder

    return reorder.in_context(step, path)


def pattern_of(part: str) -> "re.Pattern[str] | None":
    """The expression for a pattern of COPY as Go's `path.Match` reads it; None for a faulty one."""
    from dockwright.model import selection

    found = selection.expression(part)
    return found if found.pattern != selection.NOTHING else None


def contents_from(step: Step, name: str) -> Contents | None:
    """The file system of the stage or image that a `--from` names; None when it is not known."""
    from dockwright.model import copying

    return copying.other_contents(step, name)


def brings(copy: Step, path: str, inside: str) -> bool:
    """Whether a COPY puts the file `inside` of the build context at `path`."""
    from dockwright.model import reorder

    return reorder.brings(copy, path, inside)


def sink(
    moved: "Sequence[Step]",
    run: Step,
    *,
    lead: str = "",
    count: int | None = None,
    stays: "Sequence[Step]" = (),
) -> "list[Edit] | None":
    """Move steps behind `run`, with what depends on them; see `model.moves.sink`."""
    from dockwright.model import moves

    return moves.sink(moved, run, lead=lead, count=count, stays=stays)


def following(moved: "Sequence[Step]", before: int) -> "list[Step]":
    """`moved` with the steps before number `before` that depend on one of them, in order."""
    from dockwright.model import moves

    return moves.following(moved, before, moved[0].stage.steps)


def proof(build: Build, edits: "Sequence[Edit]") -> "Proof":
    """Whether the Dockerfile makes the same images after `edits`, and on what that rests."""
    from dockwright.model import reorder

    return reorder.prove(build, reorder.edited(build, edits))


def known(value: "Knowledge | None", default: "Any" = None) -> "Any":
    """The value when it is `Known`, else `default`."""
    return value.value if isinstance(value, Known) else default


def references(text: str, escape: str, *, heredoc: bool = False) -> "Sequence[Reference]":
    """
    Every variable that BuildKit replaces in `text`, nested ones also, with its offsets.

    In the body of a heredoc (`heredoc`) quotes mean nothing.
    """
    if "$" not in text:
        return ()
    return expand(text, lambda _: "x", escape, plain_quotes=heredoc).references


def near(name: str, candidates: "Sequence[str]") -> str | None:
    """The candidate one could have meant: at most two edits away, one for short names."""
    best: str | None = None
    limit = 1 if len(name) < 5 else 2
    for candidate in candidates:
        if abs(len(candidate) - len(name)) > limit or candidate == name:
            continue
        distance = _distance(name.lower(), candidate.lower(), limit)
        if distance <= limit:
            best, limit = candidate, distance - 1
            if limit < 0:
                break
    return best


def _distance(left: str, right: str, limit: int) -> int:
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
        if min(row) > limit:
            return limit + 1
    return row[-1]


def absent(contents: Contents, name: str, path: object) -> Reason | None:
    """Why a program is not there; None when it is, or may be."""
    found = contents.program(name, path)  # type: ignore[arg-type]
    if not isinstance(found, Known) or found.value is not None:
        return None
    reason = found.reason
    text = reason.text.replace(" is built so", f" has no {name}", 1)
    return Reason(text, reason.source, reason.span, firm=reason.firm)


def started(script: Script) -> "Iterator[Command]":
    """
    The commands that surely run, one after the other, when the script starts.

    In place of `sh -c '…'` those of its script.
    """
    if script.damaged:
        return
    for command in script.commands:
        if command.within or command.operator not in ("", "&&"):
            return
        within = inner(command)
        if within is None:
            yield command
        else:
            yield from started(within)


def program_of(command: Command) -> str | None:
    """The program's name as written, None when nobody can say it."""
    return command.words[0].value if command.words else None
