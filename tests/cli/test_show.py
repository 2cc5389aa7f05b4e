"""`dockwright show`, from the command line."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.run import dockwright

TEXT = """FROM python:3.12-slim AS builder
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install -r requirements.txt
FROM python:3.12-slim
COPY --from=builder /opt/venv /opt/venv
RUN useradd --uid 10001 app
COPY . /app
USER app
EXPOSE 8000
CMD ["/opt/venv/bin/python", "/app/main.py"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(TEXT)
    (tmp_path / "main.py").write_text("")
    (tmp_path / "requirements.txt").write_text("flask\n")
    return tmp_path


def test_data(folder: Path) -> None:
    run = dockwright("show", ".", "--format", "json", "--changed", "main.py", cwd=folder)
    assert run.code == 0, run.err
    found = json.loads(run.out)
    assert [stage["name"] for stage in found["stages"]] == ["builder", "1"]
    (image,) = found["images"]
    assert image["user"]["value"]["uid"] == 10001
    assert image["ports"] == ["8000/tcp"]
    assert image["start"]["value"] == ["/opt/venv/bin/python", "/app/main.py"]
    assert image["users-added"] == ["app"]
    verdicts = {layer["text"]: layer.get("verdict") for layer in image["layers"]}
    assert verdicts["COPY . /app"] == "runs"
    assert verdicts["RUN useradd --uid 10001 app"] == "cached"


def test_text_says_what_is_not_known(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM example.org/base:1\nRUN ./setup.sh\n")
    run = dockwright("show", ".", cwd=folder)
    assert run.code == 0
    assert "not known" in run.out
    assert "./setup.sh" in run.out


def test_picture_is_well_formed(folder: Path) -> None:
    run = dockwright("show", ".", "--format", "svg", "--changed", "main.py", cwd=folder)
    root = ET.fromstring(run.out)
    texts = [node.text or "" for node in root.iter() if node.tag.endswith("text")]
    assert "builder" in texts
    assert "runs again" in texts
    page = dockwright("show", ".", "--format", "html", "-o", "image.html", cwd=folder)
    assert page.code == 0
    written = (folder / "image.html").read_text()
    assert "http://" not in written.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in written


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", ".", "--stage", "nope"), "no stage 'nope'"),
        (("show", "missing"), "missing"),
        (("show", ".", "--build-arg", "X"), "NAME=VALUE"),
    ],
)
def test_wrong_use(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    run = dockwright(*arguments, cwd=folder)
    assert run.code == 2
    assert message in run.err
    assert "Traceback" not in run.err
