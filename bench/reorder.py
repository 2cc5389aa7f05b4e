"""
The fixes that change the order of instructions, on every Dockerfile of a corpus where they fire.

    python bench/reorder.py CORPUS [--jobs N] [--show N] [--verbose]

For each finding of DW5301, DW5302, DW5303 and DW5304 one of three things holds: a safe fix, an
unsafe one, or none with the reason. Each fix is made on its own, and then:

* the model's proof (`model/reorder.py`) must hold for what came out, with no condition for a safe
  fix; the conditions of an unsafe one are counted;
* the final configuration of each stage must be the same (`model/compare.py`);
* so must each path, account and package of the final file system that both models know: all paths
  that an effect of either names are asked for, links followed and not;
* the finding must be gone, and fixing through the fix loop must not refuse it.

CORPUS is a folder, or a file with one path in each line. Exit 1 when one of these fails.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.hits import dockerfiles
from dockwright.check import registry
from dockwright.check.fix import fix
from dockwright.check.run import Plan
from dockwright.facts.contents import Entry
from dockwright.facts.knowledge import Known
from dockwright.facts.port import Bundled
from dockwright.findings.finding import SAFE, UNSAFE, Finding
from dockwright.model.compareconfig import configuration
from dockwright.model.reorder import edited, prove
from dockwright.model.stages import Build, Stage
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode

RULES = ("DW5301", "DW5302", "DW5303", "DW5304")
USUAL = (
    *("/bin/sh", "/bin/bash", "/usr/bin/python3", "/usr/local/bin/python", "/usr/local/bin/node"),
    *("/usr/bin/curl", "/usr/bin/git", "/etc/passwd", "/root", "/home", "/app", "/usr/local"),
)
Row = tuple[str, str, str, list[str]]  # rule, outcome, reason or conditions, failures


def paths(stage: Stage) -> set[str]:
    """The paths that the effects of a stage name."""
    found: set[str] = set()
    for step in stage.steps:
        for effect in step.effects:
            path = getattr(effect, "path", None)
            found.update((path,) if isinstance(path, str) else ())
            found.update(folder for folder in getattr(effect, "folders", ()))
    return found


def answers(stage: Stage, wanted: set[str], accounts: set[str]) -> Iterator[tuple[str, object]]:
    """What the model knows of the end of a stage."""
    files = stage.state.files
    for path in sorted(wanted):
        for how, found in (("find", files.find(path)), ("stat", files.stat(path))):
            if isinstance(found, Known):
                yield f"{how} {path}", found.value
    for name in sorted(accounts):
        for kind in ("user", "group"):
            found = files.account(kind, name)
            if isinstance(found, Known):
                yield f"{kind} {name}", found.value


def agree(one: object, other: object) -> bool:
    """Whether two answers may both be right: what one of them does not know is no difference."""
    if not isinstance(one, Entry) or not isinstance(other, Entry):
        return one == other
    if "any" in (one.kind, other.kind):
        return True
    pairs = [(getattr(one, name), getattr(other, name)) for name in Entry.__slots__]
    return all(a == b or a in (None, "") or b in (None, "") for a, b in pairs)


def differences(before: Build, after: Build) -> Iterator[str]:
    """What the two models know of the final states and disagree about."""
    names: set[str] = set()
    for old, new in zip(before.stages, after.stages, strict=True):
        configuration(old, new, names)
    if names:
        yield f"configuration differs: {', '.join(sorted(names))}"
    for old, new in zip(before.stages, after.stages, strict=True):
        if [s.outer.rest.text for s in old.steps] == [s.outer.rest.text for s in new.steps]:
            continue
        wanted = paths(old) | paths(new) | set(USUAL)
        accounts = {*old.state.files.accounts("user"), *new.state.files.accounts("user"), "root"}
        left = dict(answers(old, wanted, accounts))
        right = dict(answers(new, wanted, accounts))
        for key in left.keys() & right.keys():
            if not agree(left[key], right[key]):
                yield f"{key}: {left[key]} became {right[key]}"


def tried(build: Build, finding: Finding, plan: Plan) -> Row:
    """What becomes of one finding."""
    if not finding.fixes:
        texts = [r.text for r in finding.because if r.text.startswith("no fix is offered: ")]
        return finding.code, "none", texts[0].partition(": ")[2] if texts else "no reason", []
    chosen = finding.fixes[0]
    after = edited(build, chosen.edits)
    failures = []
    proof = prove(build, after)
    if not proof.holds:
        failures.append(f"not proven: {proof.why}")
    if chosen.safety == SAFE and proof.assumes:
        failures.append(f"safe, and yet it assumes: {'; '.join(proof.assumes)}")
    failures += differences(build, after)
    text = build.tree.source.slice(finding.span)
    left = [f for f in plan.run(after) if f.code == finding.code]
    if any(after.tree.source.slice(one.span) == text for one in left):
        before = [f for f in plan.run(build) if f.code == finding.code]
        if len(left) >= len(before):
            failures.append("the finding is still there")
    return finding.code, chosen.safety, "; ".join(proof.assumes), failures


def loop(path: str, text: str, plan: Plan) -> tuple[list[str], Counter[str]]:
    """What the fix loop refuses, whether it comes to an end, and what it leaves, by rule."""

    def look(now: str) -> tuple[Build, list[Finding]]:
        build = Build(parse(Source(path, now)), facts=Bundled())
        return build, plan.run(build)

    outcome = fix(text, look, (SAFE, UNSAFE))
    found = [f"{one.finding.code} refused: {one.obligation}" for one in outcome.refused]
    left = Counter(finding.code for finding in look(outcome.text)[1])
    return (found if outcome.converged else [*found, "does not converge"]), left


def judged(path: str) -> tuple[str, list[Row], float]:
    """All findings of one file, and the seconds it took."""
    start = time.perf_counter()
    plan = Plan([entry for code in RULES if (entry := registry.find(code)) is not None])
    text = decode(Path(path).read_bytes())
    build = Build(parse(Source(path, text)), facts=Bundled())
    rows = [tried(build, finding, plan) for finding in plan.run(build)]
    if rows:
        failures, left = loop(path, text, plan)
        rows += [(code, "left", "", []) for code in left.elements()]
        if failures:
            rows.append(("loop", "loop", "", failures))
    return path, rows, time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int, default=30)
    parser.add_argument("--verbose", action="store_true", help="name the files of each reason")
    options = parser.parse_args()
    names = list(dockerfiles(options.corpus))
    outcomes: Counter[tuple[str, str]] = Counter()
    files: dict[str, set[str]] = {}
    reasons: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], str] = {}
    conditions: Counter[str] = Counter()
    broken: list[str] = []
    slowest = (0.0, "")
    with ProcessPoolExecutor(options.jobs) as pool:
        for path, rows, seconds in pool.map(judged, names, chunksize=8):
            slowest = max(slowest, (seconds, path))
            for code, outcome, text, failures in rows:
                broken += [f"{path}: {code}: {failure}" for failure in failures]
                if code == "loop":
                    continue
                outcomes[code, outcome] += 1
                if outcome == "left":
                    continue
                files.setdefault(code, set()).add(path)
                if outcome == "none":
                    reasons[code, text] += 1
                    where.setdefault((code, text), path)
                conditions.update(one for one in text.split("; ") if outcome == UNSAFE and one)
    print(f"{len(names)} files, slowest {slowest[0]:.1f} s ({slowest[1]})\n")
    print(
        "| rule | files | findings | safe fix | unsafe fix | none offered | left after the loop |"
    )
    print("|---|---|---|---|---|---|---|")
    for code in RULES:
        numbers = [outcomes[code, outcome] for outcome in (SAFE, UNSAFE, "none")]
        cells = [code, len(files.get(code, ())), sum(numbers), *numbers, outcomes[code, "left"]]
        print("| " + " | ".join(map(str, cells)) + " |")
    print("\nNot offered, because:")
    for (code, text), count in reasons.most_common(options.show):
        place = f" ({where[code, text]})" if options.verbose else ""
        print(f"{count:5} {code} {text}{place}")
    print("\nConditions of unsafe fixes:")
    for text, count in conditions.most_common(options.show):
        print(f"{count:5} {text}")
    print(f"\n{len(broken)} failures")
    for line in broken[: options.show]:
        print(line)
    return bool(broken)


if __name__ == "__main__":
    raise SystemExit(main())
