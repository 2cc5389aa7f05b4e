"""The images that a stage names."""

from dockwright.rules.api import Known, Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockwright.rules.api import Reason, Step


def images(stage: Stage) -> "Iterator[tuple[Step, Any, Any, list[Reason]]]":
    """
    Step, word, parsed reference and reasons for each image that FROM, COPY and mounts name.

    A single word without tag in COPY or a mount may be a stage or a context: it is left out.
    """
    base = stage.base
    words = stage.from_step.words
    if base.kind == "image" and base.parsed is not None and words:
        because = [base.name.reason] if "$" in base.written and isinstance(base.name, Known) else []
        yield stage.from_step, words[0], base.parsed, because
    build = stage.build
    for step in stage.steps:
        if step.onbuild or step.name not in ("COPY", "RUN"):
            continue
        for word in step.sources:
            value = word.value
            if "$" in value or value in build.contexts or build.stage_named(value) is not None:
                continue
            if "/" in value or ":" in value or "@" in value:
                parsed = step.image(value)
                if parsed is not None:
                    yield step, word, parsed, []
