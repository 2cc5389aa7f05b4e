"""DW6303 build-arg-required."""

from dockwright.rules.api import (
    PLATFORM_ARGS,
    Bad,
    Build,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    Stage,
    image_reference,
    lazy,
)
from dockwright.rules.joins._names import written

_COMPOSE = "services:\n  web:\n    build:\n      context: .\n"
_REQUIRED = lazy(r"\$\{(\w+):?\?")


class BuildArgRequired(Rule):
    """
    Give a build the arguments that it cannot do without.

    An `ARG` without a default is empty when Compose does not give it. In `FROM` the name of the
    image then is none (`failed to parse stage name`), and `${NAME:?}` stops the build with a
    message: the service cannot be built.

    Silent when the argument has a default, or a name in `args` without a value, which the
    environment gives; about stages that the target does not need; and when the Dockerfile is not
    there.
    """

    code = "DW6303"
    name = "build-arg-required"
    severity = "error"
    tags = ("compose", "build", "variables")
    mentions = ("build",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "ARG TAG\nFROM python:${TAG}\n",
                }
            ),
            at="build",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE + "      args:\n        MODE: a\n",
                    "Dockerfile": "FROM debian:12\nARG MODE\nARG RELEASE\n"
                    'RUN echo "${RELEASE:?which one}"\n',
                }
            ),
            at="build",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE + "      args:\n        - TAG\n",
                    "Dockerfile": "ARG TAG\nFROM python:${TAG}\n",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE + "      target: app\n",
                    "Dockerfile": "ARG REGISTRY\nARG TAG\nFROM python:${TAG:-3.12} AS app\n"
                    "FROM ${REGISTRY}debian:12\nFROM debian:$TAG\n",
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        build, stage = service.build, service.stage
        if build is None or stage is None or not service.project.standalone:
            return
        given = written(service, "build", "args")
        if given is None:
            return
        needed = _needed(build, stage)
        told: set[str] = set()
        for name, why, likely in (*_bases(build, needed), *_required(needed)):
            if name in given or name in told or name in build.args or name in PLATFORM_ARGS:
                continue
            told.add(name)
            yield self.at(
                service.key("build"), f"the build needs the argument `{name}`: {why}", likely=likely
            )


def _needed(build: Build, stage: Stage) -> list[Stage]:
    found: list[Stage] = []
    waiting = [stage]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.append(one)
            waiting.extend(build.needs(one))
    return found


def _bases(build: Build, stages: "list[Stage]") -> "list[tuple[str, str, bool]]":
    """The arguments without a value that make the name of a base invalid."""
    found = []
    for stage in stages:
        text = stage.base.written
        if stage.base.kind == "stage" or "$" not in text:
            continue
        made = stage.from_step.evaluate(
            text, lambda name: getattr(build.global_args.get(name), "value", None) or ""
        )
        if made.error is None and made.value and image_reference(made.value) is not None:
            continue
        for used in made.references:
            if used.name in build.global_args and build.global_args[used.name] is None:
                found.append((used.name, f"`FROM {text}` has no image without it", False))
                break
    return found


def _required(stages: "list[Stage]") -> "list[tuple[str, str, bool]]":
    """The arguments that `${NAME:?}` in a RUN asks for."""
    found = []
    for stage in stages:
        for step in stage.steps:
            if step.name != "RUN" or step.onbuild or "?" not in step.node.joined.text:
                continue
            for command in step.commands:
                if command.conditional:
                    continue
                for word in command.words:
                    for match in _REQUIRED.finditer(word.text):
                        name = match[1]
                        if _empty(stage, name, step.index):
                            found.append((name, f"`{match[0]}…}}` stops without it", True))
    return found


def _empty(stage: Stage, name: str, at: int) -> bool:
    """Whether the name is an ARG of this stage without a value."""
    if stage.lookup("build_env", name, at) is not None and stage.state.sets("image_env", name):
        return False
    return any(
        step.name == "ARG" and any(p.key == name and p.value is None for p in step.node.pairs)
        for step in stage.steps[:at]
    ) and not stage.build.global_args.get(name)
