"""
The findings of compose-lint and dclint against ours, on every Compose file of a folder.

    python -m bench.compose_peers CORPUS [--compose-lint BIN] [--dclint BIN] [--answers FOLDER]
                                      [--rule NAME] [--show N] [--docs]

Runs both with all of their rules (or reads `compose-lint.json` and `dclint.json` from `--answers`,
made the same way; new answers are written there), runs all rules of ours, and compares by rule,
file and service: several findings of one rule on a service count once. A finding of theirs counts
as reproduced when the rule of ours that names it in `also` reports the same service, and as
explained when it falls in a class of `bench/explained/compose.py`. Prints the page that `--docs`
writes to docs/reference/compose-agreement.md, and what is open; exit 1 when less than 99 % are
reproduced or explained, or a rule is not mapped.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.explained.compose import why
from dockwright.app.compose import composition
from dockwright.check import registry
from dockwright.compose.filenames import is_compose
from dockwright.config.schema import Config
from dockwright.facts.port import Bundled
from dockwright.model.composition import Composition, Service
from tools.equivalents import TOOLS

ROOT = Path(__file__).resolve().parent.parent
PEERS = ("compose-lint", "dclint")
# dclint reports these of the file; of the others the service counts.
OF_FILES = (
    "services-alphabetical-order",
    "top-level-properties-order",
    "no-version-field",
    "require-project-name-field",
)
# One rule of ours on capabilities has five there.
CAPABILITIES = {
    "CL-0011": ("NET_ADMIN", "BPF", "SYS_BOOT"),
    "CL-0027": ("SYS_PTRACE", "DAC_READ_SEARCH"),
    "CL-0028": ("PERFMON", "SYS_TIME"),
    "CL-0029": ("SYS_NICE", "IPC_LOCK", "LEASE"),
    "CL-0030": ("SYSLOG",),
}
# A rule of ours for a part of what one of theirs is about: defaults and command lines.
COMPANIONS = {"service-secret-literal": ("CL-0020",)}
Unit = tuple[str, str, str]  # rule, file, service
PAGE = """\
<!-- Written by bench/compose_peers.py --docs: do not edit. -->

# Agreement with compose-lint and dclint

compose-lint 0.36.2, dclint 3.1.0 and dockwright on {files} Compose files of public repositories,
all rules on. Findings are compared by file, rule and service: several of one rule on a service
count once.

Of {total} findings, {both} ({share}) are *reproduced*: the rule of ours that stands for theirs
reports the same service. {explained} more are *explained*: the service has a property that makes
the alarm none, and a program sees it; the classes are listed below, and each is a function of
`bench/explained/compose.py`, which never asks what we report. {open}

*Only ours* are findings where the other is silent.

| theirs | our rule | findings | reproduced | explained | open | only ours |
|---|---|---:|---:|---:|---:|---:|
"""


def files_of(corpus: str) -> list[str]:
    """The Compose files of a folder, relative to it."""
    found = []
    for folder, folders, names in os.walk(corpus):
        folders.sort()
        inside = os.path.relpath(folder, corpus)
        found += [
            os.path.normpath(os.path.join(inside, name))
            for name in sorted(names)
            if name.endswith((".yml", ".yaml")) and is_compose(name)
        ]
    return found


def ask(peer: str, program: str, corpus: str, files: list[str]) -> Any:
    """What a peer says of the files, as JSON."""
    switches = {
        "compose-lint": ["check", "--format", "json", "--allow-partial-coverage"],
        "dclint": ["--formatter", "json", "--max-warnings", "1000000"],
    }[peer]
    done = subprocess.run(
        [program, *switches, *files], cwd=corpus, capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout)


def units_of_compose_lint(answer: Any) -> Iterator[Unit]:
    for one in answer["findings"]:
        yield one["rule_id"], os.path.normpath(one["file"]), one["service"] or ""


def units_of_dclint(answer: Any, projects: dict[str, Composition]) -> Iterator[Unit]:
    for file in answer:
        path = os.path.normpath(file["filePath"])
        for one in file["messages"]:
            rule = one["rule"]
            if rule not in TOOLS["dclint"][1] or path not in projects:
                continue
            data = one.get("data") or {}
            service = data.get("serviceName") or next(iter(data.get("service") or ()), None)
            service = "" if rule in OF_FILES else service
            if service is None:
                service = service_at(projects[path], one["line"])
            yield rule, path, service


def service_at(project: Composition, line: int) -> str:
    """The service that stands in a line of the main file."""
    source = project.source(project.main)
    return service_over(project, project.main, source.line_span(line)[0]) if line else ""


def service_over(project: Composition, path: str, offset: int) -> str:
    """The service that an offset lies in, "" when it is none of them."""
    end = project.source(path).text.find("\n", offset)
    roots: Any = project.loaded.files[path].stream.roots if path in project.loaded.files else ()
    for root in roots:
        services = root.get("services") if hasattr(root, "get") else None
        for key, value in getattr(services, "pairs", ()):
            if key.start <= max(offset, end - 1) and offset < max(value.end, key.end):
                return str(key.text)
    return ""


def taking(project: Composition, place: object) -> list[str]:
    """The services that have the entry at a place, also by an anchor."""

    def has(one: Service) -> bool:
        entries: list[tuple[str, ...]] = [(key,) for key in one.config]
        entries += [("environment", name) for name in one.mapping("environment")]
        return any(place in (one.value(*keys), one.key(*keys)) for keys in entries)

    return [one.name for one in project.every if has(one)]


def ours(project: Composition, path: str) -> Iterator[Unit]:
    """Our findings, by the names of the peers' rules."""
    for entry in registry.entries():
        theirs = [one.partition(":")[2] for one in entry.also if one.partition(":")[0] in PEERS]
        theirs += COMPANIONS.get(entry.name, ())
        if not theirs:
            continue
        rule: Any = registry.load(entry)({})
        if entry.subject == "Service":
            found = [(one.name, draft) for one in project.every for draft in rule.check(one)]
        else:
            names = {project.source(file).name: file for file in project.loaded.files}
            found = [
                (service, one)
                for one in rule.check(project)
                for service in taking(project, one.place)
                or [service_over(project, names[one.source or project.name], one.span.start)]
            ]
        for name in theirs:
            for service, draft in found:
                wanted = CAPABILITIES.get(name)
                if wanted is None or draft.message.split()[0] in wanted:
                    yield name, path, "" if name in OF_FILES else service


class Result:
    """What both, one and the other report."""

    def __init__(self, files: int) -> None:
        self.files = files
        self.total: Counter[str] = Counter()
        self.both: Counter[str] = Counter()
        self.more: dict[str, list[Unit]] = defaultdict(list)
        self.missing: dict[str, list[Unit]] = defaultdict(list)
        self.explained: dict[str, Counter[str]] = defaultdict(Counter)

    @property
    def share(self) -> float:
        left = sum(len(cases) for cases in self.missing.values())
        return 1 - left / max(1, self.total.total())

    def page(self) -> str:
        names = {
            word: entry.name
            for entry in registry.entries()
            for word in (one.partition(":")[2] for one in entry.also)
        }
        left = sum(len(cases) for cases in self.missing.values())
        text = PAGE.format(
            files=self.files,
            total=self.total.total(),
            both=self.both.total(),
            share=f"{self.both.total() / max(1, self.total.total()):.1%}",
            explained=sum(counts.total() for counts in self.explained.values()),
            open=f"{left} are left open." if left else "None is left open.",
        )
        rules = [word for peer in PEERS for word in TOOLS[peer][1]]
        lines = [text.rstrip("\n")]
        lines += [
            f"| {word} | [{names[word]}](../rules/{names[word]}.md) | {self.total[word]} |"
            f" {self.both[word]} | {self.explained[word].total()} | {len(self.missing[word])} |"
            f" {len(self.more[word])} |"
            for word in rules
        ]
        lines += ["", "Rules without findings have no example among these files.", ""]
        lines += ["## Why we are silent", "", "| theirs | findings | reason |", "|---|---:|---|"]
        lines += [
            f"| {word} | {count} | {reason} |"
            for word in rules
            for reason, count in self.explained[word].most_common()
        ]
        return "\n".join(lines) + "\n"


def compare(
    files: Iterable[str], theirs: set[Unit], mine: set[Unit], projects: dict[str, Composition]
) -> Result:
    result = Result(len(list(files)))
    for unit in sorted(theirs):
        rule, path, service = unit
        result.total[rule] += 1
        if unit in mine:
            result.both[rule] += 1
            continue
        reason = why(rule, projects.get(path), service)
        if reason is None:
            result.missing[rule].append(unit)
        else:
            result.explained[rule][reason] += 1
    for unit in sorted(mine - theirs):
        result.more[unit[0]].append(unit)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--compose-lint", default="compose-lint")
    parser.add_argument("--dclint", default="dclint")
    parser.add_argument("--answers")
    parser.add_argument("--rule", action="append")
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    files = files_of(options.corpus)
    answers = {}
    for peer in PEERS:
        kept = Path(options.answers or ".") / f"{peer}.json"
        if options.answers and kept.exists():
            answers[peer] = json.loads(kept.read_text(encoding="utf-8"))
        else:
            program = getattr(options, peer.replace("-", "_"))
            answers[peer] = ask(peer, program, options.corpus, files)
            if options.answers:
                kept.write_text(json.dumps(answers[peer]), encoding="utf-8")
    projects = {}
    mine: set[Unit] = set()
    for path in files:
        whole = os.path.join(options.corpus, path)
        project = projects[path] = composition(whole, Config(), Bundled)
        mine.update(ours(project, path))
    known = set(files)
    theirs = set(units_of_compose_lint(answers["compose-lint"]))
    theirs.update(units_of_dclint(answers["dclint"], projects))
    theirs = {unit for unit in theirs if unit[1] in known}
    result = compare(files, theirs, mine, projects)
    print(result.page())
    for rule in options.rule or sorted(result.missing):
        for unit in result.missing[rule][: options.show]:
            print(f"{rule} only theirs: {unit[1]} {unit[2]}")
        for unit in result.more[rule][: options.show] if options.rule else ():
            print(f"{rule} only ours: {unit[1]} {unit[2]}")
    if options.docs:
        page = ROOT / "docs/reference/compose-agreement.md"
        page.write_text(result.page(), encoding="utf-8")
    mapped = {one.partition(":")[2] for entry in registry.entries() for one in entry.also}
    lost = [word for peer in PEERS for word in TOOLS[peer][1] if word not in mapped]
    print(f"reproduced or explained: {result.share:.4%}; not mapped: {lost or 'none'}")
    return 1 if result.share < 0.99 or lost else 0


if __name__ == "__main__":
    sys.exit(main())
