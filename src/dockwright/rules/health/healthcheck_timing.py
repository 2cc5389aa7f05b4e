"""DW4104 healthcheck-timing."""

from dockwright.rules.api import Bad, Findings, Good, HealthcheckStep, Rule, lazy

DEFAULTS = {"interval": "30s", "timeout": "30s", "start-interval": "5s", "retries": "3"}
_ZERO = lazy(r"[+-]?0+(?:\.0*)?(?:(?:ns|us|µs|μs|ms|s|m|h)(?:0+(?:\.0*)?[a-zµμ]+)*)?\Z")


class HealthcheckTiming(Rule):
    """
    Give the times and the retries of a health check above zero.

    Zero does not mean what it says: the engine takes its default instead, a probe every 30 seconds
    where one without pause seems to be asked for, and a timeout of 30 seconds instead of none.

    Silent for `--start-period=0s`, which is the default, and for every other value; what the build
    cannot read is a syntax error.
    """

    code = "DW4104"
    name = "healthcheck-timing"
    severity = "warning"
    tier = "preview"
    tags = ("healthcheck",)

    examples = (
        Bad(
            'FROM debian:12\nHEALTHCHECK --interval=0s --timeout=0 --retries=0 CMD ["probe"]\n',
            at=("--interval=0s", "--timeout=0", "--retries=0"),
        ),
        Good('FROM debian:12\nHEALTHCHECK --interval=1m --start-period=0s CMD ["probe"]\n'),
        Good("FROM debian:12\nHEALTHCHECK NONE\n"),
    )

    def check(self, step: HealthcheckStep) -> Findings:
        for flag in step.node.flags:
            default = DEFAULTS.get(flag.name)
            if default is not None and flag.value and _ZERO.match(flag.value):
                yield self.at(flag, f"zero for `{flag.name}` means the default of {default}")
