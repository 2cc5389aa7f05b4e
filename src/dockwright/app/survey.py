"""
Looking at a build context on the disk, and at what its ignore file keeps out.

The folder is walked as the client walks it: a directory that is left out as a whole is not opened,
and no file is read. Sizes are those of the files; links and special files count as nothing.
"""

import os

from dockwright.app.context import ignore_file, read_ignore
from dockwright.errors import InputError, UsageError
from dockwright.model.survey import Explained, Survey
from dockwright.syntax.ignore.matcher import ABSENT, SENT
from dockwright.syntax.ignore.parser import parse
from dockwright.text.source import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def survey(folder: str, dockerfile: str | None = None, largest: int = 10) -> Survey:
    """
    What there is to say of the build context in `folder` before it is walked.

    `dockerfile` is the build's, whose own ignore file replaces the context's. Raises InputError
    when there is no such folder, or the ignore file cannot be read.
    """
    if not os.path.isdir(folder):
        raise InputError("no such folder", file=folder, hint="give the folder of the build context")
    path = ignore_file(dockerfile or os.path.join(folder, "Dockerfile"), folder)
    path = os.path.normpath(path) if path is not None else None
    data = read_ignore(path)
    if path is not None and data is None:
        raise InputError("cannot be read", file=path)
    return Survey(folder, path, parse(decode(data or b"")), largest)


def walk(found: Survey) -> Survey:
    """Look at all that the client would look at."""
    waiting = [("", found.matcher.root())]
    while waiting:
        folder, visit = waiting.pop()
        try:
            entries = os.scandir(os.path.join(found.folder, folder) if folder else found.folder)
        except OSError:
            found.unread.append(folder or ".")
            continue
        with entries:
            for entry in entries:
                here = visit.child(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if here.descends:
                        found.entered(here)
                        waiting.append((here.path, here))
                    else:
                        found.left_out(here)
                elif entry.is_symlink():
                    found.reached(here, 0)
                elif entry.is_file(follow_symlinks=False):
                    found.reached(here, 0 if here.excluded else _size(entry))
    return found


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def explain(found: Survey, paths: "Iterable[str]") -> "Iterator[Explained]":
    """
    Why each path reaches the builder or does not.

    Paths are relative to the context; one that leads to it from here counts also. UsageError for a
    path outside.
    """
    for path in paths:
        inside = _inside(found.folder, path)
        visit = found.matcher.visit(inside)
        fate = found.matcher.fate(inside)
        decision = found.matcher.decision(inside)
        pattern = visit.pattern if fate in (ABSENT, SENT) else decision.pattern
        part = decision.part if decision.pattern is pattern else None
        yield Explained(inside, fate, pattern, part)


def _inside(folder: str, path: str) -> str:
    here = os.path.abspath(path)
    root = os.path.abspath(folder)
    if os.path.isabs(path) or (os.path.lexists(here) and not _below(folder, path)):
        if os.path.commonpath([root, here]) != root:
            raise UsageError(f"{path} is not in the build context {folder}")
        path = os.path.relpath(here, root)
    cleaned = os.path.normpath(path).replace(os.sep, "/")
    if cleaned.startswith("../") or cleaned in ("..", "."):
        raise UsageError(f"{path} is not in the build context {folder}")
    return cleaned


def _below(folder: str, path: str) -> bool:
    return os.path.lexists(os.path.join(folder, path))
