"""DW6606 secret-in-environment."""

from dockwright.rules.api import (
    Bad,
    Composition,
    Draft,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    composeedits,
    unsafe,
)
from dockwright.rules.joins._databases import KINDS, kind_of
from dockwright.rules.joins._literals import secrets_of

_DB = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"


class SecretInEnvironment(Rule):
    """
    Keep passwords and tokens out of the Compose file.

    What is written there is in the repository and its history, and in the hands of everyone who may
    read it. `${NAME:?}` takes the value from the environment or from `.env`; database images read
    it from a file that `secrets` mounts when the variable's name ends in `_FILE`.

    Silent about placeholders, empty values, switches, names of something about a credential
    (`TOKEN_URL`, `PASSWORD_FILE`, `ACCESS_KEY_ID`), and values that a variable fills in. One
    finding for a service; values are never shown.
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
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    environment:\n"
                    "      - API_TOKEN=q8Zr2LmX0vTb\n",
                    "Dockerfile": "FROM debian:12\nCOPY . /app\n",
                    ".dockerignore": ".git\n",
                    ".gitignore": "*.pyc\n",
                }
            ),
            at="API_TOKEN=q8Zr2LmX0vTb",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    environment:\n"
                    "      - API_TOKEN=${API_TOKEN:?}\n",
                    "Dockerfile": "FROM debian:12\nCOPY . /app\n",
                    ".dockerignore": ".git\n.env\n",
                    ".gitignore": "*.pyc\n.env\n",
                    ".env": "API_TOKEN=q8Zr2LmX0vTb\n",
                }
            ),
        ),
        Good(_DB + "      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n"),
        Good(_DB + "      POSTGRES_PASSWORD_FILE: /run/secrets/db\n      API_TOKEN: changeme\n"),
        Good(_DB + "      AWS_ACCESS_KEY_ID: AKIAABCDEFGHIJKLMNOP\n      TOKEN_ID: a1b2c3d4\n"),
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
        edits = composeedits.to_dotenv(service, [(key, value) for key, value, _ in found])
        return self.at(
            service.key("environment", first),
            f"{shown} {'holds' if len(names) == 1 else 'hold'} a secret in clear text{hint}",
            likely=all(sure == "likely" for _, _, sure in found),
        ).fix("take it from .env", unsafe(*edits))


def _reads_file(service: Service, name: str) -> bool:
    """Whether the database image reads the value from a file too."""
    kind = kind_of(service)
    known = [key for one in KINDS if one is kind for key in (*one.password, *one.root)]
    return name in known and kind is not None and kind.name in (
        "postgres", "mysql", "mariadb", "mongo"
    )  # fmt: skip
