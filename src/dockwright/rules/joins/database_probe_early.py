"""DW6613 database-probe-early."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, safe
from dockwright.rules.joins._databases import kind_of, sets_up
from dockwright.rules.joins._probes import inserted, options, probes, waited_for

_WEB = (
    "services:\n  web:\n    image: acme/web:1\n    depends_on:\n      db:\n"
    "        condition: service_healthy\n"
)
_DB = "  db:\n    image: postgres:16\n    healthcheck:\n      test: {}\n"
_MY = "  db:\n    image: mysql:8\n    healthcheck:\n      test: {}\n"
_LOCAL = ("", "localhost")
_CLIENTS = {
    "postgres": ("pg_isready", "psql"),
    "mysql": ("mysqladmin",),
    "mariadb": ("mysqladmin", "mariadb-admin"),
}


class DatabaseProbeEarly(Rule):
    """
    Probe a database over TCP when others wait for its health.

    At its first start the image sets the database up with a temporary server that listens on the
    socket only. A probe over the socket calls that healthy, and a service that waits for it starts
    while connections are still refused. `-h 127.0.0.1` asks the server that stays; for MySQL's
    clients `localhost` is the socket as well.

    Silent when no service waits for `service_healthy`, when the probe names a host, and when the
    service starts something of its own.
    """

    code = "DW6613"
    name = "database-probe-early"
    severity = "warning"
    tags = ("compose", "health", "database")
    mentions = ("pg_isready", "psql", "mysqladmin", "mariadb-admin")

    examples = (
        Bad(
            _WEB + _DB.format('["CMD-SHELL", "pg_isready -U app"]'),
            at='["CMD-SHELL", "pg_isready -U app"]',
            fixed=_WEB + _DB.format('["CMD-SHELL", "pg_isready -h 127.0.0.1 -U app"]'),
        ),
        Bad(
            _WEB + _DB.format('["CMD", "pg_isready", "-U", "app"]'),
            at='["CMD", "pg_isready", "-U", "app"]',
            fixed=_WEB + _DB.format('["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "app"]'),
        ),
        Bad(
            _WEB + _MY.format("mysqladmin ping -h localhost"),
            at="mysqladmin ping -h localhost",
        ),
        Good(_WEB + _DB.format("pg_isready -h 127.0.0.1 -U app")),
        Good(_WEB + _DB.format("pg_isready --host=db")),
        Good(_WEB.replace("service_healthy", "service_started") + _DB.format("pg_isready")),
        Good(_WEB + _MY.format("mysqladmin ping -h 127.0.0.1 -p$$MYSQL_ROOT_PASSWORD")),
        Good(_WEB + _MY.format("mysqladmin ping --protocol=tcp")),
    )

    def check(self, service: Service) -> Findings:
        kind = kind_of(service)
        if kind is None or not sets_up(service, kind) or service.get("command") is not None:
            return
        if not waited_for(service):
            return
        if kind.name not in _CLIENTS:
            return
        letters = "hpdUtcvwfo" if kind.name == "postgres" else "huPSw"
        local = _LOCAL if kind.name != "postgres" else _LOCAL[:1]
        for command, _ in probes(service, *_CLIENTS[kind.name]):
            given = options(command, letters)
            if given is None or "--protocol" in given:
                continue
            host = given.get("h", given.get("--host", ""))
            if host not in local or "PGHOST" in service.mapping("environment"):
                continue
            draft = self.at(
                service.value("healthcheck", "test"),
                f"{command.name} asks the socket, where the temporary server of the first start"
                " answers too",
            )
            if not host:
                draft.fix(
                    "ask over TCP",
                    safe(
                        inserted(service, command.name, ["-h", "127.0.0.1"]),
                        changes=("compose:healthcheck",),
                    ),
                )
            yield draft
