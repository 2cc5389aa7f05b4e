"""Set-up scripts piped into a shell: which release of Node.js apt takes afterwards."""

import pytest

from dockwright.facts.knowledge import Known
from dockwright.facts.port import Bundled
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

SETUP = (
    "FROM {}\nRUN apt-get update && apt-get install -y curl gnupg\n"
    "RUN curl -sL https://deb.nodesource.com/setup_{} | bash -\n"
    "RUN apt-get install -y nodejs\n"
)


@pytest.mark.parametrize(
    ("image", "script", "there"),
    [
        # The distribution's own package is newer, and has no npm in it.
        ("debian:buster", "8.x", "absent"),
        ("debian:buster", "6.x", "absent"),
        ("php:7.1-fpm", "8.x", "absent"),
        ("debian:bullseye", "10.x", "absent"),
        ("ubuntu:20.04", "8.x", "absent"),
        ("debian:trixie", "4.x", "absent"),
        # NodeSource's is newer, or of the same major release.
        ("debian:buster", "12.x", "perhaps"),
        ("debian:buster", "10.x", "perhaps"),
        ("ubuntu:20.04", "14.x", "perhaps"),
        # Scripts from 16 on give the source a higher priority.
        ("debian:trixie", "16.x", "perhaps"),
        ("debian:trixie", "18.x", "perhaps"),
        ("debian:bookworm", "lts.x", "perhaps"),
    ],
)
def test_npm_after_nodesource(image: str, script: str, there: str) -> None:
    source = Source("Dockerfile", SETUP.format(image, script))
    stage = Build(parse(source), facts=Bundled()).stages[0]
    found = stage.state.files.program("npm", stage.state.env("PATH"))
    absent = isinstance(found, Known) and found.value is None
    assert absent is (there == "absent")
    assert not (isinstance(found, Known) and found.firm)


@pytest.mark.parametrize(
    ("dockerfile", "program", "wanted"),
    [
        # Whoever mends the installation gets the other packages, and nothing unexpected.
        (
            "FROM debian:trixie\nRUN apt-get update && apt-get install -y libpcre3-dev git",
            "git",
            True,
        ),
        ("FROM debian:trixie\nRUN apt-get update && apt-get install -y libpcre3-dev", "npm", False),
        # The new name may bring a program of the package's kind.
        (
            "FROM debian:trixie\nRUN apt-get update && apt-get install -y mysql-client",
            "mysql",
            None,
        ),
        (
            (
                "FROM debian:trixie\nRUN apt-get update && apt-get install -y python3-pip"
                " && pip3 install flask"
            ),
            "npm",
            False,
        ),
        # Any other failure may be mended in any way.
        ("FROM debian:trixie\nRUN make install", "git", None),
        (
            "FROM debian:trixie\nRUN apt-get update && apt-get install -y libpcre3-dev && make",
            "git",
            None,
        ),
    ],
)
def test_after_what_certainly_fails(dockerfile: str, program: str, wanted: bool | None) -> None:
    stage = Build(parse(Source("Dockerfile", dockerfile)), facts=Bundled()).stages[0]
    assert stage.files.failure(stage.steps[-1]) is not None
    found = stage.state.files.program(program, stage.state.env("PATH"))
    if wanted is None:
        assert not isinstance(found, Known)
    else:
        assert isinstance(found, Known)
        assert (found.value is not None) is wanted
        assert not found.firm


def test_a_package_that_does_not_exist_is_not_supposed_by_its_name() -> None:
    dockerfile = "FROM debian:trixie\nRUN apt-get update && apt-get install -y python-pip git"
    files = Build(parse(Source("Dockerfile", dockerfile)), facts=Bundled()).stages[0].state.files
    assert not isinstance(files.package("apt", "python-pip"), Known)
    there = files.package("apt", "git")
    assert isinstance(there, Known)
    assert there.value is True
    assert not there.firm
