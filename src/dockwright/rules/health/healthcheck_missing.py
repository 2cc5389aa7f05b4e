"""DW4102 healthcheck-missing."""

from dockwright.rules.api import Bad, Build, Findings, Good, Known, Rule


class HealthcheckMissing(Rule):
    """
    Say how to find out whether the program in the image works.

    Without a `HEALTHCHECK` an engine only sees that the process exists, not that it answers, and
    Compose cannot wait for the service with `condition: service_healthy`. The rule is optional:
    an orchestrator often brings probes of its own, and a command-line tool needs none.

    Silent when the final stage has a `HEALTHCHECK`, inherits one, or switches it off with
    `HEALTHCHECK NONE`; other stages never run.
    """

    code = "DW4102"
    name = "healthcheck-missing"
    severity = "info"
    tier = "optional"
    tags = ("healthcheck",)
    also = (
        "hadolint:DL3057",
        "trivy:DS-0026",
        "checkov:CKV_DOCKER_2",
        "kics:b03a748a",
        "dockle:CIS-DI-0006",
    )

    examples = (
        Bad('FROM debian:12\nCMD ["serve"]\n', at="FROM debian:12"),
        Bad(
            'FROM a:1 AS b\nHEALTHCHECK CMD ["x"]\nFROM scratch\nCOPY --from=b /a /\n',
            at="FROM scratch",
        ),
        Good('FROM a:1 AS base\nHEALTHCHECK CMD ["probe"]\nFROM base\nCMD ["serve"]\n'),
        Good("FROM a:1\nHEALTHCHECK NONE\n"),
    )

    def check(self, build: Build) -> Findings:
        stage = build.final
        if stage is None:
            return
        health = stage.state.healthcheck
        if isinstance(health, Known) and health.value is not None:
            return
        yield self.at(
            stage.from_step.line_span,
            "the image has no `HEALTHCHECK`",
            (health.reason,),
            likely=not isinstance(health, Known),
        )
