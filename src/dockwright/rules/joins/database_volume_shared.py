"""DW6508 database-volume-shared."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, Service
from dockwright.rules.joins._databases import kind_of, sets_up
from dockwright.rules.joins._mounts import Mounted, mounts

_A = "services:\n  a:\n    image: postgres:16\n    volumes: ['data:/var/lib/postgresql/data']\n"
_B = "  b:\n    image: postgres:16\n    volumes: ['{}:/var/lib/postgresql/data']\n"
_END = "volumes:\n  data:\n  more:\n"


class DatabaseVolumeShared(Rule):
    """
    Give each database server a data directory of its own.

    Two servers on the same files do not see each other's locks across containers: they overwrite
    each other's pages, and the data is lost.

    Silent about services whose profiles are off, read-only mounts, different subpaths, and services
    that start something else than the server (a backup, a client).
    """

    code = "DW6508"
    name = "database-volume-shared"
    severity = "error"
    tags = ("compose", "volume", "database")
    mentions = ("postg", "pgvector", "timescale", "mysql", "mariadb", "mongo")

    examples = (
        Bad(_A + _B.format("data") + _END, at="'data:/var/lib/postgresql/data'"),
        Good(_A + _B.format("more") + _END),
        Good(_A + _B.format("data") + "    command: pg_dump -h a\n" + _END),
        Good(_A + _B.format("data") + "    profiles: [old]\n" + _END),
    )

    def check(self, project: Composition) -> Findings:
        first: dict[tuple[str, str], Service] = {}
        for service in project.services:
            kind = kind_of(service)
            if kind is None or kind.name in ("redis", "oracle") or not sets_up(service, kind):
                continue
            for one in mounts(service):
                if one.read_only or not one.source or one.kind not in ("volume", "bind"):
                    continue
                if not one.target.startswith(kind.data):
                    continue
                key = _identity(project, one)
                other = first.setdefault(key, service)
                if other is not service and _apart(service, other):
                    yield self.at(
                        one.spot(service),
                        f"`{other.name}` keeps its data in `{key[0].rpartition('/')[2]}` too: two"
                        " servers on the same files destroy them",
                    )


def _identity(project: Composition, one: Mounted) -> tuple[str, str]:
    options = one.options.get("volume")
    subpath = str(options.get("subpath") or "") if isinstance(options, dict) else ""
    entry = project.section("volumes").get(one.source) if one.kind == "volume" else None
    name = entry.get("name") if isinstance(entry, dict) else None
    return str(name or one.source), subpath


def _apart(one: Service, other: Service) -> bool:
    """Whether both are meant to run at the same time."""
    for service, peer in ((one, other), (other, one)):
        if service.get("deploy", "replicas") == 0 or service.get("scale") == 0:
            return False
        if service.text("depends_on", peer.name, "condition") == "service_completed_successfully":
            return False
    return True
