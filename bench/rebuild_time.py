"""
How long a build takes after an edit of the source, before and after the fixes of DW5301 and DW5306.

    python bench/rebuild_time.py [FOLDER] [--runs 3] [--only NAME]

FOLDER (default: bench/rebuild) holds one small project in each folder: a Dockerfile that copies the
source first, and a lock file. Each is built twice on the local engine, as written and as the fixes
leave it; then a comment is added to a source file, and the build is timed again, `--runs` times.
The build uses the host's network to reach the package registries. Both images must have the same
configuration. Images are named `dockwright-rebuild-…` and removed.

Exit 1 when a fix is not offered or the time is not at least halved.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from dockwright.app import context
from dockwright.app.listing import DiskListing
from dockwright.check import registry
from dockwright.check.fix import Outcome, fix
from dockwright.check.run import Plan
from dockwright.facts.port import Bundled
from dockwright.findings.finding import SAFE, UNSAFE, Finding
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

FOLDER = Path(__file__).resolve().parent / "rebuild"
RULES = ("DW5301", "DW5306")
SOURCES = {".py": "# {}\n", ".js": "// {}\n", ".go": "// {}\n"}


def mended(folder: Path) -> Outcome:
    """The Dockerfile of a project after the fixes, its build context known."""
    plan = Plan([entry for code in RULES if (entry := registry.find(code)) is not None])
    ignore = (folder / ".dockerignore").read_bytes()

    def look(text: str) -> tuple[Build, list[Finding]]:
        build = Build(
            parse(Source("Dockerfile", text)),
            facts=Bundled(),
            ignore=context.matcher(ignore, known=True),
            listing=DiskListing(str(folder)),
        )
        return build, plan.run(build)

    return fix((folder / "Dockerfile").read_text(), look, (SAFE, UNSAFE))


def build(folder: Path, tag: str) -> float:
    """Build a project; the seconds it took."""
    start = time.perf_counter()
    done = subprocess.run(
        ["docker", "build", "--network", "host", "--quiet", "--tag", tag, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{folder.name} does not build:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def edit(folder: Path) -> None:
    """Add a comment to the source that nobody has had before."""
    source = next(path for path in sorted(folder.iterdir()) if path.suffix in SOURCES)
    with source.open("a") as file:
        file.write(SOURCES[source.suffix].format(uuid.uuid4()))


def configuration(tag: str) -> object:
    """What the engine says of an image, without what names its layers."""
    text = subprocess.run(
        ["docker", "inspect", tag], capture_output=True, text=True, check=True
    ).stdout
    return json.loads(text)[0]["Config"]


def measured(folder: Path, runs: int) -> tuple[float, list[float]]:
    """The seconds of the first build, and of those after an edit."""
    tag = f"dockwright-rebuild-{uuid.uuid4().hex[:12]}"
    try:
        edit(folder)
        first = build(folder, tag)
        times = []
        for _ in range(runs):
            edit(folder)
            times.append(build(folder, tag))
        (folder / ".configuration").write_text(json.dumps(configuration(tag), sort_keys=True))
        return first, times
    finally:
        subprocess.run(["docker", "rmi", "--force", tag], capture_output=True, check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("folder", nargs="?", default=str(FOLDER))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only")
    options = parser.parse_args()
    failures: list[str] = []
    print("| project | fixes | as written, median (all) | after the fixes | factor |")
    print("|---|---|---|---|---|")
    for project in sorted(Path(options.folder).iterdir()):
        if not (project / "Dockerfile").is_file() or options.only not in (None, project.name):
            continue
        with tempfile.TemporaryDirectory() as name:
            before, after = Path(name, "before"), Path(name, "after")
            shutil.copytree(project, before)
            shutil.copytree(project, after)
            outcome = mended(project)
            codes = [finding.code for finding, _ in outcome.applied]
            if not codes:
                failures.append(f"{project.name}: no fix is offered")
            (after / "Dockerfile").write_text(outcome.text)
            _, old = measured(before, options.runs)
            _, new = measured(after, options.runs)
            if (before / ".configuration").read_text() != (after / ".configuration").read_text():
                failures.append(f"{project.name}: the image has another configuration")
        factor = statistics.median(old) / statistics.median(new)
        cells = [
            f"{statistics.median(times):.2f} s ({', '.join(f'{one:.2f}' for one in times)})"
            for times in (old, new)
        ]
        row = [project.name, " ".join(codes), *cells, f"{factor:.1f}"]
        print(f"| {' | '.join(row)} |", flush=True)
        if factor < 2:
            failures.append(f"{project.name}: not halved")
    for line in failures:
        print(line)
    return bool(failures)


if __name__ == "__main__":
    raise SystemExit(main())
