"""
One subject on trial: what the claims ask, each observed once, when it is first asked for.

A claim asks `trial.built`, `trial.record`, `trial.running`, …; builds and containers are made at
the first question and shared by all claims. What must be waited for is counted apart (`waits`).
"""

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dockwright.engines import port
from dockwright.engines.port import BuildRequest, Built, Container, RunRequest
from dockwright.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.engines.port import Engine, Process
    from dockwright.model.stages import Stage
    from dockwright.verify.run import Run
    from dockwright.verify.settings import Settings

# How often a container is looked at, in seconds.
LOOK = 0.1
# A probe that ends like this was never run: no such program, or not executable.
NO_PROBE = (126, 127)


class Skip(Exception):
    """What was asked cannot be observed since something before it failed: its message says what."""


@dataclass
class Subject:
    """
    What is verified: a target of a Dockerfile. `stage` is our model of it, None without one.

    `file` is the Dockerfile as people name it, `request` how it is built.
    """

    name: str
    file: str
    request: BuildRequest
    stage: "Stage | None" = None


@dataclass
class Started:
    """
    A start: the container as last seen, what it was started with, how long until it was ready.

    `ready` says that it is healthy, or still runs, or ended with 0; `why` what went wrong.
    """

    id: str
    request: RunRequest
    seen: Container
    ready: bool
    seconds: float
    why: str = ""
    log: str = ""
    processes: "list[Process]" = field(default_factory=list)


class Trial:
    """Observes one subject on `run.engine`."""

    def __init__(self, subject: Subject, run: "Run", settings: "Settings") -> None:
        self.subject = subject
        self.run = run
        self.settings = settings
        self.waits = 0.0
        self.builds: dict[str, float] = {}

    @property
    def engine(self) -> "Engine":
        """The engine that judges."""
        return self.run.engine

    # Builds.

    @functools.cached_property
    def built(self) -> Built:
        """The first build."""
        tag = f"dockwright/{self.run.name}:{_plain(self.subject.name)}"
        return self.build("first", replace(self.subject.request, tags=(tag,)))

    @functools.cached_property
    def again(self) -> Built:
        """The same build once more."""
        self.image  # noqa: B018 - there must have been a first
        return self.build("second", self.subject.request)

    def build(self, title: str, request: BuildRequest) -> Built:
        """Build, with this run's labels and limits."""
        labels = {**request.labels, **self.run.labels}
        built = self.engine.build(replace(request, labels=labels, seconds=self.settings.build))
        self.waits += built.seconds
        self.builds[title] = built.seconds
        return built

    # The image.

    @functools.cached_property
    def image(self) -> str:
        """Its id; raises Skip when there is none."""
        if not self.built.ok:
            raise Skip("there is no image: the build fails")
        return self.built.image

    @functools.cached_property
    def record(self) -> "Mapping[str, Any]":
        """The engine's record of the image."""
        found = self.engine.image(self.image)
        if found is None:
            raise EngineError(f"the engine lost the image {self.image}")
        return found

    @property
    def config(self) -> "Mapping[str, Any]":
        """The image's configuration, with Docker's names."""
        found = self.record.get("Config")
        return found if isinstance(found, dict) else {}

    # Containers.

    @functools.cached_property
    def hardened(self) -> Started:
        """Started with nothing but what a hardened service has."""
        return self.start(
            replace(
                self.plain_request,
                read_only=True,
                cap_drop=("ALL",),
                no_new_privileges=True,
                tmpfs=self.settings.tmpfs,
            )
        )

    @functools.cached_property
    def plain(self) -> Started:
        """Started as `docker run` does without options."""
        return self.start(self.plain_request)

    @functools.cached_property
    def running(self) -> Started:
        """The container that later claims ask: hardened when it bears that, else plain."""
        if self.hardened.ready:
            return self.hardened
        if self.plain.ready:
            return self.plain
        raise Skip("there is no container: it does not start")

    @functools.cached_property
    def plain_request(self) -> RunRequest:
        """How its containers are started, before any hardening."""
        return RunRequest(
            self.image,
            labels=self.run.labels,
            env=self.settings.env,
            command=self.settings.command,
            ports=tuple(sorted(self.config.get("ExposedPorts") or ())),
            health=self.pace,
        )

    @functools.cached_property
    def pace(self) -> "str | Mapping[str, str]":
        """
        Options that make the engine probe at once and often: `retries` is meant for its own pace.

        How long a service may take by its own figures is `patience`.
        """
        if not self.probe:
            return ""
        pace = {"interval": "500ms", "retries": "100000"}
        if self.engine.can(port.START_INTERVAL):
            pace["start-interval"] = "500ms"
        return pace

    @property
    def probe(self) -> tuple[str, ...]:
        """The image's health check as the engine has it ("CMD", …), () for none."""
        test = tuple((self.config.get("Healthcheck") or {}).get("Test") or ())
        return () if test[:1] == ("NONE",) else test

    @property
    def patience(self) -> float:
        """How long it may take until it is healthy: by its own figures, and by the settings."""
        check = self.config.get("Healthcheck") or {}
        interval = (check.get("Interval") or 30e9) / 1e9
        timeout = (check.get("Timeout") or 30e9) / 1e9
        period = (check.get("StartPeriod") or 0) / 1e9
        own = period + (check.get("Retries") or 3) * (interval + timeout)
        return float(min(own, self.settings.start))

    def start(self, request: RunRequest) -> Started:
        """Make and start a container, and look until it is ready or surely is not."""
        world = self.engine.world
        container = self.engine.create(request)
        begun = world.now()
        try:
            self.engine.start(container)
        except EngineError as error:
            seen = self.engine.container(container)
            why = seen.error or error.message
            return Started(container, request, seen, ready=False, seconds=0.0, why=why)
        ready, why, seen = self._look(container, begun)
        seconds = world.now() - begun
        self.waits += seconds
        started = Started(container, request, seen, ready, seconds, why)
        started.log = self.engine.logs(container)
        if seen.running:
            started.processes = self.engine.processes(container)
        return started

    def _look(self, container: str, begun: float) -> tuple[bool, str, Container]:
        world = self.engine.world
        limit = self.patience if self.probe else self.settings.settle
        while True:
            seen = self.engine.container(container)
            passed = world.now() - begun
            if not seen.running:
                if seen.code == 0 and not seen.error:
                    return True, "", seen
                return False, seen.error or f"it ends with exit code {seen.code}", seen
            if seen.health == "healthy":
                return True, "", seen
            if self.probe:
                ran = seen.probes
                if ran and all(code in NO_PROBE or code < 0 for code, _ in ran[-2:]):
                    return False, f"the health check cannot run: {ran[-1][1]}", seen
            elif passed >= limit:
                return True, "", seen
            if passed >= limit:
                last = f": {seen.probes[-1][1]}" if seen.probes else ""
                return False, f"not healthy after {passed:.0f} s{last}", seen
            world.sleep(LOOK)

    def finish(self) -> None:
        """Let go of what the containers hold; the run removes them."""


def _plain(name: str) -> str:
    """A name as tags may have it."""
    kept = "".join(one if one.isalnum() or one in "-_." else "-" for one in name.lower())
    return kept.strip("-._")[:100] or "image"


def executions(trial: Trial) -> "Iterator[Started]":
    """The starts that were made, in no order."""
    for name in ("hardened", "plain"):
        if name in trial.__dict__:
            yield trial.__dict__[name]
