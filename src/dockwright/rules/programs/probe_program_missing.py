"""DW5003 probe-program-missing."""

from dockwright.rules.api import (
    Bad,
    Command,
    CommandLine,
    Findings,
    Good,
    Known,
    Remedy,
    Rule,
    Span,
    Stage,
    State,
    Step,
    absent,
    builtin,
    program_of,
    started,
    unsafe,
)

_PYTHON = "import urllib.request as u; u.urlopen('{url}', timeout={timeout})"
_NODE = "fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
# Options of curl and wget that do not matter to the probe; those that take a value, with it.
_PLAIN = frozenset((
    "-f", "-s", "-S", "-q", "-L", "-k", "-I", "--fail", "--silent", "--show-error", "--quiet",
    "--location", "--head", "--spider", "-nv", "--no-verbose", "--no-check-certificate",
    "--insecure", "-fs", "-fsS", "-sf", "-sS", "-fsSL", "-sSf", "-sSL", "-fL", "-sfL", "-qO-",
    "-fI",
))  # fmt: skip
_VALUED = frozenset((
    "-m", "--max-time", "-t", "--tries", "-T", "--timeout", "-o", "--output", "-O",
    "--output-document",
))  # fmt: skip


class ProbeProgramMissing(Rule):
    """
    Probe the service with a program that the image has.

    A `HEALTHCHECK` whose program is missing marks the container unhealthy for ever, although the
    service answers: `curl` is in no slim, Alpine or distroless image. The interpreter of the
    application is there and can ask as well.

    Silent when the base image is not known, when something may have brought the program, and
    about stages that are no final stage.
    """

    code = "DW5003"
    name = "probe-program-missing"
    severity = "error"
    tags = ("programs", "health")
    mentions = ("healthcheck",)

    examples = (
        Bad(
            "FROM python:3.12-slim\n"
            "HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1\n",
            at="curl",
            fixed="FROM python:3.12-slim\n"
            'HEALTHCHECK CMD ["python", "-c", "import urllib.request as u;'
            " u.urlopen('http://localhost:8000/health', timeout=3)\"]\n",
        ),
        Bad(
            "FROM node:20-slim\n"
            'HEALTHCHECK --interval=10s CMD ["curl", "-f", "http://127.0.0.1:3000/"]\n',
            at="curl",
            fixed="FROM node:20-slim\n"
            'HEALTHCHECK --interval=10s CMD ["node", "-e", "fetch(\'http://127.0.0.1:3000/\')'
            '.then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]\n',
        ),
        Bad(
            "FROM alpine:3.20\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n",
            at="curl",
            fixed="FROM alpine:3.20\n"
            "HEALTHCHECK CMD wget -q -T 3 -O /dev/null http://localhost/ || exit 1\n",
        ),
        Bad("FROM debian:bookworm-slim\nHEALTHCHECK CMD pg_isready -U app\n", at="pg_isready"),
        Bad(
            "FROM debian:12\nHEALTHCHECK CMD sh -c 'curl -f http://localhost:$PORT || exit 1'\n",
            at="curl",
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\n"
            "HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1\n"
        ),
        Good("FROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1\n"),
        Good("FROM example.org/app:1\nHEALTHCHECK CMD curl -f http://localhost/\n"),
        Good("FROM debian:bookworm-slim\nHEALTHCHECK NONE\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        state = stage.state
        check = state.healthcheck
        line = check.value if isinstance(check, Known) else None
        if not isinstance(line, CommandLine) or line.step is None or line.argv == ("NONE",):
            return
        script = line.step.script
        if script is None:
            return
        for command in started(script):
            name = program_of(command)
            if not name or (line.shell_form and builtin(name)):
                continue
            if "/" in name and not name.startswith("/"):
                return
            reason = absent(state.files, name, state.env("PATH"))
            if reason is None:
                return
            yield self.at(
                command.name_span,
                f"{name} is not in the image: the container is always unhealthy",
                (reason,),
            ).fix("ask with what the image has", _replaced(line.step, command, state))
            return


def _replaced(step: Step, command: Command, state: State) -> Remedy | None:
    url = _url(command)
    commands = step.commands
    plain = len(commands) == 1 or (
        len(commands) == 2
        and commands[1].operator == "||"
        and commands[1].name in ("exit", "false")
    )
    if url is None or not plain or step.node.heredocs:
        return None
    text = _probe(url, state)
    if text is None:
        return None
    first, last = step.words[1], step.words[-1]
    if step.node.is_json:
        # The words stand between the brackets: from the one before the first to the one behind.
        source = step.stage.build.tree.source.text
        start = source.rfind("[", 0, first.start)
        end = source.find("]", last.end)
        return unsafe(step.replace(Span(start, end + 1), text)) if 0 <= start < end else None
    return unsafe(step.replace(Span(first.start, last.end), text))


def _url(command: Command) -> str | None:
    if command.name not in ("curl", "wget") or command.redirects:
        return None
    found = None
    skip = False
    for word in command.args:
        if skip:
            skip = False
        elif word.value is None:
            return None
        elif word.value.startswith("-"):
            if word.value in _VALUED:
                skip = True
            elif word.value not in _PLAIN and word.value.partition("=")[0] not in _VALUED:
                return None
        elif found is None:
            found = word.value
        else:
            return None
    if found is None or "'" in found or '"' in found or "\\" in found:
        return None
    if "://" not in found:
        return f"http://{found}"
    return found if found.startswith("http://") else None


def _probe(url: str, state: State) -> str | None:
    def has(name: str) -> bool:
        found = state.program(name)
        return isinstance(found, Known) and found.value is not None

    for name in ("python", "python3"):
        if has(name):
            code = _PYTHON.format(url=url, timeout=3)
            return f'["{name}", "-c", "{code}"]'
    if has("node"):
        return f'["node", "-e", "{_NODE.format(url=url)}"]'
    if has("wget") and has("sh"):
        return f"wget -q -T 3 -O /dev/null {url} || exit 1"
    if has("curl"):
        return f'["curl", "-fsS", "-m", "3", "-o", "/dev/null", "{url}"]'
    return None
