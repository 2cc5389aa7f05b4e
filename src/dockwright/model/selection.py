"""
Which paths of its source a COPY, an ADD or a bind mount takes, as BuildKit's content hash sees it.

Paths are cleaned and relative to the source's root ("" is the root itself); the source is the build
context or the file system of a stage.

Source of the rules: moby/buildkit v0.25.2, `cache/contenthash/checksum.go` (Checksum,
includedPaths, shouldIncludePath), `frontend/dockerfile/dockerfile2llb/convert.go` (dispatchCopy).
"""

from dockwright.syntax.ignore.gopath import clean
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.syntax.ignore.pattern import read_item
from dockwright.text.lazy import re
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    class ContextView(Protocol):
        """
        A build context as far as the model wants to know it.

        Paths are relative to the context root, separated by "/"; .dockerignore is not applied.
        """

        def is_dir(self, path: str) -> bool:
            """Whether `path` is a directory (not a link to one)."""
            ...

        def link(self, path: str) -> str | None:
            """What the symbolic link `path` says, None when it is none."""
            ...


_MAX_LINKS = 40


def relative(path: str) -> str:
    """`path` as a cleaned path below the root: "/a/../b/" is "b", "." is ""."""
    return clean("/" + path)[1:]


def wildcards(path: str) -> bool:
    """Whether BuildKit takes `path` as a pattern."""
    return re.search(r"(?<!\\)(?:\\\\)*[*?\[]", path) is not None


def below(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or something in it."""
    return not folder or path == folder or path.startswith(folder + "/")


class Source(Value):
    """
    One source of a COPY, an ADD or a bind mount.

    `path` is a cleaned path or pattern. `include` and `exclude` are patterns in .dockerignore
    syntax, relative to what `path` names (`--parents` and `--exclude`).
    """

    __slots__ = ("_exclude", "_include", "_pattern", "exclude", "include", "links", "path")

    def __init__(
        self, path: str, include: "Sequence[str]" = (), exclude: "Sequence[str]" = ()
    ) -> None:
        self.path = path
        self.include = tuple(include)
        self.exclude = tuple(exclude)
        self.links: tuple[str, ...] = ()
        self._pattern = expression(path) if wildcards(path) else None
        self._include = _matcher(self.include)
        self._exclude = _matcher(self.exclude)

    def _fields(self) -> tuple[object, ...]:
        return (self.path, self.include, self.exclude, self.links)

    @property
    def whole(self) -> bool:
        """Whether everything below the path counts."""
        return self._pattern is None and self._include is None and self._exclude is None

    @property
    def pattern(self) -> bool:
        """Whether the path has wildcards."""
        return self._pattern is not None

    @property
    def fixed(self) -> str:
        """The part of the path before its first component with a wildcard."""
        if self._pattern is None:
            return self.path
        kept: list[str] = []
        for part in self.path.split("/"):
            if wildcards(part):
                break
            kept.append(part)
        return "/".join(kept)

    def takes(self, path: str) -> bool:
        """Whether a change of the file or directory `path` changes the content hash."""
        if any(below(path, link) for link in self.links):
            return True
        top = self.top(path)
        if top is None:
            return False
        # What the path itself names has the name "": patterns do not see it.
        inner = path[len(top) :].lstrip("/") if top else path
        if self._include is not None and not self._include.visit(inner).excluded:
            # The directories above what is included count, by their modes.
            above = inner + "/" if inner else ""
            return any(relative(pattern).startswith(above) for pattern in self.include)
        return self._exclude is None or not self._exclude.visit(inner).excluded

    def top(self, path: str) -> str | None:
        """The path that the source names and that is `path` or holds it, None if there is none."""
        if self._pattern is None:
            return self.path if below(path, self.path) else None
        wanted = self.path.count("/") + 1
        parts = path.split("/")
        if len(parts) < wanted:
            return None
        first = "/".join(parts[:wanted])
        return first if self._pattern.fullmatch(first) else None

    def follow(self, view: "ContextView | None") -> "Source":
        """This source with the links on its way followed, as COPY does for what it names."""
        if view is None or self._pattern is not None:
            return self
        found: list[str] = []
        path = self.path
        for _ in range(_MAX_LINKS):
            step = _first_link(path, view)
            if step is None:
                break
            at, target, rest = step
            found.append(at)
            above = "" if target.startswith("/") else at.rpartition("/")[0]
            path = relative(f"{above}/{target}/{rest}")
        else:
            return self
        if not found:
            return self
        followed = Source(self.path, self.include, self.exclude)
        # The link itself counts too: when it is another file, so is what it names.
        followed.links = (*found, path)
        return followed


def _first_link(path: str, view: "ContextView") -> tuple[str, str, str] | None:
    parts = path.split("/") if path else []
    for count in range(1, len(parts) + 1):
        at = "/".join(parts[:count])
        target = view.link(at)
        if target is not None:
            return at, target, "/".join(parts[count:])
    return None


def _matcher(patterns: "Sequence[str]") -> Matcher | None:
    return Matcher(read_item(pattern) for pattern in patterns) if patterns else None


# What a malformed pattern becomes.
NOTHING = r"(?!)"


def expression(pattern: str) -> "re.Pattern[str]":
    """The expression for a pattern of Go's `path.Match`; one that is malformed matches nothing."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            if out[-1:] != ["[^/]*"]:
                out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "\\" and at < len(pattern):
            out.append(re.escape(pattern[at]))
            at += 1
        elif char == "[":
            end = _class_end(pattern, at)
            if end < 0:
                return re.compile(NOTHING)
            out.append(_class(pattern[at:end]))
            at = end + 1
        else:
            out.append(re.escape(char))
    try:
        return re.compile("".join(out), re.DOTALL)
    except re.error:
        return re.compile(NOTHING)


def _class_end(pattern: str, at: int) -> int:
    if pattern[at : at + 1] == "^":
        at += 1
    first = at
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 2
            continue
        if pattern[at] == "]" and at > first:
            return at
        at += 1
    return -1


def _class(body: str) -> str:
    negated = body.startswith("^")
    inner = body[1:] if negated else body
    inner = inner.replace("[", r"\[").replace("&&", r"&\&").replace("||", r"|\|")
    # A class never matches the separator.
    return f"(?![/])[{'^' if negated else ''}{inner}]"
