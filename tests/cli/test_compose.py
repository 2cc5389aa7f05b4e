"""Compose files on the command line."""

from pathlib import Path

import pytest

from tests.cli.run import Run, dockwright

PART = "services:\n  db:\n    image: postgres:16\nnetworks:\n  back:\n"
WHOLE = (
    "include: [parts/compose.yaml]\n"
    "services:\n  web:\n    image: acme/web:1\n    networks: [back]\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()  # the search for a configuration ends here
    return tmp_path


def write(folder: Path, **files: str) -> None:
    """Files by their names, `__` for a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def run(command: str, folder: Path, *arguments: str, stdin: str = "") -> Run:
    plain = ("--shellcheck", "off", "--no-cache")
    return dockwright(command, *plain, *arguments, cwd=folder, stdin=stdin.encode())


def codes(done: Run) -> list[str]:
    return sorted(finding["code"] for finding in done.json["findings"])


# Files that others include


@pytest.fixture
def including(folder: Path) -> Path:
    (folder / "parts").mkdir()
    (folder / "compose.yaml").write_text(WHOLE)
    (folder / "parts" / "compose.yaml").write_text(PART)
    return folder


def test_an_included_file_is_not_fixed_alone(including: Path) -> None:
    part = including / "parts" / "compose.yaml"
    assert codes(run("check", including, ".", "--select", "DW6206", "-f", "json")) == []
    done = run("fix", including, ".", "--select", "DW6206")
    assert done.code == 0
    assert part.read_text() == PART
    # Named, it is what the user asked for.
    run("fix", including, str(part), "--select", "DW6206")
    assert part.read_text() == PART.partition("networks")[0]


def test_of_files_that_include_each_other_one_is_checked(folder: Path) -> None:
    text = "include: [compose.{}.yaml]\nservices:\n  {}:\n    image: a:1\n"
    write(
        folder,
        compose__a__yaml=text.format("b", "x"),
        compose__b__yaml=text.format("a", "y"),
    )
    done = run("check", folder, ".", "--select", "DW6001", "-f", "json")
    assert codes(done) == ["DW6001"]


# Standard input

OPEN = "services:\n  web:\n    build: .\n    networks: [back]\n    prots: ['80:80']\n"


@pytest.mark.parametrize("name", ["compose.yaml", "app/docker-compose.prod.yml", "stack.yaml"])
def test_standard_input_that_is_a_compose_file(folder: Path, name: str) -> None:
    found = run(
        "check", folder, "-", "--stdin-filename", name, "-f", "json", "--select", "DW6001",
        stdin=OPEN,
    )  # fmt: skip
    assert found.code == 1, found.err
    assert {one["file"] for one in found.json["findings"]} == {name}
    assert "DW0001" not in codes(found)


def test_standard_input_stands_for_the_file_on_disk(folder: Path) -> None:
    """The rest of the project is as it is on disk: the override, what is included, Dockerfiles."""
    write(
        folder,
        compose__yaml="services: {}\n",
        compose__override__yaml="networks:\n  back:\n",
        Dockerfile="FROM debian:12 AS base\n",
    )
    text = "services:\n  web:\n    build: {context: ., target: bas}\n    networks: [back]\n"
    arguments = ("-", "--stdin-filename", "compose.yaml", "-f", "json", "--select", "DW6")
    found = run("check", folder, *arguments, stdin=text)
    assert "DW6001" not in codes(found)
    assert any("bas" in one["message"] for one in found.json["findings"])


def test_standard_input_is_fixed(folder: Path) -> None:
    text = "version: '3'\nservices:\n  web:\n    image: a:1\n    prots: ['80:80']\n"
    done = run("fix", folder, "-", "--stdin-filename", "compose.yaml", stdin=text)
    assert done.code == 0, done.err
    assert done.out == "services:\n  web:\n    image: a:1\n    ports: ['80:80']\n"
    assert not (folder / "compose.yaml").exists()


def test_a_fix_of_standard_input_touches_no_file(folder: Path) -> None:
    text = "services:\n  web:\n    image: a:1\n    environment:\n      API_TOKEN: q8Zr2LmX0vTb\n"
    arguments = ("-", "--stdin-filename", "compose.yaml", "--select", "DW6606", "--unsafe")
    done = run("fix", folder, *arguments, stdin=text)
    assert done.out == text
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".git")] == []


def test_standard_input_without_a_name_is_a_dockerfile(folder: Path) -> None:
    assert "DW0001" in codes(run("check", folder, "-", "-f", "json", stdin=OPEN))
