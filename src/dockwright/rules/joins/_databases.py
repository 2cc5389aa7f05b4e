"""
Database images: what they read from the environment, where they listen and where their data lies.

From the documentation and the entrypoints of docker-library (postgres, mysql, mariadb, mongo,
redis), Microsoft's SQL Server and gvenzl's Oracle images.
"""

from dockwright.rules.api import Known, Service, image_reference, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_POSTGRES = ("postgres", "postgis/postgis", "pgvector/pgvector", "ankane/pgvector",
             "timescale/timescaledb", "imresamu/postgis")  # fmt: skip


class Kind:
    """
    A kind of database server.

    `schemes` are those of its URLs, `port` the one it listens on; `user`, `password` and `database`
    the variables that make them at the first start, the first that is set holds; `required` are
    groups of variables of which one must be set, `data` where it keeps its files, `starts` the
    programs with which the entrypoint sets it up.
    """

    __slots__ = (
        "data", "database", "images", "name", "password", "port", "required", "root", "schemes",
        "starts", "user",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        images: "Sequence[str]",
        port: int,
        data: str,
        schemes: "Sequence[str]",
        *,
        user: "Sequence[str]" = (),
        password: "Sequence[str]" = (),
        database: "Sequence[str]" = (),
        root: "Sequence[str]" = (),
        required: "Sequence[Sequence[str]]" = (),
        starts: "Sequence[str]" = (),
    ) -> None:
        self.name = name
        self.images = images
        self.port = port
        self.data = data
        self.schemes = schemes
        self.user = user
        self.password = password
        self.database = database
        self.root = root
        self.required = required
        self.starts = starts


def _with_files(*names: str) -> tuple[str, ...]:
    return tuple(one for name in names for one in (name, f"{name}_FILE"))


_MYSQL = ("mysql", "mysql2", "mariadb", "mysql+pymysql", "mysql+mysqldb", "mysql+aiomysql",
          "jdbc:mysql", "jdbc:mariadb", "mysql+mysqlconnector", "mariadb+pymysql")  # fmt: skip
_MYSQL_REQUIRED = (
    *_with_files("MYSQL_ROOT_PASSWORD"),
    "MYSQL_ALLOW_EMPTY_PASSWORD",
    "MYSQL_RANDOM_ROOT_PASSWORD",
)
KINDS = (
    Kind(
        "postgres",
        _POSTGRES,
        5432,
        "/var/lib/postgresql/data",
        ("postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "jdbc:postgresql",
         "postgresql+asyncpg", "postgis", "pgsql", "postgres+asyncpg"),
        user=("POSTGRES_USER",),
        password=("POSTGRES_PASSWORD",),
        database=("POSTGRES_DB",),
        required=((*_with_files("POSTGRES_PASSWORD"), "POSTGRES_HOST_AUTH_METHOD"),),
        starts=("postgres",),
    ),
    Kind(
        "mysql",
        ("mysql",),
        3306,
        "/var/lib/mysql",
        _MYSQL,
        user=("MYSQL_USER",),
        password=("MYSQL_PASSWORD",),
        database=("MYSQL_DATABASE",),
        root=("MYSQL_ROOT_PASSWORD",),
        required=(_MYSQL_REQUIRED,),
        starts=("mysqld",),
    ),
    Kind(
        "mariadb",
        ("mariadb",),
        3306,
        "/var/lib/mysql",
        _MYSQL,
        user=("MARIADB_USER", "MYSQL_USER"),
        password=("MARIADB_PASSWORD", "MYSQL_PASSWORD"),
        database=("MARIADB_DATABASE", "MYSQL_DATABASE"),
        root=("MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"),
        required=(
            (
                *_with_files("MARIADB_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD_HASH"),
                "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
                "MARIADB_RANDOM_ROOT_PASSWORD",
                "MARIADB_ALLOW_EMPTY_PASSWORD",
                *_MYSQL_REQUIRED,
                "MYSQL_ALLOW_EMPTY_ROOT_PASSWORD",
            ),
        ),
        starts=("mariadbd", "mysqld"),
    ),
    Kind(
        "mongo",
        ("mongo",),
        27017,
        "/data/db",
        ("mongodb",),
        user=("MONGO_INITDB_ROOT_USERNAME",),
        password=("MONGO_INITDB_ROOT_PASSWORD",),
        starts=("mongod",),
    ),
    Kind("redis", ("redis", "valkey/valkey"), 6379, "/data", ("redis", "rediss"),
         starts=("redis-server", "valkey-server")),
    Kind(
        "mssql",
        ("mcr.microsoft.com/mssql/server",),
        1433,
        "/var/opt/mssql",
        ("mssql", "sqlserver", "mssql+pyodbc", "jdbc:sqlserver"),
        required=(("ACCEPT_EULA",), ("MSSQL_SA_PASSWORD", "SA_PASSWORD")),
    ),
    Kind(
        "oracle",
        ("gvenzl/oracle-xe", "gvenzl/oracle-free"),
        1521,
        "/opt/oracle/oradata",
        ("oracle",),
        required=((*_with_files("ORACLE_PASSWORD"), "ORACLE_RANDOM_PASSWORD"),),
    ),
)  # fmt: skip
_BY_IMAGE = {image: kind for kind in KINDS for image in kind.images}


def image_of(service: Service) -> tuple[str, str]:
    """The familiar name and the tag of the image a service runs, or builds on; "" if unknown."""
    if "build" not in service.config:
        parsed = image_reference(service.text("image")) if service.text("image") else None
    else:
        stage = service.stage
        base = stage.lineage()[-1].base if stage is not None else None
        parsed = base.parsed if base is not None and base.firm else None
    return (parsed.familiar, parsed.tag) if parsed is not None else ("", "")


def kind_of(service: Service) -> Kind | None:
    """The kind of database server that a service is."""
    return _BY_IMAGE.get(image_of(service)[0])


def sets_up(service: Service, kind: Kind) -> bool:
    """Whether the image's own entrypoint starts the server, and so sets it up at first start."""
    if service.get("entrypoint") is not None:
        return False
    if "build" in service.config:
        state = service.state
        for found in (state.entrypoint, state.cmd) if state is not None else ():
            if not isinstance(found, Known) or getattr(found.value, "step", None) is not None:
                return False
    command = service.items("command")
    first = str(command[0]) if command else ""
    return not command or first.startswith("-") or first in kind.starts


def setting(service: Service, name: str) -> str | None:
    """
    What a variable is in a container: its text, "" when it is not set or empty.

    None when nobody can say.
    """
    environment = service.mapping("environment")
    if name in environment:
        value = environment[name]
        if value is None:
            return None
        return str(value) if settled(value) else None
    if any(one.values is None for one in service.project.loaded.env_files.get(service.name, ())):
        return None
    state = service.state if "build" in service.config else None
    if state is not None:
        found = state.env(name)
        if isinstance(found, Known):
            return str(found.value)
        return None if found is not None else ""
    return None if "build" in service.config else ""


def first_setting(service: Service, names: "Sequence[str]") -> "tuple[str, str] | None":
    """The first of some variables that is set, with its text; None when nobody can say."""
    for name in names:
        value = setting(service, name)
        if not isinstance(value, str):
            return None
        if value:
            return name, value
    return "", ""
