"""What several rules ask about variables."""

from dockwright.rules.api import Edit, Step

# The modifiers with which an expansion says itself what an unset variable means.
HANDLES_UNSET = ("-", ":-", "+", ":+", "?", ":?")


def declared(step: Step, name: str) -> bool:
    """Whether an ARG or ENV of this file sets or declares `name` before `step`."""
    at = step.index
    for stage in step.stage.lineage():
        timeline = stage.timelines.maps["build_env"].get(name)
        if timeline is not None and timeline.before(at) is not None:
            return True
        at = len(stage.parent.steps) if stage.parent is not None else 0
    return False


def declare(step: Step, name: str) -> Edit | None:
    """An ARG in a line of its own before the step."""
    source = step.stage.build.tree.source
    first = step.span.start
    line = source.line_starts[source.line_of(first) - 1]
    indent = source.text[line:first]
    if indent.strip():
        return None
    return step.instruction(first, "ARG", f"{name}{source.newline}{indent}")
