"""DW6411 first-probe-late."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, lazy, servicestate
from dockwright.rules.joins._ready import waits

_SECONDS = lazy(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.\d+)?s)?")
_WEB = "  web:\n    image: web:1\n    depends_on:\n      db:\n        condition: service_healthy\n"
_DB = "  db:\n    image: db:1\n    healthcheck:\n      test: probe\n"


class FirstProbeLate(Rule):
    """
    Give a service that others wait for a `start_period`, so that it is asked soon.

    Without one the first probe comes after a whole `interval`, 30 seconds when nothing else is
    said, and everything that waits for `service_healthy` waits as long, although the service was
    ready after one. In the start period the engine probes every `start_interval` (5 seconds), and
    failures do not count. A `start_interval` without a period has no effect.

    Silent when the interval is 10 seconds or less, and when nobody waits.
    """

    code = "DW6411"
    name = "first-probe-late"
    severity = "info"
    tier = "preview"
    tags = ("compose", "health")
    mentions = ("service_healthy",)

    examples = (
        Bad("services:\n" + _DB + "      interval: 30s\n" + _WEB, at="30s"),
        Bad("services:\n" + _DB + _WEB, at="healthcheck"),
        Bad("services:\n" + _DB + "      start_interval: 1s\n" + _WEB, at="1s"),
        Good("services:\n" + _DB + "      interval: 5s\n" + _WEB),
        Good("services:\n" + _DB + "      interval: 1m\n      start_period: 40s\n" + _WEB),
        Good("services:\n" + _DB),
    )

    def check(self, service: Service) -> Findings:
        health = servicestate.effective_health(service)
        if health.state != "test" or not health.here:
            return
        if _seconds(service.text("healthcheck", "start_period")):
            return
        if not any(
            name == service.name and condition == "service_healthy"
            for other in service.project.services
            for name, condition, _ in waits(other)
        ):
            return
        if service.text("healthcheck", "start_interval"):
            yield self.at(
                service.value("healthcheck", "start_interval"),
                "`start_interval` has no effect without a `start_period`",
            )
            return
        given = service.text("healthcheck", "interval")
        seconds = _seconds(given) if given else 30
        if seconds is None or seconds <= 10:
            return
        yield self.at(
            service.value("healthcheck", "interval") if given else service.key("healthcheck"),
            f"the first probe comes after {seconds} seconds, and others wait for it",
        )


def _seconds(text: str) -> int | None:
    """The seconds of a duration as Go writes it, None for others."""
    match = _SECONDS.fullmatch(text)
    if match is None or not text:
        return None
    hours, minutes, seconds = (int(one or 0) for one in match.groups())
    return hours * 3600 + minutes * 60 + seconds
