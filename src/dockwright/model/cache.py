"""
Which steps of a build run again after a change, and why: `impact`.

BuildKit looks each step up by a key made of its inputs. So the build is folded twice, as it was and
as it will be, and a step is cached when the second fold gives it a key that the first one has
(`cachefold`). Where content comes out of a stage that runs again nobody knows whether it is the
same: such a step runs PERHAPS, and what follows is judged as if it were cached.

Assumed: the build before the change is still in the builder's cache, it was for the same target and
platform, and addresses (ADD of a URL or a repository) give what they gave.
"""

from dockwright.model.cacheenv import CHANGED, placeholder
from dockwright.model.cachefold import CACHED, PERHAPS, RUNS, Fold, same_stage
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dockwright.facts.knowledge import Reason
    from dockwright.model.cost import Cost
    from dockwright.model.selection import ContextView
    from dockwright.model.stages import Build, Stage
    from dockwright.model.steps import Step

ALL = "*"


class Change(Value):
    """
    What is different in the next build.

    `files` are paths in the build context (relative, cleaned) that are edited, made, deleted or
    have another mode, directories that are made or deleted included. `folders` are directories that
    have another mode and are otherwise the same. `args` are build arguments with another value: the
    new value, or None when it is not said. `edited` is the model of the new Dockerfile, None when
    it is the same. `bases` are the images, as FROM and `--from` name them after variables are
    replaced, that have new layers; ALL stands for every one.
    """

    __slots__ = ("args", "bases", "edited", "files", "folders")

    def __init__(
        self,
        *,
        files: "Iterable[str]" = (),
        folders: "Iterable[str]" = (),
        args: "Mapping[str, str | None] | None" = None,
        edited: "Build | None" = None,
        bases: "Iterable[str]" = (),
    ) -> None:
        self.files = tuple(files)
        self.folders = tuple(folders)
        self.args = dict(args or {})
        self.edited = edited
        self.bases = frozenset(bases)

    def renews(self, image: str) -> bool:
        """Whether the image called `image` has new layers."""
        return ALL in self.bases or image in self.bases


class Affected(Value):
    """
    A step that makes a layer, and what becomes of it.

    `stage` is the stage it runs in (another than `step.stage` for an ONBUILD of the stage below).
    `verdict` is CACHED, RUNS or PERHAPS (it runs unless what comes out of another stage is the
    same). `reasons` begin with the first cause and are empty for CACHED.
    """

    __slots__ = ("_cost", "reasons", "stage", "step", "verdict")

    def __init__(
        self, step: "Step", stage: "Stage", verdict: str, reasons: "Sequence[Reason]"
    ) -> None:
        self.step = step
        self.stage = stage
        self.verdict = verdict
        self.reasons = tuple(reasons)
        self._cost: Cost | None = None

    @property
    def cost(self) -> "Cost":
        """What running the step takes, by the assumptions of `model/cost.py`."""
        if self._cost is None:
            from dockwright.model.cost import estimate

            self._cost = estimate(self.step)
        return self._cost


def impact(
    build: "Build",
    change: Change,
    *,
    target: "Stage | None" = None,
    view: "ContextView | None" = None,
    merges: bool | None = None,
) -> list[Affected]:
    """
    Every step that makes a layer on the way to `target` (default: the last stage), in the order of
    the new build, with what becomes of it after `change`.

    `view` serves to follow symbolic links that COPY names. `merges` tells whether the builder can
    put layers on one another without running anything (an engine with the containerd image store
    can, one with the classic store cannot), which decides about `COPY --link`; None: not known.
    """
    target = target if target is not None else build.final
    if target is None:
        return []
    before = Fold(build, view=view, merges=merges)
    before.run(target)
    after = Fold(_after(build, change), view=view, merges=merges, before=before, change=change)
    goal = same_stage(after.build, target)
    if goal is None:
        return []
    after.run(goal)
    return [
        Affected(keyed.step, keyed.stage, keyed.verdict, keyed.reasons) for keyed in after.steps
    ]


def _after(build: "Build", change: Change) -> "Build":
    new = change.edited if change.edited is not None else build
    if not change.args:
        return new
    from dockwright.model.stages import Build

    args = dict(new.args)
    for name, value in change.args.items():
        args[name] = value if value is not None else placeholder(CHANGED, name)
    return Build(
        new.tree, args=args, contexts=tuple(new.contexts), facts=new.facts, ignore=new.ignore
    )


__all__ = ["ALL", "CACHED", "PERHAPS", "RUNS", "Affected", "Change", "impact"]
