"""DW6604 connection-differs."""

from dockwright.rules.api import (
    Bad,
    Draft,
    Edit,
    Findings,
    Good,
    Rule,
    Service,
    composeedits,
    unsafe,
)
from dockwright.rules.joins._connections import Connection, connections
from dockwright.rules.joins._databases import Kind, first_setting, kind_of, sets_up
from dockwright.rules.joins._peers import named

_WEB = "services:\n  web:\n    image: acme/web:1\n    environment:\n"
_DB = (
    "  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"
    "      POSTGRES_PASSWORD: one\n      POSTGRES_DB: shop\n"
)
_ALWAYS = {
    "postgres": ("postgres", "template0", "template1"),
    "mysql": ("mysql", "information_schema", "performance_schema", "sys"),
    "mariadb": ("mysql", "information_schema", "performance_schema", "sys"),
}


class ConnectionDiffers(Rule):
    """
    Let connections name the user, password, database and port that the database service has.

    The database's image makes one user and one database at its first start, as its environment
    says. With another name the server answers `password authentication failed` or
    `database does not exist`; the port is the one the server listens on.

    Silent about parts that hang on variables nothing is known of, when scripts in
    `/docker-entrypoint-initdb.d` may make others, and for images that are built here. Another user
    or database may have been made by hand, so that those are only likely; values are never shown.
    """

    code = "DW6604"
    name = "connection-differs"
    severity = "warning"
    tags = ("compose", "database", "connection")
    mentions = ("postg", "pgvector", "timescale", "mysql", "mariadb", "mongo", "redis", "valkey")

    examples = (
        Bad(
            _WEB + "      DATABASE_URL: postgresql://app:two@db:5432/shop\n" + _DB,
            at="postgresql://app:two@db:5432/shop",
        ),
        Bad(
            _WEB + "      DB_HOST: db\n      DB_USER: app\n      DB_PASSWORD: one\n"
            "      DB_NAME: shops\n" + _DB,
            at="shops",
            fixed=_WEB + "      DB_HOST: db\n      DB_USER: app\n      DB_PASSWORD: one\n"
            "      DB_NAME: shop\n" + _DB,
        ),
        Bad(
            _WEB + "      DATABASE_URL: postgresql://app:one@db:3306/shop\n" + _DB,
            at="postgresql://app:one@db:3306/shop",
            fixed=_WEB + "      DATABASE_URL: postgresql://app:one@db:5432/shop\n" + _DB,
        ),
        Good(_WEB + "      DATABASE_URL: postgresql://app:one@db/shop?sslmode=disable\n" + _DB),
        Good(_WEB + "      DATABASE_URL: postgresql://app:${PW}@db/postgres\n" + _DB),
        Good(
            _WEB
            + "      DATABASE_URL: postgresql://web:two@db/web\n"
            + _DB
            + "    volumes:\n      - ./init:/docker-entrypoint-initdb.d\n"
        ),
        Good(
            _WEB + "      DB_HOST: db\n      DB_USER: root\n      DB_PASSWORD: r\n"
            "  db:\n    image: mysql:8\n    environment:\n      MYSQL_ROOT_PASSWORD: r\n"
            "      MYSQL_USER: a\n      MYSQL_PASSWORD: b\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        if service.project.problems:
            return
        for one in connections(service):
            other = named(service, one.host) if one.host else None
            kind = kind_of(other) if other is not None and other is not service else None
            if other is None or kind is None:
                continue
            if one.scheme and one.scheme.lower() not in kind.schemes:
                continue
            yield from self._port(one, other, kind)
            if sets_up(other, kind) and "build" not in other.config and not _scripts(other):
                yield from self._names(one, other, kind)

    def _port(self, one: Connection, other: Service, kind: Kind) -> Findings:
        port = one.port
        if port is None or port == kind.port or other.get("command") is not None:
            return
        if first_setting(other, ("PGPORT", "MYSQL_TCP_PORT")) != ("", ""):
            return
        # The published port instead of the container's: published-port-inside speaks of it.
        for entry in other.items("ports"):
            if isinstance(entry, dict) and str(entry.get("published")) == str(port):
                return
            if isinstance(entry, dict) and entry.get("target") == port:
                return
        if any(str(port) in str(exposed) for exposed in other.items("expose")):
            return
        draft = self.at(
            one.spot("port"),
            f"`{other.name}` listens on port {kind.port}, not on {port}",
            likely=not one.firm,
        )
        edit = composeedits.part(
            one.service, one.keys["port"], str(port), str(kind.port), last=True
        )
        yield draft.fix(f"use port {kind.port}", unsafe(edit))

    def _names(self, one: Connection, other: Service, kind: Kind) -> Findings:
        user, password = one.parts.get("user"), one.parts.get("password")
        made = first_setting(other, kind.user)
        secret = first_setting(other, kind.password)
        if made is None or secret is None or not kind.user:
            return
        name = made[1] or ("postgres" if kind.name == "postgres" else "")
        if kind.root and user == "root":
            root = first_setting(other, kind.root)
            if root is None:
                return
            name, secret = "root", root
        if user and name and user != name:
            yield self._finding(one, "user", other, made[0] or kind.user[0], likely=True).fix(
                "use its user", unsafe(self._edit(one, "user", user, made[1]))
            )
        elif user and user == name and password and secret[1] and password != secret[1]:
            yield self._finding(one, "password", other, secret[0], likely=False)
        database = one.parts.get("database")
        own = first_setting(other, kind.database)
        if not database or own is None or not kind.database or "/" in database:
            return
        wanted = own[1] or (name if kind.name == "postgres" else "")
        if wanted and database != wanted and database not in _ALWAYS.get(kind.name, ()):
            yield self._finding(
                one, "database", other, own[0] or kind.database[0], likely=True
            ).fix("use its database", unsafe(self._edit(one, "database", database, wanted)))

    def _finding(
        self, one: Connection, what: str, other: Service, key: str, *, likely: bool
    ) -> Draft:
        return self.at(
            one.spot(what),
            f"the {what} in `{one.keys[what]}` is not the one that `{key}` gives `{other.name}`",
            likely=likely or not one.firm,
        )

    @staticmethod
    def _edit(one: Connection, what: str, old: str, new: str) -> Edit | None:
        if not new or not new.replace("_", "").isalnum():
            return None
        return composeedits.part(one.service, one.keys[what], old, new)


def _scripts(service: Service) -> bool:
    """Whether the image may run scripts of one's own at the first start."""
    targets = [
        str(entry.get("target"))
        for key in ("volumes", "configs")
        for entry in service.items(key)
        if isinstance(entry, dict)
    ]
    return any(target.startswith("/docker-entrypoint-initdb.d") for target in targets)
