"""Times of `dockwright check` on Compose files beside those of compose-lint and dclint.

    python -m bench.compose_speed CORPUS [--compose-lint PROGRAM] [--dclint PROGRAM]
        [--runs 11] [--peers]

CORPUS is a folder. Every time is that of a whole process, by the wall clock, on files that stand
alone in an empty folder. Cold start: one file of median size, the median of --runs. Per file: all
files in one process less a cold start, divided by their number (median of 3). `load`: our loader
alone, in this process, on the same files. "busy" is the time of the processor, which depends less
on what else the machine does. A program that is not there is left out; with --peers ours is. Exits
with 1 when ours takes longer than compose-lint, more than a tenth of dclint, or more than half of
compose-lint's start. Run it on a machine that does nothing else.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.speed import refuse

NAME = re.compile(r"compose[^/]*\.ya?ml$", re.IGNORECASE)


class Program:
    """A program and what stands before the files on its command line."""

    def __init__(self, title: str, command: list[str], folder: str) -> None:
        self.title = title
        self.command = command
        self.folder = folder
        self.start = self.each = 0.0
        self.start_busy = self.each_busy = 0.0
        self.codes: set[int] = set()

    def time(self, paths: list[str]) -> tuple[float, float]:
        """Seconds of one process over the files: by the clock, and of the processor."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environment["DOCKWRIGHT_CACHE_DIR"] = os.path.join(self.folder, "cache")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        ended = subprocess.run(
            [*self.command, *paths],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        seconds = time.perf_counter() - started
        self.codes.add(ended.returncode)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        return seconds, busy

    def measure(self, one: str, paths: list[str], runs: int) -> None:
        """Fill the times."""
        self.time([one])
        starts = [self.time([one]) for _ in range(runs)]
        wholes = [self.time(paths) for _ in range(3)]
        self.start, self.start_busy = map(statistics.median, zip(*starts, strict=True))
        whole, whole_busy = map(statistics.median, zip(*wholes, strict=True))
        others = max(1, len(paths) - 1)
        self.each = (whole - self.start) / others
        self.each_busy = (whole_busy - self.start_busy) / others


def gathered(corpus: str, folder: str) -> list[str]:
    """Copies of the Compose files, each alone in a folder."""
    found: list[str] = []
    for home, _, names in sorted(os.walk(corpus)):
        for name in sorted(names):
            if NAME.search(name):
                into = os.path.join(folder, f"{len(found):04}")
                os.makedirs(into)
                target = os.path.join(into, "compose.yaml")
                shutil.copyfile(os.path.join(home, name), target)
                found.append(target)
    return found


def loading(paths: list[str]) -> float:
    """Seconds for each file of our loader alone."""
    from dockwright.compose.load import load

    texts = {path: Path(path).read_text(encoding="utf-8", errors="replace") for path in paths}
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for path in paths:
            load([path], folder=os.path.dirname(path), read=texts.get, environment={})
        best = min(best, time.perf_counter() - started)
    return best / len(paths)


def line(title: str, *times: float, note: str = "") -> None:
    """One row of the table: start, each file, and both again in time of the processor."""
    cells = [f"{time * 1000:9.2f} ms" if time else " " * 12 for time in times]
    print(f"| {title:24} | {' | '.join(cells)} | {note}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--compose-lint", default="compose-lint")
    parser.add_argument("--dclint", default="dclint")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    refuse()
    with tempfile.TemporaryDirectory() as folder:
        paths = gathered(options.corpus, os.path.join(folder, "files"))
        if not paths:
            raise SystemExit(f"no Compose files in {options.corpus}")
        one = sorted(paths, key=lambda p: (os.path.getsize(p), p))[len(paths) // 2]
        print(
            f"{len(paths)} files; one of {os.path.getsize(one)} bytes, median of {options.runs}\n"
        )
        print(f"| {'':24} | {'start':12} | {'each file':12} | start, busy  | each, busy   |")
        commands = {
            "dockwright check": [
                os.path.join(os.path.dirname(sys.executable), "dockwright"),
                *("check", "--no-cache", "--shellcheck", "off"),
            ],
            "dockwright, every rule": [
                os.path.join(os.path.dirname(sys.executable), "dockwright"),
                *("check", "--no-cache", "--shellcheck", "off"),
                *("--select", "ALL", "--preview"),
            ],
            "compose-lint": [options.compose_lint],
            "dclint": [options.dclint],
        }
        programs: dict[str, Program] = {}
        for title, command in commands.items():
            if options.peers and title.startswith("dockwright"):
                continue
            if shutil.which(command[0]) is None:
                print(f"| {title:24} | not found: {command[0]}")
                continue
            program = programs[title] = Program(title, command, folder)
            program.measure(one, paths, options.runs)
            codes = " ".join(map(str, sorted(program.codes)))
            times = program.start, program.each, program.start_busy, program.each_busy
            line(title, *times, note=f"exit status {codes}")
        line("load (ours, in process)", 0.0, loading(paths), 0.0, 0.0)
    mine = programs.get("dockwright check")
    if mine is None:
        return 0
    met = True
    if lint := programs.get("compose-lint"):
        met &= mine.each <= lint.each and mine.start <= lint.start / 2
    if dclint := programs.get("dclint"):
        met &= mine.each <= dclint.each / 10
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
