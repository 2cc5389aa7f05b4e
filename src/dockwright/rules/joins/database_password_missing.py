"""DW6608 database-password-missing."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, lazy
from dockwright.rules.joins._databases import Kind, image_of, kind_of, sets_up, setting

_VERSION = lazy(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?")
# The first releases of the images whose entrypoint refuses (docker-library/postgres#658).
_POSTGRES_SINCE = {9.4: 26, 9.5: 21, 9.6: 17, 10: 12, 11: 7, 12: 2}


class DatabasePasswordMissing(Rule):
    """
    Give the database image the password that it cannot start without.

    On an empty data directory these images stop at once: `postgres` (`superuser password is not
    specified`), `mysql` and `mariadb` (`password option is not specified`), SQL Server without
    `ACCEPT_EULA` and a password, Oracle.

    Silent when a variable that stands for it is set or comes from an env_file that is not there,
    when the service starts something else than the server, and about data directories that may be
    set up already: folders of the host and external volumes.
    """

    code = "DW6608"
    name = "database-password-missing"
    severity = "error"
    tags = ("compose", "database", "environment")
    mentions = ("postg", "pgvector", "timescale", "mysql", "mariadb", "mssql", "oracle")

    examples = (
        Bad("services:\n  db:\n    image: postgres:16\n", at="db"),
        Bad(
            "services:\n  db:\n    image: mysql:8\n    environment:\n      MYSQL_USER: app\n"
            "      MYSQL_PASSWORD: x\n",
            at="db",
        ),
        Bad(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            '      POSTGRES_PASSWORD: ""\n',
            at="db",
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_HOST_AUTH_METHOD: trust\n"
        ),
        Good("services:\n  db:\n    image: mariadb:11\n    env_file: db.env\n"),
        Good(
            "services:\n  db:\n    image: mysql:8\n    environment:\n"
            "      MYSQL_RANDOM_ROOT_PASSWORD: 'yes'\n"
        ),
        Good("services:\n  job:\n    image: postgres:16\n    command: psql -h db\n"),
        Good("services:\n  db:\n    image: postgres:9.4.5\n"),
        Good(
            "services:\n  db:\n    image: postgres:16\n    volumes:\n"
            "      - ./data:/var/lib/postgresql/data\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        kind = kind_of(service)
        project = service.project
        if kind is None or not kind.required or project.problems or not project.standalone:
            return
        if not sets_up(service, kind) or _old(service) or _kept(service, kind):
            return
        for group in kind.required:
            values = [setting(service, name) for name in group]
            if any(value is None or value for value in values):
                continue
            shown = f"`{group[0]}`" + (" or the like" if len(group) > 1 else "")
            yield self.at(
                service.key(),
                f"{image_of(service)[0]} does not start on an empty data directory without {shown}",
            )


def _old(service: Service) -> bool:
    """Whether the image is older than the check in its entrypoint."""
    name, tag = image_of(service)
    found = _VERSION.match(tag)
    if name != "postgres" or found is None:
        # Images built on postgres release on their own terms: those of old versions are left alone.
        return found is not None and int(found[1]) < 12 and name not in ("mysql", "mariadb")
    major, minor, patch = int(found[1]), found[2], found[3]
    if major < 9 or (major == 9 and minor is None):
        return True
    if major == 9:
        since = _POSTGRES_SINCE.get(float(f"9.{minor}"))
        return since is None or (patch is not None and int(patch) < since)
    since = _POSTGRES_SINCE.get(major)
    return since is not None and minor is not None and int(minor) < since


def _kept(service: Service, kind: Kind) -> bool:
    """Whether the data may be there already."""
    volumes = service.project.section("volumes")
    for entry in service.items("volumes"):
        if not isinstance(entry, dict):
            continue
        target = str(entry.get("target", "")).rstrip("/")
        if not (kind.data.startswith(target) or target.startswith(kind.data.rpartition("/")[0])):
            continue
        volume = volumes.get(str(entry.get("source")))
        if entry.get("type") != "volume" or (isinstance(volume, dict) and volume.get("external")):
            return True
    return False
