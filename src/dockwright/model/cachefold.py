"""
One pass over a build that gives each step its cache key, and, for the build after a change, judges
it by the keys of the build before.
"""

from dockwright.facts.knowledge import Known, Reason
from dockwright.model.cacheenv import Env
from dockwright.model.cachekeys import (
    definition,
    effective,
    image_name,
    links,
    makes_layer,
    named_stages,
)
from dockwright.model.cachereasons import (
    certain,
    different,
    files_text,
    may_be_same,
    part_reasons,
    title,
)
from dockwright.model.delta import SAME, SURE, Delta
from dockwright.syntax.ignore.matcher import HOLLOW, SENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.cache import Change
    from dockwright.model.cachekeys import Input, Parts
    from dockwright.model.selection import ContextView, Source
    from dockwright.model.stages import Build, Stage
    from dockwright.model.steps import Step

CACHED, PERHAPS, RUNS = "cached", "perhaps", "runs"
# With more files than this a COPY has made its whole destination different.
_MOST_ENTRIES = 200


class Keyed:
    """
    A step with its key taken apart.

    `parent` is the number of what it stands on and `lead` the step that made that, None for a base.
    `contents` are what its inputs hold, one value each. `verdict` and `reasons` are those of
    `Affected`.
    """

    __slots__ = (
        "contents",
        "inputs",
        "key",
        "lead",
        "parent",
        "parts",
        "reasons",
        "stage",
        "step",
        "verdict",
    )

    def __init__(self, step: "Step", stage: "Stage", parent: int, lead: "Keyed | None") -> None:
        self.step = step
        self.stage = stage
        self.parent = parent
        self.lead = lead
        self.parts: Parts = {}
        self.inputs: list[Input] = []
        self.contents: tuple[object, ...] = ()
        self.key = -1
        self.verdict = CACHED
        self.reasons: list[Reason] = []


class _Point:
    """
    A point of a stage: the number of its file system and the step that made it.

    `doubt` says that the number holds only if what ran again gave the same as before; `delta` is
    what is different in the files from the same point of the build before; `why` why the base is
    another.
    """

    __slots__ = ("delta", "doubt", "env", "key", "lead", "why")

    def __init__(self, key: int, env: Env) -> None:
        self.key = key
        self.env = env
        self.lead: Keyed | None = None
        self.doubt = False
        self.delta = Delta()
        self.why: Reason | None = None


class _Content:
    """
    What an input holds: `value` for the key, `sure` when it is certainly another than before,
    `reason` why it is, or may be, another.
    """

    __slots__ = ("files", "reason", "sure", "value")

    def __init__(
        self,
        value: object,
        reason: Reason | None = None,
        *,
        sure: bool = False,
        files: "Sequence[str]" = (),
    ) -> None:
        self.value = value
        self.reason = reason
        self.sure = sure
        self.files = files


def same_stage(build: "Build", stage: "Stage") -> "Stage | None":
    """The stage of another model of the file that corresponds to `stage`."""
    if stage.build is build:
        return stage
    if stage.name:
        found = build.stage_named(stage.name)
        if found is not None:
            return found
    if stage.final:
        return build.final
    return build.stages[stage.index] if stage.index < len(build.stages) else None


def _joined(own: "list[Reason]", below: "list[Reason]") -> "list[Reason]":
    """The step's own reasons, then that the step below runs; without own ones its first cause."""
    return [*own, *below[-1:]] if own else below


class Fold:
    """
    The keys of all steps that building `target` needs (`run`).

    With `before`, the fold of the build before, each step is judged. `steps` are in the order of
    the file, ONBUILD steps where they run. `keys` are the steps' keys, `linked` those of COPY
    --link as a builder that merges makes them; `starts` the numbers of the bases and `ends` the
    last points, by the index of the stage; `at` the steps by index of the stage and place in it.
    `numbers` is shared by the two folds.
    """

    def __init__(
        self,
        build: "Build",
        *,
        view: "ContextView | None",
        merges: bool | None,
        before: "Fold | None" = None,
        change: "Change | None" = None,
    ) -> None:
        self.build = build
        self.view = view
        self.merges = merges
        self.before = before
        self.change = change
        self.steps: list[Keyed] = []
        self.numbers: dict[object, int] = before.numbers if before is not None else {}
        self.keys: set[int] = set()
        self.linked: set[int] = set()
        self.starts: dict[int, int] = {}
        self.ends: dict[int, _Point] = {}
        self.end_keys: set[int] = set()
        self.at: dict[tuple[int, int], Keyed] = {}
        self._aligned = True

    def _number(self, key: object) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def run(self, target: "Stage") -> None:
        """Give each step on the way to `target` its key."""
        needed = {target.index}
        todo = [target]
        while todo:
            stage = todo.pop()
            others = [stage.parent] if stage.parent is not None else []
            for step in effective(stage):
                others.extend(named_stages(self.build, stage, step))
            for other in others:
                if other.index not in needed:
                    needed.add(other.index)
                    todo.append(other)
        for index in sorted(needed):
            self._stage(self.build.stages[index])

    def _stage(self, stage: "Stage") -> None:
        point = self._begin(stage)
        steps = effective(stage)
        twins = self._twins(stage, steps)
        for place, step in enumerate(steps):
            if makes_layer(step, point.env):
                keyed = Keyed(step, stage, point.key, point.lead)
                keyed.parts, keyed.inputs = definition(step, stage, point.env)
                self._judge(keyed, point, twins[place])
                self.steps.append(keyed)
                self.at[stage.index, place] = keyed
                point.lead = keyed
            point.env.apply(step.node)
        if not self._aligned:
            point.delta.anything()
        self.ends[stage.index] = point
        self.end_keys.add(point.key)

    # Where a stage begins

    def _begin(self, stage: "Stage") -> _Point:
        parent = stage.parent
        if parent is not None:
            below = self.ends[parent.index]
            point = _Point(below.key, below.env.child())
            point.lead, point.doubt, point.why = below.lead, below.doubt, below.why
            point.delta = below.delta.copy()
            return point
        base = stage.base
        key: tuple[object, ...] = ("scratch",)
        text = "scratch"
        if base.kind != "scratch":
            flag = stage.from_step.node.flag("platform")
            platform = self.build.expand_global(flag.value or "", flag.span) if flag else None
            name = base.name
            text = name.value if isinstance(name, Known) else f"{base.written}:{name.reason.text}"
            written = platform.value if isinstance(platform, Known) else repr(platform)
            key = (base.kind, image_name(text), written if flag else "")
        number = self._number(key)
        env = Env(self.build, str(number), base.facts, stage.os)
        self.starts[stage.index] = number
        new = self.change is not None and key != ("scratch",) and self.change.renews(text)
        # The layers are new; what the image sets is taken to be as before.
        point = _Point(self._number((*key, "new layers")) if new else number, env)
        if new:
            point.delta.anything()
            text = f"the base image {base.written} is new"
            point.why = Reason(text, self.build.source, stage.span)
        else:
            self._another_base(stage, point)
        return point

    def _another_base(self, stage: "Stage", point: _Point) -> None:
        """Say why the base of `stage` is another than before, if it is."""
        twin = same_stage(self.before.build, stage) if self.before is not None else None
        if self.before is None or twin is None or twin.index not in self.before.ends:
            return
        ends, starts = self.before.ends, self.before.starts
        first = starts.get(twin.index)
        if first == point.key:
            return
        point.delta.anything()
        if first is None and twin.parent is not None:
            # A build argument in FROM chooses among stages, and its new value is not said.
            if "\0" in str(getattr(stage.base.name, "value", "")):
                point.key, point.doubt = ends[twin.parent.index].key, True
                text = f"{stage.base.written} may be another stage now"
                point.why = Reason(text, self.build.source, stage.span)
            return
        if first is not None and may_be_same(twin.base, stage.base):
            point.key, point.doubt = first, True
            text = f"{stage.base.written} may be the same image as {twin.base.written}, or another"
        else:
            text = f"FROM {stage.base.written} is another image now"
        point.why = Reason(text, self.build.source, stage.span)

    # Which step was which

    def _twins(self, stage: "Stage", steps: "Sequence[Step]") -> "list[Keyed | None]":
        """For each step the same one in the build before; sets `_aligned`."""
        self._aligned = True
        before = self.before
        old = same_stage(before.build, stage) if before is not None else None
        if before is None or old is None or old.index not in before.ends:
            self._aligned = before is None
            return [None] * len(steps)
        at = before.at
        if old.build.tree is self.build.tree:
            return [at.get((old.index, place)) for place in range(len(steps))]
        from difflib import SequenceMatcher

        was = [title(step, 0) for step in effective(old)]
        now = [title(step, 0) for step in steps]
        found: list[Keyed | None] = [None] * len(steps)
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
                for one, other in zip(range(i1, i2), range(j1, j2), strict=True):
                    found[other] = at.get((old.index, one))
            elif any((old.index, place) in at for place in range(i1, i2)):
                self._aligned = False
            for place in range(j1, j2):
                if found[place] is None and steps[place].name in ("RUN", "COPY", "ADD", "WORKDIR"):
                    self._aligned = False
        return found

    # Judging a step

    def _judge(self, keyed: Keyed, point: _Point, twin: Keyed | None) -> None:
        if twin is not None and twin.step.name != keyed.step.name:
            twin = None
        contents = [self._content(one) for one in keyed.inputs]
        for content in contents:
            if content.reason is not None:
                content.reason = self._reason(keyed, content.reason.text)
        keyed.contents = tuple(content.value for content in contents)
        own = (keyed.step.name, *keyed.parts.items(), keyed.contents)
        link = links(keyed.step)
        linked = self._number((None, own)) if link else -1
        plain = self._number((point.key, own))
        keyed.key = linked if link and self.merges else plain
        if self.before is None:
            self.keys.add(keyed.key)
            self.linked.add(linked)
        else:
            self._verdict(keyed, point, twin, contents)
            if link and self.merges is None and keyed.verdict == RUNS:
                self._perhaps_linked(keyed, linked)
            self._differences(keyed, point, twin, contents)
        if link and self.merges:
            point.key = self._number(("merge", point.key, keyed.key))
            point.doubt = point.doubt or keyed.verdict == PERHAPS
        else:
            point.key = keyed.key
            point.doubt = keyed.verdict == PERHAPS

    def _verdict(
        self, keyed: Keyed, point: _Point, twin: Keyed | None, contents: "Sequence[_Content]"
    ) -> None:
        assert self.before is not None
        reasons = [content.reason for content in contents if content.reason is not None]
        alone = links(keyed.step) and bool(self.merges)
        if keyed.key in self.before.keys:
            doubt = point.doubt and not alone
            if reasons or doubt:
                keyed.verdict = PERHAPS
                keyed.reasons = _joined(reasons, self._below(keyed, point) if doubt else [])
            return
        unlike: list[str] = []
        if twin is not None:
            unlike = different(twin.parts, keyed.parts)
            reasons = [*part_reasons(keyed.step, twin.parts, keyed.parts, point.env), *reasons]
            if not reasons and twin.contents != keyed.contents:
                reasons.append(self._reason(keyed, f"{title(keyed.step)} takes other content"))
            firm = any(certain(twin.parts[name], keyed.parts[name]) for name in unlike)
            # With other sources, what is new to the context may be what the old ones had.
            stay = [given.sources for given in twin.inputs] == [g.sources for g in keyed.inputs]
            firm = firm or (stay and any(content.sure for content in contents))
            moved = twin.parent != keyed.parent and not alone
            if not firm and not moved:
                # Only what nobody can compare is different: the result may be found all the same.
                keyed.key = twin.key
                keyed.verdict = PERHAPS
                keyed.reasons = _joined(reasons, self._below(keyed, point) if point.doubt else [])
                return
        keyed.verdict = RUNS
        below: list[Reason] = [] if alone else self._below(keyed, point)
        if twin is None and not below:
            reasons.insert(0, self._reason(keyed, f"{title(keyed.step)} is new"))
        elif not reasons and not below:
            reasons.append(self._reason(keyed, f"{title(keyed.step)} stands on another step now"))
        keyed.reasons = _joined(reasons, below)

    def _below(self, keyed: Keyed, point: _Point) -> "list[Reason]":
        """The first cause of what happens below the step, and that it does."""
        lead = keyed.lead
        if lead is None or (lead.verdict == CACHED and point.why is not None):
            return [point.why] if point.why is not None else []
        if lead.verdict == CACHED:
            return []
        again = "runs again" if lead.verdict == RUNS else "may run again"
        text = f"the step above {again}"
        if lead.stage is not keyed.stage:
            text = f"the stage {lead.stage.title} below {again}"
        return [lead.reasons[0], Reason(text, lead.step.source, lead.step.span)]

    def _reason(self, keyed: Keyed, text: str) -> Reason:
        return Reason(text, keyed.step.source, keyed.step.span)

    def _perhaps_linked(self, keyed: Keyed, linked: int) -> None:
        assert self.before is not None
        if linked not in self.before.linked:
            return
        keyed.verdict = PERHAPS
        text = "--link keeps it only where the engine has the containerd image store"
        keyed.reasons.append(self._reason(keyed, text))

    def _differences(
        self, keyed: Keyed, point: _Point, twin: Keyed | None, contents: "Sequence[_Content]"
    ) -> None:
        """Write down what the step may have made different in the files."""
        if twin is None or different(twin.parts, keyed.parts):
            point.delta.anything()
        elif keyed.verdict == CACHED:
            return
        elif keyed.step.name == "RUN":
            point.delta.anything()
        else:
            for given, content in zip(keyed.inputs, contents, strict=True):
                if content.reason is None:
                    continue
                if not content.files or len(content.files) > _MOST_ENTRIES:
                    point.delta.add(given.target, sure=content.sure and not given.unpack)
                    continue
                for path in content.files:
                    landing, exact = given.landing(path)
                    sure = content.sure and not given.unpack
                    point.delta.add(landing, exact=exact, sure=sure)

    # Content

    def _content(self, given: "Input") -> _Content:
        if given.origin == "context":
            return self._of_context(given)
        if given.origin == "stage" and given.stage is not None:
            return self._of_stage(given, given.stage)
        if given.origin == "scratch":
            return _Content(("scratch",))
        value = ("image", image_name(given.name), given.sources)
        if self.change is None or not self.change.renews(given.name):
            return _Content(value)
        text = f"{given.label} takes from the image {given.name}, which is new"
        return _Content(value, Reason(text))

    def _of_context(self, given: "Input") -> _Content:
        sources = tuple(source.follow(self.view) for source in given.sources)
        if self.change is None:
            return _Content(("context", sources, ()))
        sure = self._taken(sources, self.change.files, SENT)
        value = ("context", sources, tuple(sure))
        if sure:
            text = f"{given.label} takes {files_text(sure)} from the build context"
            return _Content(value, Reason(text), sure=True, files=sure)
        hollow = self._taken(sources, self.change.files, HOLLOW)
        if hollow:
            text = f"{given.label} takes {files_text(hollow)}, which .dockerignore leaves empty"
            return _Content(value, Reason(text), files=hollow)
        folders = self._taken(sources, self.change.folders, SENT)
        if folders:
            # A client that sends only what is new says nothing of it (tonistiigi/fsutil).
            text = f"{given.label} takes {files_text(folders)}, but BuildKit may overlook its mode"
            return _Content(value, Reason(text), files=folders)
        if self._unlisted() and not all(self._file(source) for source in sources):
            text = f"{given.label} may take other files with a new .dockerignore"
            return _Content(value, Reason(text))
        return _Content(value)

    def _taken(self, sources: "Sequence[Source]", paths: "Sequence[str]", fate: str) -> "list[str]":
        """
        Those of `paths` that `sources` take and of which `fate` is the best that the .dockerignore
        before or after makes.
        """
        ignores = [self.build.ignore]
        if self.before is not None and self.before.build.ignore is not self.build.ignore:
            ignores.append(self.before.build.ignore)
        found: list[str] = []
        for path in paths:
            if any(source.takes(path) for source in sources):
                fates = [one.fate(path) if one is not None else SENT for one in ignores]
                if fate in fates and (fate == SENT or SENT not in fates):
                    found.append(path)
        return found

    def _unlisted(self) -> bool:
        """Whether a .dockerignore is another and nobody says what it does."""
        if self.change is None or self.before is None:
            return False
        if self.before.build.ignore is not self.build.ignore:
            return False
        return any(path.endswith(".dockerignore") for path in self.change.files)

    def _file(self, source: "Source") -> bool:
        """Whether a source of the context is certainly one file."""
        known = self.view is not None and bool(source.path) and not source.pattern
        return known and self.view is not None and not self.view.is_dir(source.path)

    def _of_stage(self, given: "Input", stage: "Stage") -> _Content:
        end = self.ends[stage.index]
        value = ("stage", end.key, given.sources)
        if self.before is None:
            return _Content(value)
        ends = self.before.ends
        if not end.doubt and end.key in self.before.end_keys:
            return _Content(value)
        twin = same_stage(self.before.build, stage)
        old_end = ends.get(twin.index) if twin is not None else None
        if old_end is None:
            return _Content(value)
        same = ("stage", old_end.key, given.sources)
        touched = end.delta.touches(given.sources)
        if touched == SAME:
            return _Content(same)
        if touched == SURE:
            text = f"{given.label} takes what is new in the stage {stage.title}"
            return _Content((*value, "new"), Reason(text), sure=True)
        text = f"{given.label} takes what the stage {stage.title} makes, which may be the same"
        return _Content(same, Reason(text))


__all__ = ["CACHED", "PERHAPS", "RUNS", "Fold", "Keyed", "same_stage"]
