"""
One run of `verify` or `build`: its name, the labels on all it makes, and the tidying up.

Everything made in a run carries `LABEL=name` and `OWNER=machine/pid/start`, so that what a killed
run left behind is known, and known to belong to nobody who still lives. Nothing else is ever
removed.
"""

import contextlib
import os
import platform
import secrets
import shutil
import signal
import tempfile
import threading
from typing import TYPE_CHECKING, Self

from dockwright.engines.world import Stopped
from dockwright.errors import EngineError

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from dockwright.engines.port import Engine, Thing

LABEL = "dev.dockwright.run"
OWNER = "dev.dockwright.owner"
# How long an engine that went away may take to come back, so that we can tidy up, in seconds.
RETURN = 30.0
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Run:
    """
    A context: on its way out, by whatever way, everything it made is gone.

        with Run(engine) as run:
            engine.create(RunRequest(image, labels=run.labels, name=run.title("app")))

    `folder` is a temporary folder of its own. SIGINT, SIGTERM and SIGHUP end the run in order, by
    `Stopped` in the main thread. `left` names what could not be removed.
    """

    def __init__(self, engine: "Engine", name: str = "") -> None:
        self.engine = engine
        self.name = name or secrets.token_hex(5)
        self.folder = ""
        self.left: list[str] = []
        self._before: dict[str, object] = {}

    @property
    def labels(self) -> dict[str, str]:
        """What everything that is made carries."""
        return {LABEL: self.name, OWNER: owner()}

    def title(self, name: str) -> str:
        """A name for something, not used by any other run."""
        return f"dockwright-{self.name}-{name}"

    def __enter__(self) -> Self:
        self.engine.world.run_name = self.name
        self.folder = tempfile.mkdtemp(prefix=f"dockwright-{self.name}-")
        if threading.current_thread() is threading.main_thread():
            for name in _SIGNALS:
                if hasattr(signal, name):
                    self._before[name] = signal.signal(getattr(signal, name), self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        # A second signal must not keep us from tidying up.
        for name in self._before:
            signal.signal(getattr(signal, name), signal.SIG_IGN)
        try:
            self.tidy(hasty=error is not None)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            for name, before in self._before.items():
                signal.signal(getattr(signal, name), before)  # type: ignore[arg-type]

    def _stop(self, number: int, frame: "FrameType | None") -> None:
        del number, frame
        raise Stopped

    def tidy(self, *, hasty: bool = False) -> None:
        """
        Remove everything that carries this run's label.

        After an interruption (`hasty`) the engine may still be making what it was asked for, so it
        is asked until there was nothing twice. Waits for an engine that went away.
        """
        world = self.engine.world
        world.close()
        world.open()
        until = world.now() + RETURN
        clear = 0
        while True:
            try:
                there = self.engine.labelled(f"{LABEL}={self.name}")
                self.engine.remove(there)
            except EngineError as error:
                if world.now() > until:
                    self.left = [f"{error}; `dockwright clean` removes what is left, later"]
                    return
                world.sleep(1.0)
                continue
            clear = 0 if there else clear + 1
            if clear >= (2 if hasty else 1):
                self.left = []
                return
            if world.now() > until:
                self.left = [_title(one) for one in there]
                return
            if there or hasty:
                world.sleep(0.2)


def _title(thing: "Thing") -> str:
    return f"{thing.kind} {thing.name or thing.id}"


def owner() -> str:
    """This process: machine, number, and when it started, which a later one does not share."""
    return f"{platform.node()}/{os.getpid()}/{started(os.getpid())}"


def started(pid: int) -> str:
    """When a process of this machine started, in the system's own unit; "" when nobody says."""
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()[19].decode()
    return ""
