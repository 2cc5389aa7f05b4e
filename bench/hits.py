"""
What a rule says about a folder of Dockerfiles, to be read by a person.

    python bench/hits.py CORPUS RULE [RULE …] [--sample 20] [--seed 1] [--against FILE.tsv]

Prints the number of findings and a random sample with the source lines and the fix as a diff.
`--against` takes lines `file<TAB>line…` of another tool's findings for the same concern and prints
what only one of the two reports. CORPUS is a folder, or a file with one path in each line.
"""

import argparse
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.facts.port import Bundled
from dockwright.findings.finding import Finding
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text import patch
from dockwright.text.source import Source, decode


def dockerfiles(corpus: str) -> Iterator[str]:
    """Paths of the Dockerfiles of a corpus."""
    if os.path.isfile(corpus):
        base = os.path.dirname(corpus)
        for line in Path(corpus).read_text().splitlines():
            yield os.path.join(base, line)
        return
    for folder, _, names in sorted(os.walk(corpus)):
        for name in sorted(names):
            lowered = name.lower()
            if ("dockerfile" in lowered or "containerfile" in lowered) and not lowered.endswith(
                (".dockerignore", ".md")
            ):
                yield os.path.join(folder, name)


def show(source: Source, finding: Finding) -> None:
    line, column = source.position(finding.span.start)
    last = source.line_of(max(finding.span.start, finding.span.end - 1))
    print(f"\n{source.name}:{line}:{column}: {finding.confidence} {finding.message}")
    for number in range(max(1, line - 1), min(last, line + 5) + 1):
        print(f"  {number:4} | {source.line(number)[:160]}")
    print(f"       marked: {source.slice(finding.span)[:160]!r}")
    for reason in finding.because:
        print(f"       because {reason.text}")
    for fix in finding.fixes:
        print(f"       fix ({fix.safety}): {fix.title}")
        after = patch.apply(source.text, fix.edits)
        for change in patch.diff("f", source.text, after).splitlines()[2:]:
            if change[:1] in "+-":
                print(f"         {change[:160]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("rules", nargs="+")
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--against")
    options = parser.parse_args()
    entries = []
    for name in options.rules:
        entry = registry.find(name)
        if entry is None:
            raise SystemExit(f"no rule {name}: is the index fresh? `make generate`")
        entries.append(entry)
    plan = Plan(entries)
    found: list[tuple[Source, Finding]] = []
    for path in dockerfiles(options.corpus):
        source = Source(path, decode(Path(path).read_bytes()))
        found += [(source, finding) for finding in plan.run(Build(parse(source), facts=Bundled()))]
    files = {source.name for source, _ in found}
    print(f"{len(found)} findings in {len(files)} files")
    if options.against:
        base = os.path.dirname(options.corpus) if os.path.isfile(options.corpus) else ""
        steps = {
            (s.name, s.line_of(_instruction_start(s, f))): (s.name, s.line_of(f.span.start))
            for s, f in found
        }
        theirs = set()
        for row in Path(options.against).read_text().splitlines():
            name, line = row.split("\t")[:2]
            theirs.add((os.path.join(base, name), int(line)))
        keyed = set(steps)
        print(
            f"both {len(keyed & theirs)}, only ours {len(keyed - theirs)},"
            f" only theirs {len(theirs - keyed)}"
        )
        pick = random.Random(options.seed)
        for title, keys in (("only ours", keyed - theirs), ("only theirs", theirs - keyed)):
            chosen = sorted(keys)
            pick.shuffle(chosen)
            for path, first in chosen[: options.sample]:
                source = Source(path, decode(Path(path).read_bytes()))
                last = min(first + 4, len(source.line_starts))
                text = " ".join(source.line(n).strip() for n in range(first, last + 1))
                print(f"{title}: {path}:{first}: {text[:230]}")
        return 0
    pick = random.Random(options.seed)
    for source, finding in pick.sample(found, min(options.sample, len(found))):
        show(source, finding)
    return 0


def _instruction_start(source: Source, finding: Finding) -> int:
    start = finding.span.start
    tree = parse(source)
    for node in tree.instructions:
        if node.start <= start <= node.end:
            return node.start
    return start


if __name__ == "__main__":
    raise SystemExit(main())
