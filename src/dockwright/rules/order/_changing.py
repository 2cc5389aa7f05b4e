"""Instructions that carry what is another in each build, and how far down they can go."""

from dockwright.rules.api import (
    Edit,
    Remedy,
    Step,
    conflict,
    following,
    footprint,
    proof,
    safe,
    sink,
)
from dockwright.rules.order._sources import dear

# What may move along: it writes to the configuration only.
_ALONG = frozenset(("ARG", "ENV", "LABEL"))


def spared(step: Step) -> list[Step]:
    """
    The RUN behind `step` that run again though they surely have nothing to do with it.

    None at all when none of them is dear.
    """
    steps = step.stage.steps
    found: list[Step] = []
    goes = [footprint(step)]
    for other in steps[step.index + 1 :]:
        if other.onbuild or other.name == "SHELL":
            break
        mark = footprint(other)
        if any(conflict(one, mark) for one in goes):
            if other.name not in _ALONG:
                break
            goes.append(mark)
        elif other.name == "RUN":
            found.append(other)
    return found if any(map(dear, found)) else []


def first(runs: "list[Step]") -> Step:
    """The first of `runs` that takes time."""
    return next(run for run in runs if dear(run))


def used(step: Step) -> bool:
    """Whether something behind `step` names one of its variables; else it serves the cache."""
    names = {("env", pair.key) for pair in step.node.pairs}
    build = step.stage.build
    behind = step.stage.steps[step.index + 1 :]
    for stage in build.stages:
        if stage is not step.stage and step.stage in stage.lineage():
            behind = [*behind, *stage.steps]
    return any(names & footprint(other).uses for other in behind)


def move(step: Step, last: Step) -> Remedy | None:
    """Move `step`, with what uses it, behind `last`; None when that may make a difference."""
    edits: list[Edit] | None = sink([step], last)
    if edits is None or any(one.name not in _ALONG for one in following([step], last.index)):
        return None
    proven = proof(step.stage.build, edits)
    if not proven.holds or proven.assumes:
        return None
    return safe(*edits, changes=("order",))
