"""Times of `dockwright check` against hadolint's: one file, a corpus, with and without caches.

    python -m bench.speed CORPUS [--hadolint PROGRAM] [--runs 20] [--files 300] [--items abcdefg]

CORPUS is a folder, or a file with one path in each line. Every time is that of a whole process, by
the wall clock; of one file the median of --runs, ours and hadolint's in turn; of the corpus one run
over the same --files files, chosen at random (0 for all); of many processes the sum over 40 of
these files, of each the median of three, and the file whose ratio is the median.
hadolint has ShellCheck built in and runs it always. Exits with 1 when a target is
missed. Run it on a machine that does nothing else.
"""

import argparse
import importlib.util
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What each item is, and how many of hadolint's times it may take.
ITEMS = {
    "a": ("one file, cold, without ShellCheck", 2.0),
    "b": ("one file, unchanged, from the cache", 1.0),
    "c": ("corpus, cold, without ShellCheck", 0.2),
    "d": ("corpus, cold, with ShellCheck", 1.0),
    "e": ("corpus, unchanged, from the cache, with ShellCheck", 0.1),
    "f": ("40 files, a process for each, cold, without ShellCheck", 2.0),
    "g": ("of these the one of median ratio", 2.0),
}
EACH = 40


class Row:
    """One line of the table: seconds of ours and of hadolint."""

    def __init__(self, item: str, ours: float, theirs: float) -> None:
        self.title, self.target = ITEMS[item]
        self.ours = ours
        self.theirs = theirs
        self.met = ours <= theirs * self.target

    def cells(self) -> tuple[str, str, str, str]:
        ratio = self.ours / self.theirs
        target = (
            f"{_seconds(self.theirs * self.target)} ({self.target:g} x {_seconds(self.theirs)})"
        )
        measured = f"{_seconds(self.ours)} ({ratio:.2f} x)"
        return self.title, target, measured, "" if self.met else "MISSED"


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def dockerfiles(corpus: str) -> list[str]:
    """Paths of the Dockerfiles of a corpus."""
    if os.path.isfile(corpus):
        base = os.path.dirname(os.path.abspath(corpus))
        return [os.path.join(base, line) for line in Path(corpus).read_text().splitlines()]
    return sorted(
        os.path.abspath(os.path.join(folder, name))
        for folder, _, names in os.walk(corpus)
        for name in names
        if "dockerfile" in name.lower() and not name.lower().endswith((".dockerignore", ".md"))
    )


class Bench:
    """The two programs, and the folder our cache is in."""

    def __init__(self, hadolint: str, folder: str) -> None:
        script = Path(sys.prefix) / "bin" / "dockwright"
        self.command = [str(script)] if script.exists() else [sys.executable, "-m", "dockwright"]
        self.hadolint = [hadolint, "--no-fail"]
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }
        self.environment["DOCKWRIGHT_CACHE_DIR"] = os.path.join(folder, "cache")
        if not script.exists():
            self.environment["PYTHONPATH"] = str(ROOT / "src")

    def forget(self) -> None:
        """Empty our cache."""
        shutil.rmtree(os.path.join(self.folder, "cache"), ignore_errors=True)

    def ours(self, paths: list[str], *options: str) -> float:
        """Seconds of `dockwright check` over `paths`."""
        return self._time([*self.command, "check", *options, *paths], (0, 1))

    def theirs(self, paths: list[str]) -> float:
        """Seconds of hadolint over `paths`."""
        return self._time([*self.hadolint, *paths], (0,))

    def _time(self, command: list[str], expected: tuple[int, ...]) -> float:
        # In an empty folder no configuration is found but the one beside the files.
        started = time.perf_counter()
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        seconds = time.perf_counter() - started
        if ended.returncode not in expected:
            told = ended.stderr.decode(errors="replace")[-600:]
            raise SystemExit(f"{command[0]} ended with {ended.returncode}:\n{told}")
        return seconds

    def in_turn(self, runs: int, path: str, *options: str) -> tuple[float, float]:
        """Medians over one file."""
        pairs = [(self.ours([path], *options), self.theirs([path])) for _ in range(runs)]
        ours, theirs = zip(*pairs, strict=True)
        return statistics.median(ours), statistics.median(theirs)


def refuse() -> None:
    """Stop when our times would be those of compiling our own source."""
    if sys.dont_write_bytecode or os.environ.get("PYTHONDONTWRITEBYTECODE"):
        raise SystemExit("PYTHONDONTWRITEBYTECODE is set: unset it, the times would be wrong")


def compiled() -> None:
    """Stop when there is no byte code although the program has just run."""
    if str(ROOT / "src") not in sys.path:
        sys.path.append(str(ROOT / "src"))
    found = importlib.util.find_spec("dockwright")
    origin = found.origin if found is not None else None
    if origin is None or not os.path.exists(importlib.util.cache_from_source(origin)):
        raise SystemExit("no byte code was written: is the folder of the source read-only?")


def measure(bench: Bench, paths: list[str], file: str, runs: int, items: str) -> list[Row]:
    """The rows of the table."""
    rows: list[Row] = []
    if "a" in items:
        options = ("--shellcheck", "off", "--no-cache")
        rows.append(Row("a", *bench.in_turn(runs, file, *options)))
    if "b" in items:
        bench.forget()
        bench.ours([file], "--shellcheck", "off")
        rows.append(Row("b", *bench.in_turn(runs, file, "--shellcheck", "off")))
    if set("fg") & set(items):
        options = ("--shellcheck", "off", "--no-cache")
        some = random.Random(len(paths)).sample(paths, min(EACH, len(paths)))
        times = [bench.in_turn(3, path, *options) for path in some]
        rows.append(Row("f", sum(ours for ours, _ in times), sum(theirs for _, theirs in times)))
        times.sort(key=lambda pair: pair[0] / pair[1])
        rows.append(Row("g", *times[len(times) // 2]))
    if not set("cde") & set(items):
        return rows
    theirs = bench.theirs(paths)
    if "c" in items:
        rows.append(Row("c", bench.ours(paths, "--shellcheck", "off", "--no-cache"), theirs))
    if set("de") & set(items):
        bench.forget()
        cold = bench.ours(paths, "--shellcheck", "on")
        if "d" in items:
            rows.append(Row("d", cold, theirs))
        if "e" in items:
            warm = statistics.median(bench.ours(paths, "--shellcheck", "on") for _ in range(3))
            rows.append(Row("e", warm, theirs))
    return rows


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    cells = [("item", "target: at most", "measured", ""), *(row.cells() for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(4)]
    lines = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--hadolint", default="hadolint")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--files", type=int, default=300, help="0 for the whole corpus")
    parser.add_argument("--file", help="the one file (default: one of median size)")
    parser.add_argument("--items", default="abcdefg", help="which rows")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    refuse()
    beside = os.path.join(os.path.dirname(sys.executable), options.hadolint)
    hadolint = beside if os.path.exists(beside) else shutil.which(options.hadolint)
    if hadolint is None:
        raise SystemExit(f"{options.hadolint} not found")
    paths = [path for path in dockerfiles(options.corpus) if os.path.isfile(path)]
    if not paths:
        raise SystemExit(f"no Dockerfiles in {options.corpus}")
    file = options.file or sorted(paths, key=lambda p: (os.path.getsize(p), p))[len(paths) // 2]
    if options.files and options.files < len(paths):
        paths = sorted(random.Random(options.seed).sample(paths, options.files))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(os.path.abspath(hadolint), folder)
        bench.ours([os.path.abspath(file)], "--shellcheck", "off", "--no-cache")
        compiled()
        print(f"one file: {file}, {os.path.getsize(file)} bytes, median of {options.runs}")
        print(f"corpus: {len(paths)} files, {os.cpu_count()} cores, {' '.join(bench.command)}\n")
        # Away from this repository, whose pyproject.toml would be read each time.
        alone = os.path.join(bench.folder, "Dockerfile")
        shutil.copyfile(file, alone)
        rows = measure(bench, paths, alone, options.runs, options.items)
    print(table(rows))
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
