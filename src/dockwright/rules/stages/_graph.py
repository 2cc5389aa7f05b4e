"""What several rules ask of the stages."""

from dockwright.rules.api import Build, Stage, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockwright.rules.api import Edit


def source_stage(step: Step, name: str) -> Stage | None:
    """The stage that `name` in a COPY or mount means; only COPY takes numbers."""
    if name.isdigit() and step.name != "COPY":
        return None
    return step.stage.build.stage_named(name)


def needs(build: Build, stage: Stage, wanted: Stage) -> bool:
    """Whether building `stage` needs `wanted`, directly or through others."""
    seen: set[int] = set()
    todo = [stage]
    while todo:
        one = todo.pop()
        if one is wanted:
            return True
        if one.index not in seen:
            seen.add(one.index)
            todo.extend(build.needs(one))
    return False


def references(stage: Stage) -> "Iterator[tuple[Step, Any]]":
    """Each word in COPY and mounts that names `stage`, with its step."""
    for step in stage.build.steps:
        if step.name in ("COPY", "RUN"):
            for word in step.sources:
                if word.value.lower() == stage.name:
                    yield step, word


def rename(stage: Stage, name: str) -> "list[Edit | None]":
    """Edits that give `stage` another name everywhere; one is None when that is not possible."""
    build = stage.build
    edits: list[Edit | None] = [stage.from_step.replace(stage.from_step.words[2].span, name)]
    for other in build.stages:
        if other.name == name or (other is not stage and other.name == stage.name):
            return [None]
        if other.parent is stage:
            word = other.from_step.words[0]
            plain = word.value == stage.name
            edits.append(other.from_step.replace(word.span, name) if plain else None)
    for step, word in references(stage):
        edits.append(step.replace(word.span, name) if word.at >= 0 else None)
    return edits
