"""
Compare the hand-kept table of vanished Ubuntu packages with Ubuntu's CVE tracker.

Input: a clone of github.com/nottrobin/ubuntu-cve-tracker, a copy of the tracker of 2020-06-18. Each
CVE names source packages and, for each release, a status; "DNE" says that the release does not
have the source. Nothing is written: the table is kept by hand. It is an error when a family of
`dockwright.facts.vanished_table` says something else than the tracker.
"""

import re
import sys
from collections import Counter, defaultdict

from dockwright.facts.vanished_table import families
from tools.refresh_facts.repository import Repository

RELEASES = ("trusty", "xenial", "bionic")
_STATUS = re.compile(r"(?m)^([a-z]+)_([a-z0-9][a-z0-9+.-]*): +([A-Za-z-]+)")


def statuses(source: Repository) -> dict[tuple[str, str], Counter[str]]:
    """(source package, release) to how often each status is given."""
    blobs = []
    for folder in ("active", "retired"):
        listing = source.git("ls-tree", "-r", "HEAD", folder).split("\n")
        blobs += [line.split()[2] for line in listing if "/CVE-" in line]
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for _, text in source.blobs(blobs):
        for release, name, status in _STATUS.findall(text):
            found[name, release][status] += 1
    return found


def contradictions(known: dict[tuple[str, str], Counter[str]]) -> list[str]:
    """What the table says and the tracker does not."""
    wrong = []
    for family in families():
        covered = RELEASES[RELEASES.index(family.first) :] if family.first in RELEASES else ()
        for release in covered:
            seen = known.get((family.source, release), Counter())
            if not seen and "CVE-" in family.where:
                continue  # Newer than this copy of the tracker; the CVE speaks of the release.
            present = {status for status in seen if status not in ("DNE", "ignored")}
            good = bool(present) == (release in family.has) and bool(seen)
            if not good:
                said = "has it" if release in family.has else "lacks it"
                wrong.append(f"{family.source}: the table says {release} {said}, not {dict(seen)}")
    return wrong


def refresh(inputs: str, output: str) -> None:
    """Check the table; nothing is written to `output`."""
    del output
    wrong = contradictions(statuses(Repository(inputs, "nottrobin", "ubuntu-cve-tracker")))
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    refresh(*sys.argv[1:])
