"""DW6410 postgres-ready-early."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Rule,
    Service,
    servicestate,
    unsafe,
)
from dockwright.rules.joins._pg import POSTGRES, after_name
from dockwright.rules.joins._ready import waits

_WEB = "  web:\n    image: web:1\n    depends_on:\n      db:\n        condition: service_healthy\n"


class PostgresReadyEarly(Rule):
    """
    Ask Postgres over TCP whether it is ready: `pg_isready -h 127.0.0.1`.

    At its first start the image runs a temporary server on the Unix socket alone, to create the
    database and run what is in `/docker-entrypoint-initdb.d`. Without a host `pg_isready` asks that
    socket: the service is healthy, whoever waits for it starts and finds the port closed. Without
    `-d` the database is called like the user, and each probe writes an error into the log when
    there is none of that name.

    Silent when nobody waits for the service as `service_healthy`, and for other probes.
    """

    code = "DW6410"
    name = "postgres-ready-early"
    severity = "warning"
    tags = ("compose", "health", "postgres")
    mentions = ("pg_isready",)

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n    healthcheck:\n"
            '      test: ["CMD-SHELL", "pg_isready -U app"]\n' + _WEB,
            at='["CMD-SHELL", "pg_isready -U app"]',
            fixed="services:\n  db:\n    image: postgres:16\n    healthcheck:\n"
            '      test: ["CMD-SHELL", "pg_isready -h 127.0.0.1 -U app"]\n' + _WEB,
        ),
        Bad(
            "services:\n  db:\n    image: postgis/postgis:16-3.4\n    healthcheck:\n"
            '      test: ["CMD", "pg_isready"]\n' + _WEB,
            at='["CMD", "pg_isready"]',
            fixed="services:\n  db:\n    image: postgis/postgis:16-3.4\n    healthcheck:\n"
            '      test: ["CMD", "pg_isready", "-h", "127.0.0.1"]\n' + _WEB,
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    healthcheck:\n"
            "      test: pg_isready -h localhost -U app\n" + _WEB
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    healthcheck:\n      test: pg_isready\n"
        ),
        Good(
            "services:\n  db:\n    image: example.org/db:1\n    healthcheck:\n"
            "      test: pg_isready\n" + _WEB
        ),
    )

    def check(self, service: Service) -> Findings:
        if servicestate.repository(service) not in POSTGRES:
            return
        if not any(
            name == service.name and condition == "service_healthy"
            for other in service.project.services
            for name, condition, _ in waits(other)
        ):
            return
        health = servicestate.effective_health(service)
        script = health.script if health.state == "test" and health.here else None
        if script is None or script.damaged:
            return
        calls = [one for one in script.commands if one.name == "pg_isready"]
        if len(calls) != 1 or any(one.name == "psql" for one in script.commands):
            return
        call = calls[0]
        if call.find("-h", "--host") is not None or any(
            "PGHOST" in name for name in service.mapping("environment")
        ):
            return
        if any(word.substitutes or "host=" in word.shape for word in call.args):
            return
        yield self.at(
            service.value("healthcheck", "test"),
            "pg_isready asks the socket, which answers while the database is still being"
            " initialised and its port is closed",
        ).fix("ask over TCP", unsafe(after_name(service, health.shell, "-h", "127.0.0.1")))
