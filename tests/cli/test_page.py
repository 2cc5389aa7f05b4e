"""
A page of Dockerfile patterns with the mistakes that such pages have: what is found in it, and what
a page alone cannot show.

Each mistake was seen in an image that was built and run: one that never starts, one that is
unhealthy for ever, one that has lost its development flags.
"""

from pathlib import Path
from typing import Any

import pytest

from dockwright.app.check import Checker, Options
from dockwright.app.markdown import fences
from tests.cli.run import dockwright
from tools.examples import build_of

PAGE = Path(__file__).parent / "guide.md"
PYTHON = "FROM python:3.12-slim\n"
NODE = "FROM node:24-slim\nWORKDIR /app\n"
GO = "FROM golang:1.26\nWORKDIR /src\n"
STATIC = "FROM gcr.io/distroless/static-debian12:nonroot\nCOPY tool /tool\n"

# (the line, the code, its severity, why it is one). This is all that is found.
SEEN = [
    ("&& apt-get install -y --no-install-recommends gcc", "DW5207", "warning", "no libc6-dev"),
    ("COPY --from=wheels /root/.local /root/.local", "DW5202", "error", "no module gunicorn"),
    ("ENV PATH=/root/.local/bin:$PATH", "DW5103", "error", "/root has mode 0700"),
    ("RUN useradd --create-home web", "DW5302", "warning", "again at each edit"),
    ("FROM golang:1.21-alpine AS compile", "DW5404", "warning", "Go 1.21 has no updates"),
    ("RUN CGO_ENABLED=0 go build -o /tool .", "DW5306", "info", "compiles all at each edit"),
    ("FROM gcr.io/distroless/static-debian12", "DW1001", "warning", "whatever is latest"),
    ("FROM gcr.io/distroless/static-debian12", "DW3002", "info", "runs as root"),
    ("RUN npm ci --only=production", "DW2157", "info", "npm's cache stays"),
    ("RUN npm ci", "DW2157", "info", "npm's cache stays"),
    ("RUN npm ci", "DW2158", "warning", "development dependencies are back"),
    ("USER web", "DW5101", "error", "this stage has no such user"),
    ("FROM gcr.io/distroless/python3", "DW1001", "warning", "whatever is latest"),
    ("FROM gcr.io/distroless/python3", "DW3002", "info", "runs as root"),
    ("LABEL org.opencontainers.image.revision=$REVISION", "DW5305", "info", "an empty label"),
]

# What the page cannot show, and why; and a Dockerfile with what was missing, where it is found.
UNSEEN: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "DW5001",
        "which base image: trixie has no addgroup",
        PYTHON + "RUN addgroup --system a\n",
        {},
    ),
    (
        "DW5003",
        "which base image: slim has no curl",
        PYTHON + "HEALTHCHECK CMD curl localhost\n",
        {},
    ),
    (
        "DW5602",
        "which port the service has: another fence says it",
        PYTHON + 'RUN pip install uvicorn\nHEALTHCHECK CMD python -c "import urllib.request as u; '
        "u.urlopen('http://localhost:8080/')\"\nCMD uvicorn a:b --host 0.0.0.0 --port 8000\n",
        {},
    ),
    ("DW5607", "which version of npm", NODE + "RUN npm ci --only=production\n", {}),
    (
        "DW5501",
        "the build context: a module without dependencies has no go.sum",
        GO + "COPY go.mod go.sum ./\n",
        {"context": {"go.mod": 0o644, "main.go": 0o644}},
    ),
    (
        "DW5501",
        "the build context: the lock file is not in the repository",
        NODE + "COPY package.json package-lock.json ./\n",
        {"context": {"package.json": 0o644}},
    ),
    (
        "DW5505",
        "the build context: the host's modules come over the installed ones",
        NODE + "COPY package.json ./\nRUN npm install\nCOPY . .\n",
        {"context": {"package.json": 0o644, "node_modules/a/a.js": 0o644}},
    ),
    (
        "DW5503",
        "the build context: the patterns hold at its root only",
        NODE + "COPY . .\n",
        {"context": {"api/.env": 0o644, "x.js": 0o644}, "dockerignore": ".env\n.git\n"},
    ),
    (
        "DW5504",
        "the build context: the patterns hold at its root only",
        NODE + "COPY . .\n",
        {"context": {"api/.git/config": 0o644, "x.js": 0o644}, "dockerignore": ".env\n.git\n"},
    ),
    (
        "DW2006",
        "that the ignore file is this Dockerfile's: a pattern takes a file that is copied",
        PYTHON + "COPY README.md pyproject.toml ./\n",
        {"context": {"README.md": 0o644, "pyproject.toml": 0o644}, "dockerignore": "*.md\n"},
    ),
    (
        "DW5004",
        "that it is started by a shell, which the image has not",
        STATIC + "CMD /tool\n",
        {},
    ),
    (
        "DW5206",
        "what is started: the image's entrypoint is the interpreter",
        'FROM gcr.io/distroless/python3:nonroot\nCOPY a /a\nCMD ["uvicorn", "a:b"]\n',
        {},
    ),
    (
        "DW5604",
        "what is started: node as process 1",
        NODE + 'USER node\nCMD ["node", "a.js"]\n',
        {},
    ),
    (
        "DW5303",
        "that a RUN stands behind the argument",
        PYTHON + "ARG REVISION\nRUN pip install flask\nLABEL revision=$REVISION\n",
        {},
    ),
]


def test_all_that_is_found_in_the_page(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (tmp_path / "guide.md").write_text(text)
    run = dockwright("check", "--markdown", "guide.md", "--preview", "-f", "json", cwd=tmp_path)
    lines = text.splitlines()
    found = [
        (lines[one["span"]["start"]["line"] - 1].strip(" \\"), one["code"], one["severity"])
        for one in run.json["findings"]
    ]
    assert found == [(line, code, severity) for line, code, severity, _ in SEEN]
    assert {one["confidence"] for one in run.json["findings"]} == {"certain"}


@pytest.mark.parametrize(("code", "why", "text", "config"), UNSEEN)
def test_what_a_page_alone_cannot_show(
    code: str, why: str, text: str, config: dict[str, Any]
) -> None:
    checker = Checker(Options(overrides={"preview": True}, shellcheck="off", cache=False))
    found = checker.look("Dockerfile", build_of(text, config))[0]
    assert code in {one.code for one in found}, why
    assert code not in {row[1] for row in SEEN}


@pytest.mark.parametrize(
    ("body", "fragment", "starts"),
    [
        ("FROM a:1\nRUN x\nFROM b:1\n", False, ["FROM a:1"]),
        ("ARG V=1\nFROM a:$V\n", False, ["ARG V=1"]),
        ("ARG V=1\nRUN x\n", True, ["ARG V=1"]),
        ("RUN x\nFROM a:1\nUSER x\nFROM b:1\n", True, ["RUN x", "FROM a:1", "FROM b:1"]),
        ("RUN x\nFROM a:1 AS a\nFROM b:1\nCOPY --from=a /x /x\n", True, ["RUN x", "FROM a:1 AS a"]),
        ("RUN x\nFROM a:1\nFROM b:1\nCOPY --from=0 /x /x\n", True, ["RUN x", "FROM a:1"]),
        ("# nothing\n", False, ["# nothing"]),
    ],
)
def test_pieces_of_a_fence(body: str, fragment: bool, starts: list[str]) -> None:
    text = f"# Page\n\n```dockerfile\n{body}```\nend\n"
    found = fences(text)
    assert [text[one.start : one.end].splitlines()[0] for one in found] == starts
    assert "".join(text[one.start : one.end] for one in found) == body
    for one in found:
        assert len(one.text) == len(text)
        assert one.text[one.start : one.end] == text[one.start : one.end]
        assert not one.text[one.end :].strip()
        assert ("FROM" in one.text[: one.start]) == one.fragment
    assert [one.fragment for one in found] == [fragment] + [False] * (len(found) - 1)
