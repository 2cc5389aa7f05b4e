"""DW6413 service-times-zero."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service

_DEFAULTS = {"interval": "30s", "timeout": "30s", "retries": "3", "start_interval": "5s"}


class ServiceTimesZero(Rule):
    """
    Give the times and the retries of a service's health check above zero.

    Zero does not mean what it says: the engine takes the image's value or its default instead, a
    probe every 30 seconds where one without pause seems to be asked for, three retries instead of
    none.

    Silent for `start_period: 0s`, which is the default.
    """

    code = "DW6413"
    name = "service-times-zero"
    severity = "warning"
    tier = "preview"
    tags = ("compose", "health")
    mentions = ("healthcheck",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    healthcheck:\n      test: probe\n"
            "      retries: 0\n      timeout: 0s\n",
            at=("0", "0s"),
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    healthcheck:\n      test: probe\n"
            "      retries: 1\n      start_period: 0s\n"
        ),
        Good("services:\n  a:\n    image: a:1\n    healthcheck:\n      disable: true\n"),
    )

    def check(self, service: Service) -> Findings:
        check = service.mapping("healthcheck")
        for key, default in _DEFAULTS.items():
            value = check.get(key)
            if value in (0, "0", "0s") and value is not False and key in check.places:
                yield self.at(
                    service.value("healthcheck", key),
                    f"zero for `{key}` means the image's value, or the default of {default}",
                )
