"""
Docker: BuildKit through `docker buildx build`, containers, Compose, through its command line.

The command line and not the HTTP interface: it knows contexts, remote engines, credentials and
`buildx` builders, and BuildKit's own protocol has no other client in reach of Python.
"""

import contextlib
import json
import os
import tempfile
from typing import IO, TYPE_CHECKING, Any, TypeVar

from dockwright.engines import port
from dockwright.engines.buildlog import BuildLog
from dockwright.engines.port import (
    ASK,
    BuildRequest,
    Built,
    Container,
    Engine,
    Process,
    RunRequest,
    Step,
    Thing,
)
from dockwright.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dockwright.engines.world import Done, World

    T = TypeVar("T")

# What containers print is kept up to this size, so that a flood fills no disk.
LOG_OPTIONS = ("--log-driver", "json-file", "--log-opt", "max-size=5m", "--log-opt", "max-file=1")
_LISTS = (
    ("container", ("container", "ls", "--all", "--no-trunc"), "{{.ID}}\t{{.Names}}\t{{.Labels}}"),
    ("network", ("network", "ls", "--no-trunc"), "{{.ID}}\t{{.Name}}\t{{.Labels}}"),
    ("volume", ("volume", "ls"), "{{.Name}}\t{{.Name}}\t{{.Labels}}"),
    ("image", ("image", "ls", "--all", "--no-trunc"), "{{.ID}}\t{{.Repository}}:{{.Tag}}\t"),
)


class Docker(Engine):
    """The engine that the command `docker` speaks to."""

    name = "docker"

    def __init__(
        self, world: "World", command: "Sequence[str]" = ("docker",), *, builder: str = ""
    ) -> None:
        super().__init__(world, command)
        self.builder = builder
        self._info: Mapping[str, Any] | None = None

    # The engine itself.

    def version(self) -> str:
        return str(self._about().get("ServerVersion", ""))

    def can(self, what: str) -> bool:
        if what == port.ATTEST:
            # Builders that run in a container of their own can, the engine's own one only with
            # the containerd image store.
            stores = json.dumps(self._about().get("DriverStatus") or "")
            return bool(self.builder) or "io.containerd.snapshotter" in stores
        if what == port.START_INTERVAL:
            major = self.version().partition(".")[0]
            return major.isdigit() and int(major) >= 25
        if what == port.COMPOSE:
            return not self._run("compose", "version", seconds=ASK).code
        if what == port.BAKE:
            return not self._run("buildx", "version", seconds=ASK).code
        return True

    def _about(self) -> "Mapping[str, Any]":
        if self._info is None:
            done = self._run("info", "--format", "{{json .}}", seconds=ASK)
            with contextlib.suppress(ValueError):
                self._info = json.loads(done.text or "{}")
            if done.code or not self._info or self._info.get("ServerErrors"):
                self._info = None
                raise EngineError(
                    f"no Docker engine answers: {_short(done.error)}",
                    hint="start Docker, or name an engine with --engine, --host or --context",
                )
        return self._info or {}

    # Builds.

    def build(self, request: BuildRequest, tell: "Callable[[Step], None] | None" = None) -> Built:
        log = BuildLog(tell)
        with tempfile.TemporaryDirectory(prefix="dockwright-build-") as folder:
            metadata = os.path.join(folder, "metadata.json")
            arguments = [*self._build(request), "--metadata-file", metadata, request.context]
            done = self.world.run(
                [*self.command, "buildx", "build", *arguments],
                seconds=request.seconds,
                each=lambda name, line: log.line(line) if name == "err" else None,
                env={"BUILDX_METADATA_PROVENANCE": "disabled"},
            )
            about = _json(metadata)
        built = Built(
            ok=not done.code and not done.late,
            image=str(about.get("containerimage.config.digest") or ""),
            steps=log.steps,
            seconds=done.seconds,
            late=done.late,
            warnings=tuple(log.warnings),
            metadata=about,
        )
        if done.late:
            built.error = f"not done after {request.seconds:.0f} s"
        elif done.code:
            built.error, built.line = log.failure()
        elif not built.image:
            built.image = str(about.get("containerimage.digest") or "")
        return built

    def _build(self, request: BuildRequest) -> "Iterator[str]":
        yield "--progress=rawjson"
        if self.builder:
            yield f"--builder={self.builder}"
        if request.dockerfile:
            yield f"--file={request.dockerfile}"
        if request.target:
            yield f"--target={request.target}"
        for name, value in request.args.items():
            yield f"--build-arg={name}" if value is None else f"--build-arg={name}={value}"
        for name, value in request.labels.items():
            yield f"--label={name}={value}"
        for option, values in (
            ("tag", request.tags),
            ("secret", request.secrets),
            ("ssh", request.ssh),
            ("build-context", request.contexts),
            ("cache-from", request.cache_from),
            ("cache-to", request.cache_to),
            ("annotation", request.annotations),
            ("output", request.output),
        ):
            for value in values:
                yield f"--{option}={value}"
        if request.platforms:
            yield f"--platform={','.join(request.platforms)}"
        if request.provenance:
            yield f"--provenance={request.provenance}"
        if request.sbom:
            yield f"--sbom={request.sbom}"
        if request.network:
            yield f"--network={request.network}"
        for option in ("no_cache", "pull", "push"):
            if getattr(request, option):
                yield f"--{option.replace('_', '-')}"
        if request.load and not request.push and not request.output:
            yield "--load"

    # Images.

    def image(self, reference: str) -> "Mapping[str, Any] | None":
        done = self._run("image", "inspect", "--", reference, seconds=ASK)
        if done.code:
            if "no such image" in done.error.lower():
                return None
            raise _failed("image inspect", done)
        return dict(_records(done)[0])

    def save(
        self, image: str, consume: "Callable[[IO[bytes]], T]", *, seconds: float = 300.0
    ) -> "T":
        found, code = self.world.read(
            [*self.command, "image", "save", image], consume, seconds=seconds
        )
        if code:
            raise EngineError(f"docker image save {image} ended with {code}")
        return found

    # Containers.

    def create(self, request: RunRequest) -> str:
        done = self._run("container", "create", *_container(request), seconds=ASK)
        if done.code:
            raise _failed("create", done)
        return done.text.splitlines()[-1]

    def start(self, container: str) -> None:
        done = self._run("container", "start", container, seconds=ASK)
        if done.code:
            raise _failed("start", done)

    def container(self, container: str) -> Container:
        done = self._run("container", "inspect", container, seconds=ASK)
        if done.code:
            raise _failed("inspect", done)
        return state(_records(done)[0])

    def processes(self, container: str) -> list[Process]:
        done = self._run("container", "top", container, "-eo", "pid,uid,args", seconds=ASK)
        if done.code:
            return []
        found = []
        for line in done.text.splitlines()[1:]:
            pid, uid, command = (*line.split(None, 2), "", "")[:3]
            if pid.isdigit():
                found.append(Process(int(pid), uid, command))
        return found

    def execute(
        self, container: str, argv: "Sequence[str]", *, seconds: float = ASK, user: str = ""
    ) -> "Done":
        who = ["--user", user] if user else []
        return self._run("container", "exec", *who, container, *argv, seconds=seconds)

    def wait(self, container: str, *, seconds: float) -> int | None:
        done = self._run("container", "wait", container, seconds=seconds)
        if done.late:
            return None
        if done.code:
            raise _failed("wait", done)
        return int(done.text)

    def stop(self, container: str, *, grace: float) -> float:
        seconds = f"--time={max(0, round(grace))}"
        done = self._run("container", "stop", seconds, container, seconds=grace + ASK)
        if done.code:
            raise _failed("stop", done)
        return done.seconds

    def signal(self, container: str, name: str) -> None:
        done = self._run("container", "kill", f"--signal={name}", container, seconds=ASK)
        if done.code:
            raise _failed("kill", done)

    def logs(self, container: str, lines: int = 50) -> str:
        done = self._run("container", "logs", f"--tail={lines}", container, seconds=ASK)
        return (done.out + done.err).decode(errors="replace").strip()

    # Compose.

    def compose(
        self,
        project: str,
        file: str,
        *arguments: str,
        seconds: float,
        each: "Callable[[str, bytes], None] | None" = None,
    ) -> "Done":
        command = [*self.command, "compose", "--progress=plain", "--ansi=never"]
        command += ["--project-name", project, "--file", file, *arguments]
        return self.world.run(command, seconds=seconds, each=each)

    # What is there, by label.

    def labelled(self, label: str) -> list[Thing]:
        found = []
        for kind, command, form in _LISTS:
            done = self._run(*command, "--filter", f"label={label}", "--format", form, seconds=ASK)
            if done.code:
                raise _failed(" ".join(command[:2]), done)
            for line in done.text.splitlines():
                identity, name, labels = (*line.split("\t"), "", "")[:3]
                pairs = dict(_pair(one) for one in labels.split(",") if one)
                found.append(Thing(kind, identity, name, pairs))
        return found

    def remove(self, things: "Sequence[Thing]") -> None:
        # Containers first: they hold networks and volumes.
        for kind, command in (
            ("container", ("container", "rm", "--force", "--volumes")),
            ("network", ("network", "rm")),
            ("volume", ("volume", "rm", "--force")),
            ("image", ("image", "rm", "--force")),
        ):
            wanted = list(dict.fromkeys(one.id for one in things if one.kind == kind))
            for at in range(0, len(wanted), 50):
                self._run(*command, *wanted[at : at + 50], seconds=4 * ASK)

    def _run(self, *arguments: str, seconds: float) -> "Done":
        return self.world.run([*self.command, *arguments], seconds=seconds)


def _container(request: RunRequest) -> "Iterator[str]":
    yield from LOG_OPTIONS
    if request.name:
        yield f"--name={request.name}"
    for name, value in request.labels.items():
        yield f"--label={name}={value}"
    for name, value in request.env.items():
        yield f"--env={name}={value}"
    if request.user:
        yield f"--user={request.user}"
    if request.read_only:
        yield "--read-only"
    for option, values in (
        ("cap-drop", request.cap_drop),
        ("cap-add", request.cap_add),
        ("tmpfs", request.tmpfs),
    ):
        for value in values:
            yield f"--{option}={value}"
    if request.no_new_privileges:
        yield "--security-opt=no-new-privileges:true"
    for one in request.ports:
        yield f"--publish=127.0.0.1::{one}"
    if request.network:
        yield f"--network={request.network}"
    if request.health == "none":
        yield "--no-healthcheck"
    elif not isinstance(request.health, str):
        for name, value in request.health.items():
            yield f"--health-{name}={value}"
    if request.init:
        yield "--init"
    if request.memory:
        yield f"--memory={request.memory}"
    if request.pids:
        yield f"--pids-limit={request.pids}"
    command = list(request.command or ())
    if request.entrypoint is not None:
        # The option takes one word; the others go before the command.
        first, *rest = request.entrypoint or ("",)
        yield f"--entrypoint={first}"
        command = [*rest, *command]
    yield request.image
    yield from command


def state(record: "Mapping[str, Any]") -> Container:
    """A container from the record of `inspect`, which Podman writes in nearly the same form."""
    now = record.get("State") or {}
    health = now.get("Health") or now.get("Healthcheck") or {}
    published = (record.get("NetworkSettings") or {}).get("Ports") or {}
    ports = {
        name: int(places[0]["HostPort"])
        for name, places in published.items()
        if places and places[0].get("HostPort")
    }
    return Container(
        id=record.get("Id", ""),
        status=now.get("Status", ""),
        code=int(now.get("ExitCode") or 0),
        health="" if health.get("Status") in (None, "none") else health["Status"],
        probes=tuple(
            (int(one.get("ExitCode") or 0), str(one.get("Output") or "").strip())
            for one in health.get("Log") or ()
        ),
        ports=ports,
        error=now.get("Error") or "",
        record=record,
    )


def _records(done: "Done") -> "list[Mapping[str, Any]]":
    try:
        found = json.loads(done.out)
    except ValueError as error:
        raise EngineError("the engine's answer is no JSON") from error
    if not isinstance(found, list) or not found:
        raise EngineError("the engine's answer is empty")
    return found


def _json(path: str) -> "dict[str, Any]":
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _short(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no answer"


def _failed(what: str, done: "Done") -> EngineError:
    if done.late:
        return EngineError(f"docker {what}: no answer in time")
    return EngineError(f"docker {what}: {_short(done.error)}")
