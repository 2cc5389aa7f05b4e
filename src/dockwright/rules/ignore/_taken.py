"""Which instruction takes a path of the build context along."""

from dockwright.rules.api import Command, Ignore, Stage, Step, from_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def copies(ignore: Ignore) -> "Iterator[tuple[Stage, Step, str]]":
    """Each COPY or ADD of the builds with a folder of the context that it takes whole."""
    for build in ignore.builds:
        for stage in build.stages:
            if not stage.built:
                continue
            for step in stage.steps:
                if step.name not in ("COPY", "ADD") or step.node.flag("exclude") is not None:
                    continue
                for one in from_context(step):
                    if not one.glob:
                        yield stage, step, one.path


def taker(ignore: Ignore, path: str, *, shipped: bool = False) -> Step | None:
    """
    The first instruction that takes `path` along with a folder above it.

    With `shipped` only one of a stage whose file system ships.
    """
    for stage, step, folder in copies(ignore):
        if (not folder or path.startswith(folder + "/")) and (stage.shipped or not shipped):
            return step
    return None


def calls(ignore: Ignore) -> "Iterator[tuple[Step, Command]]":
    """The commands of every RUN that the builds need."""
    for build in ignore.builds:
        for stage in build.stages:
            if stage.built:
                for step in stage.steps:
                    if step.name == "RUN" and not step.onbuild:
                        for command in step.commands:
                            yield step, command


def sources(ignore: Ignore) -> "Iterator[str]":
    """The paths and patterns of the context that an instruction takes, "" for all of it."""
    for build in ignore.builds:
        for stage in build.stages:
            if stage.built:
                for step in stage.steps:
                    for one in from_context(step):
                        yield one.path
