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


SECRETS = """FROM redis:7 AS cache
ARG API_TOKEN=arg4Zr2LmX0v
ENV DB_PASSWORD="two words of s3cret9" DATABASE_URL=postgresql://app:url8Zr2Lm@db/app A=plain
ENV SERVICE_PASSWORD legacy7 with blanks6
LABEL api_token=label5Zr2L
RUN curl -H x https://me:run4Zr2LmX@example.org/a && deploy --password run3Zr2Lm
HEALTHCHECK CMD ["redis-cli", "--password", "health2Zr2"]
CMD ["redis-server", "--requirepass", "start1Zr2L"]
"""
VALUES = (
    "arg4Zr2LmX0v", "words", "s3cret9", "url8Zr2Lm", "legacy7", "blanks6", "label5Zr2L",
    "run4Zr2LmX", "run3Zr2Lm", "health2Zr2", "start1Zr2L",
)  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json", "html", "svg"])
def test_secrets_are_not_shown(folder: Path, form: str) -> None:
    (folder / "Dockerfile").write_text(SECRETS)
    run = dockwright("show", ".", "--format", form, "--changed", "main.py", cwd=folder)
    assert run.code == 0, run.err
    assert [value for value in VALUES if value in run.out] == []
    # Nor the beginning of one that is cut.
    assert [value for value in VALUES if value[:7] in run.out] == []


def test_what_is_shown_in_the_place_of_a_secret(folder: Path) -> None:
    (folder / "Dockerfile").write_text(SECRETS)
    (image,) = dockwright("show", ".", "--format", "json", cwd=folder).json["images"]
    environment = {name: one["value"] for name, one in image["environment"].items()}
    assert environment["DB_PASSWORD"] == "*" * 20
    assert environment["DATABASE_URL"] == "postgresql://app:*********@db/app"
    assert environment["A"] == "plain"
    assert image["start"]["value"][-2:] == ["--requirepass", "*" * 10]


def test_impact_shows_no_secrets_either(folder: Path) -> None:
    text = "FROM python:3.12\nCOPY main.py .\nRUN deploy --password run3Zr2Lm\n"
    (folder / "Dockerfile").write_text(text)
    for form in ("text", "json"):
        run = dockwright("impact", "main.py", "--format", form, cwd=folder)
        assert "deploy" in run.out
        assert "run3Zr2Lm" not in run.out
