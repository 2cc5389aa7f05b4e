"""What `dockwright show` found, before it is text, data or a picture."""

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.cache import Affected
    from dockwright.model.stages import Build, Stage
    from dockwright.model.summary import Summary


class Shown(Value):
    """
    What there is to show of one Dockerfile.

    `summaries` has one entry for each stage asked for (the target when none is), `stages` all that
    the target needs; `affected` what becomes of each step after an edit of `changed`, empty when
    nothing is said to change.
    """

    __slots__ = ("affected", "build", "changed", "name", "stages", "summaries", "target")

    def __init__(
        self,
        name: str,
        build: "Build",
        target: "Stage",
        summaries: "Sequence[Summary]",
        affected: "Sequence[Affected]" = (),
        changed: "Sequence[str]" = (),
    ) -> None:
        self.name = name
        self.build = build
        self.target = target
        self.summaries = tuple(summaries)
        self.affected = tuple(affected)
        self.changed = tuple(changed)
        needed = _needed(build, target)
        self.stages = tuple(stage for stage in build.stages if stage in needed)


def _needed(build: "Build", target: "Stage") -> "list[Stage]":
    found: list[Stage] = []
    todo = [target]
    while todo:
        stage = todo.pop()
        if stage not in found:
            found.append(stage)
            todo.extend(build.needs(stage))
    return found
