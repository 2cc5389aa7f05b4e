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
