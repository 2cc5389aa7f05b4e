"""DW1107 stage-unreachable."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Span, Stage, near, unsafe

# Beyond so many stages no fix is looked for: it asks each stage about all others.
MANY = 200


class StageUnreachable(Rule):
    """
    Delete stages that nothing needs.

    BuildKit does not build a stage that the last one does not need, so nobody notices when it
    breaks. Stages only built with `--target`, for tests or development, are the exception.

    Silent about stages that the last one is built on, copies or mounts from, or may be built on
    because a variable in a `FROM` decides.
    """

    code = "DW1107"
    name = "stage-unreachable"
    tier = "optional"
    tags = ("stages",)
    also = ("tally:no-unreachable-stages",)

    examples = (
        Bad(
            "FROM golang:1 AS build\nRUN make\n\n# old\nFROM node:22 AS web\nRUN npm ci\n\n"
            "# final\nFROM debian:12\nCOPY --from=build /a /a\n",
            at="FROM node:22 AS web",
            fixed="FROM golang:1 AS build\nRUN make\n\n"
            "# final\nFROM debian:12\nCOPY --from=build /a /a\n",
        ),
        Bad(
            "FROM node:22\nFROM golang:1\nFROM debian:12\nCOPY --from=1 /a /a\n",
            at="FROM node:22",
        ),
        Bad(
            "FROM golang:1 AS builder\nFROM debian:12\nCOPY --from=bulder /a /a\n",
            at="FROM golang:1 AS builder",
        ),
        Good(
            "FROM a:1 AS b-amd64\nFROM a:1 AS a-arm64\nFROM a-arm64 AS b-arm64\n"
            "FROM b-${TARGETARCH}\n"
        ),
        Good("ARG MODE=dev\nFROM a:1 AS dev\nFROM a:1 AS prod\nFROM $MODE\n"),
        Good("FROM a:1 AS a\nFROM a AS b\nFROM c:1\nRUN --mount=from=b,target=/b make\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if stage.built:
            return
        yield self.at(
            stage.from_step.line_span, f"the last stage does not need the stage `{stage.title}`"
        ).fix("delete it", unsafe(_deletion(stage)))


def _deletion(stage: Stage) -> Edit | None:
    """An edit that deletes the stage with the comments above it, if no name or number suffers."""
    build = stage.build
    if len(build.stages) > MANY:
        return None
    for other in build.stages:
        if other is not stage and (other.name == stage.name != "" or stage in build.needs(other)):
            return None
        for step in other.steps:
            for word in step.sources:
                if step.name == "COPY" and word.value.isdigit():
                    return None
                if stage.name and near(word.value, (stage.name,)):
                    return None  # copy-from-unknown takes it for a misspelt name
    following = build.stages[stage.index + 1]
    return Edit(build.source, Span(_beginning(stage), _beginning(following)), "")


def _beginning(stage: Stage) -> int:
    """Where the comments directly above the stage begin."""
    tree = stage.build.tree
    comments = {comment.line for comment in tree.comments if not comment.inside}
    line = stage.from_step.node.first_line
    while line - 1 in comments:
        line -= 1
    start = tree.source.line_starts[line - 1]
    return start if start or not tree.source.text.startswith("\ufeff") else 1
