"""
All that a rule needs, and the only module of ours that a rule imports.

A rule is a class in a file of its own. Its metadata, prose, examples, check and fix stand
together; `python -m tools.generate` derives the index, the documentation and more from them.

    class AptListsLeft(Rule):
        \"\"\"First sentence: what to do.  Then why.  Then when the rule is silent.\"\"\"
        code = "DW2104"; name = "apt-lists-left"; since = "0.1"; severity = "warning"
        tags = ("size", "apt"); also = ("hadolint:DL3009",)
        on = command("apt-get", "apt")
        examples = (Bad(…, at="apt-get update", fixed=…), Good(…))
        def check(self, run: RunStep) -> Findings: …

The annotation of `check`'s only parameter is the subscription:

| annotation | called for |
|---|---|
| `Build` | the Dockerfile, once |
| `Stage` | each stage |
| `RunStep`, `CopyStep`, … | each such instruction, those inside ONBUILD included |
| `AnyStep` | each instruction after the first FROM |
| `Ignore` | an ignore file, once, with the builds it holds for |
| `Composition` | a Compose project, once |
| `Service` | each service of a Compose project, also those whose profiles are off |
"""

from dockwright.facts.contents import Account, Contents, Entry, Program, below, clean
from dockwright.facts.knowledge import Known, OneOf, Reason, Unknown
from dockwright.model.mounts import Mount
from dockwright.model.stages import PLATFORM_ARGS, PROXY_ARGS, Base, Build, Stage
from dockwright.model.state import CommandLine, State
from dockwright.model.steps import Step
from dockwright.rules.parts import (
    Bad,
    Draft,
    Files,
    Good,
    Remedy,
    Rule,
    command,
    safe,
    shown,
    unsafe,
)
from dockwright.syntax.dockerfile.expand import Reference, expand
from dockwright.syntax.dockerfile.nodes import Flag, Heredoc, Instruction, Pair, Word
from dockwright.syntax.shell.nodes import HOLE, Block, Command, Redirect, Script, ShellWord
from dockwright.text.lazy import lazy, re
from dockwright.text.span import Edit, Span, Spot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

    from dockwright.compose.values import Data, Map, Seq
    from dockwright.facts import (
        aptfacts,
        archives,
        packages,
        releases,
        sources,
        tagbase,
        tags,
        vanished,
    )
    from dockwright.model import composeedits, listening, probes, servicestate
    from dockwright.model.composition import Composition, Service
    from dockwright.model.dependence import Footprint
    from dockwright.model.ignoring import Found, Ignore
    from dockwright.model.installs import Install
    from dockwright.model.reference import Reference as ImageReference
    from dockwright.model.reorder import Proof
    from dockwright.model.run import Point
    from dockwright.model.taking import Taken
    from dockwright.syntax.ignore.pattern import IgnorePattern

    Findings: TypeAlias = "Iterator[Draft]"
    Knowledge: TypeAlias = "Known | OneOf | Unknown"
else:
    Findings = Knowledge = Footprint = Found = Ignore = Install = object
    IgnorePattern = Point = Proof = Taken = object
    Composition = Service = Map = Seq = ImageReference = object

# Subscriptions. They are all steps; the name says which instruction.
if TYPE_CHECKING:
    AddStep: TypeAlias = Step
    AnyStep: TypeAlias = Step
    ArgStep: TypeAlias = Step
    CmdStep: TypeAlias = Step
    CopyStep: TypeAlias = Step
    EntrypointStep: TypeAlias = Step
    EnvStep: TypeAlias = Step
    ExposeStep: TypeAlias = Step
    FromStep: TypeAlias = Step
    HealthcheckStep: TypeAlias = Step
    LabelStep: TypeAlias = Step
    MaintainerStep: TypeAlias = Step
    OnbuildStep: TypeAlias = Step
    RunStep: TypeAlias = Step
    ShellStep: TypeAlias = Step
    StopsignalStep: TypeAlias = Step
    UserStep: TypeAlias = Step
    VolumeStep: TypeAlias = Step
    WorkdirStep: TypeAlias = Step
else:
    AddStep = AnyStep = ArgStep = CmdStep = CopyStep = EntrypointStep = EnvStep = ExposeStep = Step
    FromStep = HealthcheckStep = LabelStep = MaintainerStep = OnbuildStep = RunStep = Step
    ShellStep = StopsignalStep = UserStep = VolumeStep = WorkdirStep = Step

_FACTS = frozenset(
    ("aptfacts", "archives", "packages", "releases", "sources", "tagbase", "tags", "vanished")
)
_MODELS = frozenset(("composeedits", "listening", "probes", "servicestate"))

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """A module of facts or of the model, loaded when the first rule that needs it is."""
        if name in _FACTS or name in _MODELS:
            import sys

            path = f"dockwright.{'facts' if name in _FACTS else 'model'}.{name}"
            __import__(path)
            return sys.modules[path]
        raise AttributeError(name)


def settled(value: "Data") -> bool:
    """Whether a value of a Compose file does not hang on a variable nothing is known of."""
    from dockwright.model import composition

    return composition.known(value)


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


# What the order of instructions allows; see model/dependence.py, reorder.py and moves.py.


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


__all__ = [
    "HOLE",
    "PLATFORM_ARGS",
    "PROXY_ARGS",
    "Account",
    "AddStep",
    "AnyStep",
    "ArgStep",
    "Bad",
    "Base",
    "Block",
    "Build",
    "CmdStep",
    "Command",
    "CommandLine",
    "Composition",
    "Contents",
    "CopyStep",
    "Draft",
    "Edit",
    "Entry",
    "EntrypointStep",
    "EnvStep",
    "ExposeStep",
    "Files",
    "Findings",
    "Flag",
    "Footprint",
    "Found",
    "FromStep",
    "Good",
    "HealthcheckStep",
    "Heredoc",
    "Ignore",
    "IgnorePattern",
    "ImageReference",
    "Install",
    "Instruction",
    "Knowledge",
    "Known",
    "LabelStep",
    "MaintainerStep",
    "Map",
    "Mount",
    "OnbuildStep",
    "OneOf",
    "Pair",
    "Point",
    "Program",
    "Proof",
    "Reason",
    "Redirect",
    "Reference",
    "Remedy",
    "Rule",
    "RunStep",
    "Script",
    "Seq",
    "Service",
    "ShellStep",
    "ShellWord",
    "Span",
    "Spot",
    "Stage",
    "State",
    "Step",
    "StopsignalStep",
    "Taken",
    "Unknown",
    "UserStep",
    "VolumeStep",
    "Word",
    "WorkdirStep",
    "allowed",
    "aptfacts",
    "archives",
    "behind",
    "below",
    "brings",
    "builtin",
    "clean",
    "command",
    "composeedits",
    "conflict",
    "contents_from",
    "credential",
    "credentials",
    "followed",
    "following",
    "footprint",
    "from_context",
    "holds_credentials",
    "identifies_build",
    "image_reference",
    "in_context",
    "inner",
    "installs",
    "known",
    "laid_out",
    "lazy",
    "listening",
    "near",
    "packaged_files",
    "packages",
    "pattern_of",
    "placeholder",
    "probes",
    "proof",
    "re",
    "reads_history",
    "references",
    "releases",
    "safe",
    "servicestate",
    "settled",
    "shown",
    "sink",
    "sources",
    "tagbase",
    "tags",
    "unsafe",
    "unwrapped",
    "urls_with_password",
    "user_of",
    "vanished",
]
