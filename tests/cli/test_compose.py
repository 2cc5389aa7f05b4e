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


# Several files, environment files and profiles

BASE = "services:\n  web:\n    build: {context: ., target: bas}\n    networks: [back]\n"
OVER = "services:\n  web:\n    build: {target: base}\nnetworks:\n  back:\n"


@pytest.fixture
def several(folder: Path) -> Path:
    (folder / "deploy").mkdir()
    write(folder, Dockerfile="FROM debian:12 AS base\n", base__yml=BASE, unrelated__yaml="a: 1\n")
    (folder / "deploy" / "over.conf").write_text(OVER)
    return folder


TWO = ("--compose-file", "base.yml", "--compose-file", "deploy/over.conf")


def test_files_are_laid_over_each_other_in_order(several: Path) -> None:
    only = ("-f", "json", "--select", "compose-invalid,build-target-missing")
    assert codes(run("check", several, *TWO, *only)) == []
    assert codes(run("check", several, "base.yml", *only)) == ["DW6301"]
    first, base, second, over = TWO
    turned = run("check", several, first, over, second, base, *only)
    # The folder of the first is that of the project: there is no Dockerfile there.
    assert codes(turned) == []
    (several / "deploy" / "Dockerfile").write_text("FROM debian:12 AS base\n")
    turned = run("check", several, first, over, second, base, *only)
    assert {(one["name"], one["file"]) for one in turned.json["findings"]} == {
        ("build-target-missing", "base.yml")
    }


def test_named_files_are_one_project_beside_what_is_found(several: Path) -> None:
    (several / "base.yml").rename(several / "compose.base.yml")
    (several / "deploy" / "over.conf").rename(several / "compose.over.yml")
    (several / "compose.other.yml").write_text("services:\n  a:\n    imag: a:1\n")
    files = ("--compose-file", "compose.base.yml", "--compose-file", "./compose.over.yml")
    done = run("check", several, ".", *files, "-f", "json", "--select", "compose-invalid")
    assert {one["file"] for one in done.json["findings"]} == {"compose.other.yml"}
    assert done.json["files"].count("compose.base.yml") == 1
    assert not any("over" in name for name in done.json["files"])


def test_the_override_beside_a_named_file_is_not_taken(folder: Path) -> None:
    write(
        folder,
        compose__yaml="services:\n  web:\n    image: a:1\n    networks: [back]\n",
        compose__override__yaml="networks:\n  back:\n",
    )
    only = ("-f", "json", "--select", "compose-invalid")
    assert codes(run("check", folder, "compose.yaml", *only)) == []
    assert codes(run("check", folder, "--compose-file", "compose.yaml", *only)) == ["DW6001"]


def test_a_project_of_several_files_is_fixed(several: Path) -> None:
    (several / "deploy" / "over.conf").write_text("version: '3'\n" + OVER)
    done = run("fix", several, *TWO)
    assert done.code == 0, done.err
    assert (several / "deploy" / "over.conf").read_text() == OVER
    assert (several / "base.yml").read_text() == BASE


def test_an_environment_file_gives_variables(folder: Path) -> None:
    write(
        folder,
        compose__yaml="services:\n  web:\n    image: acme/web:$TAG\n",
        __env="OTHER=1\n",
        one="TAG=\n",
        two="TAG=7\n",
    )
    only = (".", "-f", "json", "--select", "variable-unset")
    assert codes(run("check", folder, *only)) != []
    assert codes(run("check", folder, *only, "--env-file", "one", "--env-file=two")) == []


def test_secrets_are_not_moved_to_a_file_that_is_not_read(folder: Path) -> None:
    text = "services:\n  web:\n    image: a:1\n    environment:\n      API_TOKEN: q8Zr2LmX0vTb\n"
    write(folder, compose__yaml=text, prod="TAG=7\n")
    done = run("fix", folder, ".", "--unsafe", "--select", "DW6606", "--env-file", "prod")
    assert done.code == 0
    assert (folder / "compose.yaml").read_text() == text
    assert not (folder / ".env").exists()


def test_a_profile_enables_services(folder: Path) -> None:
    text = "services:\n  web:\n    image: a:1\n    depends_on: [db]\n"
    write(folder, compose__yaml=text + "  db:\n    image: b:1\n    profiles: [all, x]\n")
    only = (".", "-f", "json", "--select", "compose-invalid")
    assert codes(run("check", folder, *only)) == ["DW6001"]
    assert codes(run("check", folder, *only, "--profile", "y")) == ["DW6001"]
    assert codes(run("check", folder, *only, "--profile", "y", "--profile", "x")) == []
    assert codes(run("check", folder, *only, "--profile", "*")) == []


def test_an_ignore_file_beside_a_named_file_is_not_its_own(folder: Path) -> None:
    write(folder, stack__yaml="services:\n  web:\n    image: a:1\n", __dockerignore="[\n")
    found = run("check", folder, "stack.yaml", "-f", "json").json
    assert found["files"] == ["stack.yaml"]


@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.parametrize("option", ["--compose-file", "--env-file"])
def test_a_file_that_is_not_there(folder: Path, command: str, option: str) -> None:
    write(folder, compose__yaml="services:\n  web:\n    image: a:1\n")
    done = run(command, folder, ".", option, "compose.yaml", option, "nowhere")
    assert done.code == 2
    assert "nowhere: no such file" in done.out + done.err
