"""`dockwright impact` as a user types it."""

import json
from pathlib import Path

import pytest

from tests.cli.run import dockwright

SERVICE = """\
FROM scratch AS assets
COPY web /web
FROM debian:12
ARG REVISION=1
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
COPY --from=assets /web /srv
LABEL revision=$REVISION
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()  # the search for a configuration ends here
    service = tmp_path / "service"
    for name in ("web/a.css", "web/b.css", "main.py", "requirements.txt", "docs/x.md"):
        (service / name).parent.mkdir(parents=True, exist_ok=True)
        (service / name).write_text(name)
    (service / "Dockerfile").write_text(SERVICE)
    (service / ".dockerignore").write_text("docs\nDockerfile\n")
    return tmp_path


def verdicts(folder: Path, *arguments: str) -> str:
    run = dockwright("impact", *arguments, "--format", "json", cwd=folder)
    assert run.code == 0, run.err
    return "".join(step["verdict"][0] for step in run.json["steps"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("main.py",), "ccccrr"),
        (("./x/../main.py",), "ccccrr"),
        (("not/there.py",), "ccccrr"),
        (("requirements.txt",), "ccrrrr"),
        (("web/a.css",), "rcccrr"),
        (("web",), "rcccrr"),
        (("docs/x.md",), "cccccc"),
        (("docs",), "cccccc"),
        (("docs", "main.py"), "ccccrr"),
        (("Dockerfile",), "cccccc"),
        (("--build-arg", "REVISION"), "cccrrr"),
        (("--build-arg", "REVISION=1"), "cccccc"),
        (("--base",), "crrrrr"),
        (("--base", "debian:12"), "crrrrr"),
        (("--base", "debian:11"), "cccccc"),
        (("web/a.css", "--target", "assets"), "r"),
    ],
)
def test_verdicts(folder, arguments, expected):
    assert verdicts(folder / "service", *arguments) == expected


def test_paths_from_elsewhere(folder):
    context = ("--context", "service")
    assert verdicts(folder, "service/main.py", *context) == "ccccrr"
    assert verdicts(folder, "main.py", *context) == "ccccrr"
    assert verdicts(folder, "main.py", "--file", "service/Dockerfile") == "ccccrr"
    assert verdicts(folder, str(folder / "service" / "main.py"), *context) == "ccccrr"


def test_ignore_file_of_the_dockerfile(folder):
    service = folder / "service"
    (service / "Dockerfile.dockerignore").write_text("main.py\n")
    assert verdicts(service, "main.py") == "cccccc"
    assert verdicts(service, "docs/x.md") == "ccccrr"


def test_edited(folder):
    service = folder / "service"
    (service / "New").write_text(SERVICE.replace("pip install", "pip install -q"))
    assert verdicts(service, "--edited", "New") == "cccrrr"
    (service / "New").write_text(SERVICE.replace("LABEL", "LABEL a=1"))
    assert verdicts(service, "--edited", "New") == "cccccc"


def test_store(folder):
    service = folder / "service"
    (service / "Dockerfile").write_text("FROM a\nCOPY main.py /\nCOPY --link web /web\n")
    assert verdicts(service, "main.py") == "rp"
    assert verdicts(service, "main.py", "--store", "classic") == "rr"
    assert verdicts(service, "main.py", "--store", "containerd") == "rc"


def test_text(folder):
    run = dockwright("impact", "main.py", cwd=folder / "service")
    assert run.code == 0
    assert run.out == (
        "Dockerfile: an edit of main.py\n\n"
        "stage assets\n"
        "  cached         2  COPY web /web\n"
        "stage 1\n"
        "  cached         5  WORKDIR /app\n"
        "  cached         6  COPY requirements.txt .\n"
        "  cached         7  RUN pip install -r requirements.txt\n"
        "  runs again     8  COPY . .                                          under 1 s     "
        "  COPY . . takes main.py from the build context\n"
        "  runs again     9  COPY --from=assets /web /srv                      under 1 s     "
        "  the step above runs again\n\n"
        "after an edit of main.py 2 of 6 steps run again, up to 2 s\n"
    )


def test_summary_names_the_dearest_step_and_its_cause(folder):
    run = dockwright("impact", "requirements.txt", cwd=folder / "service")
    assert run.out.splitlines()[-1] == (
        "after an edit of requirements.txt 4 of 6 steps run again, 5 to 45 s:"
        " RUN pip install -r requirements.txt is among them because"
        " COPY requirements.txt . takes requirements.txt from the build context (line 6)"
    )


def test_notes(folder):
    run = dockwright("impact", "docs/x.md", "--build-arg", "TYPO", cwd=folder / "service")
    assert "all 6 steps are cached" in run.out
    assert "note: no ARG names TYPO, so its value changes nothing\n" in run.out
    assert "note: .dockerignore keeps docs/x.md out of the build\n" in run.out


def test_json(folder):
    run = dockwright("impact", "web", "--format", "json", cwd=folder / "service")
    document = run.json
    assert list(document) == [
        "version", "dockerfile", "target", "change", "steps", "summary", "notes",
    ]  # fmt: skip
    assert document["change"] == {"files": ["web"], "args": {}, "bases": [], "edited": None}
    step = document["steps"][0]
    assert list(step) == ["stage", "line", "instruction", "verdict", "reasons", "cost"]
    assert (step["stage"], step["line"], step["instruction"]) == ("assets", 2, "COPY web /web")
    assert step["reasons"][0]["line"] == 2
    assert step["cost"]["assumptions"][0]["source"] == "measured"
    summary = document["summary"]
    assert (summary["steps"], summary["cached"], summary["perhaps"], summary["runs"]) == (
        6,
        3,
        0,
        3,
    )
    guide = Path(__file__).resolve().parents[2] / "docs" / "guides" / "impact.md"
    text = guide.read_text(encoding="utf-8")
    for field in (*document, *step, *step["cost"], *document["change"]):
        assert f"`{field}`" in text or f"`{field}[]`" in text, field


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing is said to change"),
        (("/etc/passwd",), "is not in the build context"),
        (("../x",), "is not in the build context"),
        (("main.py", "--target", "nowhere"), "no stage 'nowhere'; there are: assets, 1"),
        (("main.py", "--file", "Missing"), "Missing: No such file"),
        (("main.py", "--context", "missing"), "is no folder"),
        (("main.py", "--file", "main.py"), "no FROM"),
        (("--build-arg", "=1"), "has no name"),
        (("--edited", "Missing"), "Missing: No such file"),
    ],
)
def test_mistakes(folder, arguments, message):
    run = dockwright("impact", *arguments, cwd=folder / "service")
    assert (run.code, run.out) == (2, "")
    assert message in run.err


def test_hostile_names(folder):
    service = folder / "service"
    (service / "Dockerfile").write_bytes(b"FROM a\nCOPY \xff\x1b* /x/\nRUN \xff\n")
    for form in ("text", "json"):
        run = dockwright("impact", b"\xff\x1bx", "--format", form, cwd=service)
        assert run.code == 0, run.err
        assert "\x1b" not in run.out
    assert json.loads(run.out)["summary"]["runs"] == 2
