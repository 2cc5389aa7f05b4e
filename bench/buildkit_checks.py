"""
`docker build --check` against our rules, on every Dockerfile of a folder.

    python -m bench.buildkit_checks CORPUS [--limit N] [--rule NAME] [--show N]

Works offline: each image that a file names is given to the engine as another tag of a small local
image (`--base`, default busybox:latest) while the bench runs, `# syntax=` lines are blanked (they
would be fetched) and digests dropped. Our side is told what those images set. Warnings are
compared by rule and first line. A difference counts as explained when it falls in one of the
classes below, each a property that code can see. Exit 1 when an unexplained one is left.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.hits import dockerfiles

from dockwright.app import context
from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.facts import image
from dockwright.facts.image import ImageFacts
from dockwright.facts.knowledge import Known, Reason
from dockwright.facts.port import FactSource
from dockwright.model import reference
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode, encode

DIGEST = re.compile(r"@sha256:[0-9a-f]{64}")
SYNTAX = re.compile(r"(?im)^([ \t]*)#([ \t]*syntax[ \t]*=)")
LABEL = "dockwright.bench=checks"
Warning_ = tuple[str, int]


class Tagged(FactSource):
    """What is known of the images while the bench runs: the engine's own answer."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, ImageFacts] = {}

    def image(self, name: str) -> ImageFacts | None:
        found = reference.parse(name)
        return self.known.get(tag(found)) if found is not None else None


def tag(ref: reference.Reference) -> str:
    return f"{ref.familiar}:{ref.tag or 'latest'}"


def docker(*arguments: str, **more: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        ["docker", *arguments], capture_output=True, text=True, check=False, **more
    )


def prepared(text: str) -> str:
    """The text without what would be fetched; lines stay where they are."""
    return DIGEST.sub("", SYNTAX.sub(r"\1#-\2", text))


def images(build: Build) -> set[str]:
    """The images a build names, as tags."""
    names = [s.base.name.value for s in build.stages if isinstance(s.base.name, Known)]
    for step in build.steps:
        flag = step.node.flag("from") if step.node.name == "COPY" else None
        names += [flag.value] if flag is not None and flag.value else []
        names += [mount.from_ for mount in step.mounts if mount.from_]
    found = set()
    for name in names:
        ref = reference.parse(name)
        if name != "scratch" and build.stage_named(name) is None and ref is not None:
            found.add(tag(ref))
    return found


def facts(name: str) -> ImageFacts:
    done = docker("image", "inspect", name)
    config = json.loads(done.stdout)[0]["Config"]
    reason = Reason(f"the engine's image {name}")
    found = image.empty(name, reason)
    for item in config.get("Env") or ():
        key, _, value = item.partition("=")
        found.env[key] = Known(value, reason)  # type: ignore[index]
    found.workdir = Known(config.get("WorkingDir") or "", reason)
    found.user = Known(config.get("User") or "", reason)
    if config.get("Shell"):
        found.shell = Known(tuple(config["Shell"]), reason)
    return found


def ask(task: tuple[str, str, str | None, str]) -> tuple[str, set[Warning_] | None, str]:
    """What the engine says of a file: its warnings, or None and the error."""
    path, text, ignore, builder = task
    with tempfile.TemporaryDirectory() as folder:
        if ignore is not None:
            Path(folder, ".dockerignore").write_bytes(Path(ignore).read_bytes())
        Path(folder, "Dockerfile").write_bytes(encode(text))
        command = ["buildx", "build", "--call", "check,format=json", "--builder", builder]
        done = docker(
            *command,
            "--build-arg",
            "BUILDKIT_DOCKERFILE_CHECK=skip=none;experimental=all",
            folder,
            timeout=120,
        )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return path, None, done.stderr.strip().rpartition("\n")[2]
    found = set()
    for warning in answer.get("warnings") or ():
        ranges = warning.get("location", {}).get("ranges") or [{"start": {"line": 0}}]
        found.add((warning["ruleName"], ranges[0]["start"]["line"]))
    error = answer.get("buildError") or {}
    return path, found, error.get("message", "")


def ours(build: Build, plan: Plan, names: dict[str, list[str]]) -> set[Warning_]:
    """Our warnings under BuildKit's names, at the line of their instruction."""
    source = build.tree.source
    starts = [
        (node.start, node.end, node.first_line, node.last_line) for node in build.tree.instructions
    ]
    found = set()
    for finding in plan.run(build):
        start = finding.span.start
        # What is said of a comment above an instruction counts for the instruction.
        node = next((n for n in build.tree.instructions if n.end >= start), None)
        line = source.line_of(start) if node is None else node.first_line
        if node is not None and finding.name == "continuation-empty-line":
            line = node.last_line
        for name in names[finding.code]:
            found.add((name, line))
    return found


def explain(name: str, line: int, side: str, build: Build, error: str) -> str | None:
    """The class of a difference, None when it has none."""
    from bench.explained import buildkit

    return buildkit(name, line, side, build, error)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--base", default="busybox:latest")
    parser.add_argument("--builder", default="default")
    parser.add_argument("--rule")
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    paths = list(dockerfiles(options.corpus))
    if options.limit:
        paths = paths[:: max(1, len(paths) // options.limit)]
    known = Tagged()
    texts = {path: prepared(decode(Path(path).read_bytes())) for path in paths}
    wanted: set[str] = set()
    for path, text in texts.items():
        wanted |= images(Build(parse(Source(path, text))))
    present = set(docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").stdout.split())
    fresh = sorted(wanted - present)
    made: list[str] = []
    try:
        base = facts(options.base)
        with ThreadPoolExecutor(4) as pool:
            for name, done in zip(
                fresh, pool.map(lambda n: docker("tag", options.base, n), fresh), strict=True
            ):
                if not done.returncode:
                    made.append(name)
                    known.known[name] = base
        for name in wanted & present:
            known.known[name] = facts(name)
        return compare(paths, texts, known, options)
    finally:
        for at in range(0, len(made), 100):
            docker("image", "rm", "--no-prune", *made[at : at + 100])


def compare(
    paths: list[str], texts: dict[str, str], known: Tagged, options: argparse.Namespace
) -> int:
    names: dict[str, list[str]] = defaultdict(list)
    chosen = []
    for entry in registry.entries():
        for one in entry.also:
            tool, _, name = one.partition(":")
            if tool == "buildkit":
                names[entry.code].append(name)
        if names[entry.code]:
            chosen.append(entry)
    plan = Plan(chosen)
    tasks = []
    for path in paths:
        ignore = context.ignore_file(path, None)
        tasks.append((path, texts[path], ignore, options.builder))
    both: Counter[str] = Counter()
    explained: Counter[tuple[str, str]] = Counter()
    unexplained: dict[str, list[str]] = defaultdict(list)
    refused = 0
    with ThreadPoolExecutor(3) as pool:
        for (path, text, ignore, _), (_, theirs, error) in zip(
            tasks, pool.map(ask, tasks), strict=True
        ):
            if theirs is None:
                refused += 1
                theirs = set()
            matcher = context.matcher(context.read_ignore(ignore), known=True)
            build = Build(parse(Source(path, text)), facts=known, ignore=matcher)
            mine = ours(build, plan, names)
            # One place for MultipleInstructionsDisallowed and the rules that share a name.
            for name, line in theirs & mine:
                both[name] += 1
            for side, extra in (("theirs", theirs - mine), ("ours", mine - theirs)):
                for name, line in sorted(extra):
                    why = explain(name, line, side, build, error)
                    if why is not None:
                        explained[name, f"{side}: {why}"] += 1
                    else:
                        lines = text.split("\n")
                        shown = lines[line - 1][:100] if 0 < line <= len(lines) else ""
                        unexplained[f"{name} only {side}"].append(
                            f"{path}:{line}: {shown} | {error[:80]}"
                        )
    print(f"files {len(paths)}, refused by the engine {refused}")
    print(f"{'check':34} {'both':>6}")
    for name, count in sorted(both.items()):
        print(f"{name:34} {count:6}")
    for (name, why), count in sorted(explained.items()):
        print(f"explained {count:5} {name}: {why}")
    total = 0
    for title, cases in sorted(unexplained.items()):
        total += len(cases)
        print(f"unexplained {len(cases)}: {title}")
        for case in cases[: options.show]:
            print(f"    {case}")
    print(f"unexplained differences: {total}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
