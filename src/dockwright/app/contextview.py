"""The folder of a build context, looked at only as far as a question needs."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.syntax.ignore.matcher import Matcher
    from dockwright.syntax.ignore.walk import Visit


class FolderView:
    """
    The build context in `folder`.

    Paths are relative to it, cleaned, with "/" between their parts. `ignore` is its .dockerignore,
    None for none; only `paths` heeds it.
    """

    __slots__ = ("folder", "ignore")

    def __init__(self, folder: str, ignore: "Matcher | None" = None) -> None:
        self.folder = folder
        self.ignore = ignore

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory, and no link to one."""
        full = os.path.join(self.folder, path)
        return os.path.isdir(full) and not os.path.islink(full)

    def link(self, path: str) -> str | None:
        """What the symbolic link `path` says, None when it is none."""
        try:
            return os.readlink(os.path.join(self.folder, path))
        except (OSError, ValueError):
            return None

    def paths(self, below: str = "") -> "Iterator[str]":
        """
        The files and links at or below `below` that reach the builder, one after another.

        A directory that .dockerignore leaves out as a whole is not opened.
        """
        visit = self.ignore.visit(below) if self.ignore is not None else None
        if not self.is_dir(below):
            if visit is None or not visit.excluded:
                yield below
            return
        waiting: list[tuple[str, Visit | None]] = [(below, visit)]
        while waiting:
            folder, above = waiting.pop()
            try:
                entries = os.scandir(os.path.join(self.folder, folder))
            except OSError:
                continue
            with entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    here = above.child(entry.name) if above is not None else None
                    if entry.is_dir(follow_symlinks=False):
                        if here is None or here.descends:
                            waiting.append((path, here))
                    elif here is None or not here.excluded:
                        yield path
