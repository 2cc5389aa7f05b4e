"""A project that does not come up: mended by `fix --unsafe`, it does."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import dockwright
from tests.support.shop import FILES

NAME = f"dw-mended-shop-{os.getpid()}"


class Project:
    """A Compose project in a folder."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.engine = engine
        self.folder = folder

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.engine, "compose", "-p", NAME, *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@pytest.fixture
def project(engine: str, tmp_path: Path) -> Iterator[Project]:
    one = Project(engine, tmp_path)
    if one.run("version").returncode:
        pytest.skip("the engine has no Compose")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    for name, text in FILES.items():
        (tmp_path / name).write_text(text.replace("18097", port))
    yield one
    one.run("down", "--volumes", "--rmi", "local", "--timeout", "1")


@pytest.mark.engine
def test_a_shop_comes_up(project: Project) -> None:
    built = project.run("build")
    if built.returncode:
        pytest.skip("an image or a package index cannot be reached from a build")
    before = project.run("up", "--wait")
    assert before.returncode != 0
    project.run("down", "--volumes", "--timeout", "1")
    done = dockwright("fix", "--unsafe", "--shellcheck", "off", ".", cwd=project.folder)
    assert done.code in (0, 1), done.err
    after = project.run("up", "--build", "--wait")
    assert after.returncode == 0, after.stderr
    listed = project.run("ps", "--format", "{{.Service}} {{.Health}}")
    assert sorted(listed.stdout.split("\n")) == ["", "shop healthy", "store healthy"]
    # The database is asked under its own name: no probe leaves an error in its log.
    assert "FATAL" not in project.run("logs", "store").stdout
