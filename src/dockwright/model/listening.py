"""Which port a container's command listens on, and at which address."""

from dockwright.facts.knowledge import Known
from dockwright.model import launch
from dockwright.model.servertable import CONFIGURED, IMAGES, SERVERS, Server
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.launch import Part
    from dockwright.model.stages import Stage
    from dockwright.model.steps import Step
    from dockwright.syntax.dockerfile.nodes import Word
    from dockwright.syntax.shell.nodes import ShellWord

    # What the files set a variable to; None when they do not set it.
    Env = Callable[[str], "Knowledge | None"]

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
# Wrappers that start what follows them.
_WRAPPERS = frozenset((
    "exec", "tini", "dumb-init", "catatonit", "gosu", "su-exec", "env", "poetry", "pipenv", "uv",
    "npx", "bundle", "pdm", "rye", "nice", "doppler", "ddtrace-run", "opentelemetry-instrument",
    "newrelic-admin",
))  # fmt: skip
# Servers whose first argument may be a settings file.
_WITH_FILE = ("redis-server", "valkey-server")
_SECOND = frozenset(("run", "exec", "run-program", "--"))


class Listening:
    """
    Where the command of a container listens.

    `port` and `host` ("" for all addresses) are None when not known; `given_host` and `given_port`
    tell whether the command names them, `host_word` and `port_word` in which word. `sure` is False
    when a settings file may say otherwise, `alone` when the script starts other programs before.
    `part` is where the command stands, `program` what messages say, `end` the word behind which
    options may be added.
    """

    __slots__ = (
        "alone", "end", "given_host", "given_port", "host", "host_word", "part", "port",
        "port_word", "program", "sure",
    )  # fmt: skip

    def __init__(
        self,
        program: str,
        part: "Part",
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
        self.part = part
        self.host = host
        self.port = port
        self.host_word = host_word
        self.port_word = port_word
        self.given_host = given_host
        self.end = end

    @property
    def step(self) -> "Step":
        """The instruction; only for what stands in a Dockerfile."""
        assert self.part.step is not None
        return self.part.step


def of_stage(stage: "Stage") -> Listening | None:
    """Where the container listens; None when the command is none of the programs known here."""
    state = stage.state

    def env(name: str) -> "Knowledge | None":
        return state.env(name) if state.sets("image_env", name) else None

    found = _command(launch.of_knowledge(state.entrypoint), launch.of_knowledge(state.cmd))
    if found is None or found[0].step is None:
        return None
    return of_words(found[0], found[1], env)


def of_parts(
    entrypoint: "Knowledge", cmd: "Knowledge", env: "Env", repository: str = ""
) -> Listening | None:
    """
    Where a container listens that starts `cmd` with `entrypoint` (both of `launch.Part`).

    `repository` is the image's, as far as something is known of its entrypoint.
    """
    program = IMAGES.get(repository)
    first = entrypoint.value if isinstance(entrypoint, Known) else None
    own = first is None or not first.written
    if program is not None and own and (not isinstance(entrypoint, Known) or first is not None):
        part = cmd.value if isinstance(cmd, Known) else None
        if part is None:
            part = launch.Part((program,))
        words = _words(part)
        if words and (words[0].value or "").startswith("-"):
            return _known(part, program, words, env)
        if words and words[0].value is not None:
            return of_words(part, words, env)
        return None
    found = _command(entrypoint, cmd)
    return of_words(*found, env) if found is not None else None


def _known(
    part: "Part", program: str, words: "Sequence[ShellWord]", env: "Env"
) -> "Listening | None":
    """The options of a program that the image's entrypoint puts before them."""
    server = _server(program, words, env, part)
    if server is not None:
        server.end = None
    return server


def of_words(part: "Part", words: "Sequence[ShellWord]", env: "Env") -> Listening | None:
    """Where the program listens that these words start; `part` is where they stand."""
    server = _find(words, env, part)
    if server is not None:
        server.alone = part.script is not None and len(part.script.commands) == 1
        server.sure = server.sure and part.firm
    return server


def _find(words: "Sequence[ShellWord]", env: "Env", part: "Part") -> Listening | None:
    index = 0
    while index < len(words):
        value = words[index].value
        if value is None:
            return None
        name = value.rpartition("/")[2]
        if name in ("python", "python3") or name.startswith("python3."):
            return _python(words[index + 1 :], env, part)
        if name == "php":
            return _php(words[index + 1 :], part)
        if name in SERVERS:
            return _server(name, words[index + 1 :], env, part)
        if name not in _WRAPPERS and name not in _SECOND and not value.startswith("-"):
            return None
        index += 1
    return None


def _command(entrypoint: "Knowledge", cmd: "Knowledge") -> "tuple[Part, list[ShellWord]] | None":
    """The words of the one command that the container starts, and the part they begin in."""
    if not isinstance(entrypoint, Known) or not isinstance(cmd, Known):
        return None
    first, second = entrypoint.value, cmd.value
    if first is not None and first.written:
        words = _words(first)
        if words is None:
            return None
        if second is not None and second.written and not first.shell_form:
            if second.shell_form:
                return None
            more = _words(second)
            if more is None:
                return None
            words = [*words, *more]
        return first, words
    if first is not None and not _starts_arguments(first):
        return None
    if second is None or not second.written:
        return None
    words = _words(second)
    return (second, words) if words is not None else None


def _starts_arguments(entrypoint: "Part") -> bool:
    """Whether it is the own entrypoint of an image: most of them start their arguments."""
    argv = entrypoint.argv
    return (
        argv is not None
        and argv[:1] != ()
        and argv[0].endswith(("entrypoint.sh", "entrypoint", "tini"))
    )


def _words(part: "Part") -> "list[ShellWord] | None":
    """The words of the last command when it is the one that stays."""
    script = part.script
    if script is None or script.damaged or not script.commands:
        return None
    last = script.commands[-1]
    if last.within or last.operator not in ("", "&&", ";", "\n") or last.assignments:
        return None
    if any(one.operator == "&" or "background" in one.within for one in script.commands):
        return None
    return list(last.words)


def _python(words: "Sequence[ShellWord]", env: "Env", part: "Part") -> Listening | None:
    rest = list(words)
    while rest and rest[0].value in ("-u", "-O", "-B", "-I"):
        rest.pop(0)
    if len(rest) >= 2 and rest[0].value == "-m":
        name = rest[1].value or ""
        if name == "http.server":
            return _http_server(rest[2:], part)
        if name in SERVERS:
            return _server(name, rest[2:], env, part)
        return None
    script = (rest[0].value or "").rpartition("/")[2] if rest else ""
    if script == "manage.py" and len(rest) >= 2 and rest[1].value == "runserver":
        return _runserver(rest[2:], rest[1], part)
    return None


def _http_server(words: "Sequence[ShellWord]", part: "Part") -> Listening | None:
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
    return Listening("http.server", part, host, port, port_word=word, given_host=bool(host))


def _runserver(words: "Sequence[ShellWord]", name: "ShellWord", part: "Part") -> Listening | None:
    plain = [one for one in words if not one.shape.startswith("-")]
    if not plain:
        return Listening("runserver", part, "127.0.0.1", 8000, end=name)
    word = plain[0]
    if ":" not in word.shape:
        if "." in word.shape:
            return None
        return Listening(
            "runserver", part, "127.0.0.1", _number(word.value), port_word=word, end=name
        )
    host, port = _bound(word.shape)
    return Listening("runserver", part, host, port, host_word=word, port_word=word, given_host=True)


def _php(words: "Sequence[ShellWord]", part: "Part") -> Listening | None:
    for index, word in enumerate(words[:-1]):
        if word.value == "-S":
            target = words[index + 1]
            host, port = _bound(target.shape)
            return Listening(
                "php -S", part, host, port, host_word=target, port_word=target, given_host=True
            )
    return None


def _server(name: str, words: "Sequence[ShellWord]", env: "Env", part: "Part") -> Listening | None:
    if name in _WITH_FILE and words and not words[0].shape.startswith("-"):
        return None
    for server in SERVERS[name]:
        plain = [one.value for one in words if not one.shape.startswith("-")]
        if tuple(plain[: len(server.words)]) != server.words:
            continue
        return _read(name, server, words, env, part)
    return None


def _read(
    name: str, server: Server, words: "Sequence[ShellWord]", env: "Env", part: "Part"
) -> Listening | None:
    host: str | None = server.at[0]
    port: int | None = server.at[1]
    found = Listening(name, part, None, None, end=words[-1] if words else None)
    rest = list(words)
    hosted = ported = False
    while rest:
        word = rest.pop(0)
        option, equals, value = word.shape.partition("=")
        if option in server.reads_files:
            return None
        if server.setting and option == server.setting:
            setting, _, value = (rest.pop(0).shape if rest else "").partition("=")
            if setting == "config_file":
                return None
            if setting == "port":
                port, ported = _number(value), True
            continue
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
        given = env(variable)
        if given is None:
            continue
        value = given.value if isinstance(given, Known) and given.firm else ""
        if variable.endswith("PORT"):
            port = port if ported else _number(value)
        elif variable.endswith(("_HOST", "_ADDRESS")):
            host = host if hosted else (value or None)
        else:
            host = host if hosted else None
            port = port if ported else None
    found.host = "" if host in ("0.0.0.0", "::", "[::]", "*") else host  # noqa: S104
    found.port = port
    found.given_host = hosted
    found.given_port = ported
    found.sure = name not in CONFIGURED
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


def exposed(stage: "Stage") -> "list[tuple[int, Word]] | None":
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
