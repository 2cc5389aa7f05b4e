"""
`docker build --check` against our rules, on every Dockerfile of a folder.

    python -m bench.buildkit_checks CORPUS [--limit N] [--rule NAME] [--show N] [--docs]
                                    [--save FILE] [--answers FILE]

Works offline: each image that a file names is given to the engine as another tag of a small local
image (`--base`, default busybox:latest) while the bench runs, `# syntax=` lines are blanked (they
would be fetched) and digests dropped. Our side is told what those images set. Warnings are
compared by rule and instruction. A difference counts as explained when it falls in one of the
classes of `bench/explained/buildkit.py`, each a property that code can see. `--save` keeps the
engine's answers, `--answers` compares with kept ones without an engine. Exit 1 when an unexplained
difference is left. `--docs` writes docs/reference/buildkit-agreement.md.
"""

import argparse
import hashlib
import json
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.explained.buildkit import why
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

ROOT = Path(__file__).resolve().parent.parent
CHECKS = (
    *("ConsistentInstructionCasing", "CopyIgnoredFile", "DuplicateStageName"),
    *("ExposeInvalidFormat", "ExposeProtoCasing", "FromAsCasing"),
    *("FromPlatformFlagConstDisallowed", "InvalidBaseImagePlatform"),
    *("InvalidDefaultArgInFrom", "InvalidDefinitionDescription", "JSONArgsRecommended"),
    *("LegacyKeyValueFormat", "MaintainerDeprecated", "MultipleInstructionsDisallowed"),
    *("NoEmptyContinuation", "RedundantTargetPlatform", "ReservedStageName"),
    *("SecretsUsedInArgOrEnv", "StageNameCasing", "UndefinedArgInFrom", "UndefinedVar"),
    "WorkdirRelativePath",
)
PAGE = """\
<!-- Written by bench/buildkit_checks.py --docs: do not edit. -->

# Agreement with `docker build --check`

The checks of the engine (Docker 28.5, all on, experimental ones too) and our rules for the same
concerns, on {files} Dockerfiles of public repositories, compared by file, check and instruction.
The base images are stand-ins: tags of one small image, which our side is told about as well.

The engine has {theirs} warnings and we {ours}; {both} are the same. Each of the others has a reason
that a program sees in the file or in the engine's error; the classes are below and in
`bench/explained/buildkit.py`. {open}

`tests/engines/test_buildkit_checks.py` triggers every one of the checks and compares the lines.

| check | our rule | engine | ours | both | only engine | only ours | open |
|---|---|---:|---:|---:|---:|---:|---:|"""
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}")
SYNTAX = re.compile(r"(?im)^([ \t]*)#([ \t]*syntax[ \t]*=)")
Warning_ = tuple[str, int]
Answer = dict[str, object]


class Tagged(FactSource):
    """What is known of the images while the bench runs: the engine's own answer."""

    def __init__(self, configs: dict[str, dict[str, object]]) -> None:
        super().__init__()
        self._facts = {name: facts(name, config) for name, config in configs.items()}

    def image(self, name: str) -> ImageFacts | None:
        found = reference.parse(name)
        return self._facts.get(tag(found)) if found is not None else None


def tag(ref: reference.Reference) -> str:
    return f"{ref.familiar}:{ref.tag or 'latest'}"


def docker(*arguments: str, timeout: float | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, check=False, timeout=timeout
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


def facts(name: str, config: dict[str, object]) -> ImageFacts:
    reason = Reason(f"the engine's image {name}")
    found = image.empty(name, reason)
    env = dict(found.env)  # the engine gives every image a PATH
    for item in config.get("Env") or ():  # type: ignore[attr-defined]
        key, _, value = item.partition("=")
        env[key] = Known(value, reason)
    found.env = env
    found.workdir = Known(config.get("WorkingDir") or "", reason)
    found.user = Known(config.get("User") or "", reason)
    if config.get("Shell"):
        found.shell = Known(tuple(config["Shell"]), reason)  # type: ignore[arg-type]
    return found


@contextmanager
def tags(base: str, wanted: set[str]) -> "Iterator[dict[str, dict[str, object]]]":
    """
    The configuration of each image in `wanted`; those that the engine lacks are tags of `base`.

    The tags are removed at the end, also after an error or a signal.
    """

    def config(name: str) -> dict[str, object]:
        done = docker("image", "inspect", name)
        if done.returncode:
            raise SystemExit(f"no image {name}: {done.stderr.strip()}")
        return json.loads(done.stdout)[0]["Config"]  # type: ignore[no-any-return]

    def stop(*_: object) -> None:
        raise SystemExit("stopped")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    present = set(docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").stdout.split())
    found = {name: config(name) for name in sorted(wanted & present)}
    shared = config(base)
    fresh = sorted(wanted - present)
    try:
        with ThreadPoolExecutor(4) as pool:
            done = pool.map(lambda name: docker("tag", base, name).returncode, fresh)
            made = [name for name, code in zip(fresh, done, strict=True) if not code]
        yield found | dict.fromkeys(made, shared)
    finally:
        for at in range(0, len(fresh), 100):
            docker("image", "rm", "--no-prune", *fresh[at : at + 100])


def ask(text: str, ignore: bytes | None, builder: str) -> Answer:
    """What the engine says of a file: its JSON, and its error when it gives none."""
    with tempfile.TemporaryDirectory() as folder:
        if ignore is not None:
            Path(folder, ".dockerignore").write_bytes(ignore)
        Path(folder, "Dockerfile").write_bytes(encode(text))
        command = ["buildx", "build", "--call", "check,format=json", "--builder", builder]
        checks = "BUILDKIT_DOCKERFILE_CHECK=skip=none;experimental=all"
        try:
            done = docker(*command, "--build-arg", checks, folder, timeout=120)
        except subprocess.TimeoutExpired:
            return {"error": "no answer in two minutes"}
    try:
        return {"answer": json.loads(done.stdout)}
    except ValueError:
        return {"error": done.stderr.strip().rpartition("\n")[2] or "no answer"}


def warnings(answer: Answer) -> tuple[set[Warning_], int, str]:
    """The warnings by rule and first line, and the line and text of the error that ended it."""
    kept = answer.get("answer")
    if not isinstance(kept, dict):
        return set(), 0, str(answer.get("error"))
    found = set()
    for warning in kept.get("warnings") or ():
        ranges = warning.get("location", {}).get("ranges") or [{"start": {"line": 0}}]
        found.add((warning["ruleName"], ranges[0]["start"]["line"]))
    error = kept.get("buildError") or {}
    ranges = error.get("location", {}).get("ranges") or [{"start": {"line": 0}}]
    return found, ranges[0]["start"]["line"], error.get("message", "")


def plan() -> tuple[Plan, dict[str, list[str]]]:
    """Our rules with an equivalent among the engine's checks, and the checks' names by rule."""
    names: dict[str, list[str]] = defaultdict(list)
    chosen = []
    for entry in registry.entries():
        for one in entry.also:
            tool, _, name = one.partition(":")
            if tool == "buildkit":
                names[entry.code].append(name)
        if names[entry.code]:
            chosen.append(entry)
    return Plan(chosen), names


def ours(build: Build, rules: Plan, names: dict[str, list[str]]) -> set[Warning_]:
    """Our warnings under BuildKit's names, at the line of their instruction."""
    source = build.tree.source
    found = set()
    for finding in rules.run(build):
        start = finding.span.start
        # What is said of a comment above an instruction counts for the instruction.
        node = next((n for n in build.tree.instructions if n.end >= start), None)
        line = source.line_of(start) if node is None else node.first_line
        if node is not None and finding.name == "continuation-empty-line":
            line = node.last_line
        for name in names[finding.code]:
            found.add((name, line))
    return found


def answered(
    paths: list[str], texts: dict[str, str], options: argparse.Namespace
) -> tuple[dict[str, dict[str, object]], dict[str, Answer]]:
    """The images' configurations and the engine's answers, by path."""
    keys = {path: hashlib.sha256(encode(texts[path])).hexdigest() for path in paths}
    if options.answers:
        with open(options.answers, encoding="utf-8") as file:
            configs = json.loads(next(file))
            kept = {one["key"]: one for one in map(json.loads, file)}
        return configs, {path: kept[keys[path]] for path in paths if keys[path] in kept}
    wanted: set[str] = set()
    for path, text in texts.items():
        wanted |= images(Build(parse(Source(path, text))))
    answers: dict[str, Answer] = {}
    with tags(options.base, wanted) as configs, ThreadPoolExecutor(options.jobs) as pool:
        ignores = [context.read_ignore(context.ignore_file(path, None)) for path in paths]
        done = pool.map(
            lambda path, ignore: ask(texts[path], ignore, options.builder), paths, ignores
        )
        out = open(options.save, "w", encoding="utf-8") if options.save else None  # noqa: SIM115
        try:
            if out is not None:
                out.write(json.dumps(configs) + "\n")
            for path, answer in zip(paths, done, strict=True):
                answers[path] = answer
                if out is not None:
                    out.write(json.dumps({"key": keys[path], "path": path, **answer}) + "\n")
                    out.flush()
        finally:
            pool.shutdown(cancel_futures=True)
            if out is not None:
                out.close()
    return configs, answers


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--base", default="busybox:latest")
    parser.add_argument("--builder", default="default")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--rule")
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--save")
    parser.add_argument("--answers")
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    paths = list(dockerfiles(options.corpus))
    if options.limit:
        paths = paths[:: max(1, len(paths) // options.limit)]
    texts = {path: prepared(decode(Path(path).read_bytes())) for path in paths}
    configs, answers = answered(paths, texts, options)
    result = compare([path for path in paths if path in answers], texts, configs, answers)
    print(result.page())
    total = 0
    for title, cases in sorted(result.open.items()):
        if not cases or (options.rule and not title.startswith(options.rule + " ")):
            continue
        total += len(cases)
        print(f"unexplained {len(cases)}: {title}")
        for case in cases[: options.show]:
            print(f"    {case}")
    for (name, reason), cases in sorted(result.contrary.items()):
        print(f"both report {len(cases)} of {name} although: {reason}: {cases[: options.show]}")
    if options.docs:
        page = ROOT / "docs/reference/buildkit-agreement.md"
        page.write_text(result.page(), encoding="utf-8")
    print(f"unexplained differences: {total}")
    return 1 if total else 0


class Result:
    """What the comparison found."""

    def __init__(self, files: int) -> None:
        self.files = files
        self.refused = 0
        self.theirs: Counter[str] = Counter()
        self.ours: Counter[str] = Counter()
        self.both: Counter[str] = Counter()
        self.explained: Counter[tuple[str, str, str]] = Counter()
        self.open: dict[str, list[str]] = defaultdict(list)
        # Where a class holds although both report it: the class may be too wide.
        self.contrary: dict[tuple[str, str], list[str]] = defaultdict(list)

    def _known(self, check: str, side: str) -> int:
        return sum(n for key, n in self.explained.items() if key[:2] == (check, side))

    def page(self) -> str:
        names: dict[str, list[str]] = defaultdict(list)
        for entry in registry.entries():
            for one in entry.also:
                if one.startswith("buildkit:"):
                    names[one.partition(":")[2]].append(entry.name)
        left = sum(len(cases) for cases in self.open.values())
        text = PAGE.format(
            files=self.files,
            theirs=self.theirs.total(),
            ours=self.ours.total(),
            both=self.both.total(),
            open=f"{left} are left open." if left else "None is left open.",
        )
        lines = text.split("\n")
        for check in sorted({*CHECKS, *self.theirs}):
            rules = ", ".join(f"[{name}](../rules/{name}.md)" for name in names[check])
            still = sum(len(self.open[f"{check} only {side}"]) for side in ("theirs", "ours"))
            lines.append(
                f"| `{check}` | {rules or '**none**'} | {self.theirs[check]} | {self.ours[check]} |"
                f" {self.both[check]} | {self._known(check, 'theirs')} |"
                f" {self._known(check, 'ours')} | {still} |"
            )
        titles = {"theirs": "What only the engine reports", "ours": "What only we report"}
        for side, title in titles.items():
            lines += ["", f"## {title}", "", "| check | findings | reason |", "|---|---:|---|"]
            found = [(c, -n, text) for (c, on, text), n in self.explained.items() if on == side]
            lines += [f"| `{check}` | {-n} | {text} |" for check, n, text in sorted(found)]
        return "\n".join(lines) + "\n"


def compare(
    paths: list[str],
    texts: dict[str, str],
    configs: dict[str, dict[str, object]],
    answers: dict[str, Answer],
) -> Result:
    rules, names = plan()
    known = Tagged(configs)
    result = Result(len(paths))
    for path in paths:
        text = texts[path]
        theirs, stopped, error = warnings(answers[path])
        result.refused += "answer" not in answers[path]
        ignore = context.read_ignore(context.ignore_file(path, None))
        matcher = context.matcher(ignore, known=True)
        build = Build(parse(Source(path, text)), facts=known, ignore=matcher)
        mine = ours(build, rules, names)
        for name, _ in theirs:
            result.theirs[name] += 1
        for name, _ in mine:
            result.ours[name] += 1
        for name, line in theirs & mine:
            result.both[name] += 1
            reason = why(name, line, "theirs", build, stopped, error)
            if reason is not None:
                result.contrary[name, reason].append(f"{path}:{line}")
        for side, extra in (("theirs", theirs - mine), ("ours", mine - theirs)):
            for name, line in sorted(extra):
                reason = why(name, line, side, build, stopped, error)
                if reason is not None:
                    result.explained[name, side, reason] += 1
                else:
                    lines = text.split("\n")
                    shown = lines[line - 1][:100] if 0 < line <= len(lines) else ""
                    result.open[f"{name} only {side}"].append(
                        f"{path}:{line}: {shown} | {error[:100]}"
                    )
    return result


if __name__ == "__main__":
    sys.exit(main())
