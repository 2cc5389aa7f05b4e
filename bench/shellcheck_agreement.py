"""ShellCheck's findings as we report them, against those that hadolint reports.

    python -m bench.shellcheck_agreement CORPUS [--hadolint PROGRAM | --raw FILE] [--sample 5]

Compares by file, instruction and code, and sorts every difference into a class that is decided
from the file, not from the difference. CORPUS is a folder, or a file with one path in each line.
`--raw` takes the JSON that hadolint printed earlier for the same files. Exits with 1 when less
than 99 % of hadolint's findings are reproduced or explained.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from dockwright.check import shell_script, shellcheck
from dockwright.model.stages import Build
from dockwright.model.steps import Step
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode

GOAL = 0.99

Key = tuple[str, int, str]


def dockerfiles(corpus: str) -> list[str]:
    """Paths of the Dockerfiles of a corpus."""
    if os.path.isfile(corpus):
        base = os.path.dirname(corpus)
        return [os.path.join(base, line) for line in Path(corpus).read_text().splitlines()]
    return sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(corpus)
        for name in names
        if "dockerfile" in name.lower() and not name.lower().endswith((".dockerignore", ".md"))
    )


def hadolint(program: str, paths: list[str]) -> str:
    """What hadolint prints for `paths`."""
    printed = []
    command = [program, "--no-fail", "--disable-ignore-pragma", "-f", "json"]
    for at in range(0, len(paths), 300):
        batch = paths[at : at + 300]
        printed.append(subprocess.run([*command, *batch], capture_output=True, check=False).stdout)
    return b"\n".join(printed).decode()


def values(text: str) -> Iterator[dict[str, Any]]:
    """The objects of several JSON lists, one behind the other."""
    decoder = json.JSONDecoder()
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return
        found, at = decoder.raw_decode(text, at)
        yield from found


def ours(builds: list[Build]) -> dict[Key, int]:
    """Our findings by file, first line of the instruction, and code."""
    found: Counter[Key] = Counter()
    answers = shellcheck.findings(builds, {}, cached=False)
    for build in builds:
        steps = build.steps
        starts = [step.span.start for step in steps]
        for finding in answers.get(build.source, ()):
            step = steps[bisect_right(starts, finding.span.start) - 1]
            found[build.source, step.outer.first_line, finding.code] += 1
    return found


def why_missing(step: Step | None, code: str) -> str:
    """The class of a finding that only hadolint has."""
    if step is None:
        return ""
    if step.language in ("powershell", "cmd"):
        return f"the script is {step.language}, which hadolint takes for sh"
    job = next((j for j in shell_script.jobs(step.stage.build) if j.step is step), None)
    before = step.stage.steps[: step.index]
    shells = [one.index for one in before if one.name == "SHELL"]
    forgets = shells and any(one.name in ("ENV", "ARG") for one in before[shells[-1] :])
    if forgets and code.startswith("SC3") and job is not None and job.dialect != "sh":
        return "hadolint forgets the SHELL instruction at the next ENV or ARG"
    if step.onbuild and code in ("SC2086", "SC2154") and job is not None and job.end:
        return "hadolint knows no variables behind ONBUILD; the image's ENV is there"
    if any("$" in pair.key for one in before if one.name == "ENV" for pair in one.node.pairs):
        return "an ENV name with a variable in it: the finding is in what hadolint adds"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0].strip())
    parser.add_argument("corpus")
    parser.add_argument("--hadolint", default="hadolint")
    parser.add_argument("--raw", help="hadolint's JSON of an earlier run on CORPUS")
    parser.add_argument("--sample", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not shellcheck.identity():
        raise SystemExit("ShellCheck is not installed")
    paths = dockerfiles(options.corpus)
    base = os.path.dirname(options.corpus) if os.path.isfile(options.corpus) and options.raw else ""
    text = Path(options.raw).read_text() if options.raw else hadolint(options.hadolint, paths)
    theirs: set[Key] = set()
    unread: set[str] = set()
    for row in values(text):
        name = os.path.join(base, row["file"])
        if row["code"] == "DL1000":
            unread.add(name)
        elif row["code"].startswith("SC"):
            theirs.add((name, row["line"], row["code"]))
    builds = [Build(parse(Source(path, decode(Path(path).read_bytes())))) for path in paths]
    started = time.perf_counter()
    mine = ours(builds)
    seconds = time.perf_counter() - started
    steps = {(b.source, step.outer.first_line): step for b in builds for step in b.steps}

    missing: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(theirs - mine.keys()):
        missing[why_missing(steps.get(key[:2]), key[2])].append(key)
    speaks = {key[:2] for key in theirs}
    more: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(mine.keys() - theirs):
        if key[0] in unread:
            more["hadolint cannot read the file"].append(key)
        elif key[:2] in speaks:
            more["hadolint reports one ShellCheck finding per RUN, this one is hidden"].append(key)
        else:
            more[""].append(key)

    both = len(theirs & mine.keys())
    explained = sum(len(keys) for name, keys in missing.items() if name)
    rate = (both + explained) / max(1, len(theirs))
    print(f"{len(paths)} files, ShellCheck run in {seconds:.1f} s")
    print(f"hadolint: {len(theirs)} findings (at most one per RUN); ours: {sum(mine.values())}")
    print(f"reproduced {both}, explained {explained}: {rate:.2%} of hadolint's")
    pick = random.Random(options.seed)
    for title, classes in (("only hadolint", missing), ("only ours", more)):
        for name, keys in sorted(classes.items(), key=lambda item: -len(item[1])):
            codes = ", ".join(f"{c} {n}" for c, n in Counter(k[2] for k in keys).most_common(8))
            print(f"\n{title}: {len(keys)}: {name or 'UNEXPLAINED'}\n  {codes}")
            for path, line, code in pick.sample(keys, min(options.sample, len(keys))):
                print(f"  {path}:{line} {code}")
    return 0 if rate >= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
