"""DW1002 tag-latest."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Span, Stage
from dockwright.rules.base_image._images import images


class TagLatest(Rule):
    """
    Name a version in place of `latest`.

    `latest` moves: the same file gives other images over time, and nothing tells which version a
    running container was built on.

    Silent when a digest pins the image and for stages and named build contexts.
    """

    code = "DW1002"
    name = "tag-latest"
    tags = ("reproducibility", "base-image")
    also = (
        "hadolint:DL3007",
        "trivy:DS-0001",
        "checkov:CKV_DOCKER_7",
        "kics:f45ea400",
        "semgrep:avoid-latest-version",
        "dockle:DKL-DI-0006",
        "slim:20006",
    )

    examples = (
        Bad("FROM debian:latest\n", at="latest"),
        Bad("ARG TAG=latest\nFROM debian:$TAG\n", at="debian:$TAG"),
        Bad("FROM debian:12\nCOPY --from=composer:latest /usr/bin/composer /a\n", at="latest"),
        Bad("FROM debian:12\nRUN --mount=from=acme/tools:latest,target=/t make\n", at="latest"),
        Good("FROM debian:latest@sha256:" + "0" * 64 + "\n"),
        Good("FROM debian:12 AS latest\nFROM latest\nCOPY --from=latest /a /a\n"),
        Good("ARG TAG\nFROM debian:$TAG\n"),
    )

    def check(self, stage: Stage) -> Findings:
        for step, word, image, because in images(stage):
            if image.tag != "latest" or image.digest:
                continue
            place: Span = word.span
            if word.value.endswith(":latest"):
                place = (
                    step.node.joined.span(word.at + len(word.value) - 6, word.at + len(word.value))
                    if word.at >= 0
                    else place
                )
            yield self.at(place, f"`{image.familiar}:latest` is another image tomorrow", because)
