"""Which engine there is."""

import os
import shutil
from typing import TYPE_CHECKING

from dockwright.engines.docker import Docker
from dockwright.errors import EngineError, UsageError

if TYPE_CHECKING:
    from dockwright.engines.port import Engine
    from dockwright.engines.world import World

ENGINES = ("docker", "podman")


def find(
    world: "World",
    name: str = "",
    *,
    context: str = "",
    host: str = "",
    builder: str = "",
) -> "Engine":
    """
    The engine `name`, or the first that answers; raises EngineError when none does.

    `context` and `host` choose a remote one, `builder` one of buildx's builders.
    """
    if name and name not in ENGINES:
        raise UsageError(f"no engine {name!r}", hint=f"there are: {', '.join(ENGINES)}")
    command = [os.environ.get("DOCKWRIGHT_DOCKER") or "docker"]
    if context:
        command.append(f"--context={context}")
    if host:
        command.append(f"--host={host}")
    if shutil.which(command[0]) is None:
        raise EngineError(
            f"there is no program {command[0]}",
            hint="install Docker or Podman: verify and build need an engine",
        )
    engine = Docker(world, command, builder=builder)
    engine.version()
    return engine
