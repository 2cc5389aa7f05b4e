"""Ignore files: checked and fixed with the Dockerfiles that they hold for."""

import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from dockwright.app import replace as replacing
from dockwright.cli.main import main

DOCKERFILE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path in ("main.py", "src/a.py", "src/__pycache__/a.pyc", ".git/HEAD", "web/.idea/x"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / ".dockerignore").write_text("# kept\n__pycache__\n.git\n*.md\n\n!b.txt\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKWRIGHT_CACHE_DIR", str(tmp_path.parent / "cache"))
    return tmp_path


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, int, str]]:
    main(["check", "--select", "DW70", "--shellcheck", "off", "-f", "json", *arguments])
    document = json.loads(capsys.readouterr().out)
    return [(f["file"], f["span"]["start"]["line"], f["code"]) for f in document["findings"]]


ALL = [
    (".dockerignore", 2, "DW7003"),
    (".dockerignore", 6, "DW7005"),
    (".dockerignore", 6, "DW7007"),
]


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (("Dockerfile",), ".dockerignore"),
        ((".dockerignore",), ".dockerignore"),
        (("Dockerfile", ".dockerignore"), ".dockerignore"),
        ((".",), "./.dockerignore"),
        (("--context", ".", "Dockerfile"), "./.dockerignore"),
    ],
)
def test_an_ignore_file_is_checked_with_its_dockerfile(
    project: Path, capsys: pytest.CaptureFixture[str], paths: tuple[str, ...], name: str
) -> None:
    wanted = [(name, line, code) for _, line, code in ALL]
    assert found(capsys, *paths) == wanted
    assert found(capsys, *paths) == wanted, "from the cache"
    (project / "web/.idea/x").unlink()
    (project / "web/.idea").rmdir()
    assert (name, 6, "DW7007") not in found(capsys, *paths), "the context has changed"


def test_once_for_several_dockerfiles(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.Dockerfile").write_text("FROM scratch\n")
    assert [one for one in found(capsys, ".") if one[2] == "DW7003"] == [
        ("./.dockerignore", 2, "DW7003")
    ]


def test_a_compose_file_is_no_dockerfile(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "compose.yaml").write_text("services:\n  a:\n    image: alpine:3.20\n")
    assert found(capsys, "compose.yaml") == []
    assert [code for _, _, code in found(capsys, ".")] == [code for _, _, code in ALL]


def test_a_comment_silences(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ignore = project / ".dockerignore"
    ignore.write_text("# dockwright: ignore[ignore-pattern-root-only] flat\n" + ignore.read_text())
    assert [code for _, _, code in found(capsys, "Dockerfile")] == ["DW7005", "DW7007"]
    ignore.write_text("# dockwright: ignore[DW7005] nothing\n.git\n")
    main(["check", "--select", "DW0002,DW7005", "-f", "json", "Dockerfile"])
    (one,) = json.loads(capsys.readouterr().out)["findings"]
    assert (one["file"], one["code"]) == (".dockerignore", "DW0002")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fix(project: Path, capsys: pytest.CaptureFixture[str], newline: str) -> None:
    ignore = project / ".dockerignore"
    ignore.write_bytes(ignore.read_bytes().replace(b"\n", newline.encode()))
    assert main(["fix", "--select", "DW70", "Dockerfile"]) == 0
    lines = ("# kept", "**/__pycache__", ".git", "*.md", "", "!b.txt", "**/.idea", "")
    wanted = newline.join(lines)
    assert ignore.read_bytes() == wanted.encode()
    assert (project / "Dockerfile").read_text() == DOCKERFILE
    capsys.readouterr()
    assert main(["fix", "--check", "--select", "DW70", "Dockerfile"]) == 0
    assert found(capsys, "Dockerfile") == []


def test_a_fix_that_breaks_a_dockerfile_is_left_out(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`**/__pycache__` would keep out what an instruction copies by name."""
    (project / "Dockerfile").write_text(DOCKERFILE + "COPY src/__pycache__ /c/\n")
    assert main(["fix", "--select", "DW7003,DW2006", "Dockerfile"]) == 0
    assert "__pycache__\n" in (project / ".dockerignore").read_text().replace("**/", "XX")
    assert "XX" not in (project / ".dockerignore").read_text()


def test_own_ignore_file_replaces_the_other(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "Dockerfile.dockerignore").write_text("*.txt\n")
    codes = {(file, code) for file, _, code in found(capsys, "Dockerfile")}
    assert codes == {
        ("Dockerfile.dockerignore", "DW7007"),
        ("Dockerfile.dockerignore", "DW7009"),
    }


# All or none


class Change(NamedTuple):
    path: str
    before: bytes
    after: bytes


def replace(changes: list[Change]) -> None:
    replacing.replace({one.path: (one.before, one.after) for one in changes})


@pytest.fixture
def three(tmp_path: Path) -> list[Change]:
    changes = []
    for name in "abc":
        path = tmp_path / name
        path.write_text(name)
        path.chmod(0o640)
        changes.append(Change(str(path), name.encode(), name.upper().encode()))
    return changes


def texts(changes: list[Change]) -> list[str]:
    folder = Path(changes[0].path).parent
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b", "c"], "no drafts left"
    return [Path(one.path).read_text() for one in changes]


def test_all_files_are_replaced(three: list[Change]) -> None:
    replace(three)
    assert texts(three) == ["A", "B", "C"]
    assert {Path(one.path).stat().st_mode & 0o777 for one in three} == {0o640}


def test_none_when_one_was_changed_meanwhile(three: list[Change]) -> None:
    Path(three[2].path).write_text("other")
    with pytest.raises(OSError, match="meanwhile"):
        replace(three)
    assert texts(three) == ["a", "b", "other"]


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_none_when_a_renaming_fails(
    three: list[Change], monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    calls = []
    rename = os.replace

    def refuse(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        replace(three)
    assert texts(three) == ["a", "b", "c"]


def test_one_file_under_two_names(three: list[Change], tmp_path: Path) -> None:
    link = tmp_path / "c"
    link.unlink()
    link.symlink_to("a")
    with pytest.raises(OSError, match="twice"):
        replace([three[0], Change(str(link), b"a", b"X")])
    assert texts(three)[0] == "a"
