"""DW6414 postgres-probe-database."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, Service, servicestate, unsafe
from dockwright.rules.joins._pg import POSTGRES, after_name

_ENV = "    environment:\n      POSTGRES_USER: app\n      POSTGRES_DB: shop\n"


class PostgresProbeDatabase(Rule):
    """
    Name the database that a probe of Postgres asks for.

    Without `-d`, `pg_isready` asks for a database called like the user. When there is none, the
    server still answers, so the probe passes, but it writes an error into its log each time.

    Silent when the name of the database or the user is not known, and when both are the same.
    """

    code = "DW6414"
    name = "postgres-probe-database"
    severity = "info"
    tags = ("compose", "health", "postgres")
    mentions = ("pg_isready",)

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n" + _ENV + "    healthcheck:\n"
            "      test: pg_isready -h 127.0.0.1 -U app\n",
            at="pg_isready -h 127.0.0.1 -U app",
            fixed="services:\n  db:\n    image: postgres:16\n" + _ENV + "    healthcheck:\n"
            "      test: pg_isready -d shop -h 127.0.0.1 -U app\n",
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n" + _ENV + "    healthcheck:\n"
            "      test: pg_isready -U app -d shop\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    env_file: .env\n    healthcheck:\n"
            "      test: pg_isready -U app\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    healthcheck:\n"
            "      test: pg_isready -U postgres\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        if servicestate.repository(service) not in POSTGRES:
            return
        health = servicestate.effective_health(service)
        script = health.script if health.state == "test" and health.here else None
        if script is None or script.damaged:
            return
        calls = [one for one in script.commands if one.name == "pg_isready"]
        if len(calls) != 1 or calls[0].find("-d", "--dbname") is not None:
            return
        call = calls[0]
        if len(call.operands("-h", "-U", "-p", "-t", "--host", "--username")) > 0:
            return
        given = call.option("-U", "--username")
        user = given if isinstance(given, str) or given is None else given.value
        if not user or user == "postgres":
            # The database of that name is always there.
            return
        database = servicestate.effective_env(service, "POSTGRES_DB")
        if not isinstance(database, Known) or not database.value or database.value == user:
            return
        if not str(database.value).replace("_", "").replace("-", "").isalnum():
            return
        yield self.at(
            service.value("healthcheck", "test"),
            f"pg_isready asks for a database called {user}, and there is only {database.value}:"
            " each probe writes an error into the log",
            (database.reason,),
        ).fix("name it", unsafe(after_name(service, health.shell, "-d", str(database.value))))
