"""DW4002 entrypoint-repeated."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage, safe


class EntrypointRepeated(Rule):
    """
    Keep one `ENTRYPOINT` in each stage.

    An image has a single entrypoint. Each `ENTRYPOINT` replaces the one before it, so an earlier
    one never runs. Whoever wants both has to call the first from the second.

    Silent when the instructions stand in different stages, even if one builds on the other: there
    the later one is meant to replace what it inherits.
    """

    code = "DW4002"
    name = "entrypoint-repeated"
    severity = "warning"
    tags = ("entrypoint", "dead-code")
    mentions = ("entrypoint",)
    also = (
        "hadolint:DL4004",
        "buildkit:MultipleInstructionsDisallowed",
        "trivy:DS-0007",
        "kics:6938958b",
        "semgrep:multiple-entrypoint-instructions",
        "slim:20010",
    )

    examples = (
        Bad(
            'FROM debian:12\nENTRYPOINT ["a"]\nCMD ["-v"]\nENTRYPOINT ["b"]\n',
            at='ENTRYPOINT ["a"]',
            fixed='FROM debian:12\nCMD ["-v"]\nENTRYPOINT ["b"]\n',
        ),
        Good('FROM debian:12 AS base\nENTRYPOINT ["a"]\nFROM base\nENTRYPOINT ["b"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        steps = [step for step in stage.steps if step.name == "ENTRYPOINT" and not step.onbuild]
        for step in steps[:-1]:
            message = "this `ENTRYPOINT` never runs: a later one replaces it"
            yield self.at(step.line_span, message).fix(
                "delete it", safe(step.delete_lines(), changes=("dead-instruction",))
            )
