"""
What a container engine is asked for: the one port behind which Docker and Podman stand.

An adapter turns each request into the engine's command line, sent through a `World`, and the answer
into the values below. What an engine cannot do it declares (`can`), and who asks looks there first.
Everything that is made carries the labels of its request, and nothing is published on anything but
127.0.0.1.
"""

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, TypeVar

from dockwright.engines.world import Done, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    T = TypeVar("T")

# What an engine may be able to do.
STEPS = "steps"  # tells while it builds which steps came from the cache
SECRETS = "secrets"  # build secrets and SSH
ATTEST = "attest"  # provenance and SBOM
CACHE = "cache"  # import and export of the build cache
BAKE = "bake"  # many targets in one build
COMPOSE = "compose"
HEALTH = "health"  # runs health checks by itself
START_INTERVAL = "start-interval"
# Longer answers than a question needs mean that something is stuck, in seconds.
ASK = 30.0


@dataclass
class Step:
    """
    One instruction of a build, as the builder told it.

    `stage` and `number` are the builder's ("stage-0", 2), 0 for what is no numbered step; `text`
    the instruction as it prints it. `seconds` is None for one that did not end; `log` the end of
    what it printed.
    """

    name: str
    stage: str = ""
    number: int = 0
    total: int = 0
    text: str = ""
    cached: bool = False
    started: bool = False
    seconds: float | None = None
    error: str = ""
    log: str = ""


@dataclass(frozen=True)
class BuildRequest:
    """
    One build. `dockerfile` and `context` are paths; `args` the build arguments, None for one whose
    value the environment has; `secrets` and the other tuples as on the engine's command line.

    `load` says whether the image is to be at hand in the engine afterwards.
    """

    context: str
    dockerfile: str = ""
    target: str = ""
    args: "Mapping[str, str | None]" = field(default_factory=dict)
    labels: "Mapping[str, str]" = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    ssh: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    provenance: str = ""
    sbom: str = ""
    network: str = ""
    output: tuple[str, ...] = ()
    no_cache: bool = False
    pull: bool = False
    push: bool = False
    load: bool = True
    seconds: float = 3600.0


@dataclass
class Built:
    """
    How a build ended: `image` is the id of what was made, "" for nothing.

    A failed one has its `error`, and the line of the instruction (1-based, 0 when nothing says).
    """

    ok: bool
    image: str = ""
    steps: "Sequence[Step]" = ()
    error: str = ""
    line: int = 0
    seconds: float = 0.0
    late: bool = False
    warnings: tuple[str, ...] = ()
    metadata: "Mapping[str, Any]" = field(default_factory=dict)


@dataclass(frozen=True)
class RunRequest:
    """
    One container. `command` None is the image's own; `entrypoint` None too, and () none at all.

    `ports` are ports of the container ("8000/tcp"), each published on a free port of 127.0.0.1.
    `tmpfs` are paths, with options as on the command line. `health` changes the image's health
    check: "none" for no check, a mapping of options (`interval`, `start-interval`, …) for another
    pace.
    """

    image: str
    name: str = ""
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    labels: "Mapping[str, str]" = field(default_factory=dict)
    env: "Mapping[str, str]" = field(default_factory=dict)
    user: str = ""
    read_only: bool = False
    cap_drop: tuple[str, ...] = ()
    cap_add: tuple[str, ...] = ()
    no_new_privileges: bool = False
    tmpfs: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    network: str = ""
    health: "str | Mapping[str, str]" = ""
    init: bool = False
    memory: str = ""
    pids: int = 0


@dataclass(frozen=True)
class Container:
    """
    A container now. `status` as Docker has it ("running", "exited", …); `health` "", "starting",
    "healthy" or "unhealthy"; `probes` what the last probes printed, with their exit codes.

    `ports` maps ports of the container to ports of this machine. `record` is the engine's answer.
    """

    id: str
    status: str
    code: int
    health: str
    probes: tuple[tuple[int, str], ...]
    ports: "Mapping[str, int]"
    error: str
    record: "Mapping[str, Any]"

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self.status == "running"


@dataclass(frozen=True)
class Process:
    """A process of a container: its number on the engine's machine, user id (text), command."""

    pid: int
    user: str
    command: str


@dataclass(frozen=True)
class Thing:
    """Something an engine holds: `kind` is "container", "network", "volume" or "image"."""

    kind: str
    id: str
    name: str
    labels: "Mapping[str, str]"


class Engine:
    """
    An engine that answers. Every method may raise EngineError, with what to do about it.

    `name` is "docker" or "podman", `command` its program with the options that choose one engine.
    """

    name = ""

    def __init__(self, world: World, command: "Sequence[str]") -> None:
        self.world = world
        self.command = tuple(command)

    def version(self) -> str:
        """The version of the engine; raises EngineError when none answers."""
        raise NotImplementedError

    def can(self, what: str) -> bool:
        """Whether the engine can do `what`, one of the constants of this module."""
        raise NotImplementedError

    def build(self, request: BuildRequest, tell: "Callable[[Step], None] | None" = None) -> Built:
        """Build; `tell` is called whenever something is new about a step."""
        raise NotImplementedError

    def image(self, reference: str) -> "Mapping[str, Any] | None":
        """The engine's record of an image, in Docker's form; None without such an image."""
        raise NotImplementedError

    def save(
        self, image: str, consume: "Callable[[IO[bytes]], T]", *, seconds: float = 300.0
    ) -> "T":
        """Hand an image's archive (`docker save`) to `consume`; its answer."""
        raise NotImplementedError

    def create(self, request: RunRequest) -> str:
        """Make a container and do not start it; its id."""
        raise NotImplementedError

    def start(self, container: str) -> None:
        """Start it; raises EngineError with the engine's words when its command cannot be run."""
        raise NotImplementedError

    def container(self, container: str) -> Container:
        """What became of it."""
        raise NotImplementedError

    def processes(self, container: str) -> list[Process]:
        """What runs in it, the first process first."""
        raise NotImplementedError

    def execute(
        self, container: str, argv: "Sequence[str]", *, seconds: float = ASK, user: str = ""
    ) -> Done:
        """Run a program in it."""
        raise NotImplementedError

    def wait(self, container: str, *, seconds: float) -> int | None:
        """Its exit code once it ended, None when it still runs after `seconds`."""
        raise NotImplementedError

    def stop(self, container: str, *, grace: float) -> float:
        """End it as the engine does, killing it after `grace` seconds; how long that took."""
        raise NotImplementedError

    def signal(self, container: str, name: str) -> None:
        """Send its first process a signal, by name."""
        raise NotImplementedError

    def logs(self, container: str, lines: int = 50) -> str:
        """The end of what it printed, both streams."""
        raise NotImplementedError

    def compose(
        self,
        project: str,
        file: str,
        *arguments: str,
        seconds: float,
        each: "Callable[[str, bytes], None] | None" = None,
    ) -> Done:
        """Run a subcommand of Compose on a project."""
        raise NotImplementedError

    def labelled(self, label: str) -> list[Thing]:
        """Everything that carries `label` ("name" or "name=value")."""
        raise NotImplementedError

    def remove(self, things: "Sequence[Thing]") -> None:
        """Remove things, running ones too; what is gone already is no error."""
        raise NotImplementedError
