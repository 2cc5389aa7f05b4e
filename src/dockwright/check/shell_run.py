"""
Running ShellCheck, as a program, over many scripts at once.

Scripts go into one temporary folder and are checked in batches. A batch that fails or takes too
long is halved until the script that is to blame is found; that one is left out.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    # What ShellCheck said: code, level, start, end, message, replacements
    # (start, end, text, whether the text belongs to what is before it).
    Comment = tuple[int, str, int, int, str, "list[tuple[int, int, str, bool]]"]

# No `#!` line; files that are not followed or not there; `dash` and `ash` named in a `#!` line.
EXCLUDED = "SC1090,SC1091,SC2148,SC2187"

BATCH = 64
BATCH_SIZE = 128 * 1024
WORKERS = 4
# ShellCheck needs more than linear time in the size of a script: large ones go alone.
LARGE = 6 * 1024
ALONE_SECONDS = 10.0
SCRIPT_SECONDS = 0.5
# After so many seconds lost to scripts that take too long, the rest of such scripts is left out.
LOST_SECONDS = 60.0
# After so many failures without one success the program is taken for broken.
FAILURES = 8


def run(program: str, scripts: "Mapping[str, tuple[str, str]]") -> "dict[str, list[Comment]]":
    """
    What ShellCheck says of each of `scripts`, which map a key to a dialect and a text.

    Keys whose scripts could not be checked are missing.
    """
    if not scripts:
        return {}
    import tempfile

    try:
        with tempfile.TemporaryDirectory(
            prefix="dockwright-", ignore_cleanup_errors=True
        ) as folder:
            return _Runner(program, folder, scripts).run()
    except OSError:
        return {}


class _Runner:
    """One call of `run`: what is left to do, and what came of the rest."""

    def __init__(self, program: str, folder: str, scripts: "Mapping[str, tuple[str, str]]") -> None:
        self.program = program
        self.folder = folder
        self.scripts = scripts
        self.done: dict[str, list[Comment]] = {}
        self.lost = 0.0
        self.failures = 0
        self.stopped = False
        self.names: dict[str, str] = {}
        self.environment = {
            name: value for name, value in os.environ.items() if name != "SHELLCHECK_OPTS"
        }
        self.environment["LC_ALL"] = _locale()
        for number, (key, (_, text)) in enumerate(scripts.items()):
            name = f"script-{number}.txt"
            self.names[key] = name
            with open(os.path.join(folder, name), "wb") as file:
                file.write(text.encode("utf-8", "replace"))

    def run(self) -> "dict[str, list[Comment]]":
        todo = list(reversed(self.batches()))
        count = min(workers(), len(todo))

        def work() -> None:
            while todo and not self.stopped:
                try:
                    dialect, keys = todo.pop()
                except IndexError:
                    return
                self.check(dialect, keys)

        if count < 2:
            work()
            return self.done
        import threading

        threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            self.stopped = True
        return self.done

    def batches(self) -> "list[tuple[str, list[str]]]":
        """The keys by dialect, in batches; then the large scripts, each alone."""
        alone: list[tuple[str, list[str]]] = []
        by_dialect: dict[str, list[str]] = {}
        for key, (dialect, text) in self.scripts.items():
            if len(text) > LARGE:
                alone.append((dialect, [key]))
            else:
                by_dialect.setdefault(dialect, []).append(key)
        most = max(4, min(BATCH, -(-len(self.scripts) // workers())))
        found = []
        for dialect, keys in by_dialect.items():
            batch: list[str] = []
            size = 0
            for key in keys:
                length = len(self.scripts[key][1])
                if batch and (len(batch) >= most or size + length > BATCH_SIZE):
                    found.append((dialect, batch))
                    batch, size = [], 0
                batch.append(key)
                size += length
            found.append((dialect, batch))
        return found + alone

    def check(self, dialect: str, keys: "Sequence[str]") -> None:
        """Check one batch; halve it when that fails."""
        if self.stopped:
            return
        comments = self.ask(dialect, keys)
        if comments is not None:
            self.keep(keys, comments)
            return
        self.failures += 1
        if (not self.done and self.failures >= FAILURES) or self.lost > LOST_SECONDS:
            self.stopped = True
        if len(keys) > 1:
            half = len(keys) // 2
            self.check(dialect, keys[:half])
            self.check(dialect, keys[half:])

    def ask(self, dialect: str, keys: "Sequence[str]") -> "list[Any] | None":
        """ShellCheck's comments on some scripts, None when it failed."""
        import json
        import signal
        import subprocess

        command = [self.program, "-f", "json1", "--norc", "-s", dialect, "-e", EXCLUDED]
        command += [self.names[key] for key in keys]
        limit = ALONE_SECONDS + SCRIPT_SECONDS * (len(keys) - 1)
        try:
            ended = subprocess.run(  # noqa: S603
                command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            self.lost += limit
            return None
        except OSError:
            self.stopped = True
            return None
        if ended.returncode == -signal.SIGINT:
            self.stopped = True
        if ended.returncode == 4 and dialect == "busybox":
            return self.ask("dash", keys)  # before 0.10
        if ended.returncode not in (0, 1):
            return None
        try:
            found = json.loads(ended.stdout)["comments"]
        except (ValueError, TypeError, KeyError):
            return None
        return found if isinstance(found, list) else None

    def keep(self, keys: "Sequence[str]", comments: "Iterable[Any]") -> None:
        """Sort the comments on a batch to its scripts, with offsets for lines and columns."""
        by_name = {self.names[key]: (_Lines(self.scripts[key][1]), key) for key in keys}
        for key in keys:
            self.done[key] = []
        for comment in comments:
            try:
                lines, key = by_name[comment["file"]]
                start, end = lines.range(comment)
                replacements = (comment.get("fix") or {}).get("replacements") or ()
                self.done[key].append(
                    (
                        int(comment["code"]),
                        str(comment["level"]),
                        start,
                        end,
                        str(comment["message"]),
                        [
                            (
                                *lines.range(one),
                                str(one["replacement"]),
                                one.get("insertionPoint") == "beforeStart",
                            )
                            for one in replacements
                        ],
                    )
                )
            except (KeyError, TypeError, ValueError):
                continue


class _Lines:
    """Lines and columns of a text, both from 1, a tab being one column."""

    __slots__ = ("size", "starts")

    def __init__(self, text: str) -> None:
        self.size = len(text)
        self.starts = [0]
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)

    def range(self, place: "Mapping[str, int]") -> tuple[int, int]:
        start = self.offset(place["line"], place["column"])
        return start, max(start, self.offset(place["endLine"], place["endColumn"]))

    def offset(self, line: int, column: int) -> int:
        line = max(1, min(line, len(self.starts)))
        return max(0, min(self.starts[line - 1] + column - 1, self.size))


def workers() -> int:
    """How many processes to start: one in a process that is itself one of several."""
    import sys

    module = sys.modules.get("multiprocessing.process")
    if module is not None and module.parent_process() is not None:
        return 1
    return max(1, min(WORKERS, os.cpu_count() or 1))


def _locale() -> str:
    import sys

    return "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
