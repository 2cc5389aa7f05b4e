"""What Docker Compose makes of the corpus and of generated cases, recorded.

    python -m bench.compose_oracle OUT [--corpus DIR] [--cases FILE] [--seeds 1 2] [--runs 2]

Writes `OUT/corpus.jsonl.gz` (each Compose file of the corpus, `-f` alone, in a copy of its
repository) and `OUT/generated.jsonl.gz` (the cases of `bench.compose_cases`; without --cases those
of the seeds). A corpus file that is refused for what it lacks (variables, files, networks
that another file defines) is recorded once more with that added (id ending in "+"). Each case runs
--runs times with nothing in the environment but PATH and HOME: `docker compose config` needs no
daemon. Cases whose runs differ are marked unstable. The shape of a record: `bench/compose/case.py`.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench import compose_cases
from bench.compose.case import ROOT, SCRUBBED, Case, read_records, write_records

TIMEOUT = 20
NAME = re.compile(r"compose[^/]*\.ya?ml$", re.IGNORECASE)
MISSING_FILE = re.compile(r"env file (\S+) not found|stat (\S+): no such file|open (\S+): no such")
MISSING_VARIABLE = re.compile(
    r'required variable (\w+) is missing a value|variable "?(\w+)"? is mi'
)
MISSING_SERVICE = re.compile(r'service "([^"]+)" not found in (\S+)$')
MISSING_RESOURCE = re.compile(r"refers to undefined (network|volume|secret|config) (\S+):")
LONELY = re.compile(
    r'depends on undefined service "([^"]+)"|service "([^"]+)" has neither an image nor a build'
)
UNSET = re.compile(r'The \\"(\w+)\\" variable is not set')


def ask(case: Case, root: str, program: list[str]) -> dict[str, Any]:
    """Run Compose on a case whose files are below `root`."""
    try:
        ended = subprocess.run(
            [*program, *case.arguments(), "config", "--format", "json"],
            cwd=os.path.join(root, case.folder),
            env=SCRUBBED | case.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"exit": -1, "answer": None, "stderr": "timeout"}
    out = ended.stdout.decode("utf-8", "replace").replace(root, ROOT)
    told = ended.stderr.decode("utf-8", "replace").replace(root, ROOT)
    told = re.sub(r'time="[^"]*" ', "", told)
    answer = json.loads(out) if ended.returncode == 0 else None
    return {
        "exit": ended.returncode,
        "answer": answer,
        "stderr": told if len(told) < 3000 else told[:1000] + " ... " + told[-2000:],
    }


def record(case: Case, program: list[str], runs: int, corpus: str) -> dict[str, Any]:
    """A case with its answer."""
    # The last folder's name can become the project's; the others' names are of no importance.
    with tempfile.TemporaryDirectory(prefix="compose-") as folder:
        root = os.path.join(os.path.realpath(folder), "root")
        if case.corpus:
            top = case.corpus.split("/")[0]
            shutil.copytree(
                os.path.join(corpus, top),
                os.path.join(root, top),
                symlinks=True,
                dirs_exist_ok=True,
            )
        case.write(root)
        os.makedirs(os.path.join(root, case.folder), exist_ok=True)
        answers = [ask(case, root, program) for _ in range(runs)]
    found = case.record() | answers[0]
    if any(a["exit"] != found["exit"] or a["answer"] != found["answer"] for a in answers):
        found["unstable"] = True
    return found


def corpus_cases(corpus: str) -> list[Case]:
    """One case for each Compose file."""
    found = []
    for folder, _, names in sorted(os.walk(corpus)):
        for name in sorted(names):
            if NAME.search(name):
                path = os.path.relpath(os.path.join(folder, name), corpus)
                home = os.path.dirname(path)
                found.append(Case(path, "corpus", {}, folder=home, given=[name], corpus=path))
    return found


def completed(case: Case, program: list[str], runs: int, corpus: str) -> dict[str, Any] | None:
    """The case with what it was refused for lacking, None when nothing helps."""
    more = Case.of(case.record() | {"id": case.id + "+"})
    for _ in range(60):
        found = record(more, program, 1, corpus)
        if found["exit"] == 0:
            return record(more, program, runs, corpus)
        if not _complete(more, found["stderr"]):
            return None
    return None


def _complete(case: Case, told: str) -> bool:
    """Add what a refusal says is missing; whether there was anything."""
    unset = set(UNSET.findall(told)) - set(case.environment)
    for name in unset:
        case.environment[name] = _value(name)
    last = told.strip().splitlines()[-1] if told.strip() else ""
    if file := MISSING_FILE.search(last):
        path = next(filter(None, file.groups())).strip('"').rstrip(":")
        inside = path.removeprefix(ROOT + "/")
        if inside == path or inside in case.added:
            return bool(unset)
        yaml = path.endswith((".yml", ".yaml"))
        case.added[inside] = (
            "services:\n  added:\n    image: alpine\n" if yaml else "ADDED=1\nNAME='a b'\n"
        )
        return True
    if variable := MISSING_VARIABLE.search(last):
        name = next(filter(None, variable.groups()))
        if name in case.environment:
            return bool(unset)
        case.environment[name] = _value(name)
        return True
    if service := MISSING_SERVICE.search(last):
        name, path = service.groups()
        for inside in case.added:
            if os.path.basename(inside) == os.path.basename(path):
                case.added[inside] += f"  {name}:\n    image: alpine\n"
                return True
    lonely = LONELY.search(last)
    if resource := MISSING_RESOURCE.search(last) or lonely:
        section, name = (
            ("service", next(filter(None, lonely.groups()))) if lonely else resource.groups()
        )
        body = "    image: alpine\n" if lonely else ""
        path = os.path.join(case.folder, "added.yaml")
        if f"  {name}:\n" not in case.added.get(path, ""):
            case.added[path] = case.added.get(path, "") + f"{section}s:\n  {name}:\n{body}"
            case.given += ["added.yaml"] if "added.yaml" not in case.given else []
            # One section of each name: what follows another of the same is put into it.
            case.added[path] = _gathered(case.added[path])
            return True
    return bool(unset)


def _value(name: str) -> str:
    """A value that suits a variable of this name."""
    if "PORT" in name.upper():
        return "8080"
    return "./given" if re.search("DIR|PATH|ROOT|LOCATION", name.upper()) else "given"


def _gathered(text: str) -> str:
    sections: dict[str, list[str]] = {}
    at: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            at.append(line)
        else:
            at = sections.setdefault(line, [])
    return "".join(f"{head}\n" + "".join(f"{one}\n" for one in sections[head]) for head in sections)


def run(cases: list[Case], options: argparse.Namespace, *, complete: bool) -> list[dict[str, Any]]:
    """The records of the cases."""
    program = shlex.split(options.program)
    started = time.monotonic()
    done = 0

    def one(case: Case) -> list[dict[str, Any]]:
        nonlocal done
        found = [record(case, program, options.runs, options.corpus)]
        if complete and found[0]["exit"] != 0:
            more = completed(case, program, options.runs, options.corpus)
            found += [more] if more is not None else []
        done += 1
        if done % 250 == 0:
            print(f"{done} of {len(cases)}, {time.monotonic() - started:.0f} s", flush=True)
        return found

    with ThreadPoolExecutor(options.jobs) as pool:
        return [each for found in pool.map(one, cases) for each in found]


def tell(title: str, records: list[dict[str, Any]]) -> None:
    """How many were accepted, by kind."""
    total: Counter[str] = Counter(one["kind"] for one in records)
    accepted: Counter[str] = Counter(one["kind"] for one in records if one["exit"] == 0)
    unstable = sum("unstable" in one for one in records)
    print(f"{title}: {sum(accepted.values())} of {len(records)} accepted, {unstable} unstable")
    for kind in sorted(total):
        print(f"  {kind:16} {accepted[kind]:5} of {total[kind]:5}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--corpus", default="")
    parser.add_argument("--cases", type=Path, help="a file of cases instead of the generated ones")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--program", default="docker compose")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--only", choices=("corpus", "generated"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.corpus and options.only != "generated":
        records = run(corpus_cases(options.corpus), options, complete=True)
        write_records(options.out / "corpus.jsonl.gz", records)
        tell("corpus", records)
    if options.only != "corpus":
        if options.cases:
            cases = [Case.of(one) for one in read_records(options.cases)]
        else:
            cases = [case for seed in options.seeds for case in compose_cases.cases(seed)]
        records = run(cases, options, complete=False)
        write_records(options.out / "generated.jsonl.gz", records)
        tell("generated", records)
    return 0


if __name__ == "__main__":
    sys.exit(main())
