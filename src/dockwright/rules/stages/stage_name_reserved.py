"""DW1102 stage-name-reserved."""

from dockwright.rules.api import Bad, Findings, FromStep, Good, Rule, safe
from dockwright.rules.stages._graph import rename


class StageNameReserved(Rule):
    """
    Call no stage `scratch` or `context`.

    `FROM scratch` means the empty image and `context` the build context; a stage of that name
    hides them from everything below.

    Silent about all other names.
    """

    code = "DW1102"
    name = "stage-name-reserved"
    tags = ("stages",)
    mentions = ("context", "scratch")
    also = ("hadolint:DL3063", "buildkit:ReservedStageName")

    examples = (
        Bad(
            "FROM debian:12 AS context\nFROM context AS a\nCOPY --from=Context /a /b\n"
            "RUN --mount=type=bind,from=context,target=/c make\n",
            at="context",
            fixed="FROM debian:12 AS context-stage\nFROM context-stage AS a\n"
            "COPY --from=context-stage /a /b\n"
            "RUN --mount=type=bind,from=context-stage,target=/c make\n",
        ),
        Bad(
            "FROM debian:12 AS Scratch\nFROM debian:12\nCOPY --from=scratch /a /b\n",
            at="Scratch",
            fixed="FROM debian:12 AS scratch-stage\nFROM debian:12\n"
            "COPY --from=scratch-stage /a /b\n",
        ),
        Bad(
            "ARG BASE=context\nFROM debian:12 AS context\nFROM $BASE\n",
            at="context",
        ),
        Good("FROM scratch AS base\nFROM debian:12 AS build-context\n"),
    )

    def check(self, step: FromStep) -> Findings:
        stage = step.stage
        if stage.name not in ("scratch", "context"):
            return
        title = f"{stage.name}-stage"
        yield self.at(step.words[2], f"`{stage.name}` has a meaning of its own").fix(
            f"call it `{title}`",
            safe(*rename(stage, title), changes=("stage-name", "copy:form", "mount")),
        )
