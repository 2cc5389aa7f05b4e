"""DW6114 logging-off."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, unsafe
from dockwright.rules.hardening._written import doubt


class LoggingOff(Rule):
    """
    Keep the output of a service.

    With the driver `none` nothing tells afterwards why a container stopped, or what was tried on
    it. To keep the log small there are `max-size` and `max-file`.

    Silent about every other driver.
    """

    code = "DW6114"
    name = "logging-off"
    severity = "info"
    tier = "optional"
    tags = ("compose", "logging")
    also = ("compose-lint:CL-0014",)
    mentions = ("logging",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    logging:\n      driver: none\n",
            at="none",
            fixed="services:\n  a:\n    image: a:1\n",
        ),
        Good("services:\n  a:\n    image: a:1\n    logging:\n      driver: local\n"),
    )

    def check(self, service: Service) -> Findings:
        likely = doubt(service, "logging", "driver")
        if service.text("logging", "driver").lower() == "none" and likely is not None:
            yield self.at(
                service.value("logging", "driver"), "nobody keeps what it prints", likely=likely
            ).fix("delete `logging`", unsafe(service.delete("logging")))
