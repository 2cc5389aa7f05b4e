"""Replacing files on the disk: all of them or none."""

import os
from contextlib import suppress

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Change(Value):
    """The file `path` is to hold `after` instead of `before`."""

    __slots__ = ("after", "before", "path")

    def __init__(self, path: str, before: bytes, after: bytes) -> None:
        self.path = path
        self.before = before
        self.after = after


def replace(changes: "Sequence[Change]") -> None:
    """
    Put the new texts in the place of the files, keeping their modes; symlinks keep pointing.

    Each file is written beside its place first, and the files are renamed when all are there. A
    file that does not hold what it held when its change was made is left alone, and so are all
    others. When a renaming fails, those already renamed get their old texts back. Raises OSError
    with the path of the file that was the reason.
    """
    drafts: list[tuple[str, str, Change]] = []
    done: list[tuple[str, Change]] = []
    try:
        for change in changes:
            path = os.path.realpath(change.path)
            if any(path == other for other, _, _ in drafts):
                raise OSError(None, "is to be changed twice, under two names", change.path)
            _verify(path, change)
            drafts.append((path, _draft(path, change.after), change))
        for path, draft, change in drafts:
            _verify(path, change)
            os.replace(draft, path)
            done.append((path, change))
    except BaseException:
        for path, change in reversed(done):
            with suppress(OSError):  # the others still get theirs
                os.replace(_draft(path, change.before), path)
        raise
    finally:
        for _, draft, _ in drafts:
            if os.path.lexists(draft):
                os.unlink(draft)


def _verify(path: str, change: Change) -> None:
    with open(path, "rb") as file:
        if file.read() != change.before:
            raise OSError(None, "was changed by somebody else meanwhile", change.path)


def _draft(path: str, data: bytes) -> str:
    """Write `data` beside `path`, with its mode; where."""
    draft = f"{path}.dockwright-{os.getpid()}"
    mode = os.stat(path).st_mode
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, mode & 0o7777)
    except BaseException:
        if os.path.lexists(draft):
            os.unlink(draft)
        raise
    return draft
