"""The file of byte code: made by the first run, used by the next, never believed blindly."""

import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def content(pack: Path) -> tuple[dict[Any, Any], ...]:
    """
    What is in a file: of each module what is known of its source, and its code; groups; patterns.

    The codes are compared as values. Byte for byte they may differ: how often an object was shared
    when it was written decides about a flag in it.
    """
    data = pack.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    version, _, *tables = marshal.loads(data[8:start])
    assert version == sys.hexversion

    def row(*more: Any) -> tuple[Any, ...]:
        return (*more[:-2], marshal.loads(data[start + more[-2] : start + more[-1]]))

    entries, groups, patterns = tables
    entries = {name: row(*one) for name, one in entries.items()}
    patterns = {name: row(*one) for name, one in patterns.items()}
    groups = {name: [row(*piece) for piece in pieces] for name, pieces in groups.items()}
    assert {"dockwright.cli.main", "dockwright.rules.packages.apt_assume_yes"} <= entries.keys()
    for pieces in groups.values():
        assert all(len(names) == len(codes) > 0 for names, codes in pieces)
        assert sum(len(names) for names, _ in pieces) > 20
        assert "" not in pieces[-1][0]
    assert len(patterns) > 100
    return entries, groups, patterns


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


def test_what_every_check_needs_is_imported_in_one_piece(copy: Path) -> None:
    first = run(copy)
    # The import system is asked for few of our modules.
    probe = """
import sys
from dockwright import bytecode
asked = []
class Asked:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("dockwright."):
            asked.append(name)
pack = bytecode.install()
sys.meta_path.insert(0, Asked())
from dockwright.cli.main import main
main(["check", "--no-cache", "--shellcheck", "off", "Dockerfile"])
ours = [name for name in sys.modules if name.startswith("dockwright.")]
assert not pack.missed
assert len(ours) > 3 * len(asked), (len(ours), asked)
for name in ours:
    spec = sys.modules[name].__spec__
    assert spec.origin == sys.modules[name].__file__ and spec.name == name
    above, _, last = name.rpartition(".")
    assert getattr(sys.modules[above], last) is sys.modules[name], name
assert "re" not in sys.modules, "the patterns come from the file"
"""
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import sys; sys.path[:0] = {[str(copy / 'lib'), *sys.path]!r}\n{probe}",
        ],
        cwd=copy,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == first


def test_a_changed_source_counts_in_a_group(copy: Path) -> None:
    first = run(copy)
    source = copy / "lib" / "dockwright" / "model" / "stages.py"
    source.write_text(source.read_text() + "\nprint('changed')\n")
    assert run(copy) == "changed\n" + first


def test_a_module_of_a_group_that_fails_says_so(copy: Path) -> None:
    run(copy)
    source = copy / "lib" / "dockwright" / "model" / "stages.py"
    source.write_text("raise RuntimeError('on purpose')\n")
    for _ in range(2):  # from the source, and from the file made of it
        done = subprocess.run(
            [sys.executable, "-m", "dockwright", "check", "Dockerfile"],
            cwd=copy,
            env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
            | {"PYTHONPATH": str(copy / "lib")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 70
        assert "RuntimeError: on purpose" in done.stderr


def test_a_pattern_of_another_python_is_not_believed(copy: Path) -> None:
    first = run(copy)
    (pack,) = packs(copy)
    whole = content(pack)
    data = pack.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    _, *rest = marshal.loads(data[8:start])
    index = marshal.dumps((sys.hexversion - 1, *rest))
    pack.write_bytes(len(index).to_bytes(8, "little") + index + data[start:])
    assert run(copy) == first
    assert content(pack) == whole
