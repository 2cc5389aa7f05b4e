"""DW6406 published-port-dead."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    Span,
    servicestate,
    unsafe,
)
from dockwright.rules.joins._reach import published_to, shares_network

# A second port: MySQL's X protocol.
_SECOND = {"mysqld": 33060}
_UVICORN = 'FROM python:3.12\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n'


class PublishedPortDead(Rule):
    """
    Publish the port that the service listens on.

    The right-hand number of `ports` is the port inside the container. When the program listens on
    another one, connections to the published port are refused. A common slip is to change both
    numbers when the port on the host is taken: `5433:5433` for a Postgres that still listens on
    5432.

    Silent when the port of the program is not known or hangs on a variable, when one of the
    published ports is the right one, and when the service or its image exposes the port that is
    published. Servers that read a settings file are "likely" only.
    """

    code = "DW6406"
    name = "published-port-dead"
    severity = "warning"
    tags = ("compose", "ports")
    mentions = ("ports",)

    examples = (
        Bad(
            'services:\n  db:\n    image: postgres:16\n    ports:\n      - "5433:5433"\n',
            at='"5433:5433"',
            fixed='services:\n  db:\n    image: postgres:16\n    ports:\n      - "5433:5432"\n',
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    ports:\n      - 80:80\n",
                    "Dockerfile": _UVICORN,
                }
            ),
            at="80:80",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    ports:\n"
                    "      - 80:8000\n",
                    "Dockerfile": _UVICORN,
                }
            ),
        ),
        Bad(
            "services:\n  web:\n    image: python:3.12\n    command: uvicorn a:b --port 9000\n"
            "    ports:\n      - target: 8000\n        published: 80\n",
            at="target: 8000",
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    command: -p 5433\n"
            "    ports: ['5433:5433']\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n      PGPORT: 5433\n"
            "    ports: ['5433:5433']\n"
        ),
        Good("services:\n  db:\n    image: postgres:16\n    ports: ['5433:5432', '80:80']\n"),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    ports: ['80:80']\n",
                    "Dockerfile": "FROM python:3.12\nEXPOSE 80\nCMD nginx && uvicorn a:b\n",
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        ports = published_to(service)
        if not ports or shares_network(service):
            return
        server = servicestate.listening(service)
        if server is None or server.port is None or not server.alone:
            return
        if any(one.target in (server.port, _SECOND.get(server.program)) for one in ports):
            return
        said = servicestate.expected(service)
        if said is not None and any(one.target in said for one in ports):
            return
        if len(ports) != len(service.items("ports")):
            return
        first = ports[0]
        how = "" if server.given_port else " by default"
        text = f"{server.program} listens on {server.port}{how}"
        yield self.at(
            service.value("ports", first.index),
            f"{text}, and {first.target} is published: nothing answers there",
            (server.part.reason(text),),
            likely=not first.firm or (not server.sure and not server.given_port),
        ).fix(
            f"publish {server.port}",
            unsafe(_edit(service, first.index, first.target, server.port))
            if len(ports) == 1
            else None,
        )


def _edit(service: Service, index: int, port: int, other: int) -> Edit | None:
    place = service.own("ports", index)
    if place is None or hasattr(place.node, "pairs"):
        return None
    source = service.project.source(place.file)
    text = source.text[place.node.start : place.node.end].rstrip("\"'")
    if not text.endswith(f":{port}"):
        return None
    end = place.node.start + len(text)
    return Edit(source.name, Span(end - len(str(port)), end), str(other))
