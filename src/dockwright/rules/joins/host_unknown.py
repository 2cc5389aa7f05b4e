"""DW6601 host-unknown."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, composeedits, near, safe
from dockwright.rules.joins._connections import SCHEMES, connections
from dockwright.rules.joins._databases import kind_of
from dockwright.rules.joins._peers import all_names, named, outside

_DB = "  database:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: x\n"
_WEB = "services:\n  web:\n    image: acme/web:1\n    environment:\n"


class HostUnknown(Rule):
    """
    Connect to services by names that exist on the network.

    In the networks of a project a container is known by the name of its service, its
    `container_name`, its hostname and its aliases. Any other name is not found, at the first
    connection and not before.

    Silent about addresses, names with a dot and `host.docker.internal`; for services on external or
    named networks, with `extra_hosts` or `external_links`, or on the network of the host; and about
    HTTP addresses, which may be meant for a browser, unless the name is nearly that of a service.
    Without such a name the finding is only likely.
    """

    code = "DW6601"
    name = "host-unknown"
    severity = "warning"
    tags = ("compose", "network", "connection")
    mentions = ("environment", "env_file")

    examples = (
        Bad(
            _WEB + "      DATABASE_URL: postgresql://postgres:x@databse:5432/postgres\n" + _DB,
            at="postgresql://postgres:x@databse:5432/postgres",
            fixed=_WEB
            + "      DATABASE_URL: postgresql://postgres:x@database:5432/postgres\n"
            + _DB,
        ),
        Bad(_WEB + "      - DB_HOST=postgres\n" + _DB, at="DB_HOST=postgres"),
        Good(_WEB + "      DB_HOST: database\n      CACHE: redis://10.0.0.7:6379\n" + _DB),
        Good(
            _WEB + "      A: postgres://db.example.org/a\n      B: redis://host.docker.internal\n"
            "      C: http://frontend\n      DB_HOST: ${DB_HOST:-database}\n" + _DB
        ),
        Good(
            _WEB + "      DB_HOST: other\n    networks: [shared]\n"
            "networks:\n  shared:\n    external: true\n"
        ),
        Good(
            _WEB + "      DB_HOST: pg\n" + _DB + "    networks:\n      default:\n"
            "        aliases: [pg]\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        project = service.project
        if project.problems or not project.standalone or len(project.every) < 2:
            return
        found = list(connections(service))
        if not found or outside(service):
            return
        for one in found:
            host = one.host
            if not host or "." in host or host == "localhost" or host.isdigit():
                continue
            if named(service, host) is not None:
                continue
            if not one.scheme and kind_of(service) is not None:
                continue  # a variable of the database itself
            sure = not one.scheme or one.kind in SCHEMES
            guess = near(host, sorted(all_names(project)))
            if guess is None and not sure:
                continue
            message = f"nothing on the networks of `{service.name}` is called `{host}`"
            if guess is not None:
                message += f": did you mean `{guess}`?"
            else:
                message += _database(service, one.kind)
            draft = self.at(
                one.spot("host"), message, likely=guess is None or not one.firm or not sure
            )
            if guess is not None and sure:
                edit = composeedits.part(service, one.keys["host"], host, guess)
                draft.fix(f"connect to `{guess}`", safe(edit, changes=("compose:environment",)))
            yield draft


def _database(service: Service, scheme: str) -> str:
    """What to say of the one service that speaks this scheme."""
    several = [
        other.name
        for other in service.project.every
        for kind in [kind_of(other)]
        if kind is not None and other is not service and scheme in kind.schemes
    ]
    return f" (the database is `{several[0]}`)" if len(several) == 1 else ""
