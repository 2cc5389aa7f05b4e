"""Absolute paths as strings."""

from posixpath import normpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def clean(path: str) -> str:
    """`path` absolute and without `.`, `..` and doubled slashes."""
    if not path.startswith("/"):
        path = "/" + path
    cleaned = normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def parent(path: str) -> str:
    """The directory that holds `path`."""
    return path.rpartition("/")[0] or "/"


def below(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or inside it."""
    return folder in ("/", path) or path.startswith(folder + "/")


def insides(folders: "Iterable[str]") -> tuple[str, ...]:
    """What `path + "/"` starts with when `path` is one of the folders or inside it."""
    return tuple(f"{folder.rstrip('/')}/" for folder in folders)


def prefixes(path: str) -> list[str]:
    """`/a`, `/a/b`, `/a/b/c` for `/a/b/c`."""
    if path == "/":
        return []
    found = []
    at = path.find("/", 1)
    while at > 0:
        found.append(path[:at])
        at = path.find("/", at + 1)
    return [*found, path]


def same(one: str, other: str, suite: str = "") -> bool:
    """Whether two paths are one program's: from bookworm on /bin and /sbin are links into /usr."""
    if suite == "bullseye":
        return one == other
    return one.removeprefix("/usr") == other.removeprefix("/usr")
