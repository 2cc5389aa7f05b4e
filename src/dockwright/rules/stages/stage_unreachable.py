"""DW1107 stage-unreachable."""

import re

from dockwright.rules.api import Bad, Build, Edit, Findings, Good, Rule, Span, Stage, unsafe
from dockwright.rules.stages._graph import needs


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
        Good(
            "FROM a:1 AS b-amd64\nFROM a:1 AS a-arm64\nFROM a-arm64 AS b-arm64\n"
            "FROM b-${TARGETARCH}\n"
        ),
        Good("ARG MODE=dev\nFROM a:1 AS dev\nFROM a:1 AS prod\nFROM $MODE\n"),
        Good("FROM a:1 AS a\nFROM a AS b\nFROM c:1\nRUN --mount=from=b,target=/b make\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if stage.built or any(needs(stage.build, other, stage) for other in _chosen(stage.build)):
            return
        yield self.at(
            stage.from_step.line_span, f"the last stage does not need the stage `{stage.title}`"
        ).fix("delete it", unsafe(_deletion(stage)))


def _chosen(build: Build) -> list[Stage]:
    """The stages that a variable in a FROM may choose."""
    found = []
    for stage in build.stages:
        written = stage.base.written
        if "$" not in written:
            continue
        shape = stage.from_step.evaluate(written, lambda _: "\0").value or "\0"
        pattern = re.compile(".*".join(re.escape(part) for part in shape.split("\0")) + r"\Z")
        found += [
            other
            for other in build.stages[: stage.index]
            if other.name and pattern.match(other.name)
        ]
    return found


def _deletion(stage: Stage) -> Edit | None:
    """An edit that deletes the stage with the comments above it, if no name or number suffers."""
    build = stage.build
    for other in build.stages:
        if other is not stage and (other.name == stage.name != "" or stage in build.needs(other)):
            return None
        for step in other.steps:
            if step.name == "COPY" and any(word.value.isdigit() for word in step.sources):
                return None
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
