"""Secrets stay where they are: no report and no diff prints one."""

import json
import time
from pathlib import Path

import pytest

from dockwright.app.check import Options
from dockwright.app.session import check_paths
from dockwright.cli import fix
from dockwright.facts.knowledge import Reason
from dockwright.findings.finding import Finding
from dockwright.render import FORMATS, render
from dockwright.render.report import Report
from dockwright.render.veil import veiled
from dockwright.text.span import Span

SECRET = "q8Zr2LmX0vTb"
FILES = {
    "env": ("Dockerfile", "from debian:12\nENV API_TOKEN=@\nCMD true\n"),
    "env-quoted": ("Dockerfile", 'FROM debian:12\nENV A=b DB_PASSWORD="@" C=d\nCMD true\n'),
    "env-legacy": ("Dockerfile", "FROM debian:12\nENV DB_PASSWORD @\nCMD true\n"),
    "env-lines": ("Dockerfile", "FROM debian:12\nENV A=b \\\n    DB_PASSWORD=@\nCMD true\n"),
    "no-instruction": ("Dockerfile", "FROM debian:12\nDB_PASSWORD=@\n"),
    "arg": ("Dockerfile", "FROM debian:12\nARG API_TOKEN=@\nRUN echo $API_TOKEN\n"),
    "url": ("Dockerfile", "FROM debian:12\nRUN git clone https://me:@@example.org/a.git\n"),
    "run": ("Dockerfile", "FROM mysql:8\nRUN mysql --password=@ -e 'create database x'\n"),
    "compose-map": (
        "compose.yaml",
        (
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_PASSWORD: @\n  web:\n    image: acme/web:1\n    environment:\n"
            "      DB_PASSWORD: '@'\n"
        ),
    ),
    "compose-list": (
        "compose.yaml",
        (
            "version: '3'\nservices:\n  web:\n    image: acme/web:1\n    environment:\n"
            "      - API_TOKEN=@\n      - DATABASE_URL=postgresql://app:@@db/app\n"
        ),
    ),
    "compose-flow": (
        "compose.yaml",
        'services:\n  web:\n    image: acme/web:1\n    environment: {A: b, "API_TOKEN": "@"}\n',
    ),
    "compose-default": (
        "compose.yaml",
        (
            "services:\n  web:\n    image: acme/web:1\n    environment:\n"
            "      API_TOKEN: ${TOKEN:-@}\n"
        ),
    ),
    "compose-command": (
        "compose.yaml",
        "services:\n  cache:\n    image: redis:7\n    command: redis-server --requirepass @\n",
    ),
    "compose-build": (
        "compose.yaml",
        "services:\n  web:\n    build:\n      context: .\n      args:\n        API_TOKEN: @\n",
    ),
}
EVERYTHING = Options(
    cache=False, shellcheck="off", jobs=1, overrides={"select": ("ALL",), "preview": True}
)


@pytest.fixture(params=FILES)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file with a secret in it, alone in a folder."""
    name, text = FILES[request.param]
    path = tmp_path / name
    path.write_text(text.replace("@@", "\0").replace("@", SECRET).replace("\0", SECRET + "@"))
    return path


def report(path: Path) -> Report:
    return check_paths([str(path)], EVERYTHING).report()


def test_no_report_has_the_secret(project: Path) -> None:
    found = report(project)
    assert not found.errors
    spoken = {finding.code for finding in found.findings}
    assert spoken, "a project that nothing is said about shows nothing"
    for name in FORMATS:
        assert SECRET not in render(name, found), name


def test_no_diff_has_the_secret(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fix.run([str(project), "--diff", "--unsafe", "--select", "ALL", "--preview", "--no-cache"])
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err


def test_the_diff_shows_what_is_not_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text(
        f"services:\n  web:\n    image: acme/web:1\n    environment:\n      API_TOKEN: {SECRET}\n"
    )
    fix.run([str(path), "--diff", "--unsafe", "--select", "DW6606", "--no-cache"])
    out = capsys.readouterr().out
    assert "-      API_TOKEN: ************\n+      API_TOKEN: ${API_TOKEN:?}\n" in out
    assert "+API_TOKEN=************\n" in out
    assert "secret" not in path.read_text()


def test_a_fix_that_tells_the_secret_is_not_in_json_and_sarif(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text(
        f"services:\n  web:\n    image: acme/web:1\n    environment:\n      API_TOKEN: {SECRET}\n"
    )
    found = report(path)
    (of_secret,) = (one for one in json.loads(render("json", found))["findings"]
                    if one["code"] == "DW6606")  # fmt: skip
    assert [fix["edits"] for fix in of_secret["fixes"]] == [[]]
    (result,) = (one for one in json.loads(render("sarif", found))["runs"][0]["results"]
                 if one["ruleId"] == "DW6606")  # fmt: skip
    assert "fixes" not in result


def test_a_message_and_its_reasons_do_not_quote_it() -> None:
    because = [Reason("TOKEN=hunter2", "a", Span(0, 1), firm=False), Reason("plain")]
    finding = Finding("DW1", "x", "info", "a", Span(0, 1), "PASSWORD=hunter2", because, "likely")
    (shown,) = Report([finding]).findings
    assert shown.message == "PASSWORD=*******"
    assert shown.because == (Reason("TOKEN=*******", "a", Span(0, 1), firm=False), because[1])
    assert (shown.code, shown.span, shown.confidence) == ("DW1", Span(0, 1), "likely")


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("ENV API_TOKEN=q8Zr2LmX0vTb A=b", "ENV API_TOKEN=************ A=b"),
        ("      POSTGRES_PASSWORD: 's3cret'", "      POSTGRES_PASSWORD: '******'"),
        ("  - DB_PASSWORD=${PASSWORD:-hunter2}", "  - DB_PASSWORD=${PASSWORD:-*******}"),
        ("postgresql://app:hunter2@db/app", "postgresql://app:*******@db/app"),
        ("ENV A=${DB_PASSWORD-hunter2}", "ENV A=${DB_PASSWORD-*******}"),
        ("-ENV DB_PASSWORD s3cret", "-ENV DB_PASSWORD ******"),
        ("redis-server --requirepass hunter2", "redis-server --requirepass *******"),
        ("RUN mysql -uroot -phunter2 app", "RUN mysql -uroot -p******* app"),
        ("RUN echo 'root:hunter2' | chpasswd", "RUN echo 'root:*******' | chpasswd"),
        ("AKIAIOSFODNN7ABCDEFG", "*" * 20),
        ("ENV API_TOKEN=" + "a1b2c3" * 90, "ENV API_TOKEN=" + "*" * 540),
        ("RUN mkdir -p keys && mysql -p -e x", None),
        ("RUN mysql -p$PASSWORD", None),
        # What is no secret is shown as it is.
        ("ENV DB_PASSWORD=$PASSWORD", None),
        ("      POSTGRES_PASSWORD: ${PASSWORD:?}", None),
        ("      POSTGRES_PASSWORD_FILE: /run/secrets/db", None),
        ("      API_TOKEN: changeme", None),
        ("RUN apt-key adv --keyserver keys.example.org", None),
        ("ENV PATH=/usr/bin PYTHONPATH=/a", None),
    ],
)
def test_veiled(text: str, covered: str | None) -> None:
    assert veiled(text) == (covered or text)
    assert len(veiled(text)) == len(text)


@pytest.mark.parametrize("part", ["a", "a.", "a=", "a:", "a=${a:-", "mysql ", "a:a|", "--a "])
def test_a_long_line_takes_no_time(part: str) -> None:
    text = "key " + part * (100_000 // len(part))
    start = time.perf_counter()
    assert veiled(text) == text
    assert time.perf_counter() - start < 10
