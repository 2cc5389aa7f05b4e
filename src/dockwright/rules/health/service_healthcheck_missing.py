"""DW6124 service-healthcheck-missing."""

from dockwright.rules.api import Bad, Composition, Files, Findings, Good, Known, Rule


class ServiceHealthcheckMissing(Rule):
    """
    Tell Compose how to see that a service works.

    Without a health check a container that hangs counts as running, and other services cannot wait
    until this one is ready.

    Silent when the image has a health check, when nothing is known of the image, and about
    services that only run once (with `restart: "no"` or named in `service_completed_successfully`).
    """

    code = "DW6124"
    name = "service-healthcheck-missing"
    severity = "info"
    tier = "optional"
    tags = ("compose", "health")
    also = ("kics:698ed579",)

    examples = (
        Bad("services:\n  db:\n    image: postgres:16\n", at="db"),
        Good(
            "services:\n  db:\n    image: postgres:16\n    healthcheck:\n"
            "      test: [CMD, pg_isready]\n"
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": "FROM python:3.12-slim\nHEALTHCHECK CMD ['true']\n",
                }
            )
        ),
        Good("services:\n  a:\n    image: acme/unknown:1\n"),
    )

    def check(self, project: Composition) -> Findings:
        if not project.standalone or project.problems:
            return
        jobs = {
            name
            for one in project.every
            for name in one.mapping("depends_on")
            if one.get("depends_on", name, "condition") == "service_completed_successfully"
        }
        for service in project.every:
            once = service.name in jobs or service.get("restart") == "no"
            if once or service.mapping("healthcheck"):
                continue
            state = service.state
            own = state.healthcheck if state is not None else None
            if isinstance(own, Known) and not own.value:
                message = f"neither {service.name} nor its image says how to see that it works"
                yield self.at(service.key(), message, (own.reason,))
