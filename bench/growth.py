"""
Time per line and memory from 10 to 100,000 lines, for several shapes of Dockerfiles.

    python -m bench.growth [--largest 100000] [--shape NAME …] [--parse]

Each measurement is a process of its own: `parse` alone, or the whole check (image model with the
bundled facts, and all rules). Ends with 1 when a line of the largest file costs more than twice a
line of a file of 1,000, or when a process needs more than 200 MB to parse or 450 MB to check: what
the image model keeps of an instruction is 3 to 5 kB, findings included.
"""

import argparse
import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable

SIZES = (10, 100, 1_000, 10_000, 100_000)
BASE = 1_000
GROWTH = 2.0
MEGABYTES = {False: 200, True: 450}


def _runs(lines: int) -> str:
    return "FROM debian:12\n" + "RUN echo hello && make all\n" * lines


def _continued(lines: int) -> str:
    return "FROM debian:12\nRUN true \\\n" + " && echo hello \\\n" * lines + " && true\n"


def _environment(lines: int) -> str:
    return "FROM debian:12\n" + "".join(
        f"ENV NAME{number}=$NAME{number - 1}/x\n" for number in range(lines)
    )


def _one_variable(lines: int) -> str:
    return "FROM debian:12\n" + "".join(f"ENV PATH=/opt/{n}:/bin\n" for n in range(lines))


def _chain(lines: int) -> str:
    return "FROM debian:12 AS s0\n" + "".join(
        f"FROM s{number} AS s{number + 1}\nENV A{number}=1\n" for number in range(lines // 2)
    )


def _copies(lines: int) -> str:
    return (
        "FROM debian:12 AS one\nFROM debian:12 AS two\n"
        + "COPY --from=one /a /b\nCOPY --from=0 --chown=1:1 /a /b\n" * (lines // 2)
    )


def _stages(lines: int) -> str:
    return "".join(
        f"FROM debian:12 AS s{number}\nCOPY --from=s{max(0, number - 1)} /a /a\n"
        for number in range(lines // 2)
    )


def _bare_stages(lines: int) -> str:
    return "".join(f"FROM debian:12 AS s{number}\n" for number in range(lines))


def _labels(lines: int) -> str:
    return "FROM debian:12\nLABEL a=b \\\n" + "".join(
        f'  org.example.l{n}="value {n}" \\\n' for n in range(lines)
    )


def _heredoc(lines: int) -> str:
    return "FROM debian:12\nRUN <<EOF\n" + "apt-get install -y curl\n" * lines + "EOF\n"


def _comments(lines: int) -> str:
    return "FROM debian:12\n" + "# a comment\n" * lines + "RUN true\n"


def _refused(lines: int) -> str:
    return "FROM debian:12\n" + "ENV A\nEXPOSE a/b\nNOPE x\nHEALTHCHECK --interval=x CMD x\n" * (
        lines // 4
    )


SHAPES: dict[str, Callable[[int], str]] = {
    "runs": _runs,
    "continued": _continued,
    "heredoc": _heredoc,
    "env": _environment,
    "one variable": _one_variable,
    "labels": _labels,
    "chain": _chain,
    "copies": _copies,
    "stages": _stages,
    "bare stages": _bare_stages,
    "comments": _comments,
    "refused": _refused,
}


def measure(shape: str, lines: int, whole: bool) -> None:
    """Print seconds and peak megabytes of one file, in this process."""
    from dockwright.check.run import Plan
    from dockwright.check.select import choose
    from dockwright.config.schema import Config
    from dockwright.facts.port import Bundled
    from dockwright.model.stages import Build
    from dockwright.syntax.dockerfile.parser import parse
    from dockwright.text.source import Source

    gc.set_threshold(200_000, 20, 20)  # as the program does
    plan = Plan(choose(Config()))
    plan.run(Build(parse(Source("warm", SHAPES[shape](10))), facts=Bundled()))
    text = SHAPES[shape](lines)
    begun = time.perf_counter()
    rounds = 0
    while True:
        tree = parse(Source("f", text))
        if whole:
            plan.run(Build(tree, facts=Bundled()))
        rounds += 1
        seconds = time.perf_counter() - begun
        if seconds > 0.2 or rounds >= 200:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds / rounds, peak)


def ask(shape: str, lines: int, whole: bool) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.growth", "--one", shape, str(lines), str(int(whole))]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return 60.0, 0.0
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--shape", action="append", choices=SHAPES)
    parser.add_argument("--parse", action="store_true", help="parse alone")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        shape, lines, whole = options.one
        measure(shape, int(lines), whole == "1")
        return 0
    sizes = [size for size in SIZES if size <= options.largest]
    bad = 0
    for whole in (False,) if options.parse else (False, True):
        title = "microseconds per line, " + ("parse, model and rules" if whole else "parse alone")
        print(f"\n{title:44}" + "".join(f"{size:>9}" for size in sizes) + "    growth    MB")
        for shape in options.shape or SHAPES:
            costs = []
            peak = 0.0
            for size in sizes:
                seconds, peak = ask(shape, size, whole)
                costs.append(seconds / size * 1e6)
            growth = costs[-1] / costs[sizes.index(BASE)] if BASE in sizes else 0.0
            wrong = growth > GROWTH or peak > MEGABYTES[whole]
            bad += wrong
            print(
                f"  {shape:42}"
                + "".join(f"{cost:9.1f}" for cost in costs)
                + f"{growth:9.2f}x{peak:7.0f}{'  TOO MUCH' if wrong else ''}",
                flush=True,
            )
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
