"""
Does `dockwright context --explain` say what a real context upload does, and why?

    python -m bench.ignore_upload [--files 600] [--paths 40] [--seed N] [--probes 2] [--seconds 900]

Makes random trees with random ignore files on the disk, asks the library function behind
`--explain` about every path, and lets BuildKit upload each tree (`FROM scratch`, `COPY . /`).

A case is a path under an ignore file: whether it arrives, and whether it arrives empty. Of some
paths the pattern that is said to decide is put to the proof with two more uploads: with the ignore
file cut off behind that pattern the answer must stay, and cut off before it, it must turn.

Exit code 1 on any difference. What is made in the engine carries a name of this run and is
removed; so are the temporary directories.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir, "src"))

from bench.ignore_agreement import (
    Case,
    build,
    is_refused,
    lay_out,
    ours,
    random_case,
    special_cases,
    usable_in_a_build,
)
from dockwright.app import survey
from dockwright.model.survey import Explained
from dockwright.syntax.ignore.matcher import ABSENT, HOLLOW, SENT
from dockwright.syntax.ignore.parser import parse


class Upload(NamedTuple):
    """
    A context to upload, and what the builder must get of it.

    `wanted` maps paths to SENT, HOLLOW or ABSENT; `what` says in a word why it is uploaded.
    """

    name: str
    what: str
    case: Case
    wanted: dict[str, str]


class Tally:
    """What was compared, by what it was uploaded for, and what differed."""

    def __init__(self) -> None:
        self.files = 0
        self.pairs = {ABSENT: 0, HOLLOW: 0, SENT: 0}
        self.probes = {"kept": 0, "turned": 0}
        self.differences: list[str] = []


def expected(case: Case, answers: dict[str, Explained]) -> dict[str, str]:
    """What arrives: a directory is there also when something in it is."""
    found = {}
    for path in case.paths:
        name = path.removesuffix("/")
        fate = answers[name].fate
        if path.endswith("/"):
            inside = any(
                answers[one.removesuffix("/")].fate != ABSENT
                for one in case.paths
                if one.startswith(path)
            )
            fate = SENT if fate != ABSENT or inside else ABSENT
        found[name] = fate
    return found


def explained(folder: str, case: Case) -> dict[str, Explained]:
    """Each path of the tree in `folder` with what `--explain` knows of it."""
    found = survey.survey(folder)
    inside = [os.path.join(folder, path.removesuffix("/")) for path in case.paths]
    return {
        path.removesuffix("/"): answer
        for path, answer in zip(case.paths, survey.explain(found, inside), strict=True)
    }


def cut(case: Case, line: int) -> Case:
    """The case with the first `line` lines of its ignore file."""
    return Case("".join(case.text.splitlines(keepends=True)[:line]), case.paths)


def proofs(
    rng: random.Random, name: str, case: Case, answers: dict[str, Explained], count: int
) -> list[Upload]:
    """Uploads that show whether the pattern which is said to decide about a path does."""
    found: list[Upload] = []
    files = [path for path in case.paths if not path.endswith("/")]
    files = [path for path in files if answers[path].pattern and answers[path].fate != HOLLOW]
    if len(case.text.split("\n")) != len(case.text.splitlines(keepends=True)) + case.text.endswith(
        "\n"
    ):
        return found  # a line of Python's is not one of Docker's
    for number, path in enumerate(rng.sample(files, min(count, len(files)))):
        one = answers[path]
        assert one.pattern is not None
        trials = [("kept", cut(case, one.pattern.line), one.fate)]
        above = path.rpartition("/")[0]
        if one.part == path and not (above and answers[above].fate == ABSENT):
            other = SENT if one.fate == ABSENT else ABSENT
            trials.append(("turned", cut(case, one.pattern.line - 1), other))
        # Later exceptions have a say in which folders the client enters at all: without them a file
        # may stay away although its own pattern is the same.
        later = any(p.negated and p.line > one.pattern.line for p in parse(case.text).patterns)
        for what, trial, fate in trials:
            if not (later and fate == SENT) and not is_refused(trial, ours(trial)):
                found.append(Upload(f"{name}p{number}{what}", what, trial, {path: fate}))
    return found


def compare(tally: Tally, upload: Upload, result: dict[str, int]) -> None:
    """One upload with what was said of it."""
    tally.files += upload.what == "all"
    for path, fate in upload.wanted.items():
        size = result.get(f"{upload.name}/{path}")
        real = ABSENT if size is None else HOLLOW if size == 0 else SENT
        if upload.what == "all":
            tally.pairs[real] += 1
        else:
            tally.probes[upload.what] += 1
        if real != fate:
            tally.differences.append(
                f"{upload.what}: {path!r}: said {fate}, is {real}\n    file {upload.case.text!r}"
            )


def run(cases: list[Case], seed: int, probes: int, batch: int, seconds: float) -> Tally:
    """All cases; nothing new is begun after so many seconds."""
    rng = random.Random(seed)
    started = time.monotonic()
    tally = Tally()
    label = f"dwupload{os.getpid()}x{int(time.time())}"
    directory = tempfile.mkdtemp(prefix="dockwright-upload-")
    os.mkdir(os.path.join(directory, "empty"))

    def one(numbered: list[tuple[int, Case]]) -> None:
        contexts: dict[str, str] = {}
        uploads: list[Upload] = []
        for number, case in numbered:
            name = f"{label}x{number}"
            contexts[name] = os.path.join(directory, name)
            os.mkdir(contexts[name])
            lay_out(contexts[name], case)
            answers = explained(contexts[name], case)
            uploads.append(Upload(name, "all", case, expected(case, answers)))
            for proof in proofs(rng, name, case, answers, probes):
                contexts[proof.name] = os.path.join(directory, proof.name)
                os.mkdir(contexts[proof.name])
                lay_out(contexts[proof.name], proof.case)
                uploads.append(proof)
        result = build(directory, list(contexts), contexts)
        for upload in uploads:
            alone = result
            if alone is None:
                alone = build(directory, [upload.name], contexts)
            if alone is None:
                tally.differences.append(f"refused\n    file {upload.case.text!r}")
            else:
                compare(tally, upload, alone)
        for folder in contexts.values():
            shutil.rmtree(folder)

    groups = [list(enumerate(cases))[at : at + batch] for at in range(0, len(cases), batch)]
    try:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            waiting = [
                pool.submit(lambda g: one(g) if time.monotonic() - started < seconds else None, g)
                for g in groups
            ]
            for done in waiting:
                done.result()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        subprocess.run(
            ["docker", "buildx", "prune", "--force", "--filter", f"description~={label}"],
            stdout=subprocess.DEVNULL,
            check=False,
        )
    return tally


def made(seed: int, files: int, paths: int) -> list[Case]:
    """Cases that a build takes: those that chance does not find, and random ones."""
    rng = random.Random(seed)
    cases = [case for case in special_cases() if usable_in_a_build(case)]
    while len(cases) < files:
        case = random_case(rng, paths)
        if usable_in_a_build(case):
            cases.append(case)
    return [case for case in cases[:files] if not is_refused(case, ours(case))]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--files", type=int, default=600, help="ignore files, each with its tree")
    parser.add_argument("--paths", type=int, default=40, help="paths in a tree")
    parser.add_argument("--probes", type=int, default=2, help="paths to prove the pattern of")
    parser.add_argument("--batch", type=int, default=8, help="trees in one build")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=900)
    options = parser.parse_args()
    started = time.monotonic()
    cases = made(options.seed, options.files, options.paths)
    tally = run(cases, options.seed, options.probes, options.batch, options.seconds)
    total = sum(tally.pairs.values())
    print(
        f"{tally.files} ignore files, {total} paths: {tally.pairs[SENT]} arrive,"
        f" {tally.pairs[ABSENT]} do not, {tally.pairs[HOLLOW]} arrive empty"
    )
    print(
        f"deciding patterns proved: {tally.probes['kept']} keep their answer without what follows,"
        f" {tally.probes['turned']} turn it"
    )
    print(f"{len(tally.differences)} differences, {time.monotonic() - started:.0f} s")
    for difference in tally.differences[:10]:
        print(f"\n{difference}")
    return 1 if tally.differences or not total else 0


if __name__ == "__main__":
    sys.exit(main())
