"""DW6602 host-loopback."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, composeedits, unsafe
from dockwright.rules.joins._connections import SCHEMES, Connection, connections
from dockwright.rules.joins._databases import kind_of
from dockwright.rules.joins._peers import owner, shares

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_WEB = "services:\n  web:\n    image: acme/web:1\n    environment:\n"
_DB = "  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: x\n"


class HostLoopback(Rule):
    """
    Connect to another container by its name, not by `localhost`.

    In a container `localhost` is the container itself. A database that runs as another service is
    not there, whatever port it publishes on the host: the connection is refused.

    Silent when no other service listens on that port, about HTTP addresses, which a browser may
    use, for services on the host's network or in that of another service, and for images that
    bring the same server along.
    """

    code = "DW6602"
    name = "host-loopback"
    severity = "warning"
    tags = ("compose", "network", "connection")
    mentions = ("localhost", "127.0.0.1", "::1")

    examples = (
        Bad(
            _WEB + "      DATABASE_URL: postgresql://app:x@localhost:5432/app\n" + _DB,
            at="postgresql://app:x@localhost:5432/app",
            fixed=_WEB + "      DATABASE_URL: postgresql://app:x@db:5432/app\n" + _DB,
        ),
        Bad(
            _WEB + "      - DB_HOST=127.0.0.1\n" + _DB,
            at="DB_HOST=127.0.0.1",
            fixed=_WEB + "      - DB_HOST=db\n" + _DB,
        ),
        Good(_WEB + "      REDIS_URL: redis://localhost:6379\n" + _DB),
        Good(_WEB + "      APP_URL: http://localhost:5432\n" + _DB),
        Good(_WEB + "      DB_HOST: localhost\n    network_mode: host\n" + _DB),
        Good(_WEB + "      DB_HOST: localhost\n    network_mode: service:db\n" + _DB),
    )

    def check(self, service: Service) -> Findings:
        if service.project.problems or owner(service) is not service:
            return
        for one in connections(service):
            if one.host not in _LOOPBACK or (one.scheme and one.kind not in SCHEMES):
                continue
            own = kind_of(service)
            wanted = one.port or _default(one)
            if wanted is None or (own is not None and own.port == wanted):
                continue
            others = [
                other
                for other in service.project.services
                if other is not service and _listens(other, one, wanted) and shares(service, other)
            ]
            inside = [
                other
                for other in service.project.services
                if other is not service and owner(other) is service
            ]
            if len(others) != 1 or inside:
                continue
            other = others[0]
            draft = self.at(
                one.spot("host"),
                f"`{one.host}` is the container of `{service.name}` itself: port {wanted} is that"
                f" of `{other.name}`",
                likely=not one.firm,
            )
            kind = kind_of(other)
            if kind is not None and wanted == kind.port and one.host is not None:
                edit = composeedits.part(service, one.keys["host"], one.host, other.name)
                draft.fix(f"connect to `{other.name}`", unsafe(edit))
            yield draft


def _default(one: Connection) -> int | None:
    """The port that is meant when none is named."""
    if one.parts.get("port") is None:
        return None
    if one.scheme:
        return SCHEMES.get(one.kind)
    words = one.keys["host"].upper().split("_")
    for names, port in (
        (("POSTGRES", "POSTGRESQL", "PG"), 5432),
        (("MYSQL", "MARIADB"), 3306),
        (("REDIS", "VALKEY"), 6379),
        (("MONGO", "MONGODB"), 27017),
    ):
        if any(name in words for name in names):
            return port
    kinds = {
        kind.port for other in one.service.project.services for kind in [kind_of(other)] if kind
    }
    kinds -= {6379}
    return kinds.pop() if len(kinds) == 1 and ("DB" in words or "DATABASE" in words) else None


def _listens(other: Service, one: Connection, port: int) -> bool:
    kind = kind_of(other)
    if kind is not None:
        published = {
            str(entry.get("published"))
            for entry in other.items("ports")
            if isinstance(entry, dict) and entry.get("target") == kind.port
        }
        fits = not one.scheme or one.kind in {name.partition("+")[0] for name in kind.schemes}
        return fits and (kind.port == port or str(port) in published)
    return False
