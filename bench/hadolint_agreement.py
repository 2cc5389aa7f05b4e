"""
hadolint's findings against ours, on every Dockerfile of a folder.

    python -m bench.hadolint_agreement CORPUS [--hadolint BIN] [--findings FILE] [--rule DL3009]
                                       [--show N] [--docs]

Runs hadolint with all of its DL rules on and its pragmas off (or reads its JSON from `--findings`,
made the same way), runs all of our rules, and compares by rule, file and instruction. A finding of
hadolint counts as reproduced when a rule of ours that names it in `also` reports the same
instruction, and as explained when it falls in a class of `bench/explained.py`: a property of the
file that code can see and that makes the alarm a false one. Prints a table; exit 1 when less than
99 % are reproduced or explained, or a DL rule is not mapped. `--docs` writes the table to
docs/reference/hadolint-agreement.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from bench.explained_hadolint import LABELS, SCHEMA, extra, why
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
    base = os.path.dirname(options.corpus)
    raw = (
        read_findings(options.findings, base)
        if options.findings
        else run_hadolint(options.hadolint, paths)
    )
    theirs: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    unread = set()
    for one in raw:
        code = str(one["code"])
        if code == "DL1000":
            unread.add(str(one["file"]))
        elif code.startswith("DL"):
            theirs[str(one["file"])][code].add(int(str(one["line"])))

    by_code: dict[str, list[str]] = defaultdict(list)
    chosen = []
    for entry in registry.entries():
        ids = [one.partition(":")[2] for one in entry.also if one.startswith("hadolint:")]
        by_code[entry.code] = ids
        if ids:
            chosen.append(entry)
    mapped = {code for codes in by_code.values() for code in codes}
    plan = Plan(chosen, options=OPTIONS)

    total: Counter[str] = Counter()
    both: Counter[str] = Counter()
    explained: dict[str, Counter[str]] = defaultdict(Counter)
    missing: dict[str, list[str]] = defaultdict(list)
    more: dict[str, Counter[str]] = defaultdict(Counter)
    rest: dict[str, list[str]] = defaultdict(list)
    contrary: dict[tuple[str, str], list[str]] = defaultdict(list)
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
            total[code] += len(lines)
            both[code] += len(lines & mine[code])
            for line in sorted(lines & mine[code]):
                reason = why(code, line, build)
                if reason is not None:
                    contrary[code, reason].append(f"{path}:{line}: {source.line(line)[:110]}")
            for line in sorted(lines - mine[code]):
                reason = why(code, line, build)
                if reason is None:
                    missing[code].append(f"{path}:{line}: {source.line(line)[:110]}")
                else:
                    explained[code][reason] += 1
            if path in unread:
                continue
            for line in sorted(mine[code] - lines):
                more[code][extra(code, line, build) or OTHER] += 1
                if extra(code, line, build) is None:
                    rest[code].append(f"{path}:{line}: {source.line(line)[:110]}")
    table = report(total, both, explained, missing, more, mapped, len(unread))
    print(table)
    for code in options.rule or sorted(missing):
        for title, cases in (("only hadolint", missing), ("only ours", rest)):
            if title == "only ours" and not options.rule:
                continue
            for case in cases[code][: options.show]:
                print(f"{code} {title}: {case}")
    for (code, reason), cases in sorted(contrary.items()):
        if options.rule and code not in options.rule:
            continue
        print(f"we report {len(cases)} of {code} although: {reason}")
        for case in cases[: options.show]:
            print(f"    {case}")
    if options.docs:
        page = ROOT / "docs/reference/hadolint-agreement.md"
        page.write_text(table, encoding="utf-8")
    known = sum(both.values()) + sum(sum(c.values()) for c in explained.values())
    share = known / max(1, sum(total.values()))
    unmapped = sorted(set(RULES) - mapped)
    print(f"reproduced or explained: {share:.4%}; not mapped: {unmapped or 'none'}")
    return 1 if share < 0.99 or unmapped else 0


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


def report(
    total: Counter[str],
    both: Counter[str],
    explained: dict[str, Counter[str]],
    missing: dict[str, list[str]],
    more: dict[str, Counter[str]],
    mapped: set[str],
    unread: int,
) -> str:
    names: dict[str, list[str]] = defaultdict(list)
    for entry in registry.entries():
        for one in entry.also:
            if one.startswith("hadolint:"):
                names[one.partition(":")[2]].append(entry.name)
    lines = [
        "# Agreement with hadolint",
        "",
        "Made by `python -m bench.hadolint_agreement CORPUS --docs` with hadolint 2.15.1, all of its",
        "rules on, its pragmas off, compared by file and instruction. *Explained* counts findings of",
        "hadolint that are false alarms for a reason a program can see; the classes are below. *Only",
        f"ours* leaves out the {unread} files that hadolint cannot parse.",
        "",
        "| hadolint | ours | hadolint's findings | reproduced | explained | open | only ours |",
        "|---|---|---|---|---|---|---|",
    ]
    for code in RULES:
        ours = ", ".join(names[code]) if code in mapped else "**not mapped**"
        lines.append(
            f"| {code} | {ours} | {total[code]} | {both[code]} | {sum(explained[code].values())}"
            f" | {len(missing[code])} | {sum(more[code].values())} |"
        )
    lines += ["", "## Classes", ""]
    for code in RULES:
        for why, count in explained[code].most_common():
            lines.append(f"* {code}, {count}: {why}")
    lines += ["", "## Only ours", ""]
    for code in RULES:
        for why_, count in more[code].most_common():
            lines.append(f"* {code}, {count}: {why_}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
