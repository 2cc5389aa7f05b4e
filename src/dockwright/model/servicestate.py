"""
What a service's containers run as: the image's configuration with the service's laid over it.

Sources: moby `daemon/config` (`runconfig.Merge`) for what replaces what: an entrypoint of the
service drops the image's CMD, an empty one only the image's entrypoint; a health check without a
test takes the image's. compose-go `types` and docker/compose `pkg/compose/create.go` for what
Compose hands over.
"""

from dockwright.compose.values import Filled, Map, Seq
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.model import launch, reference
from dockwright.model.state import CommandLine
from dockwright.syntax.yaml.nodes import Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.composition import Service
    from dockwright.model.launch import Part
    from dockwright.model.listening import Listening
    from dockwright.syntax.shell.nodes import Script
    from dockwright.text.span import Spot

    Answer = TypeVar("Answer")

NO_STAGE = "the image of the service is not known"


def _once(ask: "Callable[[Service], Answer]") -> "Callable[[Service], Answer]":
    """Work out an answer about a service at the first question."""
    name = ask.__name__

    def answer(service: "Service") -> "Answer":
        memo: dict[str, Answer] = service.memo  # type: ignore[assignment]
        if name not in memo:
            memo[name] = ask(service)
        return memo[name]

    answer.__doc__ = ask.__doc__
    return answer


def reason(service: "Service", text: str, *keys: "str | int", firm: bool = True) -> Reason:
    """A reason that points at an entry of the service."""
    spot = service.key(*keys)
    return Reason(text, spot.source, spot.span, firm=firm)


def _unknown(service: "Service") -> Unknown:
    return Unknown(reason(service, NO_STAGE))


def filled(service: "Service", text: str) -> str:
    """A text as it stands in the file with its variables filled in: `Filled` when it has some."""
    return launch.filled(service, text)


def _open(service: "Service", key: str) -> bool:
    """Whether an entry hangs on a variable of which nothing is known, or is gone because of it."""
    place = service.config.places.get(key)
    node = place.node if place is not None else None
    if node is None and service.node is not None:
        node = service.node.get(key)
    text = node.text if isinstance(node, Scalar) else ""
    found = launch.filled(service, text) if "$" in text else text
    return isinstance(found, Filled) and bool(found.open)


# Users


@_once
def effective_user(service: "Service") -> "Knowledge":
    """Who the containers start as, as `user:` or USER write it; "" for root."""
    if _open(service, "user"):
        return Unknown(reason(service, "`user` hangs on a variable", "user"))
    if "user" in service.config:
        value = service.get("user")
        text = str(value) if value is not None else ""
        if text:
            firm = not isinstance(value, Filled)
            return Known(text, reason(service, f"the service runs as {text}", "user", firm=firm))
    state = service.state
    return state.user if state is not None else _unknown(service)


# Commands


@_once
def entrypoint_part(service: "Service") -> "Knowledge":
    """ENTRYPOINT as a `launch.Part`, Known(None) when there is none."""
    value = service.get("entrypoint")
    if _open(service, "entrypoint") and not value:
        return Unknown(reason(service, "`entrypoint` hangs on a variable", "entrypoint"))
    if isinstance(value, Seq):
        part = launch.of_service(service, ("entrypoint",)) if value else None
        return Known(part, reason(service, "the service sets it", "entrypoint"))
    state = service.state
    return launch.of_knowledge(state.entrypoint) if state is not None else _unknown(service)


@_once
def cmd_part(service: "Service") -> "Knowledge":
    """CMD as a `launch.Part`, Known(None) when there is none."""
    value = service.get("command")
    if _open(service, "command") and not value:
        return Unknown(reason(service, "`command` hangs on a variable", "command"))
    if isinstance(value, Seq) and value:
        part = launch.of_service(service, ("command",))
        return Known(part, reason(service, "the service sets it", "command"))
    if isinstance(service.get("entrypoint"), Seq) and service.items("entrypoint"):
        text = "an entrypoint of the service drops the image's CMD"
        return Known(None, reason(service, text, "entrypoint"))
    state = service.state
    return launch.of_knowledge(state.cmd) if state is not None else _unknown(service)


@_once
def effective_command(service: "Service") -> "Knowledge":
    """
    What process 1 of the containers is: a `CommandLine` whose `argv` holds entrypoint and command.

    `shell_form` tells that a shell form of the Dockerfile starts it. Known(None) when nothing is
    started, Unknown when one of the two is not known.
    """
    entrypoint, cmd = entrypoint_part(service), cmd_part(service)
    if not isinstance(entrypoint, Known):
        return entrypoint
    first: Part | None = entrypoint.value
    if first is not None and first.shell_form:
        return Known(CommandLine(first.argv, True, first.step), entrypoint.reason)
    if not isinstance(cmd, Known):
        return cmd
    second: Part | None = cmd.value
    parts = [part for part in (first, second) if part is not None]
    if not parts:
        return Known(None, cmd.reason)
    why = entrypoint.reason if first is not None and first.written else cmd.reason
    if not all(part.firm for part in parts):
        why = Reason(why.text, why.source, why.span, firm=False)
    argv: list[str] = []
    for part in parts:
        if part.argv is None:
            return Unknown(why)
        argv += part.argv
    return Known(CommandLine(tuple(argv), parts[0].shell_form, parts[0].step), why)


# Environment


@_once
def environment_known(service: "Service") -> bool:
    """Whether all files that set variables of the service could be read."""
    if "env_file" not in service.config.places:
        return True
    if "env_file" in service.config:
        return False
    place = service.config.places["env_file"]
    around = service.project.around
    folder = place.file.rpartition("/")[0]
    return all(
        around.exists(path if path.startswith("/") else f"{folder}/{path}")
        for path in _paths(place.node)
    )


def _paths(node: object) -> "Iterator[str]":
    """The paths that the value of `env_file` names; one that cannot be told as a path of none."""
    items = getattr(node, "items", None)
    if items is None:
        text = getattr(node, "text", "$")
        yield text if "$" not in text else "\0"
        return
    for item in items:
        path = item.get("path") if hasattr(item, "pairs") else item
        text = getattr(path, "text", "$")
        yield text if "$" not in text else "\0"


def effective_env(service: "Service", name: str) -> "Knowledge | None":
    """
    A variable in the environment of the containers: str.

    None when it is certainly not set.
    """
    variables = service.mapping("environment")
    if name in variables:
        value = variables[name]
        if value is None:
            # It is taken from the environment of Compose, and not set when that lacks it.
            return Unknown(reason(service, f"{name} comes from outside", "environment", name))
        if isinstance(value, Filled) and value.open:
            text = f"{name} hangs on a variable"
            return Unknown(reason(service, text, "environment", name))
        firm = not isinstance(value, Filled)
        text = f"the service sets {name}"
        return Known(str(value), reason(service, text, "environment", name, firm=firm))
    if not environment_known(service):
        return Unknown(reason(service, f"an env_file may set {name}", "env_file"))
    state = service.state
    if state is None:
        return Unknown(reason(service, NO_STAGE))
    return state.env(name)


def _given_env(service: "Service", name: str) -> "Knowledge | None":
    """A variable that the files set; None also for one that only an unknown image may set."""
    if name in service.mapping("environment") or not environment_known(service):
        return effective_env(service, name)
    state = service.state
    return state.env(name) if state is not None and state.sets("image_env", name) else None


# Images


@_once
def repository(service: "Service") -> str:
    """
    The repository that the containers' image is or builds on: "postgres", "bitnami/redis".

    Docker Hub's own names come without host and "library/". "" when it is not known.
    """
    if "build" in service.config:
        stage = service.stage
        if stage is None:
            return ""
        found = stage.lineage()[-1].base.parsed
        return found.familiar if found is not None else ""
    return repository_of(service.text("image"))


def repository_of(text: str) -> str:
    """The repository of an image reference, in its short form; "" when it is no valid one."""
    found = reference.parse(text) if text else None
    return found.familiar if found is not None else ""


# Health


class Health:
    """
    The health check of a service.

    `state` is "test", "off" (NONE or `disable: true`), "none" (nothing has one), or "unknown".
    `part` is the test without the leading CMD or CMD-SHELL, `shell` whether a shell runs it; `here`
    tells that the test stands in the Compose file. `reason` says why.
    """

    __slots__ = ("here", "part", "reason", "service", "shell", "state")

    def __init__(
        self,
        service: "Service",
        state: str,
        why: Reason,
        part: "Part | None" = None,
        *,
        shell: bool = False,
        here: bool = False,
    ) -> None:
        self.service = service
        self.state = state
        self.reason = why
        self.part = part
        self.shell = shell
        self.here = here

    @property
    def script(self) -> "Script | None":
        """The test as a script, None when it cannot be read."""
        return self.part.script if self.part is not None else None

    @property
    def spot(self) -> "Spot":
        """Where the test, or what switches it off, stands."""
        from dockwright.text.span import Spot

        if not self.here and self.part is not None and self.part.step is not None:
            return Spot(self.part.source, self.part.span)
        if "test" in self.service.mapping("healthcheck"):
            return self.service.value("healthcheck", "test")
        return self.service.key("healthcheck")


@_once
def effective_health(service: "Service") -> Health:
    """The health check of a service: its own, else that of its image."""
    own = service.get("healthcheck")
    if isinstance(own, Map):
        disable = own.get("disable")
        if disable is True or str(disable) in ("true", "True"):
            why = reason(service, "the service switches it off", "healthcheck", "disable")
            return Health(service, "off", why, here=True)
        test = own.get("test")
        if isinstance(test, Seq) and test:
            return _own_health(service, test)
    state = service.state
    if state is None:
        return Health(service, "unknown", _unknown(service).reason)
    found = state.healthcheck
    if not isinstance(found, Known):
        return Health(service, "unknown", found.reason)
    line = found.value
    argv = line.argv if isinstance(line, CommandLine) else None
    if line is None:
        return Health(service, "none", found.reason)
    if argv == ("NONE",):
        return Health(service, "off", found.reason)
    part = _image_part(line)
    shell = part is not None and part.shell_form
    return Health(service, "test", found.reason, part, shell=shell)


def _image_part(line: object) -> "Part | None":
    part = launch.of_line(line)
    if part is not None and part.step is None and part.argv and part.argv[0] in _KINDS:
        # Of an image, with the word that says how it is run.
        shell = part.argv[0] == "CMD-SHELL"
        rest = ("/bin/sh", "-c", *part.argv[1:]) if shell else part.argv[1:]
        part = launch.Part(rest, shell_form=shell)
    return part


_KINDS = ("CMD", "CMD-SHELL")


def _own_health(service: "Service", test: Seq) -> Health:
    kind = str(test[0])
    why = reason(service, "the service sets its health check", "healthcheck", "test")
    if isinstance(test[0], Filled) and test[0].open:
        return Health(service, "unknown", why, here=True)
    if kind == "NONE":
        return Health(service, "off", why, here=True)
    key = ("healthcheck", "test")
    shell = kind == "CMD-SHELL"
    part = launch.shell_part(service, key) if shell else launch.of_service(service, key, skip=1)
    return Health(service, "test", why, part, shell=shell, here=True)


# Ports


class Published:
    """
    A port that a service publishes; `index` is its place in `ports`.

    `firm` is False when a variable with a default has a say in it.
    """

    __slots__ = ("address", "firm", "host", "index", "protocol", "target")

    def __init__(
        self, index: int, host: str, address: str, target: int, protocol: str, *, firm: bool = True
    ) -> None:
        self.firm = firm
        self.index = index
        self.host = host
        self.address = address
        self.target = target
        self.protocol = protocol

    def __repr__(self) -> str:
        return f"Published({self.address}:{self.host}->{self.target}/{self.protocol})"


@_once
def published(service: "Service") -> list[Published]:
    """
    The ports a service publishes, those that hang on unknown variables left out.

    `host` is the published port as text ("" for a free one, "8000-8010" for one of a range).
    """
    found: list[Published] = []
    for index, entry in enumerate(service.items("ports")):
        if not isinstance(entry, Map):
            continue
        host, target = entry.get("published"), entry.get("target")
        place = service.place("ports", index)
        node = place.node if place is not None else None
        written = launch.filled(service, node.text) if isinstance(node, Scalar) else ""
        texts = [one for one in (written, *entry.values()) if isinstance(one, Filled)]
        if any(one.open for one in texts) or not isinstance(target, int):
            continue
        protocol = str(entry.get("protocol") or "tcp")
        address = str(entry.get("host_ip") or "")
        text = str(host) if host not in (None, "", "0", 0) else ""
        found.append(Published(index, text, address, target, protocol, firm=not texts))
    return found


def expected(service: "Service") -> "frozenset[int] | None":
    """The TCP ports that the service or its image says it listens on; None when not known."""
    found: set[int] = set()
    for value in service.items("expose"):
        number = str(value).partition("/")[0]
        if not number.isdigit():
            return None
        found.add(int(number))
    stage = service.stage
    if stage is None:
        return None
    ports = stage.lineage()[-1].base.facts.ports
    if ports is None:
        return None
    for name in (*ports, *stage.state.names("exposed")):
        number, _, protocol = name.partition("/")
        if protocol not in ("", "tcp"):
            continue
        if not number.isdigit():
            return None
        found.add(int(number))
    return frozenset(found)


@_once
def listening(service: "Service") -> "Listening | None":
    """Where the service's program listens; None when it is none that the tables know."""
    from dockwright.model import listening as servers

    return servers.of_parts(
        entrypoint_part(service),
        cmd_part(service),
        lambda name: _given_env(service, name),
        repository(service),
    )
