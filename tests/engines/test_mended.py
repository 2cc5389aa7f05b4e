"""Two patterns that build and cannot start: mended by `fix --unsafe`, they do."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.run import dockwright

PYTHON = """FROM python:3.12-slim AS builder
WORKDIR /app
COPY requirements.txt .
RUN pip install --user --no-cache-dir -r requirements.txt
FROM python:3.12-slim
WORKDIR /app
COPY --from=builder /root/.local /root/.local
ENV PATH=/root/.local/bin:$PATH
RUN useradd -m worker
COPY . .
USER worker
CMD ["python", "-m", "six"]
"""
GO = """FROM golang:1.21-alpine AS builder
WORKDIR /src
COPY go.mod go.sum ./
COPY . .
RUN CGO_ENABLED=0 go build -o /out/hello .
FROM gcr.io/distroless/static-debian12
COPY --from=builder /out/hello /hello
ENTRYPOINT ["/hello"]
"""


def run_image(engine: str, folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    built = subprocess.run(
        [engine, "build", "--network=host", "-q", "-t", name, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if built.returncode:
        return built
    try:
        return subprocess.run(
            [engine, "run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL", name],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        subprocess.run([engine, "rmi", "-f", name], capture_output=True, check=False)


def mend(folder: Path) -> str:
    (folder / ".git").mkdir()
    (folder / ".dockerignore").write_text(".git\n")
    done = dockwright("fix", "--unsafe", "--shellcheck", "off", "Dockerfile", cwd=folder)
    assert done.code in (0, 1), done.err
    return (folder / "Dockerfile").read_text()


@pytest.mark.engine
def test_go_without_a_sum_file(engine: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(GO)
    (tmp_path / "go.mod").write_text("module example.org/hello\n\ngo 1.21\n")
    (tmp_path / "main.go").write_text('package main\n\nfunc main() { println("hello") }\n')
    assert run_image(engine, tmp_path, "dw-mended-go").returncode != 0
    text = mend(tmp_path)
    assert "go.sum*" in text
    assert "USER 65532" in text
    done = run_image(engine, tmp_path, "dw-mended-go")
    assert done.returncode == 0, done.stderr
    assert "hello" in done.stdout + done.stderr


@pytest.mark.engine
def test_python_user_site(engine: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(PYTHON.replace("six", "six"))
    (tmp_path / "requirements.txt").write_text("six==1.16.0\n")
    (tmp_path / "main.py").write_text("")
    before = run_image(engine, tmp_path, "dw-mended-py")
    if "No module named" not in before.stderr + before.stdout:
        pytest.skip("no package index can be reached from a build")
    text = mend(tmp_path)
    assert "/opt/venv" in text
    assert "--user" not in text
    done = run_image(engine, tmp_path, "dw-mended-py")
    assert done.returncode == 0, done.stderr
