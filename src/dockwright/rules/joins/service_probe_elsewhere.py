"""DW6412 service-probe-elsewhere."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, lazy, servicestate

_HOST = lazy(r"(?:https?|tcp|redis|postgres(?:ql)?)://(?:[^@/\s'\"]*@)?([A-Za-z0-9][\w.-]*)")


class ServiceProbeElsewhere(Rule):
    """
    Let a health check ask its own service.

    The test asks another service by its name. Then the container is unhealthy when the other one
    is down, and healthy when only it itself is broken; who waits for it learns nothing about it.

    Silent about the service's own name, its host name and its aliases, about addresses that hang
    on a variable, and about a test that asks its own host as well.
    """

    code = "DW6412"
    name = "service-probe-elsewhere"
    severity = "warning"
    tier = "preview"
    tags = ("compose", "health")
    mentions = ("healthcheck",)

    examples = (
        Bad(
            "services:\n  web:\n    image: web:1\n    healthcheck:\n"
            "      test: curl -f http://api:8080/health\n  api:\n    image: api:1\n",
            at="curl -f http://api:8080/health",
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    healthcheck:\n"
            "      test: curl -f http://web:8080/health\n"
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    healthcheck:\n"
            "      test: curl -f http://api:80/ && curl -f http://localhost/\n"
            "  api:\n    image: api:1\n"
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    network_mode: service:api\n"
            "    healthcheck:\n      test: curl -f http://api:80/\n  api:\n    image: api:1\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        health = servicestate.effective_health(service)
        part = health.part
        if health.state != "test" or not health.here or part is None or part.argv is None:
            return
        if service.text("network_mode"):
            return
        own = {service.name, service.text("hostname"), service.text("container_name")}
        for network in service.mapping("networks"):
            own.update(str(one) for one in service.items("networks", network, "aliases"))
        hosts = [match[1] for word in part.argv for match in _HOST.finditer(word)]
        others = [one for one in hosts if one not in own]
        if not others or len(others) != len(hosts) or "localhost" in " ".join(part.argv):
            return
        target = service.project.service(others[0])
        if target is None or "127.0.0.1" in " ".join(part.argv):
            return
        yield self.at(
            service.value("healthcheck", "test"),
            f"the health check of {service.name} asks {others[0]}, not {service.name}",
            likely=True,
        )
