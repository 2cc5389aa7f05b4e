"""Several files replaced together: all of them, or none."""

import os
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def replace(files: "Mapping[str, tuple[bytes | None, bytes]]") -> None:
    """
    Put new content in the place of each file, given as (content now, new content).

    None as the content now stands for a file that is not there yet. Modes are kept, a symlink keeps
    pointing. Raises OSError, with every file as it was, when one has changed meanwhile or cannot be
    written.
    """
    drafts: dict[str, str] = {}
    done: list[tuple[str, bytes | None]] = []
    try:
        for path, (before, after) in files.items():
            real = os.path.realpath(path)
            if real in drafts:
                raise OSError(None, f"{path} is to be changed twice, under two names", path)
            _verify(path, real, before)
            drafts[real] = _draft(real, after)
        for (path, (before, _)), (real, draft) in zip(files.items(), drafts.items(), strict=True):
            _verify(path, real, before)
            os.replace(draft, real)
            done.append((real, before))
    except BaseException:
        for real, before in reversed(done):
            with suppress(OSError):  # the others still get theirs
                if before is None:
                    os.unlink(real)
                else:
                    os.replace(_draft(real, before), real)
        raise
    finally:
        for draft in drafts.values():
            if os.path.lexists(draft):
                os.unlink(draft)


def _verify(path: str, real: str, before: bytes | None) -> None:
    if _content(real) != before:
        raise OSError(None, f"{path} changed meanwhile: run it again", path)


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _draft(path: str, data: bytes) -> str:
    """A file beside `path` with that content and the mode of the one it will replace."""
    draft = f"{path}.dockwright-{os.getpid()}"
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.lexists(path):
            os.chmod(draft, os.stat(path).st_mode & 0o7777)
    except BaseException:
        if os.path.lexists(draft):
            os.unlink(draft)
        raise
    return draft
