"""Why `docker build --check` and we differ: classes of differences, each seen by code."""

from dockwright.model.stages import Build


def why(name: str, line: int, side: str, build: Build, stopped: int, error: str) -> str | None:
    """
    Why only one `side` ("theirs", "ours") reports check `name` at `line`; None: no reason known.

    `error` is the message of the error that ended the engine's work, `stopped` its line.
    """
    return None
