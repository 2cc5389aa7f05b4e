"""
Image references: `registry/path:tag@digest`.

Source of the rules: distribution/reference `reference.go` and `normalize.go`.
"""

from dockwright.syntax.dockerfile import imagename
from dockwright.text.value import Value


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
    if imagename.problem(text):
        return None
    name, _, digest = text.partition("@")
    registry, path = imagename.split(name)
    path, _, tag = path.partition(":")
    if registry == "docker.io" and "/" not in path:
        path = "library/" + path
    return Reference(registry, path, tag, digest)
