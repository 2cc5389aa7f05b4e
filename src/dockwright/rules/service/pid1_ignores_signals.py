"""DW5604 pid1-ignores-signals."""

from dockwright.rules.api import Bad, CommandLine, Findings, Good, Known, Reason, Rule, Stage, Step

_MANAGERS = frozenset(("npm", "yarn", "pnpm"))
_STARTS = frozenset(("start", "run", "exec", "run-script"))
_SIGNALS = ("STOPSIGNAL",)


class Pid1IgnoresSignals(Rule):
    """
    Give a Node.js process an init, or a handler for SIGTERM.

    The kernel delivers a signal to process 1 only when that process handles it. Node.js does not
    handle SIGTERM by itself, so `docker stop` waits ten seconds and kills it (exit code 137), and
    what it was about to write is lost. `npm start` and `yarn start` put two more processes before
    it. Run the container with `--init` (`init: true` in Compose), put `tini` into the image, or
    handle the signal and start `node` itself.

    Silent when the entrypoint is an init, for shell forms (shell-form speaks of them), for scripts
    and for other programs. Whether the program handles SIGTERM is not known: "likely" only.
    """

    code = "DW5604"
    name = "pid1-ignores-signals"
    severity = "info"
    tier = "preview"
    tags = ("signals", "cmd", "entrypoint")
    mentions = ("node", "npm", "yarn", "pnpm")

    examples = (
        Bad('FROM node:20-slim\nCMD ["node", "server.js"]\n', at='CMD ["node", "server.js"]'),
        Bad('FROM node:20-slim\nCMD ["npm", "start"]\n', at='CMD ["npm", "start"]'),
        Bad(
            'FROM node:20-slim\nENTRYPOINT ["yarn", "run", "serve"]\n',
            at='ENTRYPOINT ["yarn", "run", "serve"]',
        ),
        Good('FROM node:20-slim\nENTRYPOINT ["tini", "--"]\nCMD ["node", "server.js"]\n'),
        Good('FROM node:20-slim\nCMD ["dumb-init", "node", "server.js"]\n'),
        Good("FROM node:20-slim\nCMD node server.js\n"),
        Good('FROM node:20-slim\nENTRYPOINT ["./run.sh"]\nCMD ["node", "server.js"]\n'),
        Good('FROM node:20-slim\nCMD ["node", "--version"]\n'),
        Good('FROM node:20-slim AS a\nCMD ["node", "a.js"]\nFROM scratch\n'),
        Good('FROM node:20-slim\nSTOPSIGNAL SIGKILL\nCMD ["node", "server.js"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        state = stage.state
        if any(one.name in _SIGNALS for several in stage.lineage() for one in several.steps):
            return
        entrypoint, cmd = state.entrypoint, state.cmd
        if not isinstance(entrypoint, Known) or not isinstance(cmd, Known):
            return
        started = _started(entrypoint.value, cmd.value)
        if started is None:
            return
        step, argv = started
        name = argv[0].rpartition("/")[2]
        if name == "node" and len(argv) > 1 and not argv[1].startswith(("-v", "--v", "-h", "--h")):
            message = "node as process 1 ends on SIGTERM only when the program handles it"
        elif name in _MANAGERS and len(argv) > 1 and argv[1] in _STARTS:
            message = f"{name} is process 1, and the program behind it may get no signal"
        else:
            return
        yield self.at(
            step.line_span,
            message,
            (Reason("process 1 gets only signals that it handles", step.source, step.line_span),),
            likely=True,
        )


def _started(entrypoint: object, cmd: object) -> "tuple[Step, tuple[str, ...]] | None":
    """The instruction that names process 1, and what it starts; None when that is not plain."""
    if isinstance(entrypoint, CommandLine) and entrypoint.step is not None:
        if entrypoint.shell_form or not entrypoint.argv:
            return None
        more = cmd.argv if isinstance(cmd, CommandLine) and not cmd.shell_form else None
        return entrypoint.step, (*entrypoint.argv, *(more or ()))
    own = entrypoint.argv if isinstance(entrypoint, CommandLine) else entrypoint
    # The entrypoint of node's own images puts its arguments in its place.
    if own not in (None, ("docker-entrypoint.sh",)):
        return None
    if not isinstance(cmd, CommandLine) or cmd.step is None or cmd.shell_form or not cmd.argv:
        return None
    return cmd.step, cmd.argv
