"""
False alarms: error-level findings of model rules on Dockerfiles that are known to build.

    python -m bench.known_good FOLDER [--rules DW5] [--all] [--skip REASONS]

FOLDER holds checkouts of repositories whose Dockerfiles are built all the time: the official
images' own, awesome-compose and the like. Every Dockerfile in it is checked with its own folder as
the build context (`--no-context`: without). Prints each error-level finding, to be read by a
person, and the share of files that have one. REASONS is a file with lines `path<TAB>code<TAB>why`
for findings that were read and found right: a Dockerfile that no longer builds.
"""

import argparse
import os
from collections import Counter
from pathlib import Path

from dockwright.app.listing import DiskListing
from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.facts.port import Bundled
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.text.source import Source, decode


def dockerfiles(folder: str) -> list[str]:
    """The Linux Dockerfiles below `folder`, templates left out."""
    found = []
    for base, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            low = name.lower()
            if "windows" in os.path.join(base, name).lower() or low.endswith(
                (".template", ".dockerignore", ".j2", ".md", ".sh", ".yml", ".yaml")
            ):
                continue
            if low == "dockerfile" or low.startswith("dockerfile.") or low.endswith(".dockerfile"):
                found.append(os.path.join(base, name))
    return found


def main() -> None:
    """Check all files and print what is wrong with them, allegedly."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--rules", default="DW5", help="the codes' beginning")
    parser.add_argument("--all", action="store_true", help="warnings too")
    parser.add_argument("--no-context", action="store_true")
    parser.add_argument("--skip", metavar="REASONS")
    arguments = parser.parse_args()
    entries = [one for one in registry.entries() if one.code.startswith(arguments.rules)]
    plan = Plan(entries)
    read: dict[tuple[str, str], str] = {}
    if arguments.skip:
        for line in Path(arguments.skip).read_text().splitlines():
            path, code, why = line.split("\t")
            read[path, code] = why
    files = dockerfiles(arguments.folder)
    counts: Counter[str] = Counter()
    alarmed = explained = 0
    for path in files:
        folder = os.path.dirname(path)
        relative = os.path.relpath(path, arguments.folder)
        build = Build(
            parse(Source(relative, decode(Path(path).read_bytes()))),
            facts=Bundled(),
            ignore=None if arguments.no_context else Matcher(()),
            listing=None if arguments.no_context else DiskListing(folder),
        )
        found = [one for one in plan.run(build) if arguments.all or one.severity == "error"]
        open_ = [one for one in found if (relative, one.code) not in read]
        alarmed += bool([one for one in open_ if one.severity == "error"])
        explained += bool(found) and not open_
        for finding in open_:
            counts[f"{finding.code} {finding.name}"] += 1
            place = build.tree.source.line_of(finding.span.start)
            print(f"{relative}:{place}: {finding.code} {finding.confidence} {finding.message}")
            for reason in finding.because:
                print(f"      because {reason.text}")
    print()
    for name, count in counts.most_common():
        print(f"{count:6} {name}")
    share = alarmed / len(files) if files else 0
    print(f"{len(files)} files, {alarmed} with an error-level finding ({share:.2%}), ", end="")
    print(f"{explained} whose findings were read and are right")


if __name__ == "__main__":
    main()
