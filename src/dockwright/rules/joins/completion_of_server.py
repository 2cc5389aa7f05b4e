"""DW6408 completion-of-server."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, servicestate, unsafe
from dockwright.rules.joins._ready import broken, waits

_WEB = (
    "  web:\n    image: web:1\n    depends_on:\n      db:\n"
    "        condition: service_completed_successfully\n"
)


class CompletionOfServer(Rule):
    """
    Wait for a server to be healthy, not to complete.

    `service_completed_successfully` is for jobs such as a migration. A server runs until it is
    stopped, so that whatever waits for its end never starts.

    Silent when the command is none of the servers known here: a script of the same image may be
    a job.
    """

    code = "DW6408"
    name = "completion-of-server"
    severity = "error"
    tags = ("compose", "depends-on")
    mentions = ("service_completed_successfully",)

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n" + _WEB,
            at="service_completed_successfully",
            fixed="services:\n  db:\n    image: postgres:16\n  web:\n    image: web:1\n"
            "    depends_on:\n      db:\n        condition: service_started\n",
        ),
        Bad(
            "services:\n  db:\n    image: redis:7\n    healthcheck:\n      test: redis-cli ping\n"
            + _WEB,
            at="service_completed_successfully",
            fixed="services:\n  db:\n    image: redis:7\n    healthcheck:\n"
            "      test: redis-cli ping\n  web:\n    image: web:1\n"
            "    depends_on:\n      db:\n        condition: service_healthy\n",
        ),
        Good("services:\n  db:\n    image: postgres:16\n    command: [psql, -f, /a.sql]\n" + _WEB),
        Good("services:\n  db:\n    image: postgres:16\n    entrypoint: [sh, /wait.sh]\n" + _WEB),
        Good("services:\n  db:\n    image: example.org/a:1\n" + _WEB),
    )

    def check(self, service: Service) -> Findings:
        project = service.project
        for name, condition, required in waits(service):
            target = project.service(name)
            if condition != "service_completed_successfully" or not required or target is None:
                continue
            if broken(project, name, service.name):
                continue
            server = servicestate.listening(target)
            if server is None:
                continue
            words = servicestate.effective_command(target)
            argv = getattr(getattr(words, "value", None), "argv", None) or ()
            if any(word in ("--help", "--version", "-h", "-V") for word in argv):
                continue
            healthy = servicestate.effective_health(target).state == "test"
            other = "service_healthy" if healthy else "service_started"
            text = f"{target.name} runs {server.program}, which does not end by itself"
            yield self.at(
                service.value("depends_on", name, "condition"),
                f"{service.name} never starts: {text}",
                (server.part.reason(text),),
                likely=not server.part.firm,
            ).fix(
                f"wait for `{other}`",
                unsafe(service.replace(other, "depends_on", name, "condition")),
            )
