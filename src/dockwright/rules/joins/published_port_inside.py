"""DW6605 published-port-inside."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, Service, composeedits, unsafe
from dockwright.rules.joins._connections import connections
from dockwright.rules.joins._databases import kind_of
from dockwright.rules.joins._peers import named, shares

_WEB = "services:\n  web:\n    image: acme/web:1\n    environment:\n"
_DB = '  db:\n    image: postgres:16\n    ports: ["127.0.0.1:5433:5432"]\n'


class PublishedPortInside(Rule):
    """
    Use the container's port between services, not the one that the host publishes.

    `5433:5432` opens port 5433 on the host. On the network of the project the container still
    listens on 5432, and a connection to 5433 is refused.

    Silent when the container may listen on that port as well (it exposes it, or publishes another
    port to it), and when a port hangs on a variable nothing is known of.
    """

    code = "DW6605"
    name = "published-port-inside"
    severity = "warning"
    tags = ("compose", "network", "ports", "connection")
    mentions = ("ports",)

    examples = (
        Bad(
            _WEB + "      DATABASE_URL: postgresql://app@db:5433/app\n" + _DB,
            at="postgresql://app@db:5433/app",
            fixed=_WEB + "      DATABASE_URL: postgresql://app@db:5432/app\n" + _DB,
        ),
        Bad(
            _WEB + "      DB_HOST: db\n      DB_PORT: 5433\n" + _DB,
            at="5433",
            fixed=_WEB + "      DB_HOST: db\n      DB_PORT: 5432\n" + _DB,
        ),
        Good(_WEB + "      DATABASE_URL: postgresql://app@db:5432/app\n" + _DB),
        Good(
            _WEB
            + "      DATABASE_URL: postgresql://app@db:5433/app\n"
            + _DB
            + "    expose: [5433]\n"
        ),
        Good(
            _WEB + "      A: http://proxy:8080\n  proxy:\n    image: acme/proxy:1\n"
            '    ports: ["8080:80", "8081:8080"]\n'
        ),
    )

    def check(self, service: Service) -> Findings:
        for one in connections(service):
            port = one.port
            other = named(service, one.host) if one.host and port else None
            if other is None or other is service or port is None or not shares(service, other):
                continue
            targets = {
                str(entry.get("published")): entry.get("target")
                for entry in other.items("ports")
                if isinstance(entry, dict) and entry.get("protocol") in (None, "tcp")
            }
            inside = set(targets.values())
            meant = targets.get(str(port))
            if not isinstance(meant, int) or port in inside or not isinstance(port, int):
                continue
            if any(str(port) in str(one) for one in other.items("expose")) or _exposes(other, port):
                continue
            kind = kind_of(other)
            if kind is not None and (kind.port == port or other.get("command") is not None):
                continue
            draft = self.at(
                one.spot("port"),
                f"`{other.name}` listens on {meant}: {port} is the port that the host publishes",
                likely=not one.firm or kind is None,
            )
            edit = composeedits.part(service, one.keys["port"], str(port), str(meant), last=True)
            draft.fix(f"use port {meant}", unsafe(edit))
            yield draft


def _exposes(service: Service, port: int) -> bool:
    """Whether the image says that it listens there; True also when that is not known in full."""
    state = service.state
    if state is None:
        return False
    found = state.entries("exposed")
    names = set(found) | {str(one.value) for one in found.values() if isinstance(one, Known)}
    facts = state.stage.base.facts.ports
    return any(name.partition("/")[0] == str(port) for name in (*names, *(facts or ())))
