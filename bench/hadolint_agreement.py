"""
hadolint's findings against ours, on every Dockerfile of a folder.

    python -m bench.hadolint_agreement CORPUS [--hadolint BIN] [--findings FILE] [--rule DL3009]
                                       [--show N] [--docs]

Runs hadolint with all of its DL rules on and its pragmas off (or reads its JSON from `--findings`,
made the same way), runs all of our rules, and compares by rule, file and instruction. A finding of
hadolint counts as reproduced when a rule of ours that names it in `also` reports the same
instruction, and as explained when it falls in a class of `bench/explained/hadolint.py`: a property
of the file that code can see and that makes the alarm a false one. Prints the page that `--docs`
writes to docs/reference/hadolint-agreement.md, and what is open; exit 1 when less than 99 % are
reproduced or explained, or a DL rule is not mapped.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from bench.explained.hadolint import why
from bench.explained.labels import LABELS, SCHEMA
from bench.explained.more import extra
from bench.hits import dockerfiles
from dockwright.check import registry, suppress
from dockwright.check.run import Plan
from dockwright.config.schema import Config
from dockwright.findings.finding import Finding
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode

ROOT = Path(__file__).resolve().parent.parent
RULES = [
    *("DL1001", "DL3000", "DL3001", "DL3002", "DL3003", "DL3004", "DL3006", "DL3007", "DL3008"),
    *("DL3009", "DL3010", "DL3011", "DL3012", "DL3013", "DL3014", "DL3015", "DL3016", "DL3018"),
    *("DL3019", "DL3020", "DL3021", "DL3022", "DL3023", "DL3024", "DL3025", "DL3026", "DL3027"),
    *("DL3028", "DL3029", "DL3030", "DL3032", "DL3033", "DL3034", "DL3035", "DL3036", "DL3037"),
    *("DL3038", "DL3040", "DL3041", "DL3042", "DL3043", "DL3044", "DL3045", "DL3046", "DL3047"),
    *("DL3048", "DL3049", "DL3050", "DL3051", "DL3052", "DL3053", "DL3054", "DL3055", "DL3056"),
    *("DL3057", "DL3058", "DL3059", "DL3060", "DL3061", "DL3062", "DL3063", "DL3064", "DL3065"),
    *("DL3066", "DL3067", "DL4000", "DL4001", "DL4003", "DL4004", "DL4005", "DL4006"),
]
REGISTRIES = ("docker.io", "gcr.io", "*.example.com")
OPTIONS = {"trusted-registries": REGISTRIES, "label-schema": SCHEMA, "strict-labels": True}

OTHER = "other"
STRICT = Config(allow_inline_ignores=False)
# hadolint names each of these but the first, we (as BuildKit) each but the last, which is the one
# that holds: the same number in the same stage.
LAST = ("DL3012", "DL4003", "DL4004")


PAGE = """\
<!-- Written by bench/hadolint_agreement.py --docs: do not edit. -->

# Agreement with hadolint

hadolint 2.15.1 and dockwright on {files} Dockerfiles of public repositories: all of hadolint's DL
rules on, comments that silence it off, our optional rules on. Findings are compared by file, rule
and instruction: several of one rule in an instruction count once.

Of {total} findings, {both} ({share}) are *reproduced*: one of our rules reports the same
instruction. {explained} more are *explained*: the instruction has a property that makes the alarm
none, and a program sees it. The classes are listed below; each is a function of the file in
`bench/explained/hadolint.py`, which never asks what we report. {open}

*Only ours* are findings where hadolint is silent, without those in the {unread} files that it
cannot parse.

| hadolint | our rule | findings | reproduced | explained | open | only ours |
|---|---|---:|---:|---:|---:|---:|"""


def configuration() -> str:
    """hadolint's configuration with every rule on."""
    schema = "".join(f"  {name}: {kind}\n" for name, kind in SCHEMA.items())
    registries = ", ".join(f'"{name}"' for name in REGISTRIES)
    return (
        f"no-fail: true\ntrustedRegistries: [{registries}]\nstrict-labels: true\n"
        f"label-schema:\n{schema}override:\n  info: [DL1001, DL3057]\ndisable-ignore-pragma: true\n"
    )


def run_hadolint(binary: str, paths: list[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "hadolint.yaml")
        config.write_text(configuration())
        for at in range(0, len(paths), 200):
            command = [binary, "-c", str(config), "-f", "json", "--no-fail", *paths[at : at + 200]]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            found += json.loads(done.stdout or "[]")
    return found


def read_findings(path: str, base: str) -> list[dict[str, object]]:
    """Findings kept in a file: JSON arrays one after the other, paths relative to `base`."""
    text = Path(path).read_text()
    decoder = json.JSONDecoder()
    found: list[dict[str, object]] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        found += value
    for one in found:
        one["file"] = os.path.join(base, str(one["file"]))
    return found


class Result:
    """What the comparison found, by hadolint's code."""

    def __init__(self, files: int, unread: int) -> None:
        self.files = files
        self.unread = unread
        self.names: dict[str, list[str]] = defaultdict(list)
        self.total: Counter[str] = Counter()
        self.both: Counter[str] = Counter()
        self.explained: dict[str, Counter[str]] = defaultdict(Counter)
        self.missing: dict[str, list[str]] = defaultdict(list)
        self.more: dict[str, Counter[str]] = defaultdict(Counter)
        self.rest: dict[str, list[str]] = defaultdict(list)
        # Where a class holds although both report it: the class may be too wide.
        self.contrary: dict[tuple[str, str], list[str]] = defaultdict(list)

    @property
    def unmapped(self) -> list[str]:
        return sorted(set(RULES) - set(self.names))

    @property
    def share(self) -> float:
        known = self.both.total() + sum(counts.total() for counts in self.explained.values())
        return known / max(1, self.total.total())

    def page(self) -> str:
        explained = sum(counts.total() for counts in self.explained.values())
        total, both = self.total.total(), self.both.total()
        text = PAGE.format(
            files=self.files,
            unread=self.unread,
            total=total,
            both=both,
            share=f"{both / max(1, total):.1%}",
            explained=explained,
            open=self._open(),
        )
        lines = text.split("\n")
        for code in RULES:
            names = ", ".join(f"[{n}](../rules/{n}.md)" for n in self.names.get(code, ()))
            lines.append(
                f"| {code} | {names or '**not mapped**'} | {self.total[code]} | {self.both[code]} |"
                f" {self.explained[code].total()} | {len(self.missing[code])} |"
                f" {self.more[code].total()} |"
            )
        lines += ["", "Rules without findings have no example among these files."]
        for title, found in (
            ("Why we are silent", self.explained),
            ("What only we report", self.more),
        ):
            lines += ["", f"## {title}", "", "| hadolint | findings | reason |", "|---|---:|---|"]
            for code in RULES:
                for reason, count in found[code].most_common():
                    shown = reason.replace("|", "\\|")
                    lines.append(f"| {code} | {count} | {shown} |")
        return "\n".join(lines) + "\n"

    def _open(self) -> str:
        left = sum(len(cases) for cases in self.missing.values())
        return f"{left} are left open." if left else "None is left open."


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument(
        "--hadolint", default=os.path.join(os.path.dirname(sys.executable), "hadolint")
    )
    parser.add_argument("--findings")
    parser.add_argument("--rule", action="append")
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    paths = list(dockerfiles(options.corpus))
    raw = (
        read_findings(options.findings, os.path.dirname(options.corpus))
        if options.findings
        else run_hadolint(options.hadolint, paths)
    )
    result = compare(paths, raw)
    print(result.page())
    for code in options.rule or sorted(result.missing):
        for case in result.missing[code][: options.show]:
            print(f"{code} only hadolint: {case}")
        for case in result.rest[code][: options.show] if options.rule else ():
            print(f"{code} only ours: {case}")
    for (code, reason), cases in sorted(result.contrary.items()):
        if not options.rule or code in options.rule:
            print(f"both report {len(cases)} of {code} although: {reason}")
            for case in cases[: options.show]:
                print(f"    {case}")
    if options.docs:
        page = ROOT / "docs/reference/hadolint-agreement.md"
        page.write_text(result.page(), encoding="utf-8")
    print(f"reproduced or explained: {result.share:.4%}; not mapped: {result.unmapped or 'none'}")
    return 1 if result.share < 0.99 or result.unmapped else 0


def compare(paths: list[str], raw: list[dict[str, object]]) -> Result:
    theirs: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    unread = set()
    for one in raw:
        code = str(one["code"])
        if code == "DL1000":
            unread.add(str(one["file"]))
        elif code.startswith("DL"):
            theirs[str(one["file"])][code].add(int(str(one["line"])))
    result = Result(len(paths), len(unread))
    by_code: dict[str, list[str]] = {}
    chosen = []
    for entry in registry.entries():
        ids = [one.partition(":")[2] for one in entry.also if one.startswith("hadolint:")]
        by_code[entry.code] = ids
        for code in ids:
            result.names[code].append(entry.name)
        if ids:
            chosen.append(entry)
    plan = Plan(chosen, options=OPTIONS)
    for path in paths:
        source = Source(path, decode(Path(path).read_bytes()))
        build = Build(parse(source))
        mine: dict[str, set[int]] = defaultdict(set)
        comments = suppress.read(build.tree, chosen, config=STRICT).leftovers()
        for finding in plan.run(build) + comments:
            at = finding.span.start
            node = next((n for n in build.tree.instructions if n.end >= at), None)
            on_comment = finding.name == "suppression-forbidden"
            line = source.line_of(at) if node is None or on_comment else node.first_line
            for code in _codes(finding, build, by_code):
                mine[code].add(_later(build, line) if code in LAST else line)
        for code in sorted(set(mine) | set(theirs[path])):
            lines = {_instruction_line(build, line) for line in theirs[path][code]}
            result.total[code] += len(lines)
            result.both[code] += len(lines & mine[code])
            for line in sorted(lines):
                reason = why(code, line, build)
                shown = f"{path}:{line}: {source.line(line)[:110]}"
                if line in mine[code]:
                    if reason is not None:
                        result.contrary[code, reason].append(shown)
                elif reason is None:
                    result.missing[code].append(shown)
                else:
                    result.explained[code][reason] += 1
            for line in sorted(mine[code] - lines) if path not in unread else ():
                reason = extra(code, line, build)
                result.more[code][reason or OTHER] += 1
                if reason is None:
                    result.rest[code].append(f"{path}:{line}: {source.line(line)[:110]}")
    return result


def _codes(finding: Finding, build: Build, by_code: dict[str, list[str]]) -> list[str]:
    """hadolint's names of a finding: our one rule on values of labels has seven there."""
    found = by_code[finding.code]
    if finding.name != "label-malformed":
        return found
    for step in build.steps:
        for pair in step.node.pairs if step.name == "LABEL" else ():
            if pair.word.span.start == finding.span.start:
                kind = SCHEMA.get(pair.key)
                empty = finding.message.endswith("is empty")
                return [c for c in found if LABELS[c] == kind or (empty and c == "DL3051")]
    return found


def _later(build: Build, line: int) -> int:
    """The line of the next instruction of the same name, in the stage, after the one in `line`."""
    for stage in build.stages:
        steps = [step.outer for step in stage.steps]
        for index, node in enumerate(steps):
            if node.first_line == line:
                same = [n for n in steps[index + 1 :] if n.name == node.name]
                return same[0].first_line if same else line
    return line


def _instruction_line(build: Build, line: int) -> int:
    for node in build.tree.instructions:
        if node.first_line <= line <= node.last_line:
            return node.first_line
    return line


if __name__ == "__main__":
    sys.exit(main())
