"""DW1101 stage-name-duplicate."""

from dockwright.rules.api import Bad, Build, Findings, Good, Rule


class StageNameDuplicate(Rule):
    """
    Give every stage a name of its own.

    `COPY --from` and `--target` find the last stage of a name, `FROM` the last one above it: the
    other stage of the name is out of reach or mistaken for the wrong one.

    Silent about names that differ in more than case.
    """

    code = "DW1101"
    name = "stage-name-duplicate"
    severity = "error"
    tags = ("stages",)
    also = (
        "hadolint:DL3024",
        "buildkit:DuplicateStageName",
        "trivy:DS-0012",
        "checkov:CKV_DOCKER_11",
        "kics:f2daed12",
        "semgrep:alias-must-be-unique",
    )

    examples = (
        Bad("FROM golang:1 AS build\nFROM node:22 AS build\nFROM debian:12\n", at="build"),
        Bad("FROM golang:1 AS build\nFROM node:22 AS Build\n", at="Build"),
        Good("FROM golang:1 AS a\nFROM node:22 AS b\nFROM debian:12\nFROM debian:12\n"),
    )

    def check(self, build: Build) -> Findings:
        first: dict[str, int] = {}
        for stage in build.stages:
            if not stage.name:
                continue
            line = first.setdefault(stage.name, stage.from_step.node.first_line)
            if line != stage.from_step.node.first_line:
                word = stage.from_step.words[2]
                yield self.at(word, f"the stage in line {line} is called `{stage.name}` too")
