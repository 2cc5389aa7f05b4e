"""
Make the bundled facts again from raw input, or check that they are what the input gives.

    python -m tools.refresh_facts debian --inputs DIR              write
    python -m tools.refresh_facts debian --inputs DIR --check      exit 1 and name what differs
    python -m tools.refresh_facts debian --inputs DIR --download   fetch the input first

Each step has its own input; its module in this folder says which, and how the input folder is laid
out. The same input gives the same bytes.
"""

import argparse
import importlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "src"))

BUNDLED = ROOT / "src/dockwright/facts/bundled"
STEPS = {
    "debian": "packages of Debian: names, programs, dependencies, sizes",
    "releases": "releases of distributions and runtimes, and their ends of life",
    "tags": "tags of the official images",
    "images": "what the official images are made of",
    "alpine": "packages that Alpine's branches had and no longer have",
    "pip": "files that ensurepip brings to a virtual environment",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one step; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.refresh_facts",
        description=(__doc__ or "").strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, title in STEPS.items():
        step = steps.add_parser(name, help=title, description=title)
        step.add_argument("--inputs", required=True, metavar="DIR", help="folder of raw input")
        step.add_argument("--output", default=str(BUNDLED), metavar="DIR", help="where to write")
        step.add_argument("--download", action="store_true", help="fetch the input first")
        step.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args(arguments)
    module = importlib.import_module(f"tools.refresh_facts.{options.step}")
    if options.download:
        if not hasattr(module, "download"):
            raise SystemExit(f"{options.step}: the input is fetched by hand, see {module.__file__}")
        module.download(options.inputs)
    if not options.check:
        module.refresh(options.inputs, options.output)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        module.refresh(options.inputs, folder)
        return compare(folder, options.output)


def compare(made: str, kept: str) -> int:
    """0 if the files below `made` are those below `kept`, else 1; says what differs."""
    differ = [
        str(name)
        for name in _files(Path(made))
        if not (Path(kept) / name).exists()
        or (Path(kept) / name).read_bytes() != (Path(made) / name).read_bytes()
    ]
    for name in differ:
        print(f"differs: {name}")
    return 1 if differ else 0


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    raise SystemExit(main())
