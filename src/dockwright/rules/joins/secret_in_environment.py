"""DW6606 secret-in-environment."""

from posixpath import join

from dockwright.rules.api import (
    Bad,
    Composition,
    Draft,
    Edit,
    Files,
    Findings,
    Good,
    Remedy,
    Rule,
    Service,
    credential,
    lazy,
    unsafe,
)
from dockwright.rules.joins._connections import connections
from dockwright.rules.joins._databases import KINDS, kind_of
from dockwright.rules.joins._ignorefile import appended, ignored
from dockwright.rules.joins._literals import secrets_of
from dockwright.rules.joins._peers import named
from dockwright.rules.joins._values import part, raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = lazy(r"[\w.+/=@:!%^*~-]+")
_DB = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"


class SecretInEnvironment(Rule):
    """
    Keep passwords and tokens out of the Compose file.

    What is written there is in the repository and its history, and in the hands of everyone who may
    read it. `${NAME:?}` takes the value from the environment or from `.env`; database images read
    it from a file that `secrets` mounts when the variable's name ends in `_FILE`.

    Silent about placeholders, empty values, switches, names of something about a credential
    (`TOKEN_URL`, `PASSWORD_FILE`), and values that a variable fills in. One finding for a service;
    values are never shown.
    """

    code = "DW6606"
    name = "secret-in-environment"
    severity = "warning"
    tags = ("compose", "security", "secrets", "environment")
    also = ("compose-lint:CL-0020", "compose-lint:CL-0021")
    mentions = ("environment",)

    examples = (
        Bad(
            _DB + "      POSTGRES_PASSWORD: s3cret\n",
            at="POSTGRES_PASSWORD",
            fixed=Files(
                {
                    "compose.yaml": _DB + "      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}\n",
                    ".env": "POSTGRES_PASSWORD=s3cret\n",
                }
            ),
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    image: acme/web:1\n    environment:\n"
                    "      - API_TOKEN=q8Zr2LmX0vTb\n"
                    "      - DATABASE_URL=postgresql://app:hunter2@db/app\n",
                    ".env": "TAG=1",
                }
            ),
            at="API_TOKEN=q8Zr2LmX0vTb",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    image: acme/web:1\n    environment:\n"
                    "      - API_TOKEN=${API_TOKEN:?}\n"
                    "      - DATABASE_URL=postgresql://app:${DATABASE_PASSWORD:?}@db/app\n",
                    ".env": "TAG=1\nAPI_TOKEN=q8Zr2LmX0vTb\nDATABASE_PASSWORD=hunter2\n",
                }
            ),
        ),
        Good(_DB + "      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n"),
        Good(_DB + "      POSTGRES_PASSWORD_FILE: /run/secrets/db\n      API_TOKEN: changeme\n"),
        Good(
            "services:\n  web:\n    image: a:1\n    environment:\n"
            "      URL: postgresql://app:${PW}@db/app\n      REDIS: redis://cache:6379\n"
        ),
    )

    def check(self, project: Composition) -> Findings:
        told: set[tuple[str, int]] = set()
        for service in project.every:
            found = []
            for one in secrets_of(service):
                # An anchor's entry is that of each service that takes it over.
                spot = service.key("environment", one[0])
                place = (spot.source, spot.span.start)
                if place not in told:
                    told.add(place)
                    found.append(one)
            if found:
                yield self._finding(service, found)

    def _finding(self, service: Service, found: "list[tuple[str, str, str]]") -> Draft:
        first = found[0][0]
        names = list(dict.fromkeys(key for key, _, _ in found))
        shown = ", ".join(f"`{name}`" for name in names[:4])
        shown += f" and {len(names) - 4} more" if len(names) > 4 else ""
        files = [name for name in names if _reads_file(service, name)]
        hint = f"; the image reads `{files[0]}_FILE` as well" if files else ""
        return self.at(
            service.key("environment", first),
            f"{shown} {'holds' if len(names) == 1 else 'hold'} a secret in clear text{hint}",
            likely=all(sure == "likely" for _, _, sure in found),
        ).fix("take it from .env", self._moved(service, found))

    @staticmethod
    def _moved(service: Service, found: "list[tuple[str, str, str]]") -> Remedy | None:
        """The values in `.env`, and variables in their places."""
        project = service.project
        if project.loaded.folder != project.main.rpartition("/")[0]:
            return None
        edits: list[Edit | None] = []
        file = join(project.loaded.folder, ".env")
        taken = dict(project.loaded.environment)
        added: list[str] = []
        for key, value, _ in found:
            written = raw(service, key)
            if written is None or not _PLAIN.fullmatch(value):
                return None
            name = _variable(service, key, value)
            if taken.get(name, value) != value:
                name = f"{service.name}_{name}".upper().replace("-", "_").replace(".", "_")
            if taken.get(name, value) != value:
                return None
            if name not in taken:
                taken[name] = value
                added.append(f"{name}={value}")
            edits.append(part(service, key, value, f"${{{name}:?}}", last=True))
            if "{" in _before(service, written):
                return None
        if added:
            edits.append(appended(service, file, added))
            edits.extend(_kept_out(service, project.loaded.folder))
        return unsafe(*edits)


def _kept_out(service: Service, folder: str) -> "Iterator[Edit | None]":
    """`.env` kept out of the images that are built here, and out of the repository."""
    told: set[str] = set()
    for one in service.project.services:
        build = one.build if one.text("build", "context") == folder else None
        if build is None or build.ignore is None or build.ignore.excludes(".env"):
            continue
        edit = ignored(one, [".env"])
        if edit is not None and edit.source not in told:
            told.add(edit.source)
            yield edit
    path = join(folder, ".gitignore")
    lines = service.project.around.read(path)
    if lines is not None and not {".env", "/.env", "*.env", ".env*", "**/.env"}.intersection(
        line.strip() for line in lines.splitlines()
    ):
        yield appended(service, path, [".env"])


def _reads_file(service: Service, name: str) -> bool:
    """Whether the database image reads the value from a file too."""
    kind = kind_of(service)
    known = [key for one in KINDS if one is kind for key in (*one.password, *one.root)]
    return name in known and kind is not None and kind.name in (
        "postgres", "mysql", "mariadb", "mongo"
    )  # fmt: skip


def _variable(service: Service, key: str, value: str) -> str:
    """What to call the variable that holds a secret."""
    for one in connections(service):
        if one.keys["host"] != key or not one.scheme:
            continue
        other = named(service, one.host) if one.host else None
        for name, entry in other.mapping("environment").items() if other is not None else ():
            if str(entry) == value and credential(name, value)[0]:
                return name
        # Where the database takes it from a variable already.
        for name, entry in service.project.loaded.environment.items():
            if entry == value and credential(name, value)[0]:
                return name
        stem = key.upper()
        for ending in ("_URL", "_URI", "_DSN"):
            stem = stem.removesuffix(ending)
        return f"{stem}_PASSWORD"
    return key


def _before(service: Service, written: "tuple[str, int, str]") -> str:
    """The line up to the value: a flow mapping there does not take braces unquoted."""
    for path in service.project.loaded.files:
        source = service.project.source(path)
        if source.name == written[0]:
            text = source.text
            return text[text.rfind("\n", 0, written[1]) + 1 : written[1]]
    return "{"
