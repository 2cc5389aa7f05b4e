"""DW6404 service-probe-port."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    Span,
    probes,
    servicestate,
    unsafe,
)

_UVICORN = 'FROM python:3.12\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n'


class ServiceProbePort(Rule):
    """
    Probe the port that the service listens on.

    The health check asks another port on its own host: it fails for ever, the container is
    unhealthy, and what waits for it as `service_healthy` never starts. The command, the variables
    and the health check may stand in the Compose file or in the image: here they are seen together.

    Silent when the port of the program or of the probe is not known, when the probe asks the right
    port among others, when a settings file of the project may say otherwise, when the command
    starts several programs, and when both stand in the Dockerfile, of which probe-port-mismatch
    speaks.
    """

    code = "DW6404"
    name = "service-probe-port"
    severity = "error"
    tags = ("compose", "health", "ports")

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    healthcheck:\n"
                    "      test: curl -f http://localhost:8080/health\n",
                    "Dockerfile": _UVICORN,
                }
            ),
            at="curl -f http://localhost:8080/health",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    healthcheck:\n"
                    "      test: curl -f http://localhost:8000/health\n",
                    "Dockerfile": _UVICORN,
                }
            ),
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n"
                    "    command: uvicorn main:app --host 0.0.0.0 --port 9000\n",
                    "Dockerfile": "FROM python:3.12\nHEALTHCHECK CMD curl -f localhost:8000\n"
                    'CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n',
                }
            ),
            at="uvicorn main:app --host 0.0.0.0 --port 9000",
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n"
                    "    environment:\n      UVICORN_PORT: 8080\n    healthcheck:\n"
                    "      test: curl -f http://localhost:8080/health\n",
                    "Dockerfile": _UVICORN,
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    env_file: .env\n"
                    "    healthcheck:\n      test: curl -f http://localhost:8080/health\n",
                    "Dockerfile": _UVICORN,
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    healthcheck:\n"
                    "      test: curl -f http://localhost:8080/ || curl -f http://localhost:8000\n",
                    "Dockerfile": _UVICORN,
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        health = servicestate.effective_health(service)
        if health.state != "test" or health.part is None or not health.part.written:
            return
        probed = list(probes.addresses(health.script))
        if not probed or any("$" in word.text for word, _, _, _ in probed):
            return
        server = servicestate.listening(service)
        if server is None or server.port is None or not server.alone:
            return
        # Flask reads `.flaskenv` as well.
        if not server.given_port and (not server.sure or server.program == "flask"):
            return
        if any(port == server.port for _, port, _, _ in probed):
            return
        own = server.part.service is not None or any(
            name in service.mapping("environment") for name in ("PORT", "UVICORN_PORT", "PGPORT")
        )
        if not health.here and not own:
            return
        word, port, start, _ = probed[0]
        key = ("healthcheck", "test") if health.here else server.part.key or ("command",)
        text = f"{server.program} listens on {server.port}"
        draft = self.at(
            service.value(*key),
            f"the probe asks port {port}, and {text}: the container is always unhealthy",
            (server.part.reason(text),),
            likely=not health.part.firm,
        )
        if health.here and start >= 0 and len(probed) == 1:
            at = word.span.start + start
            draft.fix(f"probe port {server.port}", unsafe(_edit(service, at, port, server.port)))
        yield draft


def _edit(service: Service, at: int, port: int, other: int) -> Edit | None:
    place = service.own("healthcheck", "test")
    if place is None:
        return None
    source = service.project.source(place.file)
    span = Span(at, at + len(str(port)))
    return Edit(source.name, span, str(other)) if source.slice(span) == str(port) else None
