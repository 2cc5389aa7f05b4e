"""What ADD and COPY name: sources, archives, addresses, destinations."""

import posixpath

from dockwright.rules.api import Known, Span, Step, lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Word(Protocol):
        """An argument of an instruction."""

        value: str

        @property
        def span(self) -> Span: ...


_REMOTE = lazy(r"[a-z][a-z0-9+.-]*://|[\w.-]+@[\w.-]+:", re.IGNORECASE)
# What BuildKit unpacks, known by its content: tar, alone or in gzip, bzip2, xz or Zstandard.
# Some formats are tar files under another name. Names of other compressions are doubtful.
ARCHIVE = lazy(
    r"\.(tar(\.\w+)?|t[abglxz]z2?|tbz2?|tb2|tzst|gz|bz2|xz|zst|lz|lzma|lz4|z|gem|crate|apk|ova|box|xbps)$",
    re.IGNORECASE,
)
# Names that say nothing of whether the content is an archive.
_DOUBTFUL = (
    "img", "bin", "rootfs", "layer", "image", "pkg", "oci", "docker", "raw", "data", "dat", "dump",
    "bak", "old",
)  # fmt: skip
_EXTENSION = lazy(r"\.([A-Za-z][A-Za-z0-9_-]*)$")
WILDCARD = lazy(r"(?<!\\)[*?\[]")


def sources(step: Step) -> "list[Word]":
    """The source words of an ADD or COPY, heredocs left out."""
    return [word for word in step.node.args[:-1] if not heredoc(word.value)]


def heredoc(text: str) -> bool:
    """Whether a source is a heredoc."""
    return re.match(r"\d*<<-?[\"']?\w", text) is not None


def text(step: Step, word: "Word") -> "tuple[str | None, bool]":
    """The word with variables replaced and quotes gone (None when unknown); whether it is firm."""
    found = step.expand(word.value)
    if step.onbuild and "$" in word.value:
        return None, False
    if isinstance(found, Known) and isinstance(found.value, str):
        return found.value, found.firm
    return None, False


def remote(path: str) -> bool:
    """Whether a source is an address, not a file of the build context."""
    return (":" in path) and _REMOTE.match(path) is not None


def kind(path: str) -> str:
    """
    What a source of the build context is: "folder", "file" (certainly no archive), "archive", or
    "" when its name does not tell.
    """
    if path.rstrip("/") in ("", ".", "..") or path.endswith(("/", "/.")):
        return "folder"
    name = path.rpartition("/")[2]
    if ARCHIVE.search(name):
        return "archive"
    found = _EXTENSION.search(name)
    if found is None or found[1].lower() in _DOUBTFUL or WILDCARD.search(found[0]):
        return ""
    return "file"


def target(step: Step) -> str | None:
    """Where an ADD or COPY puts its sources, absolute; None when unknown. Keeps a final slash."""
    if not step.node.args:
        return None
    written, _ = text(step, step.node.args[-1])
    if written is None:
        return None
    folder = written in ("", ".") or written.endswith(("/", "/."))
    if not written.startswith("/"):
        workdir = step.before.workdir
        if not isinstance(workdir, Known):
            return None
        written = posixpath.join(workdir.value or "/", written)
    path = posixpath.normpath("/" + written.lstrip("/"))
    return path.rstrip("/") + "/" if folder else path


def landing(step: Step) -> "list[tuple[Word, str]]":
    """Each literal file that an ADD or COPY puts somewhere known, with its absolute path."""
    where = target(step)
    found: list[tuple[Word, str]] = []
    if where is None:
        return found
    words = sources(step)
    for word in words:
        path, _ = text(step, word)
        if path is None or WILDCARD.search(path) or remote(path) or kind(path) == "folder":
            continue
        name = posixpath.basename(path)
        if where.endswith("/"):
            found.append((word, where + name))
        elif len(words) == 1:
            found.append((word, where))
    return found
