"""The file of byte code: made by the first run, used by the next, never believed blindly."""

import marshal
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


def content(pack: Path) -> dict[str, tuple[object, ...]]:
    """
    The entries of a file: of each module what is known of its source, and its code.

    The codes are compared as values. Byte for byte they may differ: how often an object was shared
    when it was written decides about a flag in it.
    """
    data = pack.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    entries = marshal.loads(data[8:start])
    codes = {
        name: (*source, marshal.loads(data[start + first : start + last]))
        for name, (*source, first, last) in entries.items()
    }
    assert {"dockwright.cli.main", "dockwright.rules.packages.apt_assume_yes"} <= codes.keys()
    return codes


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


@pytest.mark.parametrize("data", [b"", b"\0" * 8, b"\xff" * 40, b"\x10" + b"\0" * 7 + b"N" * 90])
def test_a_broken_file_is_made_again(copy: Path, data: bytes) -> None:
    first = run(copy)
    (pack,) = packs(copy)
    whole = content(pack)
    pack.write_bytes(data)
    assert run(copy) == first
    assert content(pack) == whole


def test_a_truncated_file_is_made_again(copy: Path) -> None:
    first = run(copy)
    (pack,) = packs(copy)
    whole = content(pack)
    pack.write_bytes(pack.read_bytes()[:-1000])
    assert run(copy) == first
    assert content(pack) == whole


def test_not_made_when_byte_code_is_not_wanted(copy: Path) -> None:
    run(copy, PYTHONDONTWRITEBYTECODE="1")
    assert packs(copy) == []
