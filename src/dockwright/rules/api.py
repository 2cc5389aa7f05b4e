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
from dockwright.rules.questions import (
    absent,
    allowed,
    behind,
    brings,
    builtin,
    compose_file,
    conflict,
    contents_from,
    credential,
    credentials,
    followed,
    following,
    footprint,
    from_context,
    holds_credentials,
    identifies_build,
    image_reference,
    in_context,
    inner,
    installs,
    known,
    laid_out,
    near,
    packaged_files,
    pattern_of,
    placeholder,
    program_of,
    proof,
    reads_history,
    references,
    settled,
    sink,
    started,
    unwrapped,
    urls_with_password,
    user_of,
)
from dockwright.syntax.dockerfile.expand import Reference
from dockwright.syntax.dockerfile.nodes import Flag, Heredoc, Instruction, Pair, Word
from dockwright.syntax.shell.nodes import HOLE, Block, Command, Redirect, Script, ShellWord
from dockwright.text.lazy import lazy, re
from dockwright.text.span import Edit, Span, Spot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from dockwright.compose.values import Map, Seq
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


# What the order of instructions allows; see model/dependence.py, reorder.py and moves.py.


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
    "absent",
    "allowed",
    "aptfacts",
    "archives",
    "behind",
    "below",
    "brings",
    "builtin",
    "clean",
    "command",
    "compose_file",
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
    "program_of",
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
    "started",
    "tagbase",
    "tags",
    "unsafe",
    "unwrapped",
    "urls_with_password",
    "user_of",
    "vanished",
]
