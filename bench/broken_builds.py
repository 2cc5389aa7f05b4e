"""
Builds that really failed: does a finding name the failing instruction and the right cause?

    python -m bench.broken_builds RECORDS [--missed CAUSE] [--wrong] [--apart]

RECORDS holds one JSON object a line: `dockerfile`, `files` and `dirs` of the repository, `failed`
(the instruction), `log` (its end) and `causes` (labels made from the log, lower bounds). The set is
STAR-RG/shipwright's, builds of June 2020.

A finding counts when it stands on the instruction that failed and the log confirms what it claims:
each rule below has the pattern that the log must show, with the name the finding speaks of. A
finding of a rule in the table, on the instruction that failed, that the log does not confirm is
listed by `--wrong`: it may be a second reason, or a mistake of ours.

Some facts (names that vanished, archives that moved) were learned from the logs of this very set.
They are true, and yet a share that counts them says less about other builds: `--apart` leaves out
each fact that has no other source.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dockwright.check.registry import entries
from dockwright.check.run import Plan
from dockwright.facts.port import Bundled
from dockwright.findings.finding import Finding
from dockwright.model.files import Listing
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.text.source import Source

# What the log must show for the claim of a rule; `{}` is any of the names in the message.
NOT_FOUND = (
    r"(?:{0}: (?:command )?not found|{0}: not found|exec: \"{0}\"|{0}: No such file|{0}\": stat)"
)
CONFIRMED: Mapping[str, str] = {
    "run-program-missing": NOT_FOUND,
    "shell-missing": r"/bin/sh|no such file or directory|exec user process",
    "script-interpreter-missing": r"not found|no such file",
    "script-not-executable": r"[Pp]ermission denied",
    "user-not-in-image": r"unable to find user|no matching entries|invalid user|unknown user",
    "build-write-denied": r"[Pp]ermission denied|EACCES",
    "package-manager-needs-root": r"[Pp]ermission denied|are you root|superuser",
    "apt-package-unknown": r"(?:[Uu]nable to locate package {0}|'{0}' has no installation|"
    r"Couldn't find any package by (?:glob|regex) '{0}')",
    "apt-pin-unavailable": r"Version .* for '{0}' was not found",
    "apk-package-unknown": r"{0}(?:-[\w.]+)? \((?:missing|no such package)\)|breaks: world\[{0}",
    "pin-vanishes": r"breaks: world\[{0}|Version .* for '{0}' was not found",
    "apt-suite-gone": r"404|does not have a Release file|no longer has a Release|Failed to fetch|"
    r"Unable to locate package|not signed",
    "yum-mirrors-gone": r"Could not resolve host|Cannot find a valid baseurl|Failed to download "
    r"metadata",
    "image-deprecated": r"manifest for .* not found|pull access denied|manifest unknown",
    "apt-lists-missing": r"Unable to locate package|no installation candidate",
    "tag-unknown": r"manifest (?:for .* )?(?:unknown|not found)|not found|pull access denied",
    "tag-missing-in-registry": r"manifest|not found",
    "syntax-error": r"parse error|[Uu]nknown (?:instruction|flag)|invalid reference|dockerfile|"
    r"failed to process|requires|cannot|must|invalid",
    "from-arg-undefined": r"invalid reference format|base name .* should not be blank|parse",
    "from-arg-default-invalid": r"invalid reference format|FROM requires",
    "go-module-missing": r"cannot find (?:main )?module|cannot find package|go\.mod|GOPATH|"
    r"outside a module|cannot load",
    "run-path-missing": r"[Nn]o such file|can't (?:stat|rename|cd)|cannot (?:stat|access)|ENOENT|"
    r"[Nn]o makefile|Couldn't find a package.json|Could not (?:find|locate|open)|not found|"
    r"can't open|no POM|requirements",
    "interpreter-too-old": r"SyntaxError|requires? (?:a different )?[Pp]ython|Python 2|"
    r"invalid syntax|[Rr]uby version|required_ruby|python_requires|engine .node.|"
    r"strict mode|requires Ruby|Unexpected token",
    "copy-source-missing": r"no such file|not found|failed to compute|lstat|forbidden path",
    "copy-of-ignored-file": r"no such file|not found|lstat",
    "copy-many-no-slash": r"must be a directory",
    "copy-from-unknown": r"invalid from flag|not found|pull access|manifest",
    "heredoc-unsupported": r"unknown instruction",
    "apt-assume-yes": r"Abort\.|Do you want to continue",
    "php-extension-unbuildable": r"configure: error|/ext/{0} does not exist",
    # The redirect's text in the place of an archive, or of an installer that then brings nothing.
    "redirect-not-followed": r"gzip|end of file|End-of-central|[Ss]yntax error|: not found",
    "volume-path-missing": r"[Nn]o such file",
}
MAX_FILES = 400
# As the tables of facts name this set.
OWN = "build logs of github.com/STAR-RG/shipwright, 2020-06-22"
LABELS = ("missing-tool", "apt-package", "apt-suite-eol", "apk-package", "no-shell", "syntax")


def leave_out_own() -> int:
    """Take away the facts whose only source is this set; how many there were."""
    from dockwright.facts import archives, vanished_table
    from dockwright.rules.releases import _deprecated

    count = 0
    tables: list[dict[Any, Any]] = [
        *(value for value in vars(vanished_table).values() if isinstance(value, dict)),
        *(value for value in vars(archives).values() if isinstance(value, dict)),
    ]
    for table in tables:
        own = [key for key, value in table.items() if isinstance(value, tuple) and OWN in value]
        count += len(own)
        for key in own:
            del table[key]
    for name, rows in list(vars(_deprecated).items()):
        if isinstance(rows, tuple) and any(isinstance(row, tuple) and OWN in row for row in rows):
            kept = tuple(row for row in rows if OWN not in row)
            count += len(rows) - len(kept)
            setattr(_deprecated, name, kept)
    return count


def read(path: str) -> list[dict[str, Any]]:
    """The records."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def build_of(record: Mapping[str, Any]) -> Build:
    """The model of a record's Dockerfile, in the repository it was built in."""
    # The records list at most so many files: then what is missing from the list may be there.
    whole = len(record["files"]) < MAX_FILES
    listing = Listing(dict.fromkeys(record["files"], None), record["dirs"]) if whole else None
    return Build(
        parse(Source("Dockerfile", record["dockerfile"])),
        facts=Bundled(),
        ignore=Matcher(()),
        listing=listing,
    )


def squeeze(text: str) -> str:
    """An instruction without continuations, comments and doubled blanks."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    joined = " ".join(line.rstrip("\\ \r\t") for line in lines)
    return re.sub(r"[\s\\]+", " ", joined).strip().lower()


def failing(build: Build, record: Mapping[str, Any]) -> tuple[int, int] | None:
    """Where the instruction that failed stands in the file."""
    wanted = squeeze(record["failed"] or "")
    text = build.tree.source.text
    for node in build.tree.instructions:
        span = node.span
        if wanted and squeeze(text[span.start : span.end])[:120] == wanted[:120]:
            return span.start, span.end
    return None


def names_in(message: str) -> list[str]:
    """The words of a message that may be names of programs or packages."""
    return [word for word in re.findall(r"[\w.+@/-]+", message) if len(word) > 1]


def confirmed(finding: Finding, log: str) -> bool:
    """Whether the log shows what the finding claims."""
    pattern = CONFIRMED.get(finding.name)
    if pattern is None:
        return False
    if "{0}" not in pattern:
        return re.search(pattern, log) is not None
    return any(
        re.search(pattern.replace("{0}", re.escape(name)), log)
        for name in names_in(finding.message)
    )


def known_base(build: Build, record: Mapping[str, Any]) -> bool:
    """Whether the facts know what is in the image the failing instruction builds on."""
    where = failing(build, record)
    for stage in build.stages:
        spans = [stage.span, *(step.span for step in stage.steps)]
        if where is not None and any(span.start == where[0] for span in spans):
            return stage.base.kind == "scratch" or stage.base.facts.contents is not None
    # A file that does not parse needs no facts.
    return where is None or any(
        facts.contents is not None for facts in (stage.base.facts for stage in build.stages)
    )


class Judged:
    """What the findings say of one record."""

    def __init__(self, record: Mapping[str, Any], plan: Plan) -> None:
        self.record = record
        self.build = build_of(record)
        self.where = failing(self.build, record)
        self.findings = plan.run(self.build)
        self.known = known_base(self.build, record)
        log = record["log"]
        here = [one for one in self.findings if self._here(one)]
        self.right = [one for one in here if confirmed(one, log)]
        self.wrong = [one for one in here if one.name in CONFIRMED and not confirmed(one, log)]

    def _here(self, finding: Finding) -> bool:
        if self.where is None:
            return finding.severity == "error" or finding.name == "from-arg-default-invalid"
        start, end = self.where
        return start <= finding.span.start < max(end, start + 1)


def report(judged: list[Judged]) -> Iterator[str]:
    """The tables."""
    total = len(judged)
    right = sum(bool(one.right) for one in judged)
    yield f"records {total}, right cause on the failing instruction {right} ({right / total:.1%})"
    yield ""
    yield f"{'cause':16} {'records':>8} {'right':>6} {'base known':>11} {'right of those':>15}"
    union_known = union_right = 0
    labels = sorted({cause for one in judged for cause in one.record["causes"]})
    for label in [*labels, ""]:
        some = [
            one
            for one in judged
            if (label in one.record["causes"] if label else not one.record["causes"])
        ]
        known = [one for one in some if one.known]
        hit = sum(bool(one.right) for one in some)
        hit_known = sum(bool(one.right) for one in known)
        share = f"{hit_known / len(known):.0%}" if known else "-"
        yield f"{label or '(no label)':16} {len(some):8} {hit:6} {len(known):11} {share:>15}"
    for one in judged:
        if one.known and any(label in LABELS for label in one.record["causes"]):
            union_known += 1
            union_right += bool(one.right)
    share = f"{union_right / union_known:.1%}" if union_known else "-"
    yield f"{'decidable, known':16} {union_known:8} {union_right:6} {'':11} {share:>15}"
    yield ""
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        for finding in one.right:
            rules[finding.name]["right"] += 1
        for finding in one.wrong:
            rules[finding.name]["not confirmed"] += 1
    yield f"{'rule':28} {'right':>6} {'not confirmed':>14}"
    for name, counts in sorted(rules.items(), key=lambda item: -item[1]["right"]):
        yield f"{name:28} {counts['right']:6} {counts['not confirmed']:14}"


def main() -> None:
    """Run over the records and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("records")
    parser.add_argument("--missed", metavar="CAUSE", help="list records of a cause without a hit")
    parser.add_argument("--wrong", action="store_true", help="list what the log does not confirm")
    parser.add_argument("--apart", action="store_true", help="without facts learned from this set")
    parser.add_argument("--tiers", default="default,preview")
    arguments = parser.parse_args()
    if arguments.apart:
        print(f"without {leave_out_own()} facts whose only source is this set\n")
    tiers = arguments.tiers.split(",")
    plan = Plan([entry for entry in entries() if entry.tier in tiers and entry.subject != "Runner"])
    judged = [Judged(record, plan) for record in read(arguments.records)]
    for line in report(judged):
        print(line)
    for one in judged:
        record = one.record
        base = [stage.base.written for stage in one.build.stages][-1:]
        if arguments.missed and not one.right:
            wanted = arguments.missed
            if (wanted in record["causes"] or (wanted == "-" and not record["causes"])) and (
                one.known or wanted == "-"
            ):
                print(f"\nMISSED {record['id']} {base} {(record['failed'] or '')[:300]!r}")
                print("   ", record["log"][-300:].replace("\n", " / "))
        if arguments.wrong:
            for finding in one.wrong:
                print(f"\nNOT CONFIRMED {record['id']} {base} {finding.name}: {finding.message}")
                print("   ", (record["failed"] or "")[:200].replace("\n", " "))
                print("   ", record["log"][-300:].replace("\n", " / "))


if __name__ == "__main__":
    main()
