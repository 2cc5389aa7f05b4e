"""What a command line says of Compose projects, as `docker compose` takes it."""

import os

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Projects(Value):
    """
    Compose files that are one project, the later over the earlier; `env_files` and `profiles`.

    Paths are as the user wrote them, from the current folder. Without `files` the projects are
    those that are found.
    """

    __slots__ = ("env_files", "files", "profiles")

    def __init__(
        self,
        files: "Sequence[str]" = (),
        env_files: "Sequence[str]" = (),
        profiles: "Sequence[str]" = (),
    ) -> None:
        self.files = tuple(files)
        self.env_files = tuple(env_files)
        self.profiles = tuple(profiles)

    def paths(self) -> "list[str]":
        """The absolute paths of the files."""
        return [os.path.abspath(path) for path in self.files]

    def leads(self, path: str) -> bool:
        """Whether the project is called by this file: it is the first."""
        return bool(self.files) and os.path.abspath(path) == os.path.abspath(self.files[0])

    def missing(self) -> "Iterator[str]":
        """The files that are not there."""
        for path in (*self.files, *self.env_files):
            if not os.path.isfile(path):
                yield path
