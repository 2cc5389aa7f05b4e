"""A Compose file with its Dockerfile as such files often are: what is found, what is mended."""

from pathlib import Path

import pytest

from tests.cli.run import dockwright
from tests.support.shop import FILES

# What running such a project shows, and the rule that says so beforehand.
DEFECTS = {
    "the packages lie where the user's Python does not look": ("DW5202", "Dockerfile"),
    "the user may not enter the folder of the packages": ("DW5103", "Dockerfile"),
    "nothing listens on the published port": ("DW6406", "compose.yaml"),
    "the probe asks a port on which nothing listens": ("DW6404", "compose.yaml"),
    "the probe's program is not in the image": ("DW6402", "compose.yaml"),
    "`version` warns at every command": ("DW6002", "compose.yaml"),
    "the probe asks for a database that is not there": ("DW6614", "compose.yaml"),
    "the database is healthy before it takes connections": ("DW6613", "compose.yaml"),
    "the password stands in the file": ("DW6606", "compose.yaml"),
    "the password stands in two places": ("DW6607", "compose.yaml"),
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def codes(folder: Path, *more: str) -> set[tuple[str, str]]:
    done = dockwright("check", ".", "--shellcheck", "off", "--format", "json", *more, cwd=folder)
    return {(one["code"], Path(one["file"]).name) for one in done.json["findings"]}


def test_every_defect_is_found(shop: Path) -> None:
    found = codes(shop)
    assert {what: row for what, row in DEFECTS.items() if row not in found} == {}


def test_what_is_a_matter_of_choice(shop: Path) -> None:
    wanted = ("DW6117", "compose.yaml")  # published to the whole network
    assert wanted not in codes(shop)
    assert wanted in codes(shop, "--extend-select", "DW6117")


def test_fixes_leave_none(shop: Path) -> None:
    done = dockwright("fix", "--unsafe", "--shellcheck", "off", ".", cwd=shop)
    assert done.code == 0, done.out + done.err
    assert codes(shop).isdisjoint(DEFECTS.values())
    text = (shop / "compose.yaml").read_text()
    assert "hunter2" not in text
    assert "postgresql://keeper:${POSTGRES_PASSWORD:?}@store:5432/orders" in text
    assert (shop / ".env").read_text() == "POSTGRES_PASSWORD=hunter2\n"
    # What was made for Compose stays out of the image.
    assert ".env" in (shop / ".dockerignore").read_text().splitlines()


def test_safe_fixes_keep_the_password_where_it_is(shop: Path) -> None:
    dockwright("fix", "--shellcheck", "off", ".", cwd=shop)
    text = (shop / "compose.yaml").read_text()
    assert "POSTGRES_PASSWORD: hunter2" in text
    assert "version" not in text
    assert not (shop / ".env").exists()
