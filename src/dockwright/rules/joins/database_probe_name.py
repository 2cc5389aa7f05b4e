"""DW6614 database-probe-name."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, safe
from dockwright.rules.joins._databases import first_setting, kind_of, sets_up, setting
from dockwright.rules.joins._probes import inserted, options, probes

_DB = (
    "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"
    "      POSTGRES_PASSWORD: x\n      POSTGRES_DB: shop\n    healthcheck:\n      test: {}\n"
)


class DatabaseProbeName(Rule):
    """
    Name the database in the probe of a postgres service.

    Without `-d`, `pg_isready` asks for a database with the name of its user. The server is up, so
    that the probe succeeds, but each one leaves `FATAL: database "…" does not exist` in the log.

    Silent when the two names are equal or not known, when the probe names a database, and when it
    names no user.
    """

    code = "DW6614"
    name = "database-probe-name"
    severity = "info"
    tags = ("compose", "health", "database")
    mentions = ("pg_isready",)

    examples = (
        Bad(
            _DB.format('["CMD-SHELL", "pg_isready -U app"]'),
            at='["CMD-SHELL", "pg_isready -U app"]',
            fixed=_DB.format('["CMD-SHELL", "pg_isready -d $${POSTGRES_DB} -U app"]'),
        ),
        Bad(
            _DB.format('["CMD", "pg_isready", "-U", "app"]'),
            at='["CMD", "pg_isready", "-U", "app"]',
            fixed=_DB.format('["CMD", "pg_isready", "-d", "shop", "-U", "app"]'),
        ),
        Good(_DB.format("pg_isready -U app -d shop")),
        Good(_DB.format("pg_isready -U app").replace("POSTGRES_DB: shop", "TZ: UTC")),
        Good(_DB.format("pg_isready -U $$POSTGRES_USER -d $$POSTGRES_DB")),
    )

    def check(self, service: Service) -> Findings:
        kind = kind_of(service)
        if kind is None or kind.name != "postgres" or not sets_up(service, kind):
            return
        user = first_setting(service, kind.user)
        database = first_setting(service, kind.database)
        if user is None or database is None or not database[1]:
            return
        if setting(service, "PGDATABASE") != "" or setting(service, "PGUSER") != "":
            return
        for command, shell in probes(service, "pg_isready"):
            given = options(command, "hpdUt")
            if given is None or "d" in given or "--dbname" in given:
                continue
            asked = given.get("U", given.get("--username", ""))
            if not asked.replace("_", "").replace("-", "").isalnum() or asked == database[1]:
                continue
            name = "$${POSTGRES_DB}" if shell else database[1]
            if not shell and not database[1].replace("_", "").isalnum():
                continue
            edit = inserted(service, "pg_isready", ["-d", name])
            yield self.at(
                service.value("healthcheck", "test"),
                f"pg_isready asks for a database `{asked}`, which is not there: each probe leaves"
                " an error in the log",
            ).fix("name the database", safe(edit, changes=("compose:healthcheck",)))
