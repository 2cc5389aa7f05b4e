"""DW4001 cmd-repeated."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage, safe


class CmdRepeated(Rule):
    """
    Keep one `CMD` in each stage.

    An image has a single default command. Each `CMD` replaces the one before it, so an earlier one
    never runs and only misleads who reads the file.

    Silent when the instructions stand in different stages, even if one builds on the other: there
    the later one is meant to replace what it inherits.
    """

    code = "DW4001"
    name = "cmd-repeated"
    severity = "warning"
    tags = ("cmd", "dead-code")
    mentions = ("cmd",)
    also = (
        "hadolint:DL4003",
        "buildkit:MultipleInstructionsDisallowed",
        "trivy:DS-0016",
        "kics:41c195f4",
        "semgrep:multiple-cmd-instructions",
        "slim:20011",
    )

    examples = (
        Bad(
            'FROM debian:12\nCMD ["first"]\nCMD ["second"]\n',
            at='CMD ["first"]',
            fixed='FROM debian:12\nCMD ["second"]\n',
        ),
        Bad(
            'FROM debian:12\nCMD ["one"]\nENTRYPOINT ["run"]\nCMD ["two"]\nCMD ["three"]\n',
            at=('CMD ["one"]', 'CMD ["two"]'),
            fixed='FROM debian:12\nENTRYPOINT ["run"]\nCMD ["three"]\n',
        ),
        Good('FROM debian:12 AS base\nCMD ["first"]\nFROM base\nCMD ["second"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        steps = [step for step in stage.steps if step.name == "CMD" and not step.onbuild]
        for step in steps[:-1]:
            message = "this `CMD` never runs: a later one replaces it"
            yield self.at(step.line_span, message).fix(
                "delete it", safe(step.delete_lines(), changes=("dead-instruction",))
            )
