"""DW4101 healthcheck-repeated."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage, safe


class HealthcheckRepeated(Rule):
    """
    Keep one `HEALTHCHECK` in each stage.

    An image has a single health check. Each `HEALTHCHECK` replaces the one before it with all its
    options, so an earlier one never probes anything; `HEALTHCHECK NONE` switches it off.

    Silent when the instructions stand in different stages, even if one builds on the other: there
    the later one is meant to replace what it inherits.
    """

    code = "DW4101"
    name = "healthcheck-repeated"
    severity = "warning"
    tags = ("healthcheck", "dead-code")
    mentions = ("healthcheck",)
    also = ("hadolint:DL3012", "buildkit:MultipleInstructionsDisallowed", "trivy:DS-0023")

    examples = (
        Bad(
            'FROM debian:12\nHEALTHCHECK --retries=2 CMD ["a"]\nHEALTHCHECK CMD ["b"]\n',
            at='HEALTHCHECK --retries=2 CMD ["a"]',
            fixed='FROM debian:12\nHEALTHCHECK CMD ["b"]\n',
        ),
        Good('FROM debian:12 AS base\nHEALTHCHECK CMD ["a"]\nFROM base\nHEALTHCHECK NONE\n'),
    )

    def check(self, stage: Stage) -> Findings:
        steps = [step for step in stage.steps if step.name == "HEALTHCHECK" and not step.onbuild]
        for step in steps[:-1]:
            message = "this `HEALTHCHECK` never runs: a later one replaces it"
            yield self.at(step.line_span, message).fix(
                "delete it", safe(step.delete_lines(), changes=("dead-instruction",))
            )
