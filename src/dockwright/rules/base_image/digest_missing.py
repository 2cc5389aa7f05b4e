"""DW1003 digest-missing."""

from dockwright.rules.api import PLATFORM_ARGS, Bad, Findings, Good, Rule, Stage
from dockwright.rules.base_image._images import images


class DigestMissing(Rule):
    """
    Pin images by digest, and let a bot move the digest.

    A tag can be pushed again: only `name:tag@sha256:…` makes sure that two builds start from the
    same bytes and that nobody has replaced them. `dockwright pin` writes the digests, and
    `dockwright pin --update` moves them.

    Silent for stages, `scratch`, named build contexts and names that a build argument without
    default decides.
    """

    code = "DW1003"
    name = "digest-missing"
    severity = "info"
    tier = "optional"
    tags = ("reproducibility", "supply-chain", "base-image")
    also = ("semgrep:dockerfile-source-not-pinned",)

    examples = (
        Bad("FROM debian:12\n", at="debian:12"),
        Bad("FROM scratch\nCOPY --from=acme/tools:1 /a /a\n", at="acme/tools:1"),
        Good("FROM debian:12@sha256:" + "0" * 64 + " AS base\nFROM base\nFROM scratch\n"),
        Bad("ARG VERSION=12\nFROM debian:$VERSON\n", at="debian:$VERSON"),
        Good("ARG BASE\nFROM $BASE\n"),
    )

    def check(self, stage: Stage) -> Findings:
        found = list(images(stage))
        for _, word, image, because in found:
            if not image.digest:
                yield self.at(word, f"`{word.value}` has no digest", because)
        step = stage.from_step
        if all(one is not step for one, *_ in found) and step.words and not step.onbuild:
            # What is not declared is empty, so that no digest can come from it.
            text = step.words[0].value
            declared = {*stage.build.global_args, *PLATFORM_ARGS}
            names = {used.name for used in step.evaluate(text, lambda _: "").references}
            if names and not names & declared and "@" not in text and text[0] != "$":
                yield self.at(step.words[0], f"`{text}` has no digest")
