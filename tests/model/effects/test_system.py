"""Alternatives, builds, keys and services."""

import subprocess

import pytest

from tests.model.effects.bases import ask, fails

TOOLS = "RUN touch /opt/one /opt/two\n"
INSTALL = "update-alternatives --install /usr/local/bin/tool tool"
LATER = f"FROM bookworm\n{TOOLS}RUN {INSTALL} /opt/one 10\n"
MAKE = "apt-get update && apt-get install -y --no-install-recommends make cmake ninja-build"
BUILD = f"FROM bookworm\nRUN {MAKE}\nWORKDIR /src\n"
KEYS = "FROM bookworm\nRUN apt-get update && apt-get install -y openssl openssh-client gpg\n"


@pytest.mark.parametrize(
    ("dockerfile", "answers"),
    [
        (
            f"FROM bookworm\n{TOOLS}RUN {INSTALL} /opt/one 10",
            {
                "link /usr/local/bin/tool": "/etc/alternatives/tool",
                "link /etc/alternatives/tool": "/opt/one",
                "program tool": False,
                "path /opt/one": True,
            },
        ),
        (
            f"FROM bookworm\n{TOOLS}RUN {INSTALL} /opt/one 10 && {INSTALL} /opt/two 5",
            {"link /etc/alternatives/tool": ""},
        ),
        (
            f"{LATER}RUN update-alternatives --set tool /opt/two",
            {"link /etc/alternatives/tool": "/opt/two"},
        ),
        (
            f"{LATER}RUN {INSTALL} /opt/two 1 --slave /usr/local/bin/aid aid /opt/two",
            {"link /etc/alternatives/aid": "/opt/two"},
        ),
        # A file that stands there is left alone.
        (
            f"FROM bookworm\n{TOOLS}RUN touch /usr/local/bin/tool && {INSTALL} /opt/one 10",
            {"link /usr/local/bin/tool": ""},
        ),
        (
            f"{BUILD}RUN make && make test",
            {"program git": False, "path /src/out": None, "path /usr/local/bin/x": False},
        ),
        (
            f"{BUILD}RUN make install",
            {
                "path /usr/local/bin/git": None,
                "program git": None,
                "path /usr/bin/git": "False?",
                "path /usr/bin/thing": None,
                "path /home/x": None,
                "user app": False,
            },
        ),
        (
            f"{BUILD}RUN ./configure --prefix=/usr\nRUN make install",
            {"path /usr/bin/git": None},
        ),
        (
            f"{BUILD}RUN make DESTDIR=/stage install",
            {"path /stage/bin": None, "program git": False, "path /usr/local/bin/x": False},
        ),
        (f"{BUILD}RUN cmake --build . --target install", {"path /usr/local/bin/x": None}),
        (f"{BUILD}RUN cmake -B b && cmake --build b", {"path /usr/local/bin/x": False}),
        (f"{BUILD}RUN ninja -C b install", {"path /usr/local/bin/x": None}),
        (f"{BUILD}RUN make setup", {"program git": None, "user app": None}),
        (f"{BUILD}RUN make $(cat targets)", {"program git": None}),
        (
            f"{KEYS}RUN openssl req -x509 -newkey rsa:2048 -nodes -keyout /k.pem -out /c.pem",
            {"path /k.pem": True, "path /c.pem": True},
        ),
        (f"{KEYS}RUN openssl version", {"path /c.pem": False}),
        (
            f"{KEYS}RUN ssh-keygen -q -N '' -f /opt/key",
            {"path /opt/key": True, "path /opt/key.pub": True, "path /opt/other": False},
        ),
        (f"{KEYS}RUN gpg --dearmor -o /opt/k.gpg k.asc", {"path /opt/k.gpg": True}),
        ("FROM alpine\nRUN apk add ca-certificates && update-ca-certificates",
         {"path /etc/ssl/certs/ca-certificates.crt": True}),
        ("FROM bookworm\nRUN ldconfig", {"path /usr/local/bin/x": False, "program git": False}),
        ("FROM bookworm\nRUN update-rc.d x defaults", {"program git": False, "path /opt/x": False}),
    ],
)  # fmt: skip
def test_contents(dockerfile: str, answers: dict[str, object]) -> None:
    assert {question: ask(dockerfile, question) for question in answers} == answers


ENDINGS = [
    (f"{INSTALL} /opt/one 10", False),
    (f"{INSTALL} /opt/none 10", True),
    ("update-alternatives --install /usr/local/none/tool tool /opt/one 10", True),
]


@pytest.mark.parametrize(("command", "failing"), ENDINGS)
def test_endings(command: str, failing: bool) -> None:
    assert fails(f"FROM bookworm\n{TOOLS}RUN {command}") is failing


@pytest.mark.engine
def test_endings_on_engine(engine: str) -> None:
    image = "debian:bookworm-slim"
    found = subprocess.run([engine, "image", "inspect", image], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"the engine has no {image}")
    script = "touch /opt/one /opt/two\n"
    script += "".join(f"{command} >/dev/null 2>&1; echo $?\n" for command, _ in ENDINGS)
    done = subprocess.run(
        [engine, "run", "--rm", "--network=none", image, "sh", "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [code != "0" for code in done.stdout.split()] == [failing for _, failing in ENDINGS]


@pytest.mark.parametrize(
    ("command", "path", "wanted"),
    [
        ("make -C /src", "/other", False),
        ("make -C /src", "/src/out", None),
        ("make --directory=/src all", "/other", False),
        ("make", "/src/out", None),
        ("make -C src", "/src/out", None),
        ("make -C $WHERE", "/other", None),
    ],
)
def test_make_works_in_the_directory_it_is_given(
    command: str, path: str, wanted: bool | None
) -> None:
    dockerfile = f"FROM bookworm\nRUN mkdir /src\nRUN {MAKE}\nRUN {command}\n"
    assert ask(dockerfile, f"path {path}") is wanted
