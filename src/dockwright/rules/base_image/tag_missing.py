"""DW1001 tag-missing."""

from dockwright.rules.api import Bad, Findings, FromStep, Good, Known, Rule


class TagMissing(Rule):
    """
    Name the version of the base image.

    Without a tag the build takes `latest`, whatever that is on the day: the same file gives other
    images over time, and a major release of the base breaks it unannounced.

    Silent for stages, `scratch`, digests and named build contexts, and when a build argument
    without default decides about the end of the name.
    """

    code = "DW1001"
    name = "tag-missing"
    tags = ("reproducibility", "base-image")
    also = (
        "hadolint:DL3006",
        "trivy:DS-0001",
        "checkov:CKV_DOCKER_7",
        "kics:9efb0b2d",
        "semgrep:missing-image-version",
        "dockle:DKL-DI-0006",
    )

    examples = (
        Bad("FROM debian\n", at="debian"),
        Bad("FROM --platform=$BUILDPLATFORM ghcr.io/acme/base AS b\n", at="ghcr.io/acme/base"),
        Bad("FROM localhost:5000/base\n", at="localhost:5000/base"),
        Bad("ARG BASE=debian\nFROM $BASE\n", at="$BASE"),
        Bad("ARG REGISTRY\nFROM ${REGISTRY}/acme/base\n", at="${REGISTRY}/acme/base"),
        Good("FROM debian:12\nFROM debian@sha256:" + "0" * 64 + "\nFROM scratch\n"),
        Good("FROM debian:12 AS base\nFROM base\n"),
        Good("ARG TAG=12\nFROM debian:$TAG\n"),
        Good("ARG BASE=debian:12\nFROM ${BASE}\nFROM ${OTHER:-debian:12}\n"),
        Good("ARG BASE\nFROM $BASE\n"),
        Good("ARG SUFFIX\nFROM debian$SUFFIX\nFROM acme/$SUFFIX\n"),
        Good("FROM app\n", config={"named-contexts": ["app"]}),
    )

    def check(self, step: FromStep) -> Findings:
        base = step.stage.base
        if base.kind != "image" or not step.words:
            return
        word = step.words[0]
        name = base.name
        global_value = step.stage.build.global_value
        used = step.evaluate(word.value, lambda _: "").references
        if all(isinstance(global_value(one.name), Known) for one in used):
            parsed = base.parsed
            if parsed is None or parsed.tag or parsed.digest or not isinstance(name, Known):
                return
            shown = name.value
            because = [name.reason] if used else []
        else:
            # Only the end of the name matters, and here it holds no variable.
            _, slash, last = word.value.rpartition("/")
            if not slash or any(char in last for char in "$:@}\"'\\"):
                return
            shown = word.value
            because = []
        yield self.at(word, f"`{shown}` has no tag, so the build takes `latest`", because)
