"""DW1106 copy-from-whole-root."""

from dockwright.rules.api import Bad, CopyStep, Findings, Good, Rule
from dockwright.rules.stages._graph import source_stage


class CopyFromWholeRoot(Rule):
    """
    Copy from another stage what is needed, not its whole file system.

    `COPY --from=build / /` lays one system over another: compilers, caches and package databases
    come along, and files of both mix.

    Silent when the target is an empty image, which is how a stage is flattened; when the source
    begins from `scratch`, or is an image without further steps, which may be made for this; and
    for images that are no stage.
    """

    code = "DW1106"
    name = "copy-from-whole-root"
    tags = ("stages", "size")
    mentions = ("from=",)
    also = ("hadolint:DL3067",)

    examples = (
        Bad("FROM golang:1 AS build\nRUN make\nFROM debian:12\nCOPY --from=build / /\n", at="/ /"),
        Good("FROM golang:1 AS build\nRUN make\nFROM scratch\nCOPY --from=build / /\n"),
        Good("FROM scratch AS out\nCOPY a /\nFROM debian:12\nCOPY --from=out / /\n"),
        Good("FROM tonistiigi/xx:1 AS xx\nFROM debian:12\nCOPY --from=xx / /\n"),
        Good("FROM debian:12\nCOPY --from=acme/tools:1 / /\nCOPY / /\n"),
        Good("FROM golang:1 AS build\nRUN make\nFROM debian:12\nCOPY --from=build /out /\n"),
    )

    def check(self, step: CopyStep) -> Findings:
        words = step.words
        values = [word.value for word in words]
        if step.onbuild or len(words) < 2 or values[-1] != "/" or "/" not in values[:-1]:
            return
        for source in step.sources:
            found = source_stage(step, source.value)
            if found is None or found.index >= step.stage.index:
                continue
            lineage = found.lineage()
            if step.stage.base.kind == "scratch" or lineage[-1].base.kind != "image":
                continue
            if any(one.name in ("RUN", "COPY", "ADD") for part in lineage for one in part.steps):
                span = step.node.joined.span(words[0].at, words[-1].at + 1)
                place = span if min(words[0].at, words[-1].at) >= 0 else step.line_span
                yield self.at(place, f"this copies all of the stage `{found.title}`")
