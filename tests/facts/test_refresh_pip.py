"""The files of pip: made from wheels, and asked for."""

import zipfile
from pathlib import Path

import pytest

from dockwright.facts.bundled.pip import files
from tools.refresh_facts import pip


def wheels(folder: Path) -> None:
    """A wheel of each version; `new.py` came with 23.2, `old.py` went with 25.2."""
    for version in pip.VERSIONS:
        number = tuple(map(int, version.split(".")))
        names = ["pip/__init__.py", "pip/_vendor/x/y.py", "pip/cert.pem", f"pip-{version}/RECORD"]
        names += ["pip/new.py"] if number >= (23, 2) else []
        names += ["pip/old.py"] if number < (25, 2) else []
        with zipfile.ZipFile(folder / f"pip-{version}-py3-none-any.whl", "w") as wheel:
            for name in names:
                wheel.writestr(name, "")


def test_refresh(tmp_path: Path) -> None:
    import zlib

    wheels(tmp_path)
    pip.refresh(str(tmp_path), str(tmp_path))
    text = zlib.decompress((tmp_path / "pip.bin").read_bytes()).decode()
    assert text.split("\n") == ["10\t\t__init__.py", "10\t_vendor/x\ty.py", "12\t\tnew.py"]


def test_a_version_is_missing(tmp_path: Path) -> None:
    wheels(tmp_path)
    (tmp_path / "pip-24.0-py3-none-any.whl").unlink()
    with pytest.raises(SystemExit, match="24"):
        pip.refresh(str(tmp_path), str(tmp_path))


def test_files() -> None:
    assert {"__init__.py", "__main__.py", "_internal/cli/main.py"} <= files(11)
    assert files(10) < files(12) < files(14)
    assert not files(9)
    assert not files(99)
