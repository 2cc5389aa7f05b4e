"""
Which images a Dockerfile or a Compose project names, and where a digest goes.

A `Use` is a reference that stands whole in one place; `Left` is one that cannot be given a digest
there, and why. `model.pinsdockerfile` and `model.pinscompose` find them.
"""

from dockwright.model.reference import Reference, parse
from dockwright.text.lazy import lazy
from dockwright.text.span import Edit, Span
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.text.source import Source

_TAG_COMMENT = lazy(r"tag:\s*(\w[\w.-]{0,127})\Z", 256)  # re.ASCII

#: What became of a reference: `PINNED` has a digest now, `UPDATED` another one, `CURRENT` was asked
#: and has not moved, `KEPT` was not asked, `NAMELESS` has a digest and no tag that could be asked;
#: `UNPINNED` and `MOVED` are what a check finds; `FAILED` could not be asked.
PINNED, UPDATED, CURRENT, KEPT, NAMELESS = "pinned", "updated", "current", "kept", "nameless"
UNPINNED, MOVED, FAILED = "unpinned", "moved", "failed"


class Use(Value):
    """
    A reference to an image as it stands in a source.

    `kind` is what names it ("FROM", "ARG", "COPY", "RUN" or "image"), `text` the reference as
    written at `span`. `asked` is the reference whose digest it wants, None for a digest without a
    tag; `digest` the one it has, "" for none. `place` is where the digest goes, with `tail` before
    it: the tag that a reference without one means.
    """

    __slots__ = ("asked", "digest", "kind", "place", "source", "span", "tail", "text")

    def __init__(
        self,
        kind: str,
        source: str,
        span: Span,
        text: str,
        reference: Reference,
        comments: "Iterable[str]" = (),
    ) -> None:
        self.kind = kind
        self.source = source
        self.span = span
        self.text = text
        self.digest = reference.digest
        self.tail = ""
        tag = reference.tag
        if reference.digest:
            at = text.index("@")
            self.place = Span(span.start + at, span.end)
            tag = tag or commented_tag(comments)
        else:
            self.place = Span(span.end, span.end)
            self.tail = "" if tag else ":latest"
            tag = tag or "latest"
        self.asked = Reference(reference.registry, reference.path, tag, "") if tag else None

    @property
    def shown(self) -> str:
        """The reference for messages: its digest cut short."""
        name, at, digest = self.text.partition("@")
        return f"{name}@{short(digest)}" if at else name

    def edit(self, digest: str) -> Edit:
        """The edit that gives it this digest."""
        return Edit(self.source, self.place, f"{self.tail}@{digest}")


class Left(Value):
    """
    A name of an image that is left alone, and why.

    `quiet` when nothing is to be done about it: the image comes out of a build here.
    """

    __slots__ = ("kind", "quiet", "reason", "source", "span", "text")

    def __init__(
        self, kind: str, source: str, span: Span, text: str, reason: str, *, quiet: bool = False
    ) -> None:
        self.kind = kind
        self.source = source
        self.span = span
        self.text = text
        self.reason = reason
        self.quiet = quiet


class Result(Value):
    """What became of a use: one of the states above; `digest` what its tag has now."""

    __slots__ = ("digest", "reason", "state", "use")

    def __init__(self, use: Use, state: str, digest: str = "", reason: str = "") -> None:
        self.use = use
        self.state = state
        self.digest = digest
        self.reason = reason


class Pins:
    """
    What a run found.

    `results` and `left` in the order of the files; `sources` by name; `changed` maps the names of
    files to their new texts; `errors` are files that cannot be read, as (name, message). `written`
    says whether the new texts are on the disk.
    """

    __slots__ = ("changed", "errors", "left", "results", "sources", "written")

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.left: list[Left] = []
        self.sources: dict[str, Source] = {}
        self.changed: dict[str, str] = {}
        self.errors: list[tuple[str, str]] = []
        self.written = False

    def count(self, *states: str) -> int:
        """How many results are in one of these states."""
        return sum(result.state in states for result in self.results)


def found(
    kind: str,
    source: "Source",
    area: Span,
    value: str,
    comments: "Iterable[str]" = (),
) -> Use | Left:
    """The use of `value`, which stands somewhere in `area` of the source."""
    reference = parse(value)
    if reference is None:
        return Left(kind, source.name, area, value, "it is no reference to an image")
    at = source.text.find(value, area.start, area.end)
    if at < 0 or source.text.find(value, at + 1, area.end) >= 0:
        return Left(kind, source.name, area, value, "it is not written in one piece")
    span = Span(at, at + len(value))
    return Use(kind, source.name, span, value, reference, comments)


def commented_tag(comments: "Iterable[str]") -> str:
    """The tag that a comment `tag: 3.12` names, "" without one."""
    for text in comments:
        match = _TAG_COMMENT.search(text.strip())
        if match is not None:
            tag: str = match[1]
            return tag
    return ""


def identity(reference: Reference) -> tuple[str, str, str]:
    """What two references to the same tag of the same image have in common."""
    return reference.registry, reference.path, reference.tag or "latest"


def short(digest: str) -> str:
    """The beginning of a digest, enough to tell it from another."""
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}:{value[:12]}…" if len(value) > 12 else digest
