"""DW6609 variable-not-read."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, near, unsafe
from dockwright.rules.joins._databases import kind_of
from dockwright.rules.joins._names import renamed

_KNOWN = {
    "postgres": (
        *("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "POSTGRES_INITDB_ARGS"),
        *("POSTGRES_INITDB_WALDIR", "POSTGRES_HOST_AUTH_METHOD", "PGDATA"),
    ),
    "mysql": (
        *("MYSQL_ROOT_PASSWORD", "MYSQL_USER", "MYSQL_PASSWORD", "MYSQL_DATABASE"),
        *("MYSQL_ROOT_HOST", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"),
        *("MYSQL_ONETIME_PASSWORD", "MYSQL_INITDB_SKIP_TZINFO"),
    ),
    "mongo": (
        *("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD", "MONGO_INITDB_DATABASE"),
    ),
}
_KNOWN["mariadb"] = (
    *_KNOWN["mysql"],
    *(name.replace("MYSQL_", "MARIADB_") for name in _KNOWN["mysql"]),
    *("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "MARIADB_AUTO_UPGRADE", "MARIADB_MYSQL_LOCALHOST_USER"),
    *("MARIADB_ROOT_PASSWORD_HASH", "MARIADB_PASSWORD_HASH"),
)
# What people write for it, and what the image reads.
_MEANT = {
    "postgres": {
        **dict.fromkeys(("POSTGRES_PASS", "POSTGRES_PWD", "POSTGRESQL_PASSWORD", "DB_PASSWORD"),
                        "POSTGRES_PASSWORD"),
        **dict.fromkeys(("POSTGRES_DATABASE", "POSTGRES_DB_NAME", "POSTGRES_DBNAME",
                         "POSTGRESQL_DATABASE", "POSTGRES_NAME"), "POSTGRES_DB"),
        **dict.fromkeys(("POSTGRES_USERNAME", "POSTGRESQL_USERNAME", "POSTGRESQL_USER"),
                        "POSTGRES_USER"),
    },
    "mysql": {
        **dict.fromkeys(("MYSQL_PASS", "MYSQL_PWD_USER"), "MYSQL_PASSWORD"),
        **dict.fromkeys(("MYSQL_ROOT_PASS", "MYSQL_ROOT_PWD"), "MYSQL_ROOT_PASSWORD"),
        **dict.fromkeys(("MYSQL_DB", "MYSQL_DB_NAME", "MYSQL_DBNAME"), "MYSQL_DATABASE"),
        **dict.fromkeys(("MYSQL_USERNAME",), "MYSQL_USER"),
    },
    "mongo": {
        **dict.fromkeys(("MONGO_INITDB_USERNAME", "MONGO_INITDB_ROOT_USER"),
                        "MONGO_INITDB_ROOT_USERNAME"),
        **dict.fromkeys(("MONGO_INITDB_PASSWORD",), "MONGO_INITDB_ROOT_PASSWORD"),
    },
}  # fmt: skip
_MEANT["mariadb"] = {
    **_MEANT["mysql"],
    **{
        old.replace("MYSQL_", "MARIADB_"): new.replace("MYSQL_", "MARIADB_")
        for old, new in _MEANT["mysql"].items()
    },
}
_PREFIX = {"postgres": "POSTGRES_", "mysql": "MYSQL_", "mariadb": "MARIADB_", "mongo": "MONGO_"}


class VariableNotRead(Rule):
    """
    Set the variables that the database image reads.

    A name it does not know is ignored without a word: the user, the password or the database that
    was meant is not made, and the server starts with its defaults or not at all.

    Silent for images that are built here, whose scripts may read anything; when the variable that
    was probably meant is set as well; and about names that resemble none that the image reads.
    """

    code = "DW6609"
    name = "variable-not-read"
    severity = "warning"
    tags = ("compose", "database", "environment")
    mentions = ("postg", "pgvector", "timescale", "mysql", "mariadb", "mongo")

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASS: x\n",
            at="POSTGRES_PASS",
            fixed="services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_PASSWORD: x\n",
        ),
        Bad(
            "services:\n  db:\n    image: mysql:8\n    environment:\n      - MYSQL_DATABSE=a\n"
            "      - MYSQL_ROOT_PASSWORD=x\n",
            at="MYSQL_DATABSE=a",
            fixed="services:\n  db:\n    image: mysql:8\n    environment:\n"
            "      - MYSQL_DATABASE=a\n      - MYSQL_ROOT_PASSWORD=x\n",
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_PASSWORD_FILE: /run/secrets/x\n      POSTGRES_HOST: db\n      TZ: UTC\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_DATABASE: a\n      POSTGRES_DB: a\n      POSTGRES_PASSWORD: x\n"
        ),
        Good("services:\n  db:\n    build: .\n    environment:\n      POSTGRES_PASS: x\n"),
    )

    def check(self, service: Service) -> Findings:
        kind = kind_of(service)
        if kind is None or kind.name not in _KNOWN or "build" in service.config:
            return
        if service.get("entrypoint") is not None or service.get("command") is not None:
            return
        known = _KNOWN[kind.name]
        environment = service.mapping("environment")
        for name in environment:
            plain = name.removesuffix("_FILE")
            if plain in known or name in known:
                continue
            guess = _MEANT[kind.name].get(name)
            if guess is None and name.startswith(_PREFIX[kind.name]):
                guess = near(name, known)
            if guess is None or guess in environment or f"{guess}_FILE" in environment:
                continue
            draft = self.at(
                service.key("environment", name),
                f"the image does not read `{name}`: it reads `{guess}`",
            )
            yield draft.fix(f"set `{guess}`", unsafe(renamed(service, guess, "environment", name)))
