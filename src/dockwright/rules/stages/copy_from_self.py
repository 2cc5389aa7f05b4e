"""DW1105 copy-from-self."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Rule
from dockwright.rules.stages._graph import needs, source_stage


class CopyFromSelf(Rule):
    """
    Let no stage take files from itself, directly or in a circle.

    What a stage copies or mounts must be finished before; BuildKit refuses the file because of
    the circular dependency.

    Silent when a later stage is needed that does not need this one.
    """

    code = "DW1105"
    name = "copy-from-self"
    severity = "error"
    tags = ("stages",)
    mentions = ("from=",)
    also = (
        "hadolint:DL3023",
        "trivy:DS-0006",
        "kics:cdddb86f",
        "semgrep:copy-from-own-alias",
        "tally:circular-stage-deps",
    )

    examples = (
        Bad("FROM debian:12 AS build\nCOPY --from=build /a /b\n", at="build"),
        Bad("FROM debian:12\nFROM debian:12\nCOPY --from=1 /a /b\n", at="1"),
        Bad("FROM debian:12 AS a\nRUN --mount=from=A,target=/b make\n", at="A"),
        Bad("FROM debian:12 AS a\nCOPY --from=c /a /b\nFROM a AS b\nFROM b AS c\n", at="c"),
        Good("FROM debian:12 AS a\nFROM a AS b\nCOPY --from=a /a /b\n"),
        Good("FROM debian:12 AS a\nONBUILD COPY --from=a /a /b\n"),
        Good("FROM debian:12 AS a\nCOPY --from=b /a /b\nFROM debian:12 AS b\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.onbuild or step.name not in ("COPY", "RUN"):
            return
        stage = step.stage
        for word in step.sources:
            found = source_stage(step, word.value)
            if found is None or found.index < stage.index:
                continue
            if found is stage:
                yield self.at(word, f"`{word.value}` is this stage itself")
            elif needs(stage.build, found, stage):
                yield self.at(word, f"the stage `{word.value}` itself needs this stage")
