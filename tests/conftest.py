"""What several test modules share."""

import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def engine() -> str:
    """The command of a Docker engine that answers; skips the test when there is none."""
    program = shutil.which("docker")
    if program is not None:
        try:
            done = subprocess.run(
                [program, "version", "--format", "{{.Server.Version}}"],
                capture_output=True,
                timeout=5,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            done = None
        if done is not None and done.returncode == 0 and done.stdout.strip():
            return program
    pytest.skip("no Docker engine answers")
