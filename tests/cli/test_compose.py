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
