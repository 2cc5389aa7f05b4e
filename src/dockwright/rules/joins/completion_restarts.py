"""DW6407 completion-restarts."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Reason, Rule, Service, unsafe
from dockwright.rules.joins._ready import broken, waits

_WEB = (
    "  web:\n    image: web:1\n    depends_on:\n      migrate:\n"
    "        condition: service_completed_successfully\n"
)


class CompletionRestarts(Rule):
    """
    Do not restart for ever a job that others wait for to complete.

    With `restart: always` or `unless-stopped` the engine starts the container again when it ends,
    also when it succeeded: Compose never sees it as exited, and what waits for
    `service_completed_successfully` hangs for ever. `on-failure` tries again only after an error.

    Silent about dependencies that are not required, and about a file that is laid over another.
    """

    code = "DW6407"
    name = "completion-restarts"
    severity = "error"
    tags = ("compose", "restart")
    mentions = ("service_completed_successfully",)

    examples = (
        Bad(
            "services:\n  migrate:\n    image: web:1\n    restart: always\n" + _WEB,
            at="always",
            fixed="services:\n  migrate:\n    image: web:1\n    restart: on-failure\n" + _WEB,
        ),
        Bad(
            "services:\n  migrate:\n    image: web:1\n    restart: unless-stopped\n" + _WEB,
            at="unless-stopped",
            fixed="services:\n  migrate:\n    image: web:1\n    restart: on-failure\n" + _WEB,
        ),
        Good("services:\n  migrate:\n    image: web:1\n    restart: on-failure:3\n" + _WEB),
        Good("services:\n  migrate:\n    image: web:1\n" + _WEB),
        Good(
            "services:\n  migrate:\n    image: web:1\n    restart: always\n"
            "  web:\n    image: web:1\n    depends_on: [migrate]\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        policy = service.text("restart")
        if policy not in ("always", "unless-stopped"):
            return
        project = service.project
        for other in project.services:
            for name, condition, required in waits(other):
                if name != service.name or condition != "service_completed_successfully":
                    continue
                if not required or broken(project, name, other.name):
                    continue
                spot = other.value("depends_on", name, "condition")
                likely = hasattr(service.get("restart"), "names")
                yield self.at(
                    service.value("restart"),
                    f"{other.name} waits for {name} to complete, and `restart: {policy}` starts it"
                    " again and again",
                    (Reason(f"{other.name} waits for it", spot.source, spot.span),),
                    likely=likely,
                ).fix("restart it only after a failure", unsafe(_edit(service)))
                return


def _edit(service: Service) -> Edit | None:
    return service.replace("on-failure", "restart")
