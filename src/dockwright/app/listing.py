"""What is in the build context, looked up on the disk when a rule asks."""

import os
import stat
from itertools import islice

from dockwright.model.files import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Question = tuple[str, str]
    Answer = str | int | list[str] | None

# A folder with more entries is not listed.
MAX_NAMES = 20_000
# Of longer files the text is not read.
MAX_TEXT = 64 << 10


class DiskListing(Listing):
    """
    The folder `root` as a build context.

    `asked` remembers each question with its answer, so that a result can be kept and used again as
    long as the answers stay the same (`same`). Of file contents only what is asked for is read:
    first lines, tables of contents of archives, and short texts such as a script that a build runs.
    """

    __slots__ = ("_long", "asked", "root")

    def __init__(self, root: str) -> None:
        super().__init__({})
        self.root = root
        self.asked: dict[Question, Answer] = {}
        self._long: dict[Question, Answer] = {}

    def _ask(self, what: str, path: str) -> "Answer":
        key = what, path
        if key not in self.asked:
            answer = _LOOK[what](os.path.join(self.root, *path.split("/")))
            if what in _LONG and answer is not None:
                # What a file holds is nobody's to keep: a digest tells whether it is the same.
                self._long[key] = answer
                answer = _digest(answer)
            self.asked[key] = answer
        return self._long[key] if key in self._long else self.asked[key]

    def kind(self, path: str) -> str | None:
        """What is at `path`: "file", "dir" or "link", None for nothing."""
        found = self._ask("kind", path)
        return found if isinstance(found, str) else None

    def mode(self, path: str) -> int | None:
        """The permission bits, None when not known."""
        found = self._ask("mode", path)
        return found if isinstance(found, int) else None

    def head(self, path: str) -> str | None:
        """The first line of a file when it begins with `#!`, "" when not, None when not known."""
        found = self._ask("head", path)
        return found if isinstance(found, str) else None

    def target(self, path: str) -> str | None:
        """Where a link points, as it is written in it; None when not known."""
        found = self._ask("target", path)
        return found if isinstance(found, str) else None

    def names(self, path: str) -> "Sequence[str] | None":
        """The names in a directory, None when there is none or it is too large."""
        found = self._ask("names", path)
        return found if isinstance(found, list) else None

    def entries(self, path: str) -> "Sequence[tuple[str, str]] | None":
        """What is in a directory: names with their kinds, without a look at each."""
        found = self._ask("entries", path)
        if not isinstance(found, list):
            return None
        return [(one[1:], _KINDS[one[0]]) for one in found]

    def members(self, path: str) -> "Sequence[str] | None":
        """What is in the archive at `path`; None when it is none, or too large."""
        found = self._ask("members", path)
        return found if isinstance(found, list) else None

    def text(self, path: str) -> str | None:
        """The text of a short file, None when it is not known."""
        found = self._ask("text", path)
        return found if isinstance(found, str) else None

    def same(self, asked: "Sequence[tuple[str, str, Answer]]") -> bool:
        """Whether all these questions have the same answers now."""
        for what, path, answer in asked:
            if what not in _LOOK:
                return False
            self._ask(what, path)
            if self.asked[what, path] != answer:
                return False
        return True


def _digest(answer: "Answer") -> str:
    from dockwright.check.cache import key

    text = answer if isinstance(answer, str) else "\n".join(map(str, answer or ()))  # type: ignore[arg-type]
    return key(text.encode("utf-8", "replace"))


def _kind(path: str) -> str | None:
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(mode):
        return "dir"
    return "link" if stat.S_ISLNK(mode) else "file"


def _mode(path: str) -> int | None:
    # On Windows the client sends 0755 for everything.
    if os.name == "nt":
        return 0o755
    try:
        return stat.S_IMODE(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return None


def _head(path: str) -> str | None:
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, "rb") as file:
            first = file.readline(256)
    except (OSError, ValueError):
        return None
    return first.decode("utf-8", "replace").rstrip("\r\n") if first.startswith(b"#!") else ""


def _target(path: str) -> str | None:
    try:
        return os.readlink(path)
    except (OSError, ValueError):
        return None


def _names(path: str) -> list[str] | None:
    try:
        with os.scandir(path) as entries:
            found = [entry.name for entry in islice(entries, MAX_NAMES + 1)]
    except (OSError, ValueError):
        return None
    return sorted(found) if len(found) <= MAX_NAMES else None


_KINDS = {"d": "dir", "f": "file", "l": "link"}


def _entries(path: str) -> list[str] | None:
    try:
        with os.scandir(path) as entries:
            found = [_letter(entry) + entry.name for entry in islice(entries, MAX_NAMES + 1)]
    except (OSError, ValueError):
        return None
    return sorted(found, key=lambda one: one[1:]) if len(found) <= MAX_NAMES else None


def _letter(entry: "os.DirEntry[str]") -> str:
    if entry.is_symlink():
        return "l"
    return "d" if entry.is_dir(follow_symlinks=False) else "f"


def _members(path: str) -> list[str] | None:
    from dockwright.app.archive import members

    return members(path) if _kind(path) == "file" else None


def _text(path: str) -> str | None:
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode) or os.path.getsize(path) > MAX_TEXT:
            return None
        with open(path, "rb") as file:
            return file.read(MAX_TEXT).decode("utf-8")
    except (OSError, ValueError):
        return None


_LONG = ("members", "text")
_LOOK = {
    "kind": _kind,
    "mode": _mode,
    "head": _head,
    "names": _names,
    "entries": _entries,
    "target": _target,
    "members": _members,
    "text": _text,
}
