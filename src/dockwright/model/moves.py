"""Moving instructions down in a stage, with their comments and with what depends on them."""

from dockwright.model.dependence import conflict, footprint
from dockwright.text.lazy import lazy, re
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.dependence import Footprint
    from dockwright.model.steps import Step

_JOINT = lazy(r"[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)*&&[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)*", re.MULTILINE)


def sink(
    moved: "Sequence[Step]",
    run: "Step",
    *,
    lead: str = "",
    count: int | None = None,
    stays: "Sequence[Step]" = (),
) -> "list[Edit] | None":
    """
    Move the steps `moved`, which stand before `run`, behind it, and what depends on them too.

    `lead` are lines that come in the place of the first one. With `count` only so many commands of
    `run` stay before them, and a RUN of the others goes behind. What is in `stays` is not moved
    although it depends on them. None when that cannot be written.
    """
    goes = following(moved, run.index, run.stage.steps, stays)
    first = goes[0]
    if any(step.onbuild for step in goes):
        return None
    behind = [block(step) for step in goes]
    source = run.stage.build.tree.source
    texts = [source.slice(span).rstrip("\r\n") for span in behind]
    edits = []
    for step, span in zip(goes, behind, strict=True):
        edits.append(Edit(run.source, span, f"{lead}\n" if step is first and lead else ""))
    if count is None:
        end = source.text.find("\n", run.span.end)
        end = len(source.text) if end < 0 else end - (source.text[end - 1] == "\r")
        edits.append(Edit(run.source, Span(end, end), "".join(f"\n{text}" for text in texts)))
        return edits
    commands = run.commands
    joint = Span(commands[count - 1].span.end, commands[count].span.start)
    if _JOINT.fullmatch(source.slice(joint)) is None or len(run.node.heredocs):
        return None
    keyword = source.slice(Span(run.span.start, commands[0].span.start))
    if "\n" in keyword:
        return None
    edits.append(Edit(run.source, joint, "".join(f"\n{text}" for text in texts) + f"\n{keyword}"))
    return edits


def following(
    moved: "Sequence[Step]", before: int, steps: "Sequence[Step]", stays: "Sequence[Step]" = ()
) -> "list[Step]":
    """`moved` with the steps up to number `before` that depend on one of them, in order."""
    goes: list[Step] = []
    prints: list[Footprint] = []
    for step in steps[moved[0].index : before]:
        if any(step is one for one in stays):
            continue
        mark = footprint(step)
        if any(step is one for one in moved) or any(conflict(one, mark) for one in prints):
            goes.append(step)
            prints.append(mark)
    return goes


def block(step: "Step") -> Span:
    """The lines of an instruction and of the comments directly above it."""
    source = step.stage.build.tree.source
    first = source.line_of(step.span.start)
    while first > 1 and source.line(first - 1).lstrip().startswith("#"):
        first -= 1
    start = source.line_starts[first - 1]
    end = source.text.find("\n", step.span.end) + 1
    return Span(start, end or len(source.text))


__all__ = ["block", "following", "sink"]
