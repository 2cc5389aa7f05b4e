"""DW6402 service-probe-program."""

from dockwright.rules.api import (
    Bad,
    Command,
    Files,
    Findings,
    Good,
    Remedy,
    Rule,
    Service,
    builtin,
    program_of,
    servicestate,
    started,
    unsafe,
)
from dockwright.rules.joins._asking import asking, missing, url_of
from dockwright.rules.joins._ready import broken

_CURL = '["CMD", "curl", "-f", "http://localhost:8000/health"]'


class ServiceProbeProgram(Rule):
    """
    Probe a service with a program that its image has.

    A health check whose program is missing marks the container unhealthy for ever, although the
    service answers, and whatever waits for it as `service_healthy` never starts. `curl` is in no
    slim, Alpine or distroless image. A test that is a text, or begins with CMD-SHELL, also needs
    `/bin/sh`, which distroless images lack.

    Silent when the image is not known, when a volume may bring the program or the service
    installs something when it starts, and for what comes behind `||` or in a condition.
    """

    code = "DW6402"
    name = "service-probe-program"
    severity = "error"
    tags = ("compose", "health", "programs")
    mentions = ("healthcheck",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    healthcheck:\n"
                    f"      test: {_CURL}\n      interval: 30s\n",
                    "Dockerfile": "FROM python:3.12-slim\n",
                }
            ),
            at=_CURL,
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    healthcheck:\n"
                    '      test: ["CMD", "python", "-c", "import urllib.request as u;'
                    " u.urlopen('http://localhost:8000/health', timeout=3)\"]\n"
                    "      interval: 30s\n",
                    "Dockerfile": "FROM python:3.12-slim\n",
                }
            ),
        ),
        Bad(
            "services:\n  web:\n    image: node:20-slim\n    healthcheck:\n"
            "      test: curl -sf http://localhost:3000/ || exit 1\n",
            at="curl -sf http://localhost:3000/ || exit 1",
            fixed="services:\n  web:\n    image: node:20-slim\n    healthcheck:\n"
            '      test: ["CMD", "node", "-e", "fetch(\'http://localhost:3000/\').then(r =>'
            ' process.exit(r.ok ? 0 : 1), () => process.exit(1))"]\n',
        ),
        Bad(
            "services:\n  web:\n    image: gcr.io/distroless/static-debian12\n    healthcheck:\n"
            "      test: /server health\n",
            at="/server health",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    healthcheck:\n"
                    "      test: nc -z localhost 80\n",
                    "Dockerfile": "FROM python:3.12-slim AS build\nCOPY requirements.txt .\n"
                    "RUN pip install --user -r requirements.txt\n"
                    "FROM python:3.12-slim\nCOPY --from=build /root/.local /root/.local\n"
                    "ENV PATH=/root/.local/bin:$PATH\n",
                }
            ),
            at="nc -z localhost 80",
        ),
        Good(
            "services:\n  web:\n    image: node:20-slim\n    volumes: [./bin:/usr/local/bin]\n"
            "    healthcheck:\n      test: curl -f http://localhost:3000/\n"
        ),
        Good(
            "services:\n  web:\n    image: node:20-slim\n    healthcheck:\n"
            "      test: node probe.js || curl -f http://localhost:3000/\n"
        ),
        Good(
            "services:\n  web:\n    image: alpine:3.20\n"
            "    command: sh -c 'apk add curl && exec serve'\n    healthcheck:\n"
            "      test: curl -f http://localhost:3000/\n"
        ),
        Good(
            "services:\n  web:\n    image: example.org/web:1\n    healthcheck:\n"
            "      test: curl -f http://localhost:3000/\n"
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    healthcheck:\n"
                    f"      test: {_CURL}\n",
                    "Dockerfile": "FROM python:3.12-slim\n"
                    "RUN apt-get update && apt-get install -y curl\n",
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        health = servicestate.effective_health(service)
        if health.state != "test" or not health.here or broken(service.project, service.name):
            return
        spot = service.value("healthcheck", "test")
        state = service.state
        if health.shell and (state is None or not state.shell_set):
            reason = missing(service, "/bin/sh")
            if reason is not None:
                yield self.at(
                    spot,
                    "the image has no /bin/sh to run this test: the container is always unhealthy",
                    (reason,),
                )
                return
        script = health.script
        if script is None:
            return
        for command in started(script):
            name = program_of(command)
            if not name:
                return
            if health.shell and builtin(name):
                continue
            reason = missing(service, name)
            if reason is None:
                return
            yield self.at(
                spot,
                f"{name} is not in the image: the container is always unhealthy",
                (reason,),
                likely=health.part is None or not health.part.firm,
            ).fix("ask with what the image has", _replaced(service, command))
            return


def _replaced(service: Service, command: Command) -> Remedy | None:
    commands = command.script.commands
    plain = len(commands) == 1 or (
        len(commands) == 2
        and commands[1].operator == "||"
        and commands[1].name in ("exit", "false")
    )
    url = url_of(command) if plain else None
    test = asking(service, url) if url is not None else None
    return unsafe(service.replace(test, "healthcheck", "test")) if test is not None else None
