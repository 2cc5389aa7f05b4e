"""
Image references: `registry/path:tag@digest`.

Source of the rules: distribution/reference `reference.go` and `normalize.go`.
"""

import re

from dockwright.text.lazy import lazy
from dockwright.text.value import Value

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"  # noqa: E501
_REFERENCE = lazy(
    rf"(?:({_DOMAIN})/)?({_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::([\w][\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?\Z",
    re.ASCII,
)


class Reference(Value):
    """
    A parsed reference.

    `registry` is "docker.io" when none is written; `path` is the repository below it, with
    `library/` for official images. `tag` and `digest` are "" when not written.
    """

    __slots__ = ("digest", "path", "registry", "tag")

    def __init__(self, registry: str, path: str, tag: str, digest: str) -> None:
        self.registry = registry
        self.path = path
        self.tag = tag
        self.digest = digest

    @property
    def familiar(self) -> str:
        """The name as people write it: without docker.io and library."""
        if self.registry != "docker.io":
            return f"{self.registry}/{self.path}"
        return self.path.removeprefix("library/")


def parse(text: str) -> Reference | None:
    """The reference that `text` is, or None when the engine would call it invalid."""
    head, slash, rest = text.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost" or head != head.lower()):
        registry, path = head, rest
    else:
        registry, path = "docker.io", text
    if registry == "index.docker.io":
        registry = "docker.io"
    if re.fullmatch(r"[a-f0-9]{64}", text):
        return None
    match = _REFERENCE.match(f"{registry}/{path}")
    if match is None or not path:
        return None
    name = match[2]
    if registry == "docker.io" and "/" not in name:
        name = "library/" + name
    return Reference(registry, name, match[3] or "", match[4] or "")
