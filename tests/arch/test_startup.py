"""What `dockwright check` imports: start-up time is a feature, and imports make it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURE = """\
FROM python:3.12-slim AS builder
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends gcc
COPY requirements.txt .
RUN pip install --user -r requirements.txt
FROM python:3.12-slim
WORKDIR /app
COPY --from=builder /root/.local /root/.local
ENV PATH=/root/.local/bin:$PATH
COPY . .
USER appuser
EXPOSE 8000
CMD ["python", "-m", "uvicorn", "main:app"]
"""
FORBIDDEN = {
    "argparse",
    "asyncio",
    "concurrent",
    "dataclasses",
    "difflib",
    "fnmatch",
    "hashlib",
    "importlib.metadata",
    "importlib.resources",
    "inspect",
    "logging",
    "multiprocessing",
    "pathlib",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "tomllib",
    "typing",
    "urllib",
    "yaml",
}
# The two bindings, without the packages around them.
THIRD_PARTY = {"tree_sitter._binding", "tree_sitter_bash._binding"}


def imported(arguments: list[str], folder: Path) -> set[str]:
    """The modules a run imports, those of the interpreter's own start left out."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV"))}
    environment["DOCKWRIGHT_CACHE_DIR"] = str(folder / "cache")
    probe = (
        "import sys; before = set(sys.modules); from dockwright.cli.main import main; "
        f"code = main({arguments!r}); "
        "print('\\n'.join(sorted(set(sys.modules) - before)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("cache", [False, True], ids=["cold", "cached"])
def test_check_imports_little(tmp_path: Path, cache: bool) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(FIXTURE)
    arguments = ["check", "--shellcheck", "off", "Dockerfile"]
    if not cache:
        arguments.insert(1, "--no-cache")
    modules = imported(arguments, tmp_path)
    if cache:
        modules = imported(arguments, tmp_path)
    assert "dockwright.app.check" in modules
    loaded = {name for name in modules if name.partition(".")[0] in FORBIDDEN or name in FORBIDDEN}
    assert loaded == set()
    if not cache:
        assert "json" not in modules
    foreign = {
        name
        for name in modules
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name.partition(".")[0] != "dockwright"
    }
    assert foreign <= THIRD_PARTY


def test_a_cached_check_loads_no_rule(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(FIXTURE)
    arguments = ["check", "--shellcheck", "off", "Dockerfile"]
    imported(arguments, tmp_path)
    modules = imported(arguments, tmp_path)
    assert not {
        name for name in modules if name.startswith(("dockwright.rules.", "tree_sitter"))
    } - {"dockwright.rules._index"}
