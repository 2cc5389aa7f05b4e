"""
`dockwright impact` against BuildKit: what it says runs again, and what did.

    python -m bench.cache_predictions [FIXTURES] [--case TEXT] [--jobs N] [--verbose]

Each case of `bench/cache/cases.py` takes a fixture (a folder with a Dockerfile and a `context`;
default: bench/cache), builds it, edits it, builds it again and compares each step that BuildKit
reports as cached or not with the prediction. Each stage gets a heredoc with a random number first,
so that nothing is cached from before. Needs an engine with BuildKit and the images busybox:latest
and debian:bookworm-slim; no network. Prints the wrong ones, what is only predicted as "perhaps",
and a table; exit 1 when a definite prediction was wrong.
"""

import argparse
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench.cache.cases import CASES
from bench.cache.edits import Case, dockerfile
from dockwright.app import context
from dockwright.app.contextview import FolderView
from dockwright.model.cache import CACHED, PERHAPS, RUNS, Affected, Change, impact
from dockwright.model.cachereasons import title
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

FIXTURES = Path(__file__).resolve().parent / "cache"
PREFIX = "dw-cache-"
IMAGES = ("busybox:latest", "debian:bookworm-slim")
VERTEX = re.compile(r"\[(?:(\S+) )? *(\d+)/(\d+)\] (.*)", re.DOTALL)
Steps = dict[tuple[str, int], bool]


class Row(NamedTuple):
    """A step of a case: what was predicted, and whether BuildKit had it cached (None: unseen)."""

    case: Case
    step: Affected
    cached: bool | None

    @property
    def wrong(self) -> bool:
        if self.cached is None or self.step.verdict == PERHAPS:
            return False
        return self.cached is not (self.step.verdict == CACHED)


def salted(text: str, salt: str, base: str) -> str:
    """The Dockerfile with a file of its own in each stage that is not built on another."""
    names: set[str] = set()
    out: list[str] = []
    for line in text.replace("@BASE@", base).splitlines(keepends=True):
        out.append(line)
        words = line.split()
        if words and words[0].upper() == "FROM":
            if words[1] not in names:
                out.append(f"COPY <<SALT /.salt-{len(names)}\n{salt}\nSALT\n")
            if len(words) > 3:
                names.add(words[3])
    return "".join(out)


class Engine:
    """Builds, and what they report."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.images: list[str] = []

    def missing(self) -> list[str]:
        """The images of the fixtures that the engine does not have."""
        return [
            name
            for name in IMAGES
            if subprocess.run(
                [self.command, "image", "inspect", name],
                capture_output=True,
                check=False,
                timeout=30,
            ).returncode
        ]

    def build(
        self,
        folder: Path,
        text: str,
        tag: str,
        *,
        args: dict[str, str] | None = None,
        target: str = "",
        secret: str = "",
    ) -> Steps:
        """The steps of a build by stage and number, and whether each was cached."""
        inside = not (folder / "Dockerfile").exists()
        name = "context/Dockerfile" if inside else "Dockerfile.salted"
        (folder / name).write_text(text)
        (folder / "secret").write_text(secret)
        command = [self.command, "buildx", "build", "--progress=rawjson", "--tag", tag]
        command += ["--file", str(folder / name), "--secret", f"id=token,src={folder / 'secret'}"]
        for key, value in (args or {}).items():
            command += ["--build-arg", f"{key}={value}"]
        if target:
            command += ["--target", target]
        done = subprocess.run(
            [*command, str(folder / "context")],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.images.append(tag)
        if done.returncode:
            lines = [one for one in done.stderr.splitlines() if not one.startswith("{")]
            raise RuntimeError("\n".join(lines)[-600:])
        return reported(done.stderr)

    def base(self, tag: str, content: str, label: str) -> None:
        """An image with `content` in a file, made anew."""
        text = f"FROM busybox:latest\nCOPY <<END /etc/tag\n{content}\nEND\nLABEL l={label}\n"
        command = [self.command, "buildx", "build", "--quiet", "--tag", tag, "-"]
        subprocess.run(command, input=text, text=True, capture_output=True, check=True, timeout=60)
        self.images.append(tag)

    def clean(self) -> None:
        """Remove the images that were made."""
        names = sorted(set(self.images))
        for at in range(0, len(names), 50):
            subprocess.run(
                [self.command, "image", "rm", "--force", *names[at : at + 50]],
                capture_output=True,
                check=False,
                timeout=120,
            )
        self.images.clear()


def reported(log: str) -> Steps:
    """What a log in rawjson says of each numbered step: whether it was cached."""
    vertices: dict[str, dict[str, object]] = {}
    for line in log.splitlines():
        if line.startswith("{"):
            for vertex in json.loads(line).get("vertexes") or ():
                vertices[vertex["digest"]] = vertex
    steps: Steps = {}
    for vertex in vertices.values():
        found = VERTEX.match(str(vertex["name"]))
        if found is not None and "completed" in vertex:
            steps[found[1] or "stage-0", int(found[2])] = bool(vertex.get("cached"))
    return steps


def numbered(affected: Sequence[Affected]) -> list[tuple[str, int]]:
    """The stage and number by which BuildKit calls each step."""
    counts: Counter[int] = Counter()
    found: list[tuple[str, int]] = []
    for one in affected:
        stage = one.stage
        counts[stage.index] += 1
        first = stage.parent is None and stage.base.kind != "scratch"
        found.append((stage.name or f"stage-{stage.index}", counts[stage.index] + first))
    return found


def snapshot(folder: Path) -> dict[str, tuple[object, ...]]:
    """Each path below the context by kind, mode and content."""
    found: dict[str, tuple[object, ...]] = {}
    root = folder / "context"
    for path in root.rglob("*"):
        status = path.lstat()
        content: object = b""
        if path.is_symlink():
            content = os.readlink(path)
        elif path.is_file():
            content = path.read_bytes()
        found[path.relative_to(root).as_posix()] = (
            stat.S_IFMT(status.st_mode),
            status.st_mode,
            content,
        )
    return found


def model(folder: Path, text: str, args: dict[str, str]) -> Build:
    ignore = context.matcher(
        context.read_ignore(context.ignore_file("Dockerfile.none", str(folder / "context"))),
        known=True,
    )
    return Build(parse(Source("Dockerfile", text)), args=args, ignore=ignore)


def flipped(path: str, old: Build, new: Build) -> bool:
    """Whether a new .dockerignore changes what reaches the builder of `path`."""
    assert old.ignore is not None
    assert new.ignore is not None
    return old.ignore.fate(path) != new.ignore.fate(path)


def run(case: Case, fixtures: Path, engine: Engine) -> list[Row]:
    """Build, edit, build; the rows of the second build."""
    salt = uuid.uuid4().hex[:12]
    base = f"{PREFIX}base-{salt}"
    tag = f"{PREFIX}{salt}"
    old_args, new_args = case.old or {}, case.new or {}
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder = Path(name)
        shutil.copytree(fixtures / case.fixture, folder, dirs_exist_ok=True, symlinks=True)
        for edit in case.first:
            edit(folder)
        template = dockerfile(folder).read_text()
        if "@BASE@" in template:
            engine.base(base, case.base[0] + salt, "one")
        old_text = salted(template, salt, base)
        if not (folder / "Dockerfile").exists():
            dockerfile(folder).write_text(old_text)
        was = snapshot(folder)
        old = model(folder, old_text, old_args)
        engine.build(
            folder, old_text, tag, args=old_args, target=case.target, secret=case.secrets[0]
        )
        if not (folder / "Dockerfile").exists():
            dockerfile(folder).write_text(template)
        for edit in case.edits:
            edit(folder)
        new_text = salted(dockerfile(folder).read_text(), salt, base)
        if not (folder / "Dockerfile").exists():
            dockerfile(folder).write_text(new_text)
        now = snapshot(folder)
        if case.base[0] != case.base[1] or case.relabel:
            engine.base(base, case.base[1] + salt, "two" if case.relabel else "one")
        changed = [path for path in {**was, **now} if was.get(path) != now.get(path)]
        folders = [
            path
            for path in changed
            if path in was
            and was[path] != now.get(path)
            and path in now
            and was[path][0] == now[path][0] == stat.S_IFDIR
        ]
        new = model(folder, new_text, old_args)
        ignores = was.get(".dockerignore") != now.get(".dockerignore")
        if ignores:
            changed += [path for path in now if flipped(path, old, new) and path not in changed]
        change = Change(
            files=[path for path in changed if path not in folders],
            folders=folders,
            args={
                key: new_args.get(key) if case.said else None
                for key in {**old_args, **new_args}
                if old_args.get(key) != new_args.get(key)
            },
            edited=new if new_text != old_text or (ignores and case.said) else None,
            bases=[base] if case.base[0] != case.base[1] else (),
        )
        view = FolderView(str(folder / "context"))
        stage = old.stage_named(case.target) if case.target else None
        affected = impact(old, change, target=stage, view=view, merges=False)
        seen = engine.build(
            folder, new_text, tag, args=new_args, target=case.target, secret=case.secrets[1]
        )
    return [
        Row(case, one, seen.get(key)) for one, key in zip(affected, numbered(affected), strict=True)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("fixtures", nargs="?", type=Path, default=FIXTURES)
    parser.add_argument("--case", default="", help="only cases whose title has this text")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--verbose", action="store_true", help="print every step")
    options = parser.parse_args()
    docker = shutil.which("docker")
    if docker is None:
        print("no docker command", file=sys.stderr)
        return 2
    cases = [case for case in CASES if options.case in case.title]
    engine = Engine(docker)
    missing = engine.missing()
    if missing:
        print(f"the engine has no image {', '.join(missing)}", file=sys.stderr)
        return 2
    began = time.monotonic()
    rows: list[Row] = []
    broken = 0
    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            futures = [pool.submit(run, case, options.fixtures, engine) for case in cases]
            for case, future in zip(cases, futures, strict=True):
                try:
                    rows += future.result()
                except (RuntimeError, ValueError, OSError, subprocess.SubprocessError) as error:
                    broken += 1
                    print(f"BROKEN {case.title}: {error}")
    finally:
        engine.clean()
    report(rows, verbose=options.verbose)
    wrong = sum(row.wrong for row in rows)
    print(f"\n{len(cases)} pairs, {time.monotonic() - began:.0f} s; {broken} could not be built")
    return 1 if wrong or broken or not rows else 0


def report(rows: Sequence[Row], *, verbose: bool) -> None:
    for row in rows:
        told = {None: "unseen", True: "cached", False: "runs"}[row.cached]
        if row.wrong or verbose or row.step.verdict == PERHAPS or row.cached is None:
            mark = "WRONG" if row.wrong else "     "
            why = "; ".join(reason.text for reason in row.step.reasons)
            print(
                f"{mark} {row.case.title} | {row.step.stage.title}: {title(row.step.step)}"
                f" | predicted {row.step.verdict}, was {told} | {why}"
            )
    print("\n| predicted | steps | cached | ran | right |\n|---|---:|---:|---:|---:|")
    for verdict in (CACHED, RUNS, PERHAPS):
        mine = [row for row in rows if row.step.verdict == verdict and row.cached is not None]
        cached = sum(bool(row.cached) for row in mine)
        right = sum(not row.wrong for row in mine)
        share = f"{100 * right / len(mine):.1f} %" if mine and verdict != PERHAPS else "–"
        print(f"| {verdict} | {len(mine)} | {cached} | {len(mine) - cached} | {share} |")
    seen = [row for row in rows if row.cached is not None]
    doubts = sum(row.step.verdict == PERHAPS for row in seen)
    if seen:
        print(
            f"\nperhaps: {100 * doubts / len(seen):.1f} % of {len(seen)} steps;"
            f" not seen in the log: {len(rows) - len(seen)}"
        )


if __name__ == "__main__":
    sys.exit(main())
