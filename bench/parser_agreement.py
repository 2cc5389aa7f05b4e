"""
Our Dockerfile parser against BuildKit's own, on a folder of Dockerfiles.

    python -m bench.parser_agreement CORPUS [--go] [--mutants 0] [--seed 1] [--show 5]

Compares with PyPI `dockerfile` (the grammar of BuildKit 0.12.5): instruction names, sub-commands,
flags, arguments, JSON forms, heredocs, lines, and what is refused. With `--go` a small Go program
is built around BuildKit's packages of two releases, the one in Docker 28.5 and a current one, and
comments, warnings, escape tokens, instruction-level and build-level refusals are compared as well.
`--mutants` compares that many damaged copies of corpus files too. CORPUS is a folder, or a file
with one path in each line. Ends with 1 when there is a difference that no class explains.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.buildkit_reference import RELEASES, ask, narrow, reference, wide
from bench.hits import dockerfiles
from bench.tiling import mutant
from dockwright.syntax.dockerfile import validate
from dockwright.syntax.dockerfile.expand import SPACE
from dockwright.syntax.dockerfile.nodes import KEYWORDS, Dockerfile, Instruction
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode, encode

# What we make of a file


def arguments(node: Instruction, *, separators: bool) -> list[str]:
    inner = node.trigger or node
    if inner.name in ("ENV", "LABEL"):
        found: list[str] = []
        for pair in inner.pairs:
            found += [pair.key, pair.value or ""]
            if separators:
                found.append("" if pair.legacy else "=")
        return found
    if inner.name not in KEYWORDS:
        return [""]
    return [] if inner.name == "ONBUILD" else [word.value for word in inner.args]


def first_problem(tree: Dockerfile) -> str:
    return min(
        ((p.span.start, p.message) for p in tree.problems if p.level == "parse"), default=(0, "")
    )[1]


_COLUMN = re.compile(r"parse error on line 1, column \d+: ")


def essence(message: str) -> str:
    """What of a message of either side is compared: not the hint, not what wraps it."""
    return _COLUMN.sub("", message.partition(" (did you mean")[0])


class Tally:
    """Differences by class; those without a class are shown and make the bench fail."""

    def __init__(self, show: int) -> None:
        self.show = show
        self.explained: Counter[str] = Counter()
        self.files: dict[str, set[str]] = {}
        self.unexplained = 0
        self.compared: Counter[str] = Counter()

    def differ(self, name: str, field: str, ours: object, theirs: object, reason: str) -> None:
        if reason:
            self.explained[reason] += 1
            self.files.setdefault(reason, set()).add(name)
            return
        self.unexplained += 1
        if self.unexplained <= self.show:
            print(
                f"UNEXPLAINED {field} in {name}\n  ours   {ours!r:.300}\n  theirs {theirs!r:.300}"
            )

    def report(self, title: str) -> None:
        counts = ", ".join(f"{count} {what}" for what, count in self.compared.items())
        print(f"\n{title}: {counts}")
        print(f"  {'unexplained':58} {self.unexplained:7}")
        for reason, count in self.explained.most_common():
            print(f"  {reason:58} {count:7} in {len(self.files[reason])} files")
            for name in sorted(self.files[reason])[:3]:
                print(f"      {name}")


# PyPI dockerfile


def against_package(texts: Iterable[tuple[str, bytes]], tally: Tally) -> None:
    import dockerfile

    for name, data in texts:
        tree = parse(Source(name, decode(data)))
        tally.compared["files"] += 1
        try:
            text = data.decode()
        except UnicodeDecodeError:
            tally.differ(name, "file", "", "", "not UTF-8: the package takes text only")
            continue
        refused = first_problem(tree)
        try:
            theirs = dockerfile.parse_string(text)
        except (dockerfile.GoParseError, ValueError) as error:
            if not refused:
                tally.differ(name, "refused", refused, str(error), "")
            continue
        if refused:
            tally.differ(name, "refused", refused, "", "")
            continue
        if len(theirs) != len(tree.instructions):
            tally.differ(name, "instructions", len(tree.instructions), len(theirs), "")
            continue
        for node, other in zip(tree.instructions, theirs, strict=True):
            tally.compared["instructions"] += 1
            inner = node.trigger or node
            pairs = (
                ("name", node.keyword.lower(), other.cmd.lower()),
                (
                    "sub-command",
                    inner.keyword.lower() if node.trigger else "",
                    (other.sub_cmd or "").lower(),
                ),
                ("flags", [flag.text for flag in node.flags], list(other.flags)),
                ("lines", (node.first_line, node.last_line), (other.start_line, other.end_line)),
                ("JSON", inner.is_json, other.json),
                ("arguments", arguments(node, separators=False), list(other.value)),
                ("original", node.joined.text, other.original),
            )
            for field, one, two in pairs:
                if one != two:
                    tally.differ(
                        f"{name}:{node.first_line}",
                        field,
                        one,
                        two,
                        _package_reason(node, field, other),
                    )


def _package_reason(node: Instruction, field: str, other: object) -> str:
    if field == "original" and node.heredocs:
        return "its `original` holds the text of heredocs"
    inner = node.trigger or node
    text = inner.rest.text
    if not inner.is_json and text.startswith("[") and getattr(other, "json", False):
        return "its JSON decoder ignores what follows the array"
    return ""


# BuildKit itself


def against_buildkit(program: str, texts: list[tuple[str, bytes]], tally: Tally) -> None:
    answers = ask(program, "build", (narrow(data) for _, data in texts))
    for (name, data), theirs in zip(texts, answers, strict=True):
        tally.compared["files"] += 1
        compare_file(name, decode(data), theirs, tally)


def compare_file(name: str, text: str, theirs: dict[str, Any], tally: Tally) -> None:
    tree = parse(Source(name, text))
    refused = first_problem(tree)
    if theirs["Error"] or refused:
        tally.compared["refused by the grammar"] += 1
        if not refused or refused not in wide(theirs["Error"]):
            tally.differ(name, "refused", refused, wide(theirs["Error"]), _byte_reason(text))
        return
    if tree.escape != theirs["Escape"]:
        tally.differ(name, "escape", tree.escape, theirs["Escape"], "")
    warnings = sum(1 for node in tree.instructions if node.blank_lines)
    if warnings != theirs["Warnings"]:
        tally.differ(name, "warnings", warnings, theirs["Warnings"], "")
    nodes = theirs["Nodes"]
    if len(nodes) != len(tree.instructions):
        tally.differ(name, "instructions", len(tree.instructions), len(nodes), "")
        return
    problems = validate.problems(tree)
    for node, other in zip(tree.instructions, nodes, strict=True):
        tally.compared["instructions"] += 1
        compare_node(name, node, other, tally)
    compare_refusals(name, tree, problems, theirs, tally)


def compare_node(name: str, node: Instruction, other: dict[str, Any], tally: Tally) -> None:
    inner = node.trigger or node
    heredocs = [(h.name, h.descriptor, h.expand, h.chomp, h.content) for h in node.heredocs]
    pairs = (
        ("name", node.keyword, wide(other["Cmd"])),
        ("sub-command", inner.keyword if node.trigger else "", wide(other["Sub"])),
        ("original", node.joined.text.lstrip(SPACE), wide(other["Original"]).lstrip(SPACE)),
        ("flags", [flag.text for flag in node.flags], list(map(wide, other["Flags"] or ()))),
        (
            "inner flags",
            [flag.text for flag in inner.flags] if node.trigger else [],
            list(map(wide, other["SubFlags"] or ())),
        ),
        ("arguments", arguments(node, separators=True), list(map(wide, other["Args"] or ()))),
        ("JSON", inner.is_json, other["Json"]),
        ("comments", list(node.comments), list(map(wide, other["Comments"] or ()))),
        ("lines", (node.first_line, node.last_line), (other["First"], other["Last"])),
        (
            "heredocs",
            heredocs,
            [
                (wide(h["Name"]), h["Fd"], h["Expand"], h["Chomp"], wide(h["Content"]))
                for h in other["Heredocs"] or ()
            ],
        ),
    )
    for field, ours, theirs in pairs:
        if ours != theirs:
            where = f"{name}:{node.first_line}"
            comments = map(wide, other["Comments"] or ())
            tally.differ(where, field, ours, theirs, _node_reason(node, comments))


def _cut(comment: str) -> bool:
    return "\udc80" <= comment[:1] <= "\udcbf"


def _node_reason(node: Instruction, comments: Iterable[str] = ()) -> str:
    reason = _byte_reason(node.joined.text)
    text = node.joined.text
    if not reason and any(_cut(comment) for comment in comments):
        reason = "BuildKit cuts one byte off an indented comment, even of a longer blank"
    if not reason and not text.isascii() and ("--" in text or "HEALTHCHECK" in text.upper()):
        reason = "BuildKit reads flags and HEALTHCHECK byte by byte: not ASCII comes out garbled"
    return reason


def _byte_reason(text: str) -> str:
    if any("\udc80" <= char <= "\udcff" for char in text):
        return "bytes that are not UTF-8: Go puts U+FFFD for them"
    return ""


def compare_refusals(
    name: str, tree: Dockerfile, problems: list[Any], theirs: dict[str, Any], tally: Tally
) -> None:
    starts = [node.start for node in tree.instructions]
    ours: dict[Any, Any] = {}
    for problem in problems:
        if problem.level == "instruction":
            index = max(i for i, start in enumerate(starts) if start <= problem.span.start)
            ours.setdefault(index, problem.message)
    for index, other in enumerate(theirs["Nodes"]):
        mine, error = ours.get(index, ""), wide(other["Error"])
        tally.compared["refused instructions"] += bool(error)
        if essence(mine) != essence(error):
            where = f"{name}:{other['First']}"
            reason = _release_reason(error) or _node_reason(tree.instructions[index])
            tally.differ(where, "instruction", mine, error, reason)
    build = [p for p in problems if p.level == "build"]
    if ours:
        return
    stages, error = wide(theirs["StagesError"]), wide(theirs["BuildError"])
    refused = stages or error
    if refused.startswith("dockerfile parse error"):
        return
    tally.compared["refused builds"] += bool(refused)
    mine = [p.message for p in build]
    if not refused and mine:
        lines = [_line(tree, tree.source.line_of(p.span.start)) for p in build]
        triggers = all(line.upper().startswith("ONBUILD") for line in lines)
        reason = "a trigger in a stage that the last one does not need" if triggers else ""
        tally.differ(name, "build", mine, refused, reason)
    elif refused and not any(_same(message, refused) for message in mine):
        reason = _build_reason(refused, _line(tree, theirs["BuildLine"]), known=bool(mine))
        tally.differ(name, "build", mine, refused, reason)


def _same(ours: str, theirs: str) -> bool:
    return essence(ours) in theirs or essence(theirs) in ours


def _release_reason(error: str) -> str:
    for flag in ("--security", "--parents"):
        if error == f"unknown flag: {flag}":
            return f"{flag} needs a newer frontend or `# syntax=docker/dockerfile:1-labs`"
    return ""


def _line(tree: Dockerfile, number: int) -> str:
    """The text of the instruction that begins in a line, heredocs included."""
    for node in tree.instructions:
        if node.first_line == number:
            return tree.source.slice(node.span)
    return ""


def _build_reason(error: str, line: str, *, known: bool) -> str:
    if known:
        return "another of several problems comes first"
    if error.startswith("device feature is only supported"):
        return "--device needs the labs frontend"
    if error.startswith("invalid mount target") and "target=/" not in line:
        return "the working directory of the base image"
    if error.startswith("failed to process") and "$" in error and "?" in error:
        return "a variable that must be set"
    if "$" not in line:
        return ""
    if line.upper().startswith("ONBUILD"):
        return "a trigger with a variable"
    if error.startswith(
        (
            "invalid containerPort",
            "VOLUME specified",
            "invalid port",
            "invalid signal",
            "invalid hostPort",
            "invalid syntax",
            "invalid chmod",
            "invalid value",
        )
    ):
        return "a value that hangs on variables"
    if (
        "failed to parse stage name" in error
        or "should not be blank" in error
        or ("failed to parse platform" in error and "$" in error)
    ):
        return "a base image name that hangs on build arguments"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--go", action="store_true")
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    texts = [(path, Path(path).read_bytes()) for path in dockerfiles(options.corpus)]
    pick = random.Random(options.seed)
    plain = [decode(data) for _, data in texts]
    damaged = [
        (f"mutant {number}", encode(mutant(pick, plain))) for number in range(options.mutants)
    ]
    tallies: list[Tally] = []
    try:
        tally = Tally(options.show)
        against_package(texts, tally)
        tally.report("PyPI dockerfile (BuildKit 0.12.5)")
        tallies.append(tally)
    except ImportError:
        print("PyPI dockerfile is not installed: skipped")
    for release in RELEASES if options.go else ():
        for title, some in (("corpus", texts), ("mutants", damaged)):
            if some:
                tally = Tally(options.show)
                against_buildkit(reference(release), some, tally)
                tally.report(f"BuildKit {release}, {title}")
                tallies.append(tally)
    return 1 if any(tally.unexplained for tally in tallies) else 0


if __name__ == "__main__":
    raise SystemExit(main())
