"""DW1003 digest-missing."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage
from dockwright.rules.base_image._images import images


class DigestMissing(Rule):
    """
    Pin images by digest, and let a bot move the digest.

    A tag can be pushed again: only `name:tag@sha256:…` makes sure that two builds start from the
    same bytes and that nobody has replaced them.

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
        Good("ARG BASE\nFROM $BASE\n"),
    )

    def check(self, stage: Stage) -> Findings:
        for _, word, image, because in images(stage):
            if not image.digest:
                yield self.at(word, f"`{word.value}` has no digest", because)
