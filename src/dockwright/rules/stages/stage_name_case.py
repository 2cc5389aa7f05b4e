"""DW1103 stage-name-case."""

from dockwright.rules.api import Bad, Findings, FromStep, Good, Rule, safe
from dockwright.rules.stages._graph import references


class StageNameCase(Rule):
    """
    Write stage names in lower case.

    BuildKit lowers the name of a stage, but not the name in a later `FROM`: `FROM Build` is then
    taken for an image, and as such it is invalid.

    Silent about the spelling in `COPY --from` and mounts, where case does not matter.
    """

    code = "DW1103"
    name = "stage-name-case"
    severity = "info"
    tags = ("stages", "style")
    also = ("buildkit:StageNameCasing",)

    examples = (
        Bad(
            "FROM golang:1 AS Build\nFROM build AS test\nCOPY --from=Build /a /a\n",
            at="Build",
            fixed="FROM golang:1 AS build\nFROM build AS test\nCOPY --from=build /a /a\n",
        ),
        Bad(
            "FROM golang:1 AS Build\nFROM debian:12 AS build\nCOPY --from=Build /a /a\n",
            at="Build",
        ),
        Good("FROM golang:1 AS build\nONBUILD FROM debian:12\n"),
        Good("FROM golang:1 AS build\nFROM debian:12\nCOPY --from=Build /a /a\n"),
    )

    def check(self, step: FromStep) -> Findings:
        stage = step.stage
        if step.onbuild or not stage.name or step.words[2].value == stage.name:
            return
        twice = sum(one.name == stage.name for one in stage.build.stages) > 1
        edits = [None if twice else step.replace(step.words[2].span, stage.name)]
        for user, word in references(stage):
            if word.value != stage.name and word.at >= 0:
                edits.append(user.replace(word.span, stage.name))
        yield self.at(step.words[2], f"`{step.words[2].value}` is not in lower case").fix(
            f"write `{stage.name}`", safe(*edits, changes=("stage-name", "copy:form", "mount"))
        )
