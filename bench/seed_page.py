"""
The patterns of a page: verified as written, mended, verified again.

    python -m bench.seed_page PAGE [--only TITLE]

`PAGE` is a Markdown page of Docker patterns with the headings that `bench/page/cases.py` names. An
engine is needed, with the base images that the page names, and a package index that builds reach.
As written, the defects must be among what `verify` reports; after `dockwright fix --unsafe`, every
claim must hold where the case says so. Ends with 1 when something is otherwise.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench.page.cases import CASES, Case
from dockwright.app.verify import verify
from dockwright.cli.main import main as dockwright
from dockwright.verify.claim import DISAGREES, UNKNOWN, VIOLATED, Outcome, Verified
from dockwright.verify.settings import Settings

_FENCE = re.compile(
    r"^## (?P<title>.+?)$(?:(?!^## ).)*?^```\w*\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)


def blocks(page: str) -> dict[str, str]:
    """The first fence below each heading."""
    return {found["title"].strip(): found["text"] for found in _FENCE.finditer(page)}


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Make a project."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def judged(found: list[Verified], verdict: str) -> list[Outcome]:
    """The outcomes with a verdict, of all subjects."""
    return [one for each in found for one in each.outcomes if one.verdict == verdict]


def trial(case: Case, page: Mapping[str, str], folder: Path) -> bool:
    """Verify, fix, verify; print what was seen; whether it is as it must be."""
    write(folder, case.files(page))
    settings = Settings()
    begun = time.monotonic()
    before = verify(str(folder), settings=settings)
    seen = {one.claim for one in judged(before, VIOLATED)}
    good = seen >= set(case.defects)
    print(f"\n{case.title}: {'seen' if good else 'MISSED'} {', '.join(sorted(seen)) or 'nothing'}")
    for one in judged(before, VIOLATED) + judged(before, DISAGREES):
        print(f"    {one.verdict} {one.claim}: {one.message[:150]}")
        for line in list(one.evidence)[:2]:
            print(f"        {line[:140]}")
    if case.mended:
        with open(os.devnull, "w") as nothing:
            out, sys.stdout = sys.stdout, nothing
            try:
                dockwright(
                    [
                        "fix",
                        "--unsafe",
                        "--shellcheck",
                        "off",
                        "--context",
                        str(folder),
                        str(folder),
                    ]
                )
            finally:
                sys.stdout = out
        after = verify(str(folder), settings=settings)
        lost = judged(after, VIOLATED) + judged(after, DISAGREES) + judged(after, UNKNOWN)
        held = sum(one.verdict == "holds" for each in after for one in each.outcomes)
        good = good and not lost
        print(f"  mended: {held} claims hold" + (", not all:" if lost else ""))
        for one in lost:
            print(f"    {one.verdict} {one.claim}: {one.message[:150]}")
            for line in list(one.evidence)[:2]:
                print(f"        {line[:140]}")
    print(f"  {time.monotonic() - begun:.0f} s")
    return good


def main() -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=Path, help="leave the projects in this folder")
    arguments = parser.parse_args()
    page = blocks(arguments.page.read_text())
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        top = arguments.keep or Path(temporary)
        for number, case in enumerate(CASES):
            if case.title.startswith(arguments.only):
                folder = top / f"p{number}"
                folder.mkdir(parents=True, exist_ok=True)
                results.append(trial(case, page, folder))
    print(f"\n{sum(results)} of {len(results)} as they must be")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
