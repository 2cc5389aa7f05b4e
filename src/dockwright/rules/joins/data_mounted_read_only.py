"""DW6509 data-mounted-read-only."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.joins._databases import kind_of, sets_up
from dockwright.rules.joins._mounts import mounts

_DB = "services:\n  db:\n    image: mysql:8\n    volumes:\n      - {}\nvolumes:\n  data:\n"


class DataMountedReadOnly(Rule):
    """
    Mount the data directory of a database writable.

    The server writes there at every start, also when nobody stores anything: with `:ro` it stops
    with `Read-only file system`.

    Silent about other paths of the image, and services that start something else than the server.
    """

    code = "DW6509"
    name = "data-mounted-read-only"
    severity = "error"
    tags = ("compose", "volume", "database", "read-only")
    mentions = ("postg", "pgvector", "timescale", "mysql", "mariadb", "mongo")

    examples = (
        Bad(_DB.format("data:/var/lib/mysql:ro"), at="data:/var/lib/mysql:ro"),
        Good(_DB.format("data:/var/lib/mysql")),
        Good(_DB.format("./conf:/etc/mysql/conf.d:ro")),
        Good(
            _DB.format("data:/var/lib/mysql:ro").replace(
                "    volumes:", "    command: sh\n    volumes:"
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        kind = kind_of(service)
        if kind is None or kind.name == "redis" or not sets_up(service, kind):
            return
        for one in mounts(service):
            if one.read_only and one.target == kind.data:
                yield self.at(
                    one.spot(service),
                    f"{kind.name} writes to {kind.data}, which is mounted read-only",
                )
