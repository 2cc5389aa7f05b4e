"""
Fixing every Dockerfile of a folder with all rules on, and proving what came out.

    python -m bench.fixes CORPUS [--unsafe] [--limit N] [--jobs N] [--as FORM]

For each file: the fixes converge and none is refused; the result parses for BuildKit's parser (PyPI
`dockerfile`) if the file did; fixing again changes nothing; each fixed finding is gone; no finding
is new, whatever its severity; every comment is still there, in heredocs also. Comments that silence
findings may go with the instruction they speak of, those of a whole stage with the stage, and a
comment that a fix is about may be rewritten.

`--as` gives the files another form first: "crlf" (Windows line endings, which must be kept), "bare"
(no newline at the end), "bom" (a byte order mark, which must be kept). Prints a table, the slowest
files and the offenders; exit 1 when there is one.
"""

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from bench.hits import dockerfiles
from dockwright.app.check import Checker, Options
from dockwright.check.fix import Outcome, fix
from dockwright.check.suppress import is_pragma
from dockwright.findings.finding import Finding
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode, encode

LIMIT = 60  # seconds for one file
FORMS = ("plain", "crlf", "bare", "bom")
Task = tuple[str, bool, str]
Result = tuple[str, dict[str, int], list[str], Counter[str], float]


def accepted(text: str) -> bool:
    """Whether BuildKit's own parser reads the text."""
    import dockerfile

    try:
        dockerfile.parse_string(encode(text).decode("utf-8", "replace").removeprefix("\ufeff"))
    except dockerfile.GoParseError:
        return False
    return True


def comments(text: str) -> Counter[str]:
    """The comments of a Dockerfile, with those that stand in heredocs."""
    tree = parse(Source("", text))
    found = Counter(one.text for one in tree.comments if not is_pragma(one.text))
    for node in tree.instructions:
        for heredoc in node.heredocs:
            lines = (line.strip() for line in heredoc.content.split("\n"))
            found.update(line for line in lines if line.startswith("#"))
    return found


def formed(text: str, form: str) -> str:
    """The text in another form."""
    if form == "crlf":
        return text.replace("\r\n", "\n").replace("\n", "\r\n")
    if form == "bare":
        return text.rstrip("\n")
    if form == "bom":
        return "\ufeff" + text.removeprefix("\ufeff")
    return text


class Watched:
    """Looks at texts of one file, and remembers what each finding marked."""

    def __init__(self, checker: Checker, path: str) -> None:
        self.checker = checker
        self.path = path
        self.marked: dict[int, tuple[str, str]] = {}
        self.kept: list[Finding] = []
        self.looks = 0

    def __call__(self, text: str) -> tuple[Build, list[Finding]]:
        self.looks += 1
        build = self.checker.build(self.path, Source(self.path, text), None)
        findings = self.checker.look(self.path, build)[0]
        for finding in findings:
            self.kept.append(finding)
            self.marked[id(finding)] = (finding.code, text[finding.span.start : finding.span.end])
        return build, findings


def judged(text: str, outcome: Outcome, look: Watched, safeties: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the outcome of fixing `text`."""
    if not outcome.converged:
        yield "does not converge"
    for refused in outcome.refused:
        yield f"{refused.finding.code} refused: {refused.obligation}"
    if outcome.text == text:
        return
    if accepted(text) and not accepted(outcome.text):
        yield "BuildKit's parser no longer reads it"
    again = fix(outcome.text, look, safeties)
    if again.text != outcome.text:
        yield f"fixing again changes it: {sorted({f.code for f, _ in again.applied})}"
    whole_stage = any(finding.code == "DW1107" for finding, _ in outcome.applied)
    about = any(finding.code == "DW0012" for finding, _ in outcome.applied)
    lost = comments(text) - comments(outcome.text)
    if lost and not whole_stage and not about:
        yield f"comments lost: {list(lost)[:2]}"
    unix, windows = (
        "\r" not in text and "\r" in outcome.text,
        text.count("\n") == text.count("\r\n")
        and outcome.text.count("\n") != outcome.text.count("\r\n"),
    )
    if unix or (windows and "\n" in text):
        yield "other line endings"
    if text.startswith("\ufeff") != outcome.text.startswith("\ufeff"):
        yield "byte order mark"
    if "\n" in outcome.text and text.endswith("\n") != outcome.text.endswith("\n"):
        yield "newline at the end"
    first, last = look(text)[1], look(outcome.text)[1]
    before, after = (Counter(look.marked[id(one)] for one in found) for found in (first, last))
    made = Counter(look.marked[id(finding)] for finding, _ in outcome.applied)
    old, new = (Counter(one.code for one in found) for found in (first, last))
    by_code = Counter(finding.code for finding, _ in outcome.applied)
    for place, count in made.items():
        # Another may look the same by now: then the number tells.
        same = after[place] > max(0, before[place] - count)
        if same and new[place[0]] > old[place[0]] - by_code[place[0]]:
            yield f"{place[0]} is still there: {place[1]!r}"
    more = {code: count - old[code] for code, count in new.items() if count > old[code]}
    if more:
        yield f"new findings: {more}"


def work(task: Task) -> Result:
    """Fix one file; whatever happens is a complaint, nothing is raised."""
    path, unsafe, form = task
    started = time.perf_counter()
    safeties = ("safe", "unsafe") if unsafe else ("safe",)
    figures = {"files": 1, "changed": 0, "fixes": 0, "refused": 0, "looks": 0}
    complaints: list[str] = []
    fixed: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LIMIT)
    try:
        options = Options(
            overrides={"select": ("ALL",), "preview": True}, shellcheck="off", cache=False
        )
        look = Watched(Checker(options), path)
        text = formed(decode(Path(path).read_bytes()), form)
        outcome = fix(text, look, safeties)
        figures["changed"] = int(outcome.text != text)
        figures["fixes"] = len(outcome.applied)
        figures["refused"] = len(outcome.refused)
        figures["looks"] = look.looks
        fixed = Counter(finding.code for finding, _ in outcome.applied)
        complaints += judged(text, outcome, look, safeties)
    except Exception as error:  # noqa: BLE001
        complaints.append(f"{type(error).__name__}: {error}")
    finally:
        signal.alarm(0)
    return path, figures, complaints, fixed, time.perf_counter() - started


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"takes more than {LIMIT} seconds")


def results(tasks: list[Task], jobs: int) -> Iterator[Result]:
    """The results in the order of the tasks; the death of a worker is a complaint too."""
    at = 0
    while at < len(tasks):
        with ProcessPoolExecutor(jobs) as pool:
            waiting = [pool.submit(work, task) for task in tasks[at:]]
            try:
                for future in waiting:
                    yield future.result()
                    at += 1
            except BrokenProcessPool:
                pass
        if at < len(tasks):
            # One of those that were under way: alone, it dies alone.
            for task in tasks[at : at + 2 * jobs]:
                try:
                    with ProcessPoolExecutor(1) as single:
                        yield single.submit(work, task).result()
                except BrokenProcessPool:
                    yield task[0], {"files": 1}, ["the process died"], Counter(), 0.0
                at += 1


def main() -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--unsafe", action="store_true")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--as", dest="form", choices=FORMS, default="plain")
    options = parser.parse_args()
    paths = list(dockerfiles(options.corpus))
    if options.limit:
        paths = paths[:: max(1, len(paths) // options.limit)]
    total: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    times: list[tuple[float, str]] = []
    offenders = 0
    tasks = [(path, options.unsafe, options.form) for path in paths]
    for path, figures, complaints, fixed, seconds in results(tasks, options.jobs):
        total.update(figures)
        rules.update(fixed)
        times.append((seconds, path))
        if complaints:
            offenders += 1
            kinds.update(complaint.partition(":")[0] for complaint in complaints)
            if offenders <= 200:
                print(f"{path}: {'; '.join(complaints)}", flush=True)
    print(", ".join(f"{name} {count}" for name, count in total.items()))
    print("fixes by rule:", ", ".join(f"{code} {count}" for code, count in sorted(rules.items())))
    print("slowest:", *(f"\n  {seconds:6.2f} s  {path}" for seconds, path in sorted(times)[:-6:-1]))
    print(f"files that break an obligation: {offenders}", dict(kinds))
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main())
