"""DW6116 service-user-root."""

from dockwright.rules.api import Bad, Files, Findings, Good, Known, Rule, Service, unsafe
from dockwright.rules.hardening._written import doubt


class ServiceUserRoot(Rule):
    """
    Leave a service the user its image was made for.

    `user: root` takes back what the image says: its program runs as root, so a flaw in it is one
    in a process with root's rights, and files it writes into volumes belong to root.

    Silent when the image runs as root anyway, so that the line changes nothing, and when a
    variable without a default decides.
    """

    code = "DW6116"
    name = "service-user-root"
    severity = "info"
    tags = ("compose", "security", "privileges")
    also = ("compose-lint:CL-0018",)
    mentions = ("user",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    user: root\n",
                    "Dockerfile": "FROM python:3.12-slim\nRUN useradd app\nUSER app\n",
                }
            ),
            at="root",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": "FROM python:3.12-slim\nRUN useradd app\nUSER app\n",
                }
            ),
        ),
        Bad(
            'services:\n  a:\n    image: acme/a:1\n    user: "0:1000"\n',
            at='"0:1000"',
            fixed="services:\n  a:\n    image: acme/a:1\n",
        ),
        Good('services:\n  a:\n    image: python:3.12-slim\n    user: "0"\n'),
        Good("services:\n  a:\n    image: acme/a:1\n    user: app\n"),
    )

    def check(self, service: Service) -> Findings:
        likely = doubt(service, "user")
        if likely is None or not is_root(service.text("user")) or not service.text("user"):
            return
        state = service.state
        own = state.user if state is not None else None
        if isinstance(own, Known) and is_root(str(own.value)):
            return
        message = "the service runs as root, whatever user its image names"
        if isinstance(own, Known):
            message = f"the image runs as {own.value}, and this takes it back to root"
        yield self.at(service.value("user"), message, likely=likely).fix(
            "delete it", unsafe(service.delete("user"))
        )


def is_root(user: str) -> bool:
    """Whether a USER means root; nothing at all does."""
    name = user.partition(":")[0]
    return name in ("", "root") or (name.isdigit() and int(name) == 0)
