"""
The stages of a Dockerfile: what each builds on, which are built, which ship.

Source of the rules: moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go`.
"""

from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import FactSource
from dockwright.model import transfer
from dockwright.model.base import Base, softened
from dockwright.model.inherited import expanded, of_image, setting
from dockwright.model.state import State, Timelines
from dockwright.model.steps import Step
from dockwright.syntax.dockerfile.expand import references
from dockwright.syntax.dockerfile.nodes import Word
from dockwright.text.lazy import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.facts.image import ImageFacts
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.files import Listing
    from dockwright.model.filesystem import StageFiles
    from dockwright.syntax.dockerfile.nodes import Dockerfile, Instruction
    from dockwright.syntax.ignore.matcher import Matcher
    from dockwright.syntax.tree import Problem
    from dockwright.text.span import Span

PLATFORM_ARGS = frozenset(
    f"{side}{part}"
    for side in ("BUILD", "TARGET")
    for part in ("PLATFORM", "OS", "ARCH", "VARIANT", "OSVERSION")
) | {"TARGETSTAGE"}
PROXY_ARGS = frozenset(
    name
    for upper in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (upper, upper.lower())
)
MAX_LINEAGE = 64


_NO_STAGES: "list[Stage]" = []
# A walk along a chain of stages of this length leaves a note of what it found.
_LONG_WALK = 8


class Stage:
    """
    One build stage.

    `name` is its name in lower case, "" when it has none; `parent` the stage it builds on, None
    when that is an image; `candidates` the stages that a FROM with an unknown variable may mean;
    `steps` the instructions after FROM; `triggers` what the ONBUILD of the stage below do here
    before them, with negative indexes; `built` whether the default target needs it; `shipped`
    whether its file system is part of the default target's.
    """

    base: Base

    __slots__ = (
        "_files",
        "base",
        "build",
        "built",
        "candidates",
        "from_step",
        "index",
        "memo",
        "name",
        "os",
        "parent",
        "shipped",
        "steps",
        "timelines",
        "triggers",
    )

    def __init__(self, build: "Build", index: int, node: "Instruction") -> None:
        self.build = build
        self.index = index
        args = node.args
        self.name = (
            args[2].value.lower() if len(args) == 3 and args[1].value.lower() == "as" else ""
        )
        self.from_step = Step(self, 0, node)
        self.steps: list[Step] = []
        self.triggers: Sequence[Step] = ()
        self.parent: Stage | None = None
        self.candidates = _NO_STAGES
        self.os = "linux"
        self.built = False
        self.shipped = False
        self.timelines = Timelines()
        self.memo: dict[tuple[str, str], Knowledge | None] | None = None
        self._files: StageFiles | None = None

    def __repr__(self) -> str:
        return f"Stage({self.title})"

    @property
    def files(self) -> "StageFiles":
        """What the steps do to the file system."""
        if self._files is None:
            from dockwright.model.filesystem import StageFiles

            self._files = StageFiles(self)
        return self._files

    @property
    def title(self) -> str:
        """What messages call the stage."""
        return self.name or str(self.index)

    @property
    def span(self) -> "Span":
        """The FROM instruction."""
        return self.from_step.span

    @property
    def final(self) -> bool:
        """Whether this is the last stage: what a build without `--target` makes."""
        return self.index == len(self.build.stages) - 1

    @property
    def state(self) -> State:
        """The configuration after the last step."""
        return State(self, len(self.steps))

    @property
    def children(self) -> "Sequence[Stage]":
        """The stages that build on this one."""
        return self.build.children().get(self.index, ())

    def bases(self) -> "list[Stage]":
        """The stages this one builds on, or may: a FROM with a platform in it leaves several."""
        parents = [self.parent] if self.parent is not None else []
        return parents + self.candidates

    def lineage(self) -> "list[Stage]":
        """
        This stage and the stages it builds on, nearest first.

        At most `MAX_LINEAGE` of them: nobody writes a longer chain, and a file of a hundred
        thousand stages must not cost their square.
        """
        found: list[Stage] = []
        stage: Stage | None = self
        while stage is not None and len(found) < MAX_LINEAGE:
            found.append(stage)
            stage = stage.parent
        return found

    # Look-ups

    def inherited(self, setting: str) -> "Knowledge":
        """What the base makes of `setting`."""
        found = self._along(("", setting))
        assert found is not None
        return found

    def lookup(self, kind: str, name: str, at: int) -> "Knowledge | None":
        """The value of `name` in the map `kind` before step `at`; None when certainly not set."""
        timeline = self.timelines.maps[kind].get(name)
        found = timeline.before(at) if timeline is not None else None
        return found if found is not None else self._along((kind, name))

    def _along(self, key: tuple[str, str]) -> "Knowledge | None":
        """What the stages below this one, and at last the image, make of `key`."""
        kind, name = key
        stage: Stage = self
        walked = 0
        while True:
            if stage.memo is not None and key in stage.memo:
                found = stage.memo[key]
                break
            if stage.parent is None:
                facts = stage.base.facts
                found = of_image(facts, kind, name) if kind else setting(facts, name)
                found = found if stage.base.firm else softened(found)
                break
            stage = stage.parent
            walked += 1
            lines = stage.timelines
            timeline = (lines.maps[kind] if kind else lines.settings).get(name)
            found = timeline.before(len(stage.steps)) if timeline is not None else None
            if found is not None:
                break
        if walked > _LONG_WALK:
            self.memo = self.memo or {}
            self.memo[key] = found
        return found

    def expand(self, text: str, at: int, span: "Span") -> "Knowledge":
        """`text` with the variables before step `at` replaced; `span` is where it stands."""
        return expanded(
            text,
            lambda name: self.lookup("build_env", name, at),
            self.build.tree.escape,
            self.build.tree.source.name,
            span,
        )


class Build:
    """
    The model of one Dockerfile.

    `stages` in the order of the file; `globals` the steps before the first FROM. `args` are build
    arguments the user gave, `contexts` the names of named build contexts, `facts` where knowledge
    of images comes from, `ignore` the .dockerignore of the build context: None when the context is
    not known, a matcher without patterns when it has no such file. `listing` tells what is in the
    context, None when that is not known. `kept_scripts` counts the scripts that steps keep,
    `images` keeps what is said of images nobody knows.
    """

    __slots__ = (
        "_by_name",
        "_children",
        "_problems",
        "args",
        "contexts",
        "facts",
        "global_args",
        "globals",
        "ignore",
        "images",
        "kept_scripts",
        "listing",
        "stages",
        "strays",
        "tree",
    )

    def __init__(
        self,
        tree: "Dockerfile",
        *,
        args: "Mapping[str, str] | None" = None,
        contexts: "Sequence[str]" = (),
        facts: FactSource | None = None,
        ignore: "Matcher | None" = None,
        listing: "Listing | None" = None,
    ) -> None:
        self.tree = tree
        self.ignore = ignore
        self.listing = listing
        self._problems: list[Problem] | None = None
        self.images: dict[tuple[str, str], ImageFacts] = {}
        self._children: dict[int, list[Stage]] | None = None
        self.kept_scripts = 0
        self._by_name: dict[str, Stage] = {}
        self.args = dict(args or {})
        self.contexts = frozenset(contexts)
        self.facts = facts if facts is not None else FactSource()
        self.stages: list[Stage] = []
        self.globals: list[Instruction] = []
        self.strays: list[Instruction] = []
        self.global_args: dict[str, Knowledge | None] = {}
        self._read()
        self._reach()

    @property
    def source(self) -> str:
        """The name of the file."""
        return self.tree.source.name

    name = source

    @property
    def problems(self) -> "Sequence[Problem]":
        """What the engine would refuse, in the order of the file."""
        if self._problems is None:
            from dockwright.syntax.dockerfile import validate

            found = [*self.tree.problems, *validate.problems(self.tree)]
            found.sort(key=lambda problem: problem.span.start)
            self._problems = found
        return self._problems

    @property
    def final(self) -> Stage | None:
        """The last stage, None when the file has none."""
        return self.stages[-1] if self.stages else None

    @property
    def steps(self) -> "list[Step]":
        """Every step of every stage, FROM left out."""
        return [step for stage in self.stages for step in stage.steps]

    def children(self) -> "Mapping[int, Sequence[Stage]]":
        """The stages that build on a stage, by its index."""
        if self._children is None:
            self._children = {}
            for stage in self.stages:
                if stage.parent is not None:
                    self._children.setdefault(stage.parent.index, []).append(stage)
        return self._children

    def stage_named(self, name: str) -> Stage | None:
        """The last stage called `name`, or the one with that number."""
        stage = self._by_name.get(name.lower())
        if stage is None and name.isascii() and name.isdigit() and len(name) < 10:
            index = int(name)
            return self.stages[index] if index < len(self.stages) else None
        return stage

    def _read(self) -> None:
        by_name = self._by_name
        stage: Stage | None = None
        for node in self.tree.instructions:
            if node.name == "FROM":
                stage = Stage(self, len(self.stages), node)
                self._base(stage, node, by_name)
                self.stages.append(stage)
                if stage.name:
                    by_name[stage.name] = stage
                if stage.parent is not None:
                    _trigger(stage, stage.parent)
            elif stage is not None:
                step = Step(stage, len(stage.steps), node)
                stage.steps.append(step)
                if not step.onbuild:
                    transfer.apply(step)
            elif node.name == "ARG":
                self.globals.append(node)
                self._global_arg(node)
            else:
                self.strays.append(node)

    def _global_arg(self, node: "Instruction") -> None:
        for pair in node.pairs:
            given = self.args.get(pair.key)
            if given is not None:
                self.global_args[pair.key] = Known(
                    given, Reason(f"the build argument {pair.key}", firm=True)
                )
            elif pair.value is not None:
                value = self.expand_global(pair.value, node.span)
                if isinstance(value, Known):
                    value = Known(
                        value.value,
                        Reason(
                            f"the default of ARG {pair.key}",
                            self.source,
                            pair.word.span,
                            firm=False,
                        ),
                    )
                self.global_args[pair.key] = value
            elif pair.key not in PLATFORM_ARGS:
                self.global_args.setdefault(pair.key, None)

    def global_value(self, name: str) -> "Knowledge | None":
        """What `$name` is in a FROM line; None when it is not set."""
        if name in self.global_args:
            return self.global_args[name]
        if name in PLATFORM_ARGS:
            return Unknown(Reason(f"{name} is the platform of the build"))
        return None

    def expand_global(self, text: str, span: "Span") -> "Knowledge":
        """`text` with the variables of FROM lines replaced."""
        return expanded(text, self.global_value, self.tree.escape, self.source, span)

    def _base(self, stage: Stage, node: "Instruction", by_name: "Mapping[str, Stage]") -> None:
        word = node.args[0] if node.args else Word("", node.start, node.start, -1)
        written = word.value
        name = self.expand_global(written, word.span)
        value = name.value if isinstance(name, Known) else ""
        if stage.name and stage.name in self.contexts:
            stage.base = Base("context", self, word, stage.name)
        elif value in by_name:
            parent = by_name[value]
            stage.parent = parent
            stage.os = parent.os
            stage.base = Base("stage", self, word, value, parent.base)
            if isinstance(name, Known) and not name.firm:
                others = self._candidates(written, by_name)
                stage.candidates = [other for other in others if other is not parent]
        elif value in self.contexts:
            stage.base = Base("context", self, word, value)
        elif value == "scratch":
            stage.base = Base("scratch", self, word, value)
        else:
            stage.base = Base("image", self, word, value)
            stage.os = stage.base.os
            if not isinstance(name, Known) and "$" in written:
                stage.candidates = self._candidates(written, by_name)

    def _candidates(self, written: str, by_name: "Mapping[str, Stage]") -> "list[Stage]":
        """The earlier stages whose names fit a base with unknown variables in it."""
        shape = ""
        at = 0
        for reference_ in references(written, self.tree.escape):
            if reference_.start >= at:
                shape += re.escape(written[at : reference_.start]) + ".*"
                at = reference_.end
        shape += re.escape(written[at:])
        return [stage for name, stage in by_name.items() if re.fullmatch(shape, name)]

    # The stage graph

    def needs(self, stage: Stage) -> list[Stage]:
        """The stages that building `stage` needs directly."""
        found = stage.bases()
        for step in (*stage.triggers, *stage.steps):
            for name in _sources(step):
                needed = self.stage_named(name)
                if needed is not None:
                    found.append(needed)
        return found

    def _reach(self) -> None:
        if not self.stages:
            return
        ships = [self.stages[-1]]
        while ships:
            stage = ships.pop()
            stage.shipped = True
            # With a default in FROM it is the default that ships, without one it may be any.
            bases = [stage.parent] if stage.parent is not None else stage.candidates
            ships.extend(base for base in bases if not base.shipped)
        todo = [self.stages[-1]]
        while todo:
            stage = todo.pop()
            if not stage.built:
                stage.built = True
                todo.extend(needed for needed in self.needs(stage) if not needed.built)


def _trigger(stage: Stage, parent: Stage) -> None:
    """Run the ONBUILD instructions of the stage that `stage` builds on; theirs are gone then."""
    nodes = [step.node for step in parent.steps if step.onbuild]
    if not nodes:
        return
    triggers = [Step(stage, index - len(nodes), node) for index, node in enumerate(nodes)]
    stage.triggers = triggers
    for step in triggers:
        transfer.apply(step)


def _sources(step: Step) -> list[str]:
    """The stages, images or contexts that a step copies or mounts from, as written."""
    node = step.node
    if node.name == "COPY":
        flag = node.flag("from")
        return [flag.value] if flag is not None and flag.value else []
    if node.name == "RUN" and any(flag.name == "mount" for flag in node.flags):
        # A number is a stage's index in COPY only.
        return [name for mount in step.mounts if (name := mount.from_) and not name.isdigit()]
    return []


__all__ = ["PLATFORM_ARGS", "PROXY_ARGS", "Base", "Build", "Stage"]
