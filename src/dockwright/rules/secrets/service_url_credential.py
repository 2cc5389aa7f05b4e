"""DW6121 service-url-credential."""

from dockwright.rules.api import (
    Bad,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    composeedits,
    placeholder,
    unsafe,
    urls_with_password,
)
from dockwright.rules.secrets._environment import literals


class ServiceUrlCredential(Rule):
    """
    Put a connection's password together from a variable, not into the URL.

    A URL is printed in error messages and logs, password included, and one in the file is in every
    copy of the repository.

    Silent when the password is a variable without a default, and about placeholders. The password
    itself is never printed.
    """

    code = "DW6121"
    name = "service-url-credential"
    tags = ("compose", "security", "secrets")
    also = ("compose-lint:CL-0021",)
    mentions = ("://",)

    examples = (
        Bad(
            "services:\n  web:\n    image: web:1\n    environment:\n"
            "      DATABASE_URL: postgres://app:hunter2@db/app\n",
            at="DATABASE_URL",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    image: web:1\n    environment:\n"
                    "      DATABASE_URL: postgres://app:${DATABASE_PASSWORD:?}@db/app\n",
                    ".env": "DATABASE_PASSWORD=hunter2\n",
                }
            ),
        ),
        Bad(
            "services:\n  web:\n    image: web:1\n    environment:\n"
            "      - CACHE=redis://:hunter2@cache:6379/0\n",
            at="CACHE=redis://:hunter2@cache:6379/0",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    image: web:1\n    environment:\n"
                    "      - CACHE=redis://:${CACHE_PASSWORD:?}@cache:6379/0\n",
                    ".env": "CACHE_PASSWORD=hunter2\n",
                }
            ),
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    environment:\n"
            "      A: postgres://app:${PASSWORD}@db/app\n      B: postgres://db/app\n"
            "      C: postgres://app:changeme@db/app\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        for name, value, doubtful in literals(service):
            for match in urls_with_password(value):
                if not placeholder(match[3]):
                    spot = service.key("environment", name)
                    message = f"the URL in {name} holds a user and password for {match[4]}"
                    draft = self.at(spot, message, likely=doubtful)
                    if not doubtful:
                        edits = composeedits.to_dotenv(service, name, match[3])
                        draft.fix("take the password from .env", unsafe(*edits))
                    yield draft
                    break
