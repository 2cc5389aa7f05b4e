"""DW1109 copy-from-empty-scratch."""

from dockwright.rules.api import Bad, CopyStep, Findings, Good, Rule
from dockwright.rules.stages._graph import source_stage


class CopyFromEmptyScratch(Rule):
    """
    Copy from a stage that has files.

    A stage from `scratch` without `COPY`, `ADD`, `RUN` or `WORKDIR` is empty, so there is nothing
    to copy and the build fails. Often the wrong stage is named. A named stage is only likely to
    be empty: `--build-context` may replace it.

    Silent about mounts from an empty stage, when a named build context replaces the stage, and
    when the root or a pattern is copied, which works with nothing.
    """

    code = "DW1109"
    name = "copy-from-empty-scratch"
    severity = "error"
    tags = ("stages",)
    mentions = ("scratch",)
    also = ("tally:copy-from-empty-scratch-stage",)

    examples = (
        Bad("FROM scratch AS base\nFROM debian:12\nCOPY --from=base /a /a\n", at="base"),
        Bad(
            "FROM scratch AS a\nENV B=c\nFROM a AS b\nFROM debian:12\nCOPY --from=1 /a /a\n",
            at="1",
        ),
        Bad("FROM debian:12\nCOPY --from=scratch /a /a\n", at="scratch"),
        Good("FROM scratch AS extra\nFROM debian:12\nCOPY --from=extra / /extra/\n"),
        Good("FROM scratch AS extra\nFROM debian:12\nCOPY --from=extra /*.deb /extra/\n"),
        Good("FROM scratch AS a\nCOPY a /a\nFROM debian:12\nCOPY --from=a /a /a\n"),
        Good("FROM scratch AS a\nWORKDIR /a\nFROM debian:12\nCOPY --from=a /a /a\n"),
        Good(
            "FROM scratch AS a\nFROM debian:12\nCOPY --from=a /a /a\n",
            config={"named-contexts": ["a"]},
        ),
    )

    def check(self, step: CopyStep) -> Findings:
        if step.onbuild or not any(_names_file(word.value) for word in step.words[:-1]):
            return
        for word in step.sources:
            found = source_stage(step, word.value)
            if found is None:
                if word.value == "scratch":
                    yield self.at(word, "`scratch` is empty")
                continue
            lineage = found.lineage()
            if found.index >= step.stage.index or lineage[-1].base.kind != "scratch":
                continue
            if not any(
                one.name in ("COPY", "ADD", "RUN", "WORKDIR")
                for part in lineage
                for one in part.steps
            ):
                message = f"the stage `{word.value}` is empty"
                yield self.at(word, message, likely=bool(found.name))


def _names_file(path: str) -> bool:
    return path.strip("./") != "" and not any(char in path for char in "*?[")
