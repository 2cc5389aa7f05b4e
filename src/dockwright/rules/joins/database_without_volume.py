"""DW6507 database-without-volume."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.joins._databases import kind_of, sets_up, setting
from dockwright.rules.joins._mounts import mounts

_WANTED = ("postgres", "mysql", "mariadb", "mongo", "mssql")


class DatabaseWithoutVolume(Rule):
    """
    Give a database a volume of its own.

    Without one the data lies in an anonymous volume or in the container: `docker compose down`
    leaves it behind or deletes it, and nothing has a name to back up.

    Silent about caches such as redis, when anything is mounted on or above the data directory, a
    tmpfs for tests too, and when the image is not known. Off by default: a database for a test run
    needs none.
    """

    code = "DW6507"
    name = "database-without-volume"
    severity = "info"
    tier = "optional"
    tags = ("compose", "volume", "database")
    mentions = ("postg", "pgvector", "timescale", "mysql", "mariadb", "mongo", "mssql")

    examples = (
        Bad("services:\n  db:\n    image: postgres:16\n", at="db"),
        Good(
            "services:\n  db:\n    image: postgres:16\n    volumes:\n"
            "      - data:/var/lib/postgresql/data\nvolumes:\n  data:\n"
        ),
        Good(
            "services:\n  db:\n    image: mysql:8\n    tmpfs: /var/lib/mysql\n  c:\n"
            "    image: redis:7\n"
        ),
        Good("services:\n  job:\n    image: postgres:16\n    command: psql -h db\n"),
    )

    def check(self, service: Service) -> Findings:
        kind = kind_of(service)
        if kind is None or kind.name not in _WANTED or service.project.problems:
            return
        if not sets_up(service, kind) or not service.project.standalone:
            return
        if kind.name == "postgres" and setting(service, "PGDATA") != "":
            return
        above = kind.data.rpartition("/")[0]
        if any(one.target.startswith(above) or one.covers(kind.data) for one in mounts(service)):
            return
        yield self.at(service.key(), f"the data of this {kind.name} lies in no volume with a name")
