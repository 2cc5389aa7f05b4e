"""DW6416 service-ignores-stop."""

from dockwright.rules.api import (
    Bad,
    Files,
    Findings,
    Good,
    Known,
    Rule,
    Service,
    safe,
    servicestate,
)

_MANAGERS = frozenset(("npm", "yarn", "pnpm"))
_STARTS = frozenset(("start", "run", "exec", "run-script"))
# The entrypoints of node's own images put their arguments in their place.
_OWN = ("docker-entrypoint.sh",)


class ServiceIgnoresStop(Rule):
    """
    Put an init before a Node.js service: `init: true`.

    The kernel delivers a signal to process 1 only when that process handles it, and Node.js does
    not handle SIGTERM by itself: `docker compose stop` waits ten seconds and kills it. `npm start`
    puts two more processes before it. With `init: true` a small init is process 1, passes signals
    on and buries processes that have ended.

    Silent when the service has an init or shares the processes of another one, when the entrypoint
    is an init, and for other programs. Whether the program handles SIGTERM is not known: "likely"
    only.
    """

    code = "DW6416"
    name = "service-ignores-stop"
    severity = "info"
    tier = "preview"
    tags = ("compose", "signals")

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": 'FROM node:20-slim\nCMD ["node", "server.js"]\n',
                }
            ),
            at="web",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    init: true\n",
                    "Dockerfile": 'FROM node:20-slim\nCMD ["node", "server.js"]\n',
                }
            ),
        ),
        Bad(
            "services:\n  web:\n    image: node:20-slim\n    command: npm run start\n",
            at="npm run start",
            fixed="services:\n  web:\n    image: node:20-slim\n    command: npm run start\n"
            "    init: true\n",
        ),
        Good(
            "services:\n  web:\n    image: node:20-slim\n    command: node a.js\n    init: true\n"
        ),
        Good(
            "services:\n  web:\n    image: node:20-slim\n    command: node a.js\n"
            "    stop_signal: SIGKILL\n"
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": 'FROM node:20-slim\nENTRYPOINT ["tini", "--"]\n'
                    'CMD ["node", "server.js"]\n',
                }
            )
        ),
        Good("services:\n  job:\n    image: node:20-slim\n    command: npm ci\n"),
    )

    def check(self, service: Service) -> Findings:
        if service.get("init") or service.text("pid") or "stop_signal" in service.config:
            return
        line = servicestate.effective_command(service)
        if not isinstance(line, Known) or line.value is None or line.value.shell_form:
            return
        state = service.state
        signal = state.stopsignal if state is not None else None
        if signal is not None and (not isinstance(signal, Known) or signal.value):
            return
        argv: tuple[str, ...] = line.value.argv or ()
        if argv[:1] == _OWN:
            argv = argv[1:]
        if len(argv) < 2:
            return
        name = argv[0].rpartition("/")[2]
        if name == "node" and not argv[1].startswith(("-v", "--v", "-h", "--h", "-e", "-p")):
            message = "node as process 1 ends on SIGTERM only when the program handles it"
        elif name in _MANAGERS and argv[1] in _STARTS:
            message = f"{name} is process 1, and the program behind it may get no signal"
        else:
            return
        key = next((one for one in ("command", "entrypoint") if service.items(one)), "")
        yield self.at(
            service.value(key) if key else service.key(), message, (line.reason,), likely=True
        ).fix("run an init", safe(service.add("init", "true"), changes=("compose:init",)))
