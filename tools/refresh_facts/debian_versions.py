"""Debian's version numbers (deb-version(7)): their order, and whether a dependency holds."""

import functools
import re

_PIECE = re.compile(r"(\D*)(\d*)")


def _order(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


def _part(one: str, other: str) -> int:
    while one or other:
        mine, theirs = _PIECE.match(one), _PIECE.match(other)
        assert mine
        assert theirs
        # The end of a text sorts after a tilde and before all else, hence the 0.
        left = [*map(_order, mine[1]), 0]
        right = [*map(_order, theirs[1]), 0]
        if left != right:
            return -1 if left < right else 1
        first, second = int(mine[2] or 0), int(theirs[2] or 0)
        if first != second:
            return -1 if first < second else 1
        one, other = one[mine.end() :], other[theirs.end() :]
    return 0


@functools.cache
def compare(one: str, other: str) -> int:
    """-1, 0 or 1: where the version `one` stands to the version `other`."""
    if one == other:
        return 0
    found = []
    for version in (one, other):
        epoch, colon, rest = version.partition(":")
        if not colon:
            epoch, rest = "0", version
        upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "0")
        found.append((int(epoch), upstream, revision))
    (left, upstream, revision), (right, theirs, their_revision) = found
    if left != right:
        return -1 if left < right else 1
    return _part(upstream, theirs) or _part(revision, their_revision)


def holds(version: str, relation: str, bound: str) -> bool:
    """Whether `version` is, for instance, ">=" `bound`."""
    found = compare(version, bound)
    return {
        "<<": found < 0,
        "<=": found <= 0,
        "=": found == 0,
        ">=": found >= 0,
        ">>": found > 0,
    }[relation]


_UPSTREAM = re.compile(r"\d+(?:\.\d+)*")


def upstream(version: str) -> str:
    """The numbers the upstream project would call it: 20.19.2 of 20.19.2+dfsg-1+deb13u1."""
    found = _UPSTREAM.match(version.partition(":")[2] or version)
    return found[0] if found else ""
