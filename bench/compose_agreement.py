"""Our model of Compose projects against the recorded answers of Docker Compose.

    python -m bench.compose_agreement DATA [--corpus DIR] [--only KIND] [--groups 40] [--case ID]
        [--select FILE]

DATA is what `bench.compose_oracle` wrote; `--corpus` is the corpus that was recorded. Says for how
many cases we accept and refuse what Compose does, and for how many of those that both accept the
normal forms are identical (order of keys aside). Lists the differences by pattern of their path,
the most frequent first. Cases in which Compose crashed, or whose answer is not the same each time,
count for nothing. `--case` prints one case with both answers; `--select` writes a small selection
of the generated cases that agree, for the tests. Exits with 1 below 99 %.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bench.compose.case import Case, read_records, write_records
from bench.compose.choose import chosen
from bench.compose.compare import Outcome, compare, ours

TARGET = 0.99
SHOWN = 5


class Group:
    """Cases that differ in the same way."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.example = ""

    def add(self, name: str, example: str) -> None:
        if not self.ids or self.ids[-1] != name:
            self.ids.append(name)
        self.example = self.example or example


def _pattern(text: str) -> str:
    """A message with what is particular to a case left out."""
    text = text.strip().splitlines()[-1] if text.strip() else ""
    text = re.sub(r"/case\S*|\"[^\"]*\"|'[^']*'|\b[A-Z]\w*_UNSET\b", "_", text)
    return re.sub(r"\d+", "0", text)[:110]


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.2%})" if whole else "none"


def report(title: str, results: list[tuple[dict[str, Any], Outcome]], groups: int) -> bool:
    """Print what one file of records gives; whether both targets are met."""
    count = Counter(outcome.verdict for _, outcome in results)
    known = len(results) - count["unknown"]
    both = count["same"] + count["different"]
    agree = both + count["both refuse"]
    print(f"## {title}: {len(results)} cases")
    print(f"accept or refuse as Compose does: {share(agree, known)}")
    print(f"identical, of those both accept: {share(count['same'], both)}")
    print(f"identical, of those Compose accepts: {share(count['same'], both + count['we refuse'])}")
    print("  " + ", ".join(f"{name} {n}" for name, n in sorted(count.items())))
    kinds: dict[str, Counter[bool]] = defaultdict(Counter)
    found: dict[str, Group] = defaultdict(Group)
    for record, outcome in results:
        kinds[record["kind"]][outcome.agrees] += 1
        name = record["id"]
        if outcome.verdict == "different":
            for pattern, example in outcome.differences:
                found[f"DIFFERENT {pattern}"].add(name, example)
        elif outcome.verdict == "we refuse":
            found[f"WE REFUSE {_pattern(outcome.told)}"].add(name, outcome.told)
        elif outcome.verdict == "we accept":
            told = record["stderr"].strip().splitlines()
            found[f"WE ACCEPT {_pattern(record['stderr'])}"].add(name, told[-1] if told else "")
        elif outcome.verdict == "crash":
            found[f"CRASH {_pattern(outcome.told)}"].add(name, outcome.told)
    if len(kinds) > 1:
        print("  " + ", ".join(f"{k} {c[True]}/{c.total()}" for k, c in sorted(kinds.items())))
    ordered = sorted(found.items(), key=lambda item: (-len(item[1].ids), item[0]))
    for pattern, group in ordered[:groups]:
        print(f"{len(group.ids):5} {pattern}\n      {group.example}")
        print(f"      {' '.join(group.ids[:SHOWN])}")
    if len(ordered) > groups:
        print(f"and {len(ordered) - groups} more groups")
    print()
    return agree >= TARGET * known and count["same"] >= TARGET * both


def show(record: dict[str, Any], corpus: str) -> None:
    """Print one case with both answers."""
    case = Case.of(record)
    print(f"{case.id}: {' '.join(case.arguments())} {case.environment}")
    for path, text in (case.files | case.added).items():
        print(f"==> {path}\n{text}")
    outcome = compare(record, corpus)
    print(f"==> Compose: exit {record['exit']}\n{record['stderr']}")
    print(f"==> ours: {outcome.verdict} {outcome.told}")
    for pattern, example in outcome.differences:
        print(f"{pattern}: {example}")
    if not outcome.differences and outcome.verdict != "crash":
        print(json.dumps(ours(case, corpus)[0], indent=1))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", default="")
    parser.add_argument("--only", help="a kind of case, or a part of an id")
    parser.add_argument("--groups", type=int, default=40)
    parser.add_argument("--case")
    parser.add_argument("--select", type=Path)
    options = parser.parse_args()
    if options.select:
        records = list(read_records(options.data / "generated.jsonl.gz"))
        write_records(options.select, chosen(records))
        return 0
    met = True
    for path in sorted(options.data.glob("*.jsonl.gz")):
        records = list(read_records(path))
        if options.case:
            for record in records:
                if record["id"] == options.case:
                    show(record, options.corpus)
            continue
        if options.only:
            records = [
                r for r in records if options.only in (r["kind"], r["id"].rpartition("-")[0])
            ]
        if records:
            results = [(record, compare(record, options.corpus)) for record in records]
            met &= report(path.name.partition(".")[0], results, options.groups)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
