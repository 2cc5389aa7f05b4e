"""What a person may say about a verification: `[tool.dockwright.verify]` and options."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Settings:
    """
    Times are in seconds, sizes in bytes; `size` and `waste` None for no budget.

    `start` is how long a container may take until it is healthy, or until a one without a health
    check counts as started when it is still there after `settle`. `tmpfs`, `env` and `args` are
    for containers of Dockerfiles: paths that must be writable, variables, the command. `ignore`
    names claims that are not made. `build`, `total` bound a build and everything.
    """

    start: float = 60.0
    settle: float = 1.0
    stop: float = 10.0
    build: float = 1800.0
    total: float = 3600.0
    size: int | None = None
    waste: int | None = None
    tmpfs: tuple[str, ...] = ("/tmp",)  # noqa: S108 - of the container
    env: "Mapping[str, str]" = field(default_factory=dict)
    command: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
