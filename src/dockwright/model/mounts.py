"""
`RUN --mount=…`.

Source of the rules: moby/buildkit `frontend/dockerfile/instructions/commands_runmount.go`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.syntax.dockerfile.nodes import Flag
    from dockwright.text.span import Span

_ALIASES = {
    "src": "source",
    "dst": "target",
    "destination": "target",
    "ro": "readonly",
    "rw": "readwrite",
}


class Mount:
    """
    One mount of a RUN.

    `options` maps the long name of each option to its value as written, "" for a bare one.
    `target` is "" when the mount names none (a cache or bind mount must, a secret need not).
    """

    __slots__ = ("flag", "options")

    def __init__(self, flag: "Flag", options: "Mapping[str, str]") -> None:
        self.flag = flag
        self.options = options

    @property
    def kind(self) -> str:
        """bind, cache, tmpfs, secret or ssh."""
        return self.options.get("type", "bind").lower()

    @property
    def target(self) -> str:
        """Where it is mounted, as written."""
        return self.options.get("target", "")

    @property
    def source(self) -> str:
        """What is mounted, as written."""
        return self.options.get("source", "")

    @property
    def from_(self) -> str:
        """The stage or image it comes from, "" for the build context."""
        return self.options.get("from", "")

    @property
    def span(self) -> "Span":
        """The whole flag."""
        return self.flag.span

    def keeps(self, path: str) -> bool:
        """Whether what is written below `path` stays out of the layer because of this mount."""
        if self.kind not in ("cache", "tmpfs"):
            return False
        target = self.target.rstrip("/")
        return bool(target) and (path == target or path.startswith(target + "/"))


def parse(flag: "Flag") -> Mount:
    """The mount that `flag` (a `--mount=…`) describes; what is malformed is left out."""
    options: dict[str, str] = {}
    for field in _fields(flag.value or ""):
        key, _, value = field.partition("=")
        key = key.strip().lower()
        options[_ALIASES.get(key, key)] = value
    return Mount(flag, options)


def _fields(text: str) -> list[str]:
    """The fields of one line of comma-separated values."""
    if '"' not in text:
        return text.split(",")
    fields: list[str] = []
    field: list[str] = []
    quoted = False
    for char in text:
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            fields.append("".join(field))
            field = []
        else:
            field.append(char)
    fields.append("".join(field))
    return fields
