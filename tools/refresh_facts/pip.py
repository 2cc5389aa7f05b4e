"""
Which files `ensurepip` brings to a new virtual environment.

Input: a folder of wheels as `pip download --no-deps pip==VERSION` gives them, VERSIONS at least:
those that CPython bundles (`Lib/ensurepip/__init__.py`), from the first of each minor version on.
Output: `pip.bin`, whose format `dockwright.facts.bundled.pip` describes: files that the first
version which a Python bundled has, and all later ones.
"""

import re
import zipfile
import zlib
from pathlib import Path

# The pip of the first release of each minor version of Python 3.
FIRST = {10: (21, 2), 11: (22, 3), 12: (23, 2), 13: (24, 2), 14: (25, 2)}
VERSIONS = (
    *("21.2.4", "22.3.1", "23.0.1", "23.2.1", "24.0", "24.2", "24.3.1", "25.0.1", "25.2"),
    "25.3",
)
# What distributions take out of the wheel.
_LEFT_OUT = (".exe", ".pem", ".typed")


def refresh(inputs: str, output: str) -> None:
    """Make `pip.bin` in the folder `output`."""
    wheels: dict[tuple[int, ...], set[str]] = {}
    for path in sorted(Path(inputs).glob("pip-*.whl")):
        match = re.match(r"pip-([\d.]+)-", path.name)
        assert match
        with zipfile.ZipFile(path) as wheel:
            wheels[tuple(map(int, match[1].split(".")))] = {
                name.removeprefix("pip/")
                for name in wheel.namelist()
                if name.startswith("pip/") and not name.endswith(_LEFT_OUT)
            }
    missing = {tuple(map(int, one.split("."))) for one in VERSIONS} - wheels.keys()
    if missing:
        raise SystemExit(f"{inputs}: no wheels of pip {sorted(missing)}")
    lines = []
    seen: set[str] = set()
    for minor, first in FIRST.items():
        common = set.intersection(*(files for number, files in wheels.items() if number >= first))
        folders: dict[str, list[str]] = {}
        for file in sorted(common - seen):
            folder, _, name = file.rpartition("/")
            folders.setdefault(folder, []).append(name)
        lines += [f"{minor}\t{folder}\t{' '.join(names)}" for folder, names in folders.items()]
        seen |= common
    (Path(output) / "pip.bin").write_bytes(zlib.compress("\n".join(lines).encode(), 9))
