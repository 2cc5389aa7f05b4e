"""DW6401 healthy-without-check."""

from dockwright.rules.api import (
    Bad,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    safe,
    servicestate,
    unsafe,
)
from dockwright.rules.joins._ready import block, broken, official, test_of, waits

_WEB = "  web:\n    image: example.org/web:1\n    depends_on:\n"
_CONDITION = "      db:\n        condition: service_healthy\n"


class HealthyWithoutCheck(Rule):
    """
    Give a service that others wait for as `service_healthy` a health check.

    Neither the Compose file nor the image has one, or it is switched off. `docker compose config`
    accepts that; `docker compose up` starts the dependency, says that its container has no
    health check configured, and never starts the service that waits. The images of databases have
    none: their documentation tells the program to ask.

    Silent when the image is not known, for dependencies that are not required (Compose only warns),
    and about a file that is laid over another one. Official images of which no facts are there are
    "likely" only.
    """

    code = "DW6401"
    name = "healthy-without-check"
    severity = "error"
    tags = ("compose", "health")
    mentions = ("service_healthy",)

    examples = (
        Bad(
            "services:\n" + _WEB + _CONDITION + "  db:\n    image: redis:7.4.1\n",
            at="service_healthy",
            fixed="services:\n" + _WEB + _CONDITION + "  db:\n    image: redis:7.4.1\n"
            '    healthcheck:\n      test: ["CMD", "redis-cli", "ping"]\n      interval: 10s\n'
            "      timeout: 5s\n      retries: 5\n      start_period: 30s\n",
        ),
        Bad(
            "services:\n" + _WEB + _CONDITION + "  db:\n    image: postgres:16\n"
            "    healthcheck:\n      disable: true\n",
            at="service_healthy",
            fixed="services:\n" + _WEB + "      db:\n        condition: service_started\n"
            "  db:\n    image: postgres:16\n    healthcheck:\n      disable: true\n",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n" + _WEB + _CONDITION + "  db:\n    build: .\n",
                    "Dockerfile": "FROM python:3.12-slim\n"
                    'CMD ["python", "-m", "http.server", "80"]\n',
                }
            ),
            at="service_healthy",
            fixed=Files(
                {
                    "compose.yaml": "services:\n" + _WEB + _CONDITION + "  db:\n    build: .\n"
                    '    healthcheck:\n      test: ["CMD", "python", "-c", "import socket;'
                    " socket.create_connection(('127.0.0.1', 80), 3)\"]\n"
                    "      interval: 10s\n      timeout: 5s\n      retries: 5\n"
                    "      start_period: 30s\n",
                    "Dockerfile": "FROM python:3.12-slim\n"
                    'CMD ["python", "-m", "http.server", "80"]\n',
                }
            ),
        ),
        Good(
            "services:\n" + _WEB + _CONDITION + "  db:\n    image: postgres:16\n"
            "    healthcheck:\n      test: pg_isready\n"
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n" + _WEB + _CONDITION + "  db:\n    build: .\n",
                    "Dockerfile": "FROM postgres:16\nHEALTHCHECK CMD pg_isready\n",
                }
            )
        ),
        Good("services:\n" + _WEB + _CONDITION + "  db:\n    image: example.org/db:1\n"),
        Good(
            "services:\n" + _WEB + _CONDITION + "        required: false\n"
            "  db:\n    image: postgres:16\n"
        ),
        Good(
            "services:\n  web:\n    image: example.org/web:1\n    depends_on: [db]\n"
            "  db:\n    image: postgres:16\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        project = service.project
        if not project.standalone:
            return
        for name, condition, required in waits(service):
            target = project.service(name)
            if condition != "service_healthy" or not required or target is None:
                continue
            if broken(project, name, service.name) or "provider" in target.config:
                continue
            health = servicestate.effective_health(target)
            guess = health.state == "unknown" and official(target)
            if health.state not in ("none", "off") and not guess:
                continue
            how = "switches its own off" if health.state == "off" else "has none"
            draft = self.at(
                service.value("depends_on", name, "condition"),
                f"{service.name} never starts: it waits for a health check of {name}, which {how}",
                () if guess else (health.reason,),
                likely=guess,
            )
            found = test_of(target) if health.state != "off" else None
            if found is not None and "healthcheck" not in target.config:
                edit = target.add("healthcheck", block(found[0]))
                sure = found[1] and not guess
                fix = safe(edit, changes=("compose:healthcheck",)) if sure else unsafe(edit)
                draft.fix(f"give {name} a health check", fix)
            started = service.replace("service_started", "depends_on", name, "condition")
            yield draft.fix(f"wait only for the start of {name}", unsafe(started))
