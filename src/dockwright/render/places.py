"""What several renderers ask of a report: positions, the rules behind the findings."""

from dockwright.check import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.text.source import Source


class Places:
    """Lines and columns, both from 1; (1, 1) in a source that is not at hand."""

    __slots__ = ("_sources",)

    def __init__(self, sources: "Mapping[str, Source]") -> None:
        self._sources = sources

    def position(self, source: str, offset: int) -> tuple[int, int]:
        """Line and column of `offset` in the source named `source`."""
        found = self._sources.get(source)
        return (1, 1) if found is None else found.position(offset)


def also(code: str) -> "Sequence[str]":
    """The other tools' ids of the rule `code`."""
    entry = registry.find(code)
    return entry.also if entry is not None else ()


def url(code: str) -> str | None:
    """Where a rule is documented on the web; None when it is not."""
    if code.startswith("SC"):
        return f"https://www.shellcheck.net/wiki/{code}"
    return None


def uri(name: str) -> str:
    """A file's name as a relative or absolute URI."""
    from urllib.parse import quote

    path = name.replace("\\", "/").removeprefix("./")
    quoted = quote(path.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@")
    if path.startswith("/"):
        return f"file://{quoted}"
    if len(path) > 1 and path[1] == ":" and path[0].isalpha():
        return f"file:///{path[0]}:{quoted[4:]}"
    return quoted
