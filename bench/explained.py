"""Classes of differences between our findings and those of other tools, each seen by code."""

from dockwright.model.stages import Build


def buildkit(name: str, line: int, side: str, build: Build, error: str) -> str | None:
    """Why `docker build --check` and we differ on check `name` at `line`; None: no reason known."""
    if side == "ours" and error:
        return "the engine stopped at an error before it looked at this instruction"
    return None


def hadolint(code: str, line: int, build: Build, mine: dict[str, set[int]]) -> str | None:
    """Why hadolint's finding `code` at the instruction in `line` is none of ours."""
    return None
