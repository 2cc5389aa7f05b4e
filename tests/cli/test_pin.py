"""`dockwright pin`: digests for Dockerfiles and Compose files, from a fake registry."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.app import pin as app
from dockwright.cli.main import FAILED, FINDINGS, OK, main
from tests.support.registry import Registry, serve

OLD = "sha256:" + "0" * 64


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "none"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    with serve(Registry(token=True)) as registry:
        yield registry


def written(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text.encode())


def short(digest: str) -> str:
    return digest[: len("sha256:") + 12] + "…"


def test_a_project(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    host = registry.host
    python, tools, redis = (registry.add(name) for name in ("python:3.12", "tools:1", "redis:7"))
    written(
        {
            "Dockerfile": (
                f"# the base\r\nFROM --platform=linux/amd64 {host}/python:3.12  AS base\r\n"
                f"RUN --mount=type=bind,from={host}/tools:1,source=/x,target=/x x\r\n"
                f'COPY --from="{host}/tools:1" /a /a\r\nFROM base\r\nFROM scratch\r\n'
            ),
            "compose.yaml": (
                "services:\n  web:\n    build: .\n    image: mine:1\n"
                f'  cache: {{image: "{host}/redis:7"}}  # kept\n'
            ),
            "compose.override.yaml": f"services:\n  old:\n    image: '{host}/redis:7'\n",
        }
    )
    assert main(["pin"]) == OK
    assert Path("Dockerfile").read_bytes().decode() == (
        f"# the base\r\nFROM --platform=linux/amd64 {host}/python:3.12@{python}  AS base\r\n"
        f"RUN --mount=type=bind,from={host}/tools:1@{tools},source=/x,target=/x x\r\n"
        f'COPY --from="{host}/tools:1@{tools}" /a /a\r\nFROM base\r\nFROM scratch\r\n'
    )
    assert Path("compose.yaml").read_text() == (
        "services:\n  web:\n    build: .\n    image: mine:1\n"
        f'  cache: {{image: "{host}/redis:7@{redis}"}}  # kept\n'
    )
    assert Path("compose.override.yaml").read_text() == (
        f"services:\n  old:\n    image: '{host}/redis:7@{redis}'\n"
    )
    out, err = capsys.readouterr()
    assert out == (
        f"Dockerfile:2:29: {host}/python:3.12: pinned to {short(python)}\n"
        f"Dockerfile:3:28: {host}/tools:1: pinned to {short(tools)}\n"
        f"Dockerfile:4:14: {host}/tools:1: pinned to {short(tools)}\n"
        f"compose.override.yaml:3:13: {host}/redis:7: pinned to {short(redis)}\n"
        f"compose.yaml:5:19: {host}/redis:7: pinned to {short(redis)}\n"
    )
    assert err == "5 pinned\n"
    # Each tag is asked for once, and once more for the token.
    assert len(registry.manifests()) == 2 * 3
    assert main(["pin"]) == OK
    assert capsys.readouterr() == ("", "5 pinned already\n")
    assert len(registry.manifests()) == 2 * 3


def test_check_and_update(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    host = registry.host
    first = registry.add("python:3.12")
    text = f"FROM {host}/python:3.12\n"
    written({"Dockerfile": text})
    assert main(["pin", "--check"]) == FINDINGS
    assert capsys.readouterr() == (f"Dockerfile:1:6: {host}/python:3.12: not pinned\n",
                                   "1 not pinned\n")  # fmt: skip
    assert registry.log == []
    assert main(["pin"]) == OK
    assert main(["pin", "--check"]) == OK
    assert capsys.readouterr().err.endswith("1 up to date\n")
    second = registry.add("python:3.12")
    assert main(["pin", "--check"]) == FINDINGS
    pinned = f"Dockerfile:1:6: {host}/python:3.12@{short(first)}"
    assert capsys.readouterr() == (f"{pinned}: the tag 3.12 has moved to {short(second)}\n",
                                   "1 moved\n")  # fmt: skip
    assert main(["pin", "--check", "--offline"]) == OK
    assert Path("Dockerfile").read_text() == f"FROM {host}/python:3.12@{first}\n"
    assert main(["pin", "--update"]) == OK
    assert Path("Dockerfile").read_text() == f"FROM {host}/python:3.12@{second}\n"
    assert f"{pinned}: updated to {short(second)}\n" in capsys.readouterr().out
    assert main(["pin", "--update"]) == OK
    assert main(["pin", "--check"]) == OK


def test_one_silent_registry_and_nothing_changes(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    python = registry.add("python:3.12")
    host = registry.host
    files = {
        "Dockerfile": f"FROM {host}/python:3.12\n",
        "other/Dockerfile": "FROM 127.0.0.1:1/gone:1\n",
    }
    written(files)
    for arguments in (["pin"], ["pin", "--diff"], ["pin", "--update"]):
        assert main(arguments) == FAILED
        assert {name: Path(name).read_text() for name in files} == files
        assert "cannot be reached: Connection refused" in "".join(capsys.readouterr())
    assert main(["pin"]) == FAILED
    assert capsys.readouterr().out == (
        f"Dockerfile:1:6: {host}/python:3.12: would be pinned to {short(python)}\n"
        "other/Dockerfile:1:6: 127.0.0.1:1/gone:1: not asked: "
        "127.0.0.1:1 cannot be reached: Connection refused\n"
    )
    assert main(["pin", "--keep-going"]) == FAILED
    assert Path("Dockerfile").read_text() == f"FROM {host}/python:3.12@{python}\n"
    assert Path("other/Dockerfile").read_text() == files["other/Dockerfile"]


def test_a_file_that_cannot_be_written(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.add("python:3.12")
    text = f"FROM {registry.host}/python:3.12\n"
    files = dict.fromkeys(("a.Dockerfile", "b.Dockerfile"), text)
    written(files)

    def refuse(changes: object) -> None:
        raise OSError(13, "Permission denied", "b.Dockerfile")

    monkeypatch.setattr(app, "replace", refuse)
    assert main(["pin"]) == FAILED
    assert {name: Path(name).read_text() for name in files} == files
    assert "b.Dockerfile: Permission denied" in capsys.readouterr().err


def test_diff(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    digest = registry.add("python:3.12")
    written({"Dockerfile": f"FROM {registry.host}/python:3.12\n"})
    assert main(["pin", "--diff"]) == OK
    out, err = capsys.readouterr()
    assert f"+FROM {registry.host}/python:3.12@{digest}\n" in out
    assert err == "1 pinned; nothing is changed\n"
    assert "@" not in Path("Dockerfile").read_text()


def test_json(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    digest = registry.add("python:latest")
    written({"Dockerfile": f"FROM {registry.host}/python\nFROM node:$VERSION\n"})
    assert main(["pin", "--format", "json"]) == OK
    assert json.loads(capsys.readouterr().out) == {
        "images": [
            {
                "file": "Dockerfile",
                "line": 1,
                "column": 6,
                "kind": "FROM",
                "text": f"{registry.host}/python",
                "asked": f"{registry.host}/python:latest",
                "pinned": None,
                "digest": digest,
                "state": "pinned",
                "reason": None,
            }
        ],
        "left": [
            {
                "file": "Dockerfile",
                "line": 2,
                "column": 6,
                "kind": "FROM",
                "text": "node:$VERSION",
                "reason": "a variable is a part of it: put the whole reference into one ARG",
                "built": False,
            }
        ],
        "changed": ["Dockerfile"],
        "written": True,
        "errors": [],
    }
    assert Path("Dockerfile").read_text().startswith(f"FROM {registry.host}/python:latest@{digest}")


def test_what_is_left_alone_counts_when_asked(capsys: pytest.CaptureFixture[str],
                                              registry: Registry) -> None:  # fmt: skip
    written({"Dockerfile": "FROM node:$VERSION\n"})
    assert main(["pin", "--check"]) == OK
    assert main(["pin", "--check", "--strict"]) == FINDINGS
    assert "left alone: a variable is a part of it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", f"# tag: 3.12\nFROM HOST/python@{OLD}\n"),
        ("compose.yaml", f"services:\n  a:\n    image: HOST/python@{OLD}  # tag: 3.12\n"),
        ("compose.yaml", f"services:\n  a:\n    # tag: 3.12\n    image: HOST/python@{OLD}\n"),
    ],
)
def test_a_comment_names_the_tag_of_a_bare_digest(registry: Registry, name: str, text: str) -> None:
    digest = registry.add("python:3.12")
    text = text.replace("HOST", registry.host)
    written({name: text})
    assert main(["pin", "--check"]) == FINDINGS
    assert main(["pin", "--update"]) == OK
    assert Path(name).read_text() == text.replace(OLD, digest)


def test_a_bare_digest_without_a_tag(capsys: pytest.CaptureFixture[str],
                                     registry: Registry) -> None:  # fmt: skip
    written({"Dockerfile": f"FROM debian@{OLD}\n"})
    assert main(["pin", "--update"]) == OK
    assert "which tag it follows is not said" in capsys.readouterr().out
    assert main(["pin", "--check", "--offline"]) == OK


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--offline"], "--offline can only --check"),
        (["--check", "--diff"], "--check changes nothing"),
        (["--check", "--update"], "exclude each other"),
        (["--strict"], "--strict goes with --check"),
        (["--check", "--offline", "--engine"], "do not go together"),
        (["-"], "standard input cannot be pinned"),
        (["nowhere"], "nowhere: no such file or folder"),
        (["README.md"], "README.md: Dockerfiles in Markdown are not pinned"),
        (["compose.yaml"], "compose.yaml:3: not YAML"),
    ],
)
def test_complaints(
    registry: Registry,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    complaint: str,
) -> None:
    written({"README.md": "# x\n", "compose.yaml": "services:\n  {{ x }}: [\n"})
    assert main(["pin", *arguments]) == FAILED
    assert complaint in capsys.readouterr().err


def test_help_names_the_network(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["pin", "--help"])
    assert "the one command that uses the network" in " ".join(capsys.readouterr().out.split())


# Projects of several files


def test_files_that_build_beside_files_that_name(registry: Registry) -> None:
    host = registry.host
    digest = registry.add("redis:7")
    service = f"services:\n  app:\n    image: {host}/app:1\n  db:\n    image: {host}/redis:7\n"
    written(
        {
            "compose.yaml": service,
            "compose.dev.yaml": "services:\n  app:\n    build: ./app\n",
            "app/Dockerfile": f"FROM {host}/redis:7\n",
            "sub/Dockerfile": f"FROM {host}/app:1\n",
        }
    )
    assert main(["pin"]) == OK
    pinned = f"{host}/redis:7@{digest}"
    assert Path("compose.yaml").read_text() == service.replace(f"{host}/redis:7", pinned)
    assert Path("app/Dockerfile").read_text() == f"FROM {pinned}\n"
    assert Path("sub/Dockerfile").read_text() == f"FROM {host}/app:1\n"


def test_a_file_of_the_project_names_a_dockerfile(registry: Registry) -> None:
    host = registry.host
    digest = registry.add("redis:7")
    written(
        {
            "compose.yaml": (
                "services:\n  app:\n    build:\n      context: .\n      dockerfile: build/recipe\n"
                "      additional_contexts: {tools: ./tools}\n      args: {BASE: x}\n"
            ),
            "build/recipe": (
                f"ARG BASE={host}/redis:7\nARG OTHER={host}/redis:7\nFROM $BASE\nFROM ${{OTHER}}\n"
                "FROM tools\n"
            ),
        }
    )
    assert main(["pin", "compose.yaml"]) == OK
    assert Path("build/recipe").read_text().splitlines()[:2] == [
        f"ARG BASE={host}/redis:7",
        f"ARG OTHER={host}/redis:7@{digest}",
    ]


def test_files_outside_are_not_touched(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"FROM {registry.host}/redis:7\n"
    written({"other/Dockerfile": text, "here/compose.yaml": "services: {a: {build: ../other}}\n"})
    monkeypatch.chdir("here")
    assert main(["pin"]) == OK
    assert registry.log == []
    assert Path("../other/Dockerfile").read_text() == text


def test_of_two_projects_with_one_file_the_careful_one_counts(registry: Registry) -> None:
    text = f"services: {{base: {{image: '{registry.host}/app:1'}}}}\n"
    extends = "services: {web: {extends: {file: ../common.yml, service: base}%s}}\n"
    written(
        {
            "common.yml": text,
            "a/compose.yaml": extends % "",
            "b/compose.yaml": extends % ", build: .",
        }
    )
    assert main(["pin", "a", "b"]) == OK
    assert Path("common.yml").read_text() == text
    assert registry.log == []
