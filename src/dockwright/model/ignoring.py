"""An ignore file with the builds that it holds for: what rules about `.dockerignore` ask."""

from dockwright.syntax.dockerfile.nodes import Comment
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.syntax.ignore.parser import COMMENT, parse
from dockwright.syntax.tree import Problem
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.files import Listing
    from dockwright.model.stages import Build
    from dockwright.syntax.ignore.parser import IgnoreFile
    from dockwright.syntax.ignore.pattern import IgnorePattern
    from dockwright.syntax.ignore.walk import Visit
    from dockwright.text.source import Source

MAX_ENTRIES = 6000
"""Entries of a context that are looked at; what lies behind them is not known."""

# What lies below these is nobody's to ignore piece by piece.
_CLOSED = frozenset((
    ".git", ".hg", ".svn", "node_modules", "bower_components", ".venv", "venv", "__pycache__",
    ".tox", ".mypy_cache", ".pytest_cache", ".ruff_cache", "site-packages", ".terraform",
    ".gradle", ".next", ".idea", ".vscode",
))  # fmt: skip


class Line:
    """A pattern as a comment that silences findings sees it: something that stands behind it."""

    __slots__ = ("end", "name", "start")

    def __init__(self, start: int, end: int) -> None:
        self.name = "PATTERN"
        self.start = start
        self.end = end


class IgnoreTree:
    """The comments and patterns of an ignore file, in the shape of a Dockerfile's tree."""

    __slots__ = ("comments", "instructions", "source")

    def __init__(self, source: "Source", file: "IgnoreFile") -> None:
        self.source = source
        self.instructions = [Line(one.start, one.end) for one in file.patterns]
        self.comments = [
            Comment(
                file.text[one.start + 1 : one.end].strip(),
                Span(one.start, one.end),
                source.line_of(one.start),
                False,
            )
            for one in file.tokens
            if one.kind == COMMENT
        ]

    def directive(self, name: str) -> None:  # noqa: ARG002 - there are none in these files
        """None: an ignore file has no parser directives."""
        return


class Found:
    """An entry of the context: `visit` tells whether it reaches the builder."""

    __slots__ = ("kind", "name", "path", "visit")

    def __init__(self, path: str, name: str, kind: str, visit: "Visit") -> None:
        self.path = path
        self.name = name
        self.kind = kind
        self.visit = visit


class Ignore:
    """
    One ignore file.

    `builds` are those it holds for, as far as they are known; `listing` is the build context, None
    when it is not known which folder that is. `own` tells a `<name>.dockerignore`, which replaces
    the context's file; `replaced` is that file then, None when there is none.
    """

    __slots__ = (
        "_entries", "builds", "complete", "file", "listing", "matcher", "own", "replaced", "tree",
    )  # fmt: skip

    def __init__(
        self,
        source: "Source",
        *,
        builds: "Sequence[Build]" = (),
        listing: "Listing | None" = None,
        own: bool = False,
        replaced: "IgnoreFile | None" = None,
    ) -> None:
        self.file = parse(source.text)
        self.tree = IgnoreTree(source, self.file)
        self.matcher = Matcher(self.file.patterns)
        self.builds = tuple(builds)
        self.listing = listing
        self.own = own
        self.replaced = replaced
        self.complete = True
        self._entries: list[Found] | None = None

    @property
    def source(self) -> str:
        """The name of the file."""
        return self.tree.source.name

    @property
    def name(self) -> str:
        """What findings call the file."""
        return self.tree.source.name

    @property
    def outer(self) -> Matcher:
        """What the replaced file would let in."""
        return Matcher(self.replaced.patterns if self.replaced is not None else ())

    @property
    def patterns(self) -> "Sequence[IgnorePattern]":
        """All patterns, those that Docker refuses or drops included."""
        return self.file.patterns

    @property
    def problems(self) -> "Sequence[Problem]":
        """What stops a build."""
        return [Problem(Span(e.start, e.end), e.message, "parse") for e in self.file.errors]

    @property
    def stages(self) -> "Sequence[object]":
        """None: there are no stages in an ignore file."""
        return ()

    # The context

    @property
    def entries(self) -> "Sequence[Found]":
        """
        What is in the context, folder by folder from the top, whether it reaches the builder or
        not; nothing of what is below a folder that does not, or whose content goes together.

        `complete` is False when there was too much.
        """
        if self._entries is None:
            self._entries = self._look()
        return self._entries

    def _look(self) -> list[Found]:
        found: list[Found] = []
        if self.listing is None:
            return found
        waiting = [("", self.matcher.root())]
        for folder, visit in waiting:
            for name, kind in self.listing.entries(folder) or ():
                if len(found) >= MAX_ENTRIES:
                    self.complete = False
                    return found
                here = visit.child(name)
                found.append(Found(here.path, name, kind, here))
                if kind == "dir" and here.descends and name not in _CLOSED:
                    waiting.append((here.path, here))
        return found

    # Edits

    def span(self, pattern: "IgnorePattern") -> Span:
        """Where a pattern stands."""
        return Span(pattern.start, pattern.end)

    def delete(self, pattern: "IgnorePattern") -> Edit:
        """Delete the line of a pattern."""
        source = self.tree.source
        start, end = source.line_span(pattern.line)
        text = source.text
        if end < len(text):
            end = source.line_starts[pattern.line]
        elif start:
            start -= 2 if text[start - 2 : start] == "\r\n" else 1
        return Edit(self.source, Span(start, end), "")

    def replace(self, pattern: "IgnorePattern", text: str) -> Edit:
        """Write a pattern otherwise."""
        return Edit(self.source, self.span(pattern), text)

    def add(self, lines: "Sequence[str]", after: "IgnorePattern | None" = None) -> Edit:
        """Add lines behind that of `after`, at the end without it."""
        text = self.tree.source.text
        if after is not None:
            at = self.tree.source.line_span(after.line)[1]
            return Edit(self.source, Span(at, at), "".join("\n" + one for one in lines))
        lead = "" if not text or text.endswith("\n") else "\n"
        return Edit(
            self.source, Span(len(text), len(text)), lead + "".join(one + "\n" for one in lines)
        )


# What an edit changes

EXCLUDES, INCLUDES = "ignore:excludes", "ignore:includes"


def compare(before: Ignore, after: Ignore) -> "frozenset[str]":
    """
    Whether less reaches the builder (`EXCLUDES`) or more (`INCLUDES`).

    Asked of all that is in the context, as far as it is known, and of paths made after the
    patterns of both, at the root and further down.
    """
    found: set[str] = set()
    for path in _probes(before, after):
        _note(found, before.matcher.fate(path), after.matcher.fate(path))
    listing = before.listing
    if listing is None:
        return frozenset(found)
    waiting = [("", before.matcher.root(), after.matcher.root())]
    seen = 0
    for folder, left, right in waiting:
        for name, kind in listing.entries(folder) or ():
            seen += 1
            if seen > 2 * MAX_ENTRIES:
                return frozenset(found)
            one, other = left.child(name), right.child(name)
            if kind != "dir":
                _note(found, before.matcher.fate(one.path), after.matcher.fate(one.path))
            elif one.descends or other.descends:
                waiting.append((one.path, one, other))
    return frozenset(found)


def _note(found: "set[str]", old: str, new: str) -> None:
    if old != new:
        weight = {"absent": 0, "hollow": 1, "sent": 2}
        found.add(EXCLUDES if weight[new] < weight[old] else INCLUDES)


def _probes(*ignores: Ignore) -> "set[str]":
    """Paths that the patterns of these files speak of."""
    found: set[str] = set()
    for ignore in ignores:
        for pattern in ignore.matcher.patterns:
            plain = pattern.cleaned.replace("\\", "")
            deep = plain.replace("**", "q/r").replace("*", "q").replace("?", "q")
            flat = plain.replace("**/", "").replace("*", "").replace("?", "q")
            for path in (deep, flat):
                cleaned = "/".join(part for part in path.split("/") if part not in ("", ".", ".."))
                if cleaned:
                    found.update((cleaned, f"{cleaned}/q", f"q/{cleaned}"))
    return found


__all__ = ["EXCLUDES", "INCLUDES", "Found", "Ignore", "IgnoreTree", "compare"]
