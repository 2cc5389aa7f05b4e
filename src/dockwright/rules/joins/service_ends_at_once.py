"""DW6415 service-ends-at-once."""

from dockwright.rules.api import (
    Bad,
    Files,
    Findings,
    Good,
    Known,
    Rule,
    Service,
    known,
    servicestate,
)
from dockwright.rules.joins._ready import broken, waits

# What reads commands from its input, and ends when it has none.
_READERS = frozenset((
    "bash", "sh", "ash", "dash", "python", "python3", "node", "irb", "php", "lua", "julia", "R",
    "ghci", "iex", "erl", "jshell", "groovysh", "swift", "clojure",
))  # fmt: skip
_INITS = frozenset(("tini", "dumb-init", "docker-entrypoint.sh", "--", "docker-php-entrypoint"))


class ServiceEndsAtOnce(Rule):
    """
    Say what a service runs when its image only starts an interpreter.

    Images of distributions and languages start a shell or an interpreter, which reads from its
    input. A container of a service has none, so it ends at once, with success: the published port
    is dead, a restart policy starts it for ever, and `up` does not complain.

    Silent about services that keep their input (`stdin_open`, `tty`), that publish nothing, are not
    restarted and not waited for (they may be there for `docker compose run`), and when the command
    is not known.
    """

    code = "DW6415"
    name = "service-ends-at-once"
    severity = "warning"
    tags = ("compose", "command")

    examples = (
        Bad(
            "services:\n  web:\n    image: node:20-slim\n    ports: ['3000:3000']\n",
            at="web",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  job:\n    build: .\n    restart: always\n",
                    "Dockerfile": "FROM debian:12\nCOPY . /app\n",
                }
            ),
            at="job",
        ),
        Bad(
            "services:\n  web:\n    image: alpine:3.20\n    command: [sh]\n    ports: [80]\n",
            at="[sh]",
        ),
        Good("services:\n  web:\n    image: node:20-slim\n"),
        Good("services:\n  web:\n    image: node:20-slim\n    tty: true\n    ports: [80]\n"),
        Good(
            "services:\n  web:\n    image: node:20-slim\n    command: node a.js\n    ports: [80]\n"
        ),
        Good("services:\n  web:\n    image: nginx:1.27\n    ports: [80]\n"),
        Good("services:\n  web:\n    image: example.org/web:1\n    ports: [80]\n"),
        Good(
            "services:\n  web:\n    image: a:1\n    entrypoint: [bash, /docker-entrypoint.sh]\n"
            "    ports: [80]\n"
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  job:\n    build: .\n    restart: always\n",
                    "Dockerfile": "FROM debian:12\nCOPY docker-entrypoint.sh /\n"
                    'ENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["bash"]\n',
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        if service.get("stdin_open") or service.get("tty") or not service.project.standalone:
            return
        if broken(service.project, service.name) or "provider" in service.config:
            return
        wanted = bool(service.items("ports")) or service.text("restart") in (
            "always",
            "unless-stopped",
        )
        if not wanted and not any(
            name == service.name and condition == "service_healthy"
            for other in service.project.services
            for name, condition, _ in waits(other)
        ):
            return
        line = servicestate.effective_command(service)
        if not isinstance(line, Known) or line.value is None or not line.value.argv:
            return
        entrypoint = known(servicestate.entrypoint_part(service))
        argv = list(line.value.argv)
        if entrypoint is not None and not entrypoint.written:
            # The image's own entrypoint starts its arguments.
            while argv and argv[0].rpartition("/")[2] in _INITS:
                argv.pop(0)
        if len(argv) != 1 or argv[0].rpartition("/")[2] not in _READERS:
            return
        key = next((one for one in ("command", "entrypoint") if service.items(one)), "")
        yield self.at(
            service.value(key) if key else service.key(),
            f"{service.name} runs {argv[0]} without any input, which ends at once",
            (line.reason,),
        )
