"""DW6405 service-on-loopback."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    Span,
    listening,
    servicestate,
    unsafe,
)
from dockwright.rules.joins._reach import asked_for, published_to, shares_network

_FLASK = "FROM python:3.12-slim\nRUN pip install flask\nCMD flask run\n"


class ServiceOnLoopback(Rule):
    """
    Let a service that others reach listen on all addresses.

    The service publishes its port, or another service names it in a variable, but the program
    listens on 127.0.0.1: the loopback address belongs to the container alone, and nobody outside
    gets an answer.

    Silent when the address is not known, when a variable may set it, when the service shares the
    network of the host or of another container, and when neither a port is published nor another
    service asks. Servers that read a settings file, and commands that start several programs, are
    "likely" only.
    """

    code = "DW6405"
    name = "service-on-loopback"
    severity = "warning"
    tags = ("compose", "ports")

    examples = (
        Bad(
            "services:\n  web:\n    image: python:3.12\n    ports: ['8000:8000']\n"
            "    command: uvicorn main:app --host 127.0.0.1\n",
            at="uvicorn main:app --host 127.0.0.1",
            fixed="services:\n  web:\n    image: python:3.12\n    ports: ['8000:8000']\n"
            "    command: uvicorn main:app --host 0.0.0.0\n",
        ),
        Bad(
            "services:\n  api:\n    image: python:3.12\n    command: python manage.py runserver\n"
            "  web:\n    image: nginx:1.27\n    environment:\n      API: http://api:8000\n",
            at="python manage.py runserver",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    ports:\n"
                    "      - 5000:5000\n",
                    "Dockerfile": _FLASK,
                }
            ),
            at="5000:5000",
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    ports: ['5000:5000']\n"
                    "    environment:\n      FLASK_RUN_HOST: 0.0.0.0\n",
                    "Dockerfile": _FLASK,
                }
            )
        ),
        Good(
            "services:\n  web:\n    image: python:3.12\n    network_mode: host\n"
            "    command: uvicorn main:app\n    ports: ['8000:8000']\n"
        ),
        Good("services:\n  web:\n    image: python:3.12\n    command: uvicorn main:app\n"),
        Good(
            "services:\n  web:\n    image: python:3.12\n    ports: ['8000:8000']\n"
            "    command: uvicorn main:app\n    env_file: .env\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        if shares_network(service):
            return
        server = servicestate.listening(service)
        if server is None or server.host not in listening.LOOPBACK:
            return
        open_ports = [one for one in published_to(service) if one.target == server.port]
        other = asked_for(service)
        if not open_ports and (other is None or (server.port and other[2] != server.port)):
            return
        part = server.part
        how = "" if server.host_word is not None else " by default"
        text = f"{server.program} listens on {server.host}{how}"
        if part.service is not None:
            spot = service.value(*part.key)
        elif open_ports:
            spot = service.value("ports", open_ports[0].index)
        else:
            return
        who = "the published port is dead" if open_ports else f"{other[0].name} gets no answer"  # type: ignore[index]
        yield self.at(
            spot,
            f"{text}: {who}",
            (part.reason(text),),
            likely=not server.alone or (not server.sure and not server.given_host),
        ).fix("listen on all addresses", unsafe(_edit(service, server)))


def _edit(service: Service, server: "listening.Listening") -> Edit | None:
    word = server.host_word
    place = service.own(*server.part.key) if server.part.service is not None else None
    if word is None or place is None or not server.host:
        return None
    source = service.project.source(place.file)
    at = word.text.find(server.host)
    span = Span(word.span.start + at, word.span.start + at + len(server.host))
    if at < 0 or source.slice(span) != server.host:
        return None
    return Edit(source.name, span, "0.0.0.0")  # noqa: S104
