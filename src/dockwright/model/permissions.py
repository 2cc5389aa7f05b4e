"""Permission bits: what `chmod` writes, and who may do what."""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.knowledge import Known
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.contents import Contents

_CLAUSE = lazy(r"([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)$")
_ACTION = lazy(r"([-+=])([ugo]|[rwxXst]*)")
_SHIFT = {"u": 6, "g": 3, "o": 0}
_BITS = {"r": 4, "w": 2, "x": 1}


def change(text: str, umask: int = 0) -> "Callable[[Entry], int | None]":
    """
    What `chmod text` makes of an entry's mode; None for an entry when it cannot be said.

    `text` is octal, or symbolic as POSIX describes it (`u=rwX,go-w`).
    """
    if text.isascii() and text.isdigit():
        try:
            number = int(text, 8)
        except ValueError:
            return lambda _: None
        return lambda entry: _octal(entry, text, number)
    clauses = [_CLAUSE.match(part) for part in text.split(",")]
    if not all(clauses):
        return lambda _: None
    parts = [(one.group(1), _ACTION.findall(one.group(2))) for one in clauses if one is not None]

    def apply(entry: Entry) -> int | None:
        mode = entry.mode
        for who, actions in parts:
            for operator, bits in actions:
                mode = _symbolic(mode, entry.kind, who, operator, bits, umask)
        return mode

    return apply


def _octal(entry: Entry, text: str, number: int) -> int | None:
    # chmod keeps the set-id bits of a directory unless four digits or more say otherwise.
    if entry.kind == "dir" and len(text) < 5:
        return None if entry.mode is None else number | (entry.mode & 0o6000)
    return number if entry.kind != "any" else None


def _symbolic(
    mode: int | None, kind: str, who: str, operator: str, bits: str, umask: int
) -> int | None:
    everyone = not who or "a" in who
    classes = "ugo" if everyone else who
    mask = umask if not who else 0
    if mode is None:
        exact = operator == "=" and everyone and set(bits) <= {"r", "w", "x"} and not mask
        if not exact:
            return None
        mode = 0
    value = 0
    for name in classes:
        if bits and bits in "ugo":
            part = mode >> _SHIFT[bits] & 7
        else:
            part = sum(_BITS[char] for char in set(bits) & set("rwx"))
            if "X" in bits and (kind == "dir" or mode & 0o111):
                part |= 1
        value |= part << _SHIFT[name]
    value &= ~mask
    if "s" in bits and bits not in "ugo":
        value |= 0o4000 if "u" in classes else 0
        value |= 0o2000 if "g" in classes else 0
    if "t" in bits:
        value |= 0o1000
    if operator == "+":
        return mode | value
    if operator == "-":
        return mode & ~value
    cleared = mode
    for name in classes:
        cleared &= ~(7 << _SHIFT[name])
        if kind != "dir":
            cleared &= ~{"u": 0o4000, "g": 0o2000, "o": 0}[name]
    return cleared | value


def allowed(entry: Entry, uid: int | None, gids: "frozenset[int] | None", bit: int) -> bool | None:
    """
    Whether a user may read (4), write (2) or execute and traverse (1) `entry`.

    `gids` are all groups of the user, None when they are not all known. Root may read and write
    anything, and execute what anyone may execute.
    """
    if uid == 0:
        if bit != 1 or entry.kind == "dir":
            return True
        return None if entry.mode is None else bool(entry.mode & 0o111)
    if entry.mode is None:
        return None
    mode = entry.mode
    bits = {mode >> 6 & bit, mode >> 3 & bit, mode & bit}
    if len(bits) == 1:
        return bool(mode & bit)
    if uid is None or entry.uid is None:
        return None
    if uid == entry.uid:
        return bool(mode >> 6 & bit)
    if gids is None or entry.gid is None:
        return bool(mode & bit) if (mode >> 3 & bit) == (mode & bit) else None
    return bool(mode >> 3 & bit) if entry.gid in gids else bool(mode & bit)


def reaches(
    contents: "Contents", path: str, uid: int | None, gids: "frozenset[int] | None", bit: int
) -> bool | None:
    """
    Whether a user may read (4), write (2), or execute and enter (1) what stands at `path`.

    False as soon as a directory on the way says no, or nothing is there; None when not known.
    """
    resolved = contents.resolve(path)
    if not isinstance(resolved, str):
        return None
    found = contents.find(resolved)
    if not isinstance(found, Known) or not found.firm:
        return None
    if found.value is None:
        return False
    answers = {allowed(found.value, uid, gids, bit)}
    for start in {path, resolved}:
        at = start
        while at != "/":
            at = parent(at)
            above = contents.stat(at)
            known = isinstance(above, Known) and above.firm and above.value is not None
            entry = above.value if known and isinstance(above, Known) else None
            answers.add(allowed(entry, uid, gids, 1) if entry is not None else None)
    if False in answers:
        return False
    return None if None in answers else True
