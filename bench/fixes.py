"""
Fixing every Dockerfile of a folder with all rules on, and proving what came out.

    python -m bench.fixes CORPUS [--unsafe] [--limit N] [--jobs N]

For each file: the fixes converge; the result parses for BuildKit's parser (PyPI `dockerfile`) if
the file did; fixing again changes nothing; each fixed finding is gone; no finding is new; every
comment is still there. Prints a table and the offenders; exit 1 when there is one.
"""

import argparse
import multiprocessing
import os
import sys
from collections import Counter
from pathlib import Path

from bench.hits import dockerfiles

from dockwright.app.check import Checker, Options
from dockwright.app.fix import fix_text
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode, encode


def accepted(text: str) -> bool:
    """Whether BuildKit's own parser reads the text."""
    import dockerfile

    try:
        dockerfile.parse_string(encode(text).decode("utf-8", "replace"))
    except dockerfile.GoParseError:
        return False
    return True


def comments(text: str) -> Counter[str]:
    return Counter(comment.text for comment in parse(Source("", text)).comments)


def work(task: tuple[str, bool]) -> tuple[str, dict[str, int], list[str], Counter[str]]:
    path, unsafe = task
    options = Options(
        overrides={"select": ("ALL",), "preview": True}, shellcheck="off", cache=False
    )
    checker = Checker(options)
    safeties = ("safe", "unsafe") if unsafe else ("safe",)
    text = decode(Path(path).read_bytes())
    complaints: list[str] = []
    first = fix_text(checker, path, text, None, safeties)
    outcome = first.outcome
    assert outcome is not None
    if not outcome.converged:
        complaints.append("does not converge")
    for refused in outcome.refused:
        complaints.append(f"{refused.finding.code} refused: {refused.obligation}")
    if first.changed:
        if accepted(text) and not accepted(first.after):
            complaints.append("BuildKit's parser no longer reads it")
        again = fix_text(checker, path, first.after, None, safeties)
        if again.changed:
            codes = {f.code for f, _ in again.outcome.applied} if again.outcome else set()
            complaints.append(f"fixing again changes it: {sorted(codes)}")
        lost = comments(text) - comments(first.after)
        dead = {f.code for f, x in outcome.applied if "dead-instruction" in x.changes}
        if lost and not dead:
            complaints.append(f"comments lost: {list(lost)[:2]}")
        before = Counter(f.code for f in _findings(checker, path, text))
        after = Counter(f.code for f in first.remaining)
        made = Counter(f.code for f, _ in outcome.applied)
        for code, count in made.items():
            if after[code] > max(0, before[code] - count):
                complaints.append(
                    f"{code}: {count} fixed, {before[code]} before, {after[code]} after"
                )
        new = {code: n - before[code] for code, n in after.items() if n > before[code]}
        if new:
            complaints.append(f"new findings: {new}")
    figures = {
        "files": 1,
        "changed": int(first.changed),
        "fixes": len(outcome.applied),
        "refused": len(outcome.refused),
    }
    return path, figures, complaints, Counter(f.code for f, _ in outcome.applied)


def _findings(checker: Checker, path: str, text: str) -> "list[object]":
    return list(checker.look(path, checker.build(path, Source(path, text), None))[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--unsafe", action="store_true")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    paths = list(dockerfiles(options.corpus))
    if options.limit:
        paths = paths[:: max(1, len(paths) // options.limit)]
    total: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    offenders = 0
    kinds: Counter[str] = Counter()
    with multiprocessing.Pool(options.jobs) as pool:
        tasks = [(path, options.unsafe) for path in paths]
        for path, figures, complaints, fixed in pool.imap(work, tasks, chunksize=8):
            total.update(figures)
            rules.update(fixed)
            if complaints:
                offenders += 1
                for complaint in complaints:
                    kinds[complaint.partition(":")[0]] += 1
                if offenders <= 60:
                    print(f"{path}: {'; '.join(complaints)}")
    print(", ".join(f"{name} {count}" for name, count in total.items()))
    print("fixes by rule:", ", ".join(f"{code} {count}" for code, count in sorted(rules.items())))
    print(f"files that break an obligation: {offenders}", dict(kinds))
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main())
