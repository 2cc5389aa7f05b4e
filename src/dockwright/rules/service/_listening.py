"""
Which port a container's command listens on, and at which address.

Each program's defaults are those of its documentation: uvicorn (settings: --host 127.0.0.1, --port
8000), hypercorn and gunicorn (bind 127.0.0.1:8000), Flask (`flask run`: 127.0.0.1:5000), Django
(`runserver`: 127.0.0.1:8000), http.server (all addresses, 8000), Streamlit (all addresses, 8501),
Jupyter (localhost, 8888), MkDocs (`serve`: 127.0.0.1:8000), Jekyll (`serve`: 127.0.0.1:4000),
Vite (localhost:5173, `preview` 4173), `ng serve` (localhost:4200), Next.js (all addresses, 3000),
FastAPI CLI (`run`: 0.0.0.0:8000, `dev`: 127.0.0.1:8000), Waitress (all addresses, 8080).
"""

from dockwright.rules.api import HOLE, CommandLine, Known, Stage, State, Step, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.rules.api import ShellWord

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
# Wrappers that start what follows them.
_WRAPPERS = frozenset((
    "exec", "tini", "dumb-init", "catatonit", "gosu", "su-exec", "env", "poetry", "pipenv", "uv",
    "npx", "bundle", "pdm", "rye", "nice", "doppler", "ddtrace-run", "opentelemetry-instrument",
    "newrelic-admin",
))  # fmt: skip
_SECOND = frozenset(("run", "exec", "run-program", "--"))


class Server:
    """
    What a program's options are called and what holds without them.

    `host` and `port` name the options, `bind` those that take `host:port`; `at` are the defaults,
    a host of "" for all addresses. `words` must follow the program's name.
    """

    __slots__ = ("at", "bind", "env", "host", "port", "reads_files", "words")

    def __init__(
        self,
        words: "Sequence[str]",
        at: "tuple[str | None, int | None]",
        *,
        host: "Sequence[str]" = (),
        port: "Sequence[str]" = (),
        bind: "Sequence[str]" = (),
        env: "Sequence[str]" = (),
        reads_files: "Sequence[str]" = (),
    ) -> None:
        self.words = tuple(words)
        self.at = at
        self.host = host
        self.port = port
        self.bind = bind
        self.env = env
        self.reads_files = reads_files


_SERVERS: "dict[str, tuple[Server, ...]]" = {
    "uvicorn": (
        Server((), ("127.0.0.1", 8000), host=("--host",), port=("--port",),
               env=("UVICORN_HOST", "UVICORN_PORT"), reads_files=("--uds", "--fd", "--env-file")),
    ),
    "hypercorn": (
        Server((), ("127.0.0.1", 8000), bind=("-b", "--bind"),
               reads_files=("-c", "--config", "--insecure-bind")),
    ),
    "gunicorn": (
        Server((), (None, None), bind=("-b", "--bind"), env=("GUNICORN_CMD_ARGS", "PORT"),
               reads_files=("-c", "--config")),
    ),
    "fastapi": (
        Server(("run",), ("", 8000), host=("--host",), port=("--port",), env=("PORT", "HOST")),
        Server(("dev",), ("127.0.0.1", 8000), host=("--host",), port=("--port",),
               env=("PORT", "HOST")),
    ),
    "flask": (
        Server(("run",), ("127.0.0.1", 5000), host=("--host", "-h"), port=("--port", "-p"),
               env=("FLASK_RUN_HOST", "FLASK_RUN_PORT", "FLASK_RUN")),
    ),
    "waitress-serve": (
        Server((), ("", 8080), host=("--host",), port=("--port",),
               reads_files=("--listen", "--unix-socket")),
    ),
    "streamlit": (
        Server(("run",), ("", 8501), host=("--server.address",), port=("--server.port",),
               env=("STREAMLIT_SERVER_PORT", "STREAMLIT_SERVER_ADDRESS")),
    ),
    "mkdocs": (Server(("serve",), ("127.0.0.1", 8000), bind=("-a", "--dev-addr")),),
    "jekyll": (
        Server(("serve",), ("127.0.0.1", 4000), host=("-H", "--host"), port=("-P", "--port"),
               env=("JEKYLL_ENV_HOST",)),
    ),
    "ng": (Server(("serve",), ("localhost", 4200), host=("--host",), port=("--port",)),),
    "vite": (
        Server(("preview",), ("localhost", 4173), host=("--host",), port=("--port",)),
        Server((), ("localhost", 5173), host=("--host",), port=("--port",)),
    ),
    "rails": (
        Server(("server",), (None, None), host=("-b", "--binding"), port=("-p", "--port")),
        Server(("s",), (None, None), host=("-b", "--binding"), port=("-p", "--port")),
    ),
    "next": (
        Server(("start",), ("", 3000), host=("-H", "--hostname"), port=("-p", "--port"),
               env=("PORT", "HOSTNAME")),
        Server(("dev",), ("", 3000), host=("-H", "--hostname"), port=("-p", "--port"),
               env=("PORT", "HOSTNAME")),
    ),
}  # fmt: skip
# Programs whose defaults a settings file of the project may change.
_CONFIGURED = frozenset(("ng", "vite", "jekyll", "mkdocs", "streamlit", "hypercorn"))


class Listening:
    """
    Where the command of a container listens.

    `port` and `host` ("" for all addresses) are None when not known; `given_host` and `given_port`
    tell whether the command names them, `host_word` and `port_word` in which word. `sure` is False
    when a settings file may say otherwise, `alone` when the script starts other programs before.
    `step` is the instruction, `program` what messages say, `end` the word behind which options may
    be added.
    """

    __slots__ = (
        "alone", "end", "given_host", "given_port", "host", "host_word", "port", "port_word",
        "program", "step", "sure",
    )  # fmt: skip

    def __init__(
        self,
        program: str,
        step: Step,
        host: str | None,
        port: int | None,
        *,
        host_word: "ShellWord | None" = None,
        port_word: "ShellWord | None" = None,
        given_host: bool = False,
        end: "ShellWord | None" = None,
    ) -> None:
        self.sure = True
        self.alone = True
        self.given_port = port_word is not None
        self.program = program
        self.step = step
        self.host = host
        self.port = port
        self.host_word = host_word
        self.port_word = port_word
        self.given_host = given_host
        self.end = end


def listening(stage: Stage) -> Listening | None:
    """Where the container listens; None when the command is none of the programs known here."""
    state = stage.state
    found = _command(state)
    if found is None:
        return None
    step, words = found
    server = _find(words, state, step)
    if server is not None:
        server.alone = len(step.commands) == 1
    return server


def _find(words: "Sequence[ShellWord]", state: State, step: Step) -> Listening | None:
    index = 0
    while index < len(words):
        value = words[index].value
        if value is None:
            return None
        name = value.rpartition("/")[2]
        if name in ("python", "python3") or name.startswith("python3."):
            return _python(words[index + 1 :], state, step)
        if name == "php":
            return _php(words[index + 1 :], step)
        if name in _SERVERS:
            return _server(name, words[index + 1 :], state, step)
        if name not in _WRAPPERS and name not in _SECOND and not value.startswith("-"):
            return None
        index += 1
    return None


def _command(state: State) -> "tuple[Step, list[ShellWord]] | None":
    """The words of the one command that the container starts."""
    entrypoint, cmd = state.entrypoint, state.cmd
    if not isinstance(entrypoint, Known) or not isinstance(cmd, Known):
        return None
    first, second = entrypoint.value, cmd.value
    if isinstance(first, CommandLine) and first.step is not None:
        words = _words(first)
        if words is None:
            return None
        if isinstance(second, CommandLine) and second.step is not None and not first.shell_form:
            if second.shell_form:
                return None
            more = _words(second)
            if more is None:
                return None
            words = [*words, *more]
        elif second is not None and not isinstance(second, CommandLine):
            return None
        return first.step, words
    if first is not None:
        # The image's own entrypoint: most of them start their arguments.
        argv = first.argv if isinstance(first, CommandLine) else first
        if not argv or not str(argv[0]).endswith(("entrypoint.sh", "entrypoint", "tini")):
            return None
    if not isinstance(second, CommandLine) or second.step is None:
        return None
    words = _words(second)
    return (second.step, words) if words is not None else None


def _words(line: CommandLine) -> "list[ShellWord] | None":
    """The words of the last command when it is the one that stays."""
    assert line.step is not None
    script = line.step.script
    if script is None or script.damaged or not script.commands:
        return None
    last = script.commands[-1]
    if last.within or last.operator not in ("", "&&", ";", "\n") or last.assignments:
        return None
    if any(one.operator == "&" or "background" in one.within for one in script.commands):
        return None
    return list(last.words)


def _python(words: "Sequence[ShellWord]", state: State, step: Step) -> Listening | None:
    rest = list(words)
    while rest and rest[0].value in ("-u", "-O", "-B", "-I"):
        rest.pop(0)
    if len(rest) >= 2 and rest[0].value == "-m":
        name = rest[1].value or ""
        if name == "http.server":
            return _http_server(rest[2:], step)
        if name in _SERVERS:
            return _server(name, rest[2:], state, step)
        return None
    script = (rest[0].value or "").rpartition("/")[2] if rest else ""
    if script == "manage.py" and len(rest) >= 2 and rest[1].value == "runserver":
        return _runserver(rest[2:], rest[1], step)
    return None


def _http_server(words: "Sequence[ShellWord]", step: Step) -> Listening | None:
    host: str | None = ""
    port: int | None = 8000
    word = None
    rest = list(words)
    while rest:
        one = rest.pop(0)
        if one.shape in ("-b", "--bind", "-d", "--directory", "-p", "--protocol"):
            value = rest.pop(0).value if rest else None
            host = value if one.shape in ("-b", "--bind") else host
        elif not one.shape.startswith("-"):
            word, port = one, _number(one.value)
    return Listening("http.server", step, host, port, port_word=word, given_host=bool(host))


def _runserver(words: "Sequence[ShellWord]", name: "ShellWord", step: Step) -> Listening | None:
    plain = [one for one in words if not one.shape.startswith("-")]
    if not plain:
        return Listening("runserver", step, "127.0.0.1", 8000, end=name)
    word = plain[0]
    if ":" not in word.shape:
        if "." in word.shape:
            return None
        return Listening(
            "runserver", step, "127.0.0.1", _number(word.value), port_word=word, end=name
        )
    host, port = _bound(word.shape)
    return Listening("runserver", step, host, port, host_word=word, port_word=word, given_host=True)


def _php(words: "Sequence[ShellWord]", step: Step) -> Listening | None:
    for index, word in enumerate(words[:-1]):
        if word.value == "-S":
            target = words[index + 1]
            host, port = _bound(target.shape)
            return Listening(
                "php -S", step, host, port, host_word=target, port_word=target, given_host=True
            )
    return None


def _server(name: str, words: "Sequence[ShellWord]", state: State, step: Step) -> Listening | None:
    for server in _SERVERS[name]:
        plain = [one.value for one in words if not one.shape.startswith("-")]
        if tuple(plain[: len(server.words)]) != server.words:
            continue
        return _read(name, server, words, state, step)
    return None


def _read(
    name: str, server: Server, words: "Sequence[ShellWord]", state: State, step: Step
) -> Listening | None:
    host: str | None = server.at[0]
    port: int | None = server.at[1]
    found = Listening(name, step, None, None, end=words[-1] if words else None)
    rest = list(words)
    hosted = ported = False
    while rest:
        word = rest.pop(0)
        option, equals, value = word.shape.partition("=")
        if option in server.reads_files:
            return None
        known = option in server.host or option in server.port or option in server.bind
        short = option[:2] if len(option) > 2 and option[1] != "-" else ""
        if not known and short in server.bind:
            option, value, equals, known = short, option[2:], "=", True
        if not known:
            continue
        target = word
        if not equals:
            if not rest or (rest[0].shape.startswith("-") and name in ("vite", "ng")):
                host, hosted = ("", True) if option in server.host else (host, hosted)
                continue
            target = rest.pop(0)
            value = target.shape
        if option in server.bind:
            if hosted:
                return None
            host, port = _bound(value)
            hosted = ported = True
            found.host_word = found.port_word = target
        elif option in server.host:
            host, hosted = (None if HOLE in value else value), True
            found.host_word = target
        else:
            port, ported = _number(value), True
            found.port_word = target
    for variable in server.env:
        if state.env(variable) is not None and state.sets("image_env", variable):
            host = host if hosted else None
            port = port if ported else None
    found.host = "" if host in ("0.0.0.0", "::", "[::]", "*") else host  # noqa: S104
    found.port = port
    found.given_host = hosted
    found.given_port = ported
    found.sure = name not in _CONFIGURED
    return found


def _bound(value: str) -> tuple[str | None, int | None]:
    """The host and the port of `host:port`; None for what is not known."""
    if value.startswith(("unix:", "fd:", "/")):
        return None, None
    host, colon, port = value.rpartition(":")
    if not colon:
        return (None, None) if HOLE in value else (value, 8000)
    if HOLE in host:
        return None, _number(port)
    return ("" if host in ("", "0.0.0.0", "[::]", "*", "0") else host), _number(port)  # noqa: S104


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


def exposed(stage: Stage) -> "list[tuple[int, Word]] | None":
    """
    The TCP ports that the Dockerfile's own EXPOSE instructions name, with the words they stand in.

    None when one of them is not known or is a range.
    """
    found: list[tuple[int, Word]] = []
    for one in stage.lineage():
        for step in one.steps:
            if step.name != "EXPOSE" or step.onbuild:
                continue
            for word in step.words:
                value = step.expand(word.value)
                if not isinstance(value, Known):
                    return None
                for text in value.value.split():
                    number, _, protocol = text.rpartition(":")[2].partition("/")
                    if protocol.lower() in ("udp", "sctp"):
                        continue
                    port = _number(number)
                    if port is None:
                        return None
                    found.append((port, word))
    return found
