"""The file of byte code: made by the first run, used by the next, never believed blindly."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dockwright

PACKAGE = Path(dockwright.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, whose byte code is nobody else's."""
    shutil.copytree(
        PACKAGE, tmp_path / "lib" / "dockwright", ignore=shutil.ignore_patterns("*.pack*")
    )
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nRUN apt-get install curl\n")
    return tmp_path


def run(folder: Path, **more: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment |= {"PYTHONPATH": str(folder / "lib"), **more}
    command = [sys.executable, "-m", "dockwright", "check", "--no-cache", "--shellcheck", "off"]
    done = subprocess.run(
        [*command, "Dockerfile"], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 1, done.stderr
    return done.stdout.decode()


def packs(folder: Path) -> list[Path]:
    return sorted((folder / "lib" / "dockwright" / "__pycache__").glob("*.pack*"))


def test_made_once_and_used(copy: Path) -> None:
    first = run(copy)
    (pack,) = packs(copy)
    made = pack.stat().st_mtime_ns
    assert run(copy) == first
    assert packs(copy) == [pack]
    assert pack.stat().st_mtime_ns == made, "a second run writes nothing"


def test_a_changed_source_counts(copy: Path) -> None:
    run(copy)
    rule = copy / "lib" / "dockwright" / "rules" / "packages" / "apt_assume_yes.py"
    rule.write_text(rule.read_text().replace("nobody answers", "nobody hears it"))
    assert "nobody hears it" in run(copy)


@pytest.mark.parametrize("content", [b"", b"\0" * 8, b"\xff" * 40, b"\x10" + b"\0" * 7 + b"N" * 90])
def test_a_broken_file_is_made_again(copy: Path, content: bytes) -> None:
    first = run(copy)
    (pack,) = packs(copy)
    pack.write_bytes(content)
    assert run(copy) == first
    assert len(pack.read_bytes()) > 100_000


def test_a_truncated_file_is_made_again(copy: Path) -> None:
    first = run(copy)
    (pack,) = packs(copy)
    whole = pack.read_bytes()
    pack.write_bytes(whole[:-1000])
    assert run(copy) == first
    # Byte for byte it may differ: how often an object is shared decides about a flag in it.
    assert len(pack.read_bytes()) == len(whole)


def test_not_made_when_byte_code_is_not_wanted(copy: Path) -> None:
    run(copy, PYTHONDONTWRITEBYTECODE="1")
    assert packs(copy) == []
