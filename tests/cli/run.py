"""Running the command line as a user does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple


class Run(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def dockwright(
    *arguments: str | bytes, cwd: Path, stdin: bytes = b"", env: dict[str, str] | None = None
) -> Run:
    """Run `dockwright` in `cwd` with a cache of its own and no colour."""
    environment = {k: v for k, v in os.environ.items() if k not in ("CI", "FORCE_COLOR")}
    environment |= {"DOCKWRIGHT_CACHE_DIR": str(cwd / ".cache-of-test"), "NO_COLOR": "1"}
    environment |= env or {}
    done = subprocess.run(
        [sys.executable, "-m", "dockwright", *arguments],
        capture_output=True,
        cwd=cwd,
        env=environment,
        input=stdin,
        timeout=60,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
