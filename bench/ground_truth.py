"""
The image model against images that are really built.

    python -m bench.ground_truth --truth DIR [--build] [--only NAME] [--ask NAME] [--jobs 2]

`DIR` holds one record for each fixture of `bench/truth/fixtures`, and one for each base image.
`--build` makes those that are missing, or whose fixture or base image changed, with the engine;
`--again` makes all. Then every question (`bench/truth/questions.py`) is put to the model: an answer
must be right, or unknown with a reason. `--ask NAME` prints the questions about one fixture and
what they are answered, `--groups N` the N largest groups of unknown answers: the program or the
instruction that the reason names, and the part of the file system that was asked about. Ends with
1 when an answer is wrong, a record is missing, or a build did not end as its fixture says.
"""

import argparse
import re
import sys
import time
import traceback
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from bench.truth import answers, builds
from bench.truth.fixtures import Fixture, load
from bench.truth.listing import Listing
from bench.truth.questions import Question, questions
from dockwright.facts.knowledge import Known, Reason
from dockwright.model.stages import Build

if TYPE_CHECKING:
    from dockwright.facts.knowledge import Knowledge

SHARE = 0.15  # of the questions may stay unknown


def make(fixtures: list[Fixture], folder: Path, jobs: int, *, again: bool) -> list[str]:
    """Build what has no record, `jobs` at a time; returns what went wrong."""
    wanted = [one for one in fixtures if again or builds.stale(one, folder)]
    started = time.monotonic()

    def one(fixture: Fixture) -> str:
        begun = time.monotonic()
        try:
            truth = builds.build(fixture, folder)
        except Exception as error:  # noqa: BLE001 - one must not stop the others
            return f"{fixture.name}: {error}"
        how = "failed as it does" if truth.failure else f"{len(truth.changed)} paths"
        print(f"{fixture.name:36} {time.monotonic() - begun:6.1f} s  {how}", flush=True)
        return ""

    with ThreadPoolExecutor(jobs) as pool:
        wrong = [text for text in pool.map(one, wanted) if text]
    print(f"built {len(wanted) - len(wrong)} in {time.monotonic() - started:.0f} s\n")
    return wrong


def unexpected(fixture: Fixture, truth: builds.Truth) -> str:
    """What differs between how a build ended and how its fixture says, "" for nothing."""
    failure = truth.failure
    if failure is None:
        return f"{fixture.name}: should fail at {fixture.fails!r}" if fixture.fails else ""
    line = fixture.dockerfile.splitlines()[failure.line - 1]
    if fixture.fails and line.startswith(fixture.fails):
        return ""
    return f"{fixture.name}: fails at {line!r}: {failure.message}"


def mechanism(reason: str) -> str:
    """The program that a reason names, its subcommand too; else what the reason begins with."""
    command = re.search(r"`([^`]*)`?", reason)
    if command is None:
        return " ".join(reason.split()[:4])
    words = [one for one in command[1].split() if not one.startswith("-")]
    return " ".join(words[:2] if words[0] in _MANAGERS else words[:1])


_MANAGERS = ("apt-get", "pip", "npm", "go", "python", "python3", "apk")


def place(question: Question) -> str:
    """Where in the file system a question asks, or its kind."""
    if question.kind == "path":
        path = question.subject.rpartition(" ")[0]
    elif question.kind == "can":
        path = question.subject.rpartition(" ")[2]
    else:
        return question.kind
    for part in ("site-packages", "node_modules"):
        if f"/{part}" in path:
            return part
    return "/".join(path.split("/")[: 4 if path.startswith(("/usr", "/var")) else 2])


class Tally:
    """How the questions of one kind were answered."""

    def __init__(self) -> None:
        self.right = self.unknown = self.wrong = 0

    @property
    def asked(self) -> int:
        return self.right + self.unknown + self.wrong

    def line(self, name: str) -> str:
        share = self.unknown / self.asked if self.asked else 0
        return (
            f"{name:12} {self.asked:7} {self.right:7} {self.unknown:8} {share:7.1%} {self.wrong:6}"
        )


class Report:
    """The answers to all questions, counted."""

    def __init__(self) -> None:
        self.kinds: dict[str, Tally] = defaultdict(Tally)
        self.whys: dict[str, Tally] = defaultdict(Tally)
        self.subjects: dict[str, Tally] = defaultdict(Tally)
        self.wrong: "list[tuple[Question, Knowledge]]" = []
        self.reasons: Counter[str] = Counter()
        self.groups: Counter[tuple[str, str]] = Counter()

    def count(self, subject: str, question: Question, found: "Knowledge") -> None:
        good = answers.agrees(found, question)
        for tally in (
            self.kinds[question.kind],
            self.whys[question.why],
            self.subjects[subject],
            self.kinds["all"],
        ):
            tally.right += good is True
            tally.wrong += good is False
            tally.unknown += good is None
        if good is False:
            self.wrong.append((question, found))
        elif good is None:
            self.reasons[found.reason.text] += 1
            self.groups[mechanism(found.reason.text), place(question)] += 1

    def show(self, reasons: int, groups: int) -> None:
        for title, tallies in (
            ("asked why", self.whys),
            ("fixtures", self.subjects),
            ("kind", self.kinds),
        ):
            print(f"{title:12} {'asked':>7} {'right':>7} {'unknown':>8} {'':7} {'wrong':>6}")
            names = sorted(tallies, key=lambda name: (name == "all", name))
            for name in names:
                print(tallies[name].line(name))
            print()
        print("why unknown:")
        for text, number in self.reasons.most_common(reasons):
            print(f"  {number:6} {text}")
        if groups:
            print("\nunknown by what is not understood, and where:")
        for (why, where), number in self.groups.most_common(groups):
            print(f"  {number:6} {why:24} {where}")
        for question, found in self.wrong:
            said = found.value if isinstance(found, Known) else found
            sure = "" if found.reason.firm else "likely "
            print(
                f"WRONG {question.fixture}: {question}: is {question.value!r}, the model says"
                f" {sure}{said!r}: {found.reason.text}"
            )


def asked_of(build: Build, question: Question) -> "Knowledge":
    """The model's answer; an error is one that cannot be right."""
    try:
        return answers.answer(build, question)
    except Exception as error:  # noqa: BLE001 - the others are asked all the same
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Known(error, Reason(f"{where.filename}:{where.lineno}"))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n\n")[0])
    parser.add_argument("--truth", type=Path, required=True, help="the folder of the records")
    parser.add_argument("--build", action="store_true", help="make the records that are missing")
    parser.add_argument("--again", action="store_true", help="make all records")
    parser.add_argument("--only", action="append", default=[], help="fixtures, by part of the name")
    parser.add_argument("--ask", help="print the questions about this fixture")
    parser.add_argument("--jobs", type=int, default=2, help="builds at a time")
    parser.add_argument("--reasons", type=int, default=20, help="how many reasons to print")
    parser.add_argument("--groups", type=int, default=0, help="how many groups to print")
    options = parser.parse_args()
    only = options.only + ([options.ask] if options.ask else [])
    fixtures = [one for one in load() if not only or any(part in one.name for part in only)]
    if options.ask:
        fixtures = [one for one in fixtures if one.name == options.ask]
    problems: list[str] = []
    if options.build or options.again:
        problems = make(fixtures, options.truth, options.jobs, again=options.again)

    listings: dict[str, Listing] = {}
    images = answers.Images(options.truth)
    report = Report()
    failing = asked = 0
    for fixture in fixtures:
        truth = builds.loaded(fixture, options.truth, listings)
        if truth is None:
            problems.append(f"{fixture.name}: no record")
            continue
        problems += [text for text in [unexpected(fixture, truth)] if text]
        if builds.stale(fixture, options.truth):
            problems.append(f"{fixture.name}: the record is of something else: use --build")
        failing += truth.failure is not None
        asked += 1
        asking = questions(fixture, truth)
        with answers.model(fixture, images) as build:
            for question in asking:
                found = asked_of(build, question)
                report.count(fixture.subject, question, found)
                if options.ask:
                    said = found.value if isinstance(found, Known) else f"({found.reason.text})"
                    print(f"{question.why:8} {question}: {question.value!r}  model: {said!r}")
    print(f"{asked} fixtures, {failing} of which must fail\n")
    report.show(options.reasons, options.groups)
    for text in problems:
        print(f"PROBLEM {text}")
    share = report.kinds["all"].unknown / max(1, report.kinds["all"].asked)
    print(f"\nunknown: {share:.1%} of all questions; the target is below {SHARE:.0%}")
    return 1 if report.wrong or problems else 0


if __name__ == "__main__":
    sys.exit(main())
