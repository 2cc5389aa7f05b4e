"""
The files of the `pip` package that every `ensurepip` of a Python brings.

`pip.bin` is packed lines: the oldest minor version of Python 3 that surely has the files, a folder
below `pip`, and names in it with spaces between; a tab after the first two. Made by
`tools/refresh_facts/pip.py` from the wheels that CPython bundles.
"""

import zlib

from dockwright.facts.bundled import load

NEWEST = 14

_lines: list[str] | None = None
_found: dict[int, frozenset[str]] = {}


def files(minor: int) -> frozenset[str]:
    """Paths below `pip` of the files that Python 3.`minor` brings; none when it is not known."""
    global _lines
    if not 10 <= minor <= NEWEST:
        return frozenset()
    found = _found.get(minor)
    if found is None:
        if _lines is None:
            _lines = zlib.decompress(load("pip.bin")).decode().split("\n")
        names = []
        for line in _lines:
            since, folder, words = line.split("\t")
            if int(since) <= minor:
                names += [f"{folder}/{name}" if folder else name for name in words.split(" ")]
        found = _found[minor] = frozenset(names)
    return found
