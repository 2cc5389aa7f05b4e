"""
What lies outside of the program, as far as an engine is driven through it: other programs, sockets.

Everything that `build` and `verify` do to an engine passes through a `World`. So it can be recorded
and answered again without an engine (`engines/replay.py`), each call has an end, and no program
that was started outlives the one that started it.
"""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from typing import IO, TYPE_CHECKING, TypeVar

from dockwright.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    T = TypeVar("T")

# Of each stream: what is kept of its beginning and of its end, in bytes.
HEAD, TAIL = 512 * 1024, 512 * 1024
# The longest line that is handed on; what is longer comes in pieces.
LINE = 256 * 1024
# Programs that were asked to end have this long, in seconds.
PATIENCE = 3.0
# Set for every program that is started, to the run's name: so `clean` knows them again.
RUN_VARIABLE = "DOCKWRIGHT_RUN"


class Stopped(BaseException):
    """The person, or the system, asked us to end; like KeyboardInterrupt it is no error."""


class Done:
    """
    How a program ended: exit code, both streams, and how long it took, in seconds.

    Of a stream longer than HEAD + TAIL bytes the middle is left out. `late` says that it was
    ended because its time was over.
    """

    __slots__ = ("code", "err", "late", "out", "seconds")

    def __init__(
        self,
        code: int,
        out: bytes = b"",
        err: bytes = b"",
        seconds: float = 0,
        *,
        late: bool = False,
    ) -> None:
        self.code = code
        self.out = out
        self.err = err
        self.seconds = seconds
        self.late = late

    @property
    def text(self) -> str:
        """What it printed, without the white space around it."""
        return self.out.decode(errors="replace").strip()

    @property
    def error(self) -> str:
        """What it complained of, without the white space around it."""
        return self.err.decode(errors="replace").strip()


class Reply:
    """
    What a TCP port said.

    `state` is "refused" (nobody there), "closed" (accepted and closed at once, as a proxy does for
    a port nobody listens on), "silent" (open, and no answer), "answered"; `text` is the beginning
    of the answer.
    """

    __slots__ = ("state", "text")

    def __init__(self, state: str, text: str = "") -> None:
        self.state = state
        self.text = text


class _Kept:
    """The beginning and the end of a stream."""

    __slots__ = ("_head", "_tail")

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, piece: bytes) -> None:
        room = HEAD - len(self._head)
        if room > 0:
            self._head += piece[:room]
            piece = piece[room:]
        if piece:
            self._tail += piece
            if len(self._tail) > 2 * TAIL:
                del self._tail[:-TAIL]

    def value(self) -> bytes:
        return bytes(self._head + self._tail[-TAIL:])


class World:
    """The real one. `run` names what is done now, for the programs that are started."""

    def __init__(self, run: str = "") -> None:
        self.run_name = run
        self._living: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def now(self) -> float:
        """A clock in seconds, for differences."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def run(
        self,
        argv: "Sequence[str]",
        *,
        seconds: float,
        given: bytes = b"",
        env: "Mapping[str, str] | None" = None,
        folder: str | None = None,
        each: "Callable[[str, bytes], None] | None" = None,
    ) -> Done:
        """
        Run a program to its end, or for `seconds`.

        `given` is its input, `env` is added to the environment, `folder` where it runs. `each` is
        called with "out" or "err" and each line, from other threads, one at a time. Raises
        EngineError when there is no such program.
        """
        begun = self.now()
        process = self._start(argv, bool(given), env, folder)
        kept = {"out": _Kept(), "err": _Kept()}
        turn = threading.Lock()

        def pump(name: str, stream: IO[bytes]) -> None:
            while piece := stream.readline(LINE):
                kept[name].add(piece)
                if each is not None:
                    with turn:
                        each(name, piece)

        assert process.stdout
        assert process.stderr
        pumps = [
            threading.Thread(target=pump, args=("out", process.stdout), daemon=True),
            threading.Thread(target=pump, args=("err", process.stderr), daemon=True),
        ]
        late = False
        try:
            for one in pumps:
                one.start()
            if process.stdin:
                with contextlib.suppress(OSError):
                    process.stdin.write(given)
                with contextlib.suppress(OSError):
                    process.stdin.close()
            try:
                process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                late = True
        finally:
            self._end(process)
            # A grandchild may hold the stream open: what it prints is of no interest.
            for one in pumps:
                one.join(PATIENCE)
        return Done(
            process.returncode,
            kept["out"].value(),
            kept["err"].value(),
            self.now() - begun,
            late=late,
        )

    def read(
        self, argv: "Sequence[str]", consume: "Callable[[IO[bytes]], T]", *, seconds: float
    ) -> "tuple[T, int]":
        """Hand a program's output to `consume`; its answer, and the exit code."""
        process = self._start(argv, False, None, None)
        assert process.stdout
        assert process.stderr
        # Nobody reads what it complains of; a full pipe would stop it.
        drain = threading.Thread(target=_drain, args=(process.stderr,), daemon=True)
        drain.start()
        timer = threading.Timer(seconds, process.kill)
        timer.daemon = True
        timer.start()
        try:
            found = consume(process.stdout)
            _drain(process.stdout)
            return found, process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"{argv[0]} {argv[1]}: does not end") from error
        finally:
            timer.cancel()
            self._end(process)

    def talk(self, host: str, port: int, sent: bytes, *, seconds: float) -> Reply:
        """What a TCP port says to `sent`, within `seconds`."""
        try:
            with socket.create_connection((host, port), timeout=seconds) as line:
                line.sendall(sent)
                answer = line.recv(4096)
        except TimeoutError:
            return Reply("silent")
        except ConnectionRefusedError:
            return Reply("refused")
        except OSError:
            return Reply("closed")
        return Reply("answered", answer.decode(errors="replace")) if answer else Reply("closed")

    def close(self) -> None:
        """End every program that still runs; none can be started until `open`."""
        with self._lock:
            self._closed = True
            living = list(self._living)
        for process in living:
            self._end(process)

    def open(self) -> None:
        """Allow programs again, to tidy up."""
        self._closed = False

    def _start(
        self,
        argv: "Sequence[str]",
        talks: bool,
        env: "Mapping[str, str] | None",
        folder: str | None,
    ) -> "subprocess.Popen[bytes]":
        own = {**os.environ, **(env or {})}
        if self.run_name:
            own[RUN_VARIABLE] = self.run_name
        with self._lock:
            if self._closed:
                raise Stopped
            try:
                process = subprocess.Popen(  # noqa: S603 - no shell
                    list(argv),
                    stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=own,
                    cwd=folder,
                    # Ctrl-C in the terminal is for us: we end what we started, in order.
                    start_new_session=True,
                )
            except FileNotFoundError as error:
                raise EngineError(f"there is no program {argv[0]}") from error
            except OSError as error:
                raise EngineError(f"{argv[0]}: cannot be started: {error.strerror}") from error
            self._living.add(process)
        return process

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            if process.poll() is None:
                _signal(process, "SIGTERM")
                try:
                    process.wait(timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    _signal(process, "SIGKILL")
                    process.wait()
        finally:
            with self._lock:
                self._living.discard(process)


def _drain(stream: IO[bytes]) -> None:
    while stream.read(LINE):
        pass


def _signal(process: "subprocess.Popen[bytes]", name: str) -> None:
    """Send a signal to a program and to what it started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, getattr(signal, name))
        else:
            process.kill()
