"""Times of looking something up in the bundled facts about Debian's packages.

    python -m bench.facts_speed [--runs 7]

Opening is timed in processes of their own: what importing the module takes, and what opening the
data takes. Each kind of look-up is timed over many names: "first" in an index nobody has asked
before (the pieces it needs are unpacked), "again" in the same order once more; the mean of a
look-up and the slowest, the median of the runs. Exits with 1 when opening takes 5 ms or a mean
look-up 1 ms. It needs no data.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from dockwright.facts.bundled import load
from dockwright.facts.bundled.debian import Book
from dockwright.facts.packages import PackageIndex

OPENING = """
import time
import zlib
import dockwright.facts
start = time.perf_counter()
from dockwright.facts import packages
middle = time.perf_counter()
packages.index("debian", "trixie")
end = time.perf_counter()
print(middle - start, end - middle)
"""
NAMES = """
    apache2 awk build-essential ca-certificates chromium curl default-jdk ffmpeg gcc git gnupg
    imagemagick iproute2 jq libcurl4-openssl-dev libgl1-mesa-glx libpng12-dev libpq-dev libssl-dev
    libssl1.1 locales make mariadb-client mysql-client netcat nginx no-such-package nodejs
    openssh-client php-cli pkg-config postgresql python python-pip python3 python3-pip ruby
    software-properties-common sudo tzdata unzip vim wget xz-utils zlib1g-dev
""".split()  # noqa: SIM905
PROGRAMS = """
    awk bash cc cmake convert curl dig editor ffmpeg gcc git gpg ifconfig ip java javac jq
    locale-gen make mysql nc netstat nginx no-such-program node npm nslookup pg_config php ping
    pip3 ps psql
    python python3 ruby sh ssh sudo tar unzip vi wget xz yarn zip
""".split()  # noqa: SIM905
KINDS: tuple[tuple[str, list[str], Callable[[PackageIndex, str], Any]], ...] = (
    ("exists", NAMES, PackageIndex.exists),
    ("elsewhere", NAMES, PackageIndex.elsewhere),
    ("virtual", NAMES, PackageIndex.virtual),
    ("similar", NAMES, PackageIndex.similar),
    ("programs", NAMES, PackageIndex.programs),
    ("providers", PROGRAMS, PackageIndex.providers),
    ("size", NAMES, PackageIndex.size),
    ("version", NAMES, PackageIndex.version),
    ("makes_users", NAMES, PackageIndex.makes_users),
    ("folders", NAMES, lambda index, name: index.places.folders(name)),
    ("document", NAMES, lambda index, name: index.places.document(name)),
)
CLOSURES: tuple[tuple[str, bool], ...] = (("closure, no recommends", False), ("closure", True))


def without_recommended(index: PackageIndex, name: str) -> object:
    """What comes along."""
    return index.closure([name], False, index.essential)


def with_recommended(index: PackageIndex, name: str) -> object:
    """What comes along when recommended packages are taken too."""
    return index.closure([name], True, index.essential)


def opening(runs: int) -> tuple[float, float]:
    """Seconds of the import and of opening, the median of processes."""
    rows = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", OPENING], capture_output=True, text=True, check=True
        )
        rows.append([float(one) for one in done.stdout.split()])
    return statistics.median(row[0] for row in rows), statistics.median(row[1] for row in rows)


def times(
    index: PackageIndex, names: list[str], ask: Callable[[PackageIndex, str], Any]
) -> list[float]:
    """Seconds of each question."""
    found = []
    for name in names:
        start = time.perf_counter()
        ask(index, name)
        found.append(time.perf_counter() - start)
    return found


def main() -> int:
    """Measure and print; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    content = load("debian.bin")
    imported, opened = opening(options.runs)
    print(f"{len(content):,} bytes; Python {sys.version.split()[0]}; {options.runs} runs")
    print(f"import {imported * 1e3:.2f} ms, open {opened * 1e3:.2f} ms (target: below 5 ms)\n")
    print(f"{'milliseconds':<24} {'first':>8} {'slowest':>8} {'again':>8} {'slowest':>8}")
    slow = opened >= 0.005
    kinds = [*KINDS]
    for title, recommends in CLOSURES:
        kinds.append(
            (
                title,
                [name for name in NAMES if PackageIndex(Book(content), "trixie").size(name)],
                with_recommended if recommends else without_recommended,
            )
        )
    for title, names, ask in kinds:
        rows = []
        for _ in range(options.runs):
            index = PackageIndex(Book(content), "trixie")
            first, again = times(index, names, ask), times(index, names, ask)
            rows.append([statistics.mean(first), max(first), statistics.mean(again), max(again)])
        cells = [statistics.median(row[place] for row in rows) * 1e3 for place in range(4)]
        slow = slow or (cells[0] >= 1 and not title.startswith("closure"))
        print(f"{title:<24} " + " ".join(f"{cell:>8.3f}" for cell in cells))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
