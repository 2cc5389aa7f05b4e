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
"""

from dockwright.facts.knowledge import Known, OneOf, Reason, Unknown
from dockwright.findings.finding import SAFE, SHOWN, UNSAFE, Fix
from dockwright.model.mounts import Mount
from dockwright.model.stages import PLATFORM_ARGS, PROXY_ARGS, Base, Build, Stage
from dockwright.model.state import CommandLine, State
from dockwright.model.steps import Step
from dockwright.syntax.dockerfile.expand import Reference, expand
from dockwright.syntax.dockerfile.nodes import Flag, Heredoc, Instruction, Pair, Word
from dockwright.syntax.shell.nodes import HOLE, Block, Command, Redirect, Script, ShellWord
from dockwright.text.lazy import lazy
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, ClassVar, Protocol, TypeAlias

    class Place(Protocol):
        """Whatever stands somewhere: a step, a word, a command, a flag."""

        @property
        def span(self) -> Span: ...

    Findings: TypeAlias = "Iterator[Draft]"
    Knowledge: TypeAlias = "Known | OneOf | Unknown"
else:
    Findings = Knowledge = object

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


class Trigger:
    """The programs a rule on RUN waits for."""

    __slots__ = ("programs",)

    def __init__(self, programs: tuple[str, ...]) -> None:
        self.programs = programs


def command(*programs: str) -> Trigger:
    """Call the rule only for a RUN that has one of `programs` among its commands."""
    return Trigger(programs)


class Remedy:
    """Edits with their safety, as `safe`, `unsafe` and `shown` make them."""

    __slots__ = ("changes", "edits", "safety")

    def __init__(self, safety: str, edits: "Sequence[Edit | None]", changes: frozenset[str]):
        self.safety = safety
        self.edits = tuple(edits)
        self.changes = changes


def safe(*edits: "Edit | None", changes: "Sequence[str]" = ()) -> Remedy:
    """
    Edits that keep what the image does, but for `changes` (names that `model.compare` gives).

    The fix loop proves it and refuses the fix otherwise. An edit that is None withdraws the fix.
    """
    return Remedy(SAFE, edits, frozenset(changes))


def unsafe(*edits: "Edit | None") -> Remedy:
    """Edits that change behaviour in a way a person should look at."""
    return Remedy(UNSAFE, edits, frozenset())


def shown(*edits: "Edit | None") -> Remedy:
    """Edits that are only shown, never applied."""
    return Remedy(SHOWN, edits, frozenset())


class Draft:
    """A finding as a rule gives it; the runner adds the rule's metadata."""

    __slots__ = ("because", "fixes", "likely", "message", "place")

    def __init__(
        self, place: "Place | Span", message: str, because: "Sequence[Reason]", likely: bool
    ) -> None:
        self.place = place
        self.message = message
        self.because = tuple(because)
        self.likely = likely
        self.fixes: list[Fix] = []

    def fix(self, title: str, remedy: Remedy | None) -> "Draft":
        """Offer a fix; nothing is offered when `remedy` or one of its edits is None."""
        if remedy is not None and remedy.edits and None not in remedy.edits:
            edits = [edit for edit in remedy.edits if edit is not None]
            self.fixes.append(Fix(title, remedy.safety, edits, remedy.changes))
        return self

    @property
    def span(self) -> Span:
        """Where the finding stands."""
        return self.place if isinstance(self.place, Span) else self.place.span


class Bad:
    """
    An example that the rule reports.

    `at` is the text under the finding's span (for several findings, a tuple of them in order);
    `fixed` the Dockerfile after the rule's first fix, None when the rule offers none here.
    `config` holds configuration keys the example needs (`{"trusted-registries": [...]}`).
    """

    __slots__ = ("at", "config", "fixed", "text")

    def __init__(
        self,
        text: str,
        *,
        at: "str | tuple[str, ...]",
        fixed: str | None = None,
        config: "Mapping[str, object] | None" = None,
    ) -> None:
        self.text = text
        self.at = at
        self.fixed = fixed
        self.config = dict(config or {})


class Good:
    """An example that the rule must be silent about."""

    __slots__ = ("config", "text")

    def __init__(self, text: str, *, config: "Mapping[str, object] | None" = None) -> None:
        self.text = text
        self.config = dict(config or {})


class Rule:
    """
    The base of all rules. Rules are stateless; `options` is the configuration the rule may read.

    `code` is stable, `name` is what people type and reads well after "allow". `tier` is "default",
    "optional" (off unless selected: contested advice or a matter of taste) or "preview" (new:
    `--preview` turns it on). `since` is the first version that has the rule; a pinned
    `rules-version` leaves later ones out. `also` names equivalents as `tool:id`. With `mentions`,
    the rule is not even imported for a file whose text, in lower case, holds none of these words.
    """

    code: "ClassVar[str]"
    name: "ClassVar[str]"
    since: "ClassVar[str]" = "0.1"
    severity: "ClassVar[str]" = "warning"
    tier: "ClassVar[str]" = "default"
    tags: "ClassVar[tuple[str, ...]]" = ()
    also: "ClassVar[tuple[str, ...]]" = ()
    on: "ClassVar[Trigger | None]" = None
    mentions: "ClassVar[tuple[str, ...]]" = ()
    examples: "ClassVar[tuple[Bad | Good, ...]]" = ()

    __slots__ = ("options",)

    def __init__(self, options: "Mapping[str, Any] | None" = None) -> None:
        self.options = options or {}

    def at(
        self,
        place: "Place | Span",
        message: str,
        because: "Sequence[Reason]" = (),
        *,
        likely: bool = False,
    ) -> Draft:
        """
        A finding at `place` (whose span it takes).

        `because` is the chain of reasons out of the model. The finding is only "likely" when
        `likely` is given or one of the reasons is not firm.
        """
        return Draft(place, message, because, likely)


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
    "CopyStep",
    "Draft",
    "Edit",
    "EntrypointStep",
    "EnvStep",
    "ExposeStep",
    "Findings",
    "Flag",
    "FromStep",
    "Good",
    "HealthcheckStep",
    "Heredoc",
    "Instruction",
    "Knowledge",
    "Known",
    "LabelStep",
    "MaintainerStep",
    "Mount",
    "OnbuildStep",
    "OneOf",
    "Pair",
    "Reason",
    "Redirect",
    "Reference",
    "Rule",
    "RunStep",
    "Script",
    "ShellStep",
    "ShellWord",
    "Span",
    "Stage",
    "State",
    "Step",
    "StopsignalStep",
    "Unknown",
    "UserStep",
    "VolumeStep",
    "Word",
    "WorkdirStep",
    "command",
    "known",
    "lazy",
    "near",
    "references",
    "safe",
    "shown",
    "unsafe",
]
