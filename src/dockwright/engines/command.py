"""The program that speaks to a container engine, asked once."""

import subprocess
from typing import TYPE_CHECKING

from dockwright.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence


def ask(
    command: "Sequence[str]", arguments: "Sequence[str]", seconds: float
) -> "subprocess.CompletedProcess[bytes]":
    """
    Run `command` with `arguments`, without input; the caller looks at the exit code.

    Raises EngineError when there is no such program or it does not answer in `seconds`.
    """
    try:
        return subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except FileNotFoundError as error:
        raise EngineError(f"there is no program {command[0]}") from error
    except subprocess.TimeoutExpired as error:
        asked = " ".join(arguments[:2])
        raise EngineError(f"{command[0]} {asked}: no answer in {seconds} s") from error
