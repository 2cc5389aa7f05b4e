"""
Packages that Alpine's branches had and no later one has.

`alpine.bin` is packed lines: the repository, commit and day that it is made from; then one for each
branch, oldest first: the branch, and the packages that it is the first to lack, with spaces
between. Made by `tools/refresh_facts/alpine.py` from the history of Alpine's aports. What may be
there under another name's `provides` is not in it, and neither are documentation and the like.
"""

import zlib

from dockwright.facts.bundled import load

_lines: list[str] = []
_gone: dict[str, str] = {}


def gone(name: str) -> str:
    """The first branch ("3.12") without the package, "" when it is not known to be gone."""
    if not _gone:
        for line in _read()[1:]:
            branch, *names = line.split(" ")
            _gone.update(dict.fromkeys(names, branch))
    return _gone.get(name, "")


def source() -> str:
    """What it is made from: repository, commit, day."""
    return _read()[0]


def _read() -> list[str]:
    if not _lines:
        _lines.extend(zlib.decompress(load("alpine.bin")).decode().split("\n"))
    return _lines
