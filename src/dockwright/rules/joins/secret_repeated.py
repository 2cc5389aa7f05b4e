"""DW6607 secret-repeated."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule
from dockwright.rules.joins._literals import secrets_of

_TWO = (
    "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: hunter2\n"
    "  web:\n    image: acme/web:1\n    environment:\n"
)


class SecretRepeated(Rule):
    """
    Write a password in one place and refer to it from the others.

    The same literal in two services must be changed in both; whoever changes one finds out when the
    connection is refused. A variable out of `.env` holds for all.

    Silent about values that a variable fills in, placeholders, and the same variable taken over by
    an anchor.
    """

    code = "DW6607"
    name = "secret-repeated"
    severity = "info"
    tags = ("compose", "secrets", "environment")
    mentions = ("environment",)

    examples = (
        Bad(_TWO + "      DB_PASSWORD: hunter2\n", at="DB_PASSWORD"),
        Bad(
            _TWO + "      DATABASE_URL: postgresql://app:hunter2@db/app\n",
            at="DATABASE_URL",
        ),
        Good(_TWO + "      DB_PASSWORD: ${DB_PASSWORD}\n"),
        Good(_TWO + "      DB_PASSWORD: other1\n"),
        Good(_TWO.replace("POSTGRES_PASSWORD", "KEY_ID") + "      SECRET_ID: hunter2\n"),
        Good(
            "services:\n  a:\n    image: a:1\n    environment: &env\n      DB_PASSWORD: hunter2\n"
            "  b:\n    image: b:1\n    environment: *env\n"
        ),
    )

    def check(self, project: Composition) -> Findings:
        seen: dict[str, tuple[str, str]] = {}
        told: set[tuple[str, int]] = set()
        for service in project.every:
            for key, value, sure in secrets_of(service):
                spot = service.key("environment", key)
                place = (spot.source, spot.span.start)
                if sure != "certain" or place in told:
                    continue
                told.add(place)
                first = seen.setdefault(value, (service.name, key))
                if first[0] != service.name:
                    yield self.at(spot, f"the same secret stands in `{first[1]}` of `{first[0]}`")
