"""DW6120 service-secret-literal."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, credential, lazy
from dockwright.rules.secrets._environment import certain, literals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Options and variables of a command line, with their values.
_OPTION = lazy(r"--?([A-Za-z][\w-]*)$")
_GIVEN = lazy(r"(?:--?)?([A-Za-z_][\w-]*)=(.+)")
_MYSQL = lazy(r"(?:.*/)?(?:mysql|mariadb)(?:admin|check|dump|show|sh)?(?:-(?:admin|check|dump))?$")


class ServiceSecretLiteral(Rule):
    """
    Give a service its credentials by `secrets`, or from outside of the file.

    A value in the file is in the repository and in every copy of it, and in what
    `docker inspect` shows. Most images read `…_FILE` variables that name a secret's file; the
    others take the value out of an `.env` that is not checked in.

    This is about defaults of variables and about command lines; `secret-in-environment` speaks of
    what `environment` gives as it stands. Silent about variables that have no default here, about
    files and switches, and about placeholders. The value itself is never printed.
    """

    code = "DW6120"
    name = "service-secret-literal"
    tags = ("compose", "security", "secrets")

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      - POSTGRES_PASSWORD=${PASSWORD:-hunter2}\n",
            at="POSTGRES_PASSWORD=${PASSWORD:-hunter2}",
        ),
        Bad(
            "services:\n  cache:\n    image: redis:7\n"
            "    command: redis-server --requirepass hunter2\n",
            at="redis-server --requirepass hunter2",
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_PASSWORD: ${PASSWORD}\n      POSTGRES_PASSWORD_FILE: /run/secrets/a\n"
            "      API_TOKEN: ''\n      TOKEN_TTL: 30\n"
            "      AWS_ACCESS_KEY_ID: ${KEY_ID:-AKIAABCDEFGHIJKLMNOP}\n"
        ),
        Good(
            "services:\n  cache:\n    image: redis:7\n"
            "    command: redis-server --requirepass $$REDIS_PASSWORD\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        for name, value, doubtful in literals(service):
            if not doubtful or "://" in value:
                continue  # the other rule's
            if credential(name, value)[0]:
                spot = service.key("environment", name)
                message = f"the credential {name} stands in the file"
                yield self.at(spot, message, likely=True)
        for keys in (("command",), ("entrypoint",), ("healthcheck", "test")):
            found = sorted(set(_options(service, *keys)))
            if found:
                names = " and ".join(name for name, _ in found)
                spot = service.value(*keys)
                message = f"the credential {names} stands in the command line"
                yield self.at(spot, message, likely=any(doubtful for _, doubtful in found))


def _options(service: Service, *keys: str) -> "Iterator[tuple[str, bool]]":
    """The options of a command line that hand a credential over, and whether it may be another."""
    value = service.get(*keys)
    parts = [str(one) for one in value] if isinstance(value, list) else [str(value or "")]
    place = service.place(*keys)
    node = place.node if place is not None else None
    written = getattr(node, "text", None)
    if written is None:
        written = " ".join(getattr(one, "text", "") for one in getattr(node, "items", ()))
    sure = certain(service, written)
    if sure is None:
        return
    words = [word.strip("\"'") for part in parts for word in part.split()]
    mysql = any(_MYSQL.match(word) for word in words)
    for word, after in zip(words, [*words[1:], ""], strict=False):
        option, given = _OPTION.match(word), _GIVEN.match(word)
        name, secret = (given[1], given[2]) if given else (option[1] if option else "", after)
        if mysql and word.startswith("-p") and len(word) > 2 and not word.startswith("-p="):
            name, secret = "password", word[2:]
        secret = secret.strip("\"'")
        if not secret or secret.startswith(("-", "$", "`")) or "$" in secret or "{" in secret:
            continue
        if credential(name.replace("-", "_"), secret)[0] == "certain":
            yield name, not sure
