"""apt: how it ends, what is there afterwards, and the same on an engine."""

import subprocess
import uuid
from collections.abc import Iterator

import pytest

from dockwright.facts.knowledge import Known
from tests.model.effects.bases import ask, build, fails
from tests.support.models import told

GET = "apt-get update && apt-get install -y --no-install-recommends"
LATER = "FROM bookworm\nRUN apt-get update\n"
PURGE = "apt-get purge -y --auto-remove"
CURL = f"FROM bookworm\nRUN {GET} curl"
KEY = "echo deb https://example.com stable main > /etc/apt/sources.list.d/example.list"


@pytest.mark.parametrize(
    ("dockerfile", "answers"),
    [
        (
            CURL,
            {
                "program curl": True,
                "program git": False,
                "program update-ca-certificates": False,
                "program bash": True,
                "path /bin/curl": True,
                "path /usr/local/bin/curl": False,
                "path /opt/tool": False,
                "path /usr/share/anything": None,
                "apt curl": True,
                "apt libcurl4": True,
                "apt git": False,
                "user app": False,
            },
        ),
        # Recommended packages may come.
        (
            "FROM bookworm\nRUN apt-get update && apt-get install -y curl",
            {"program curl": True, "program openssl": "True?", "program git": False},
        ),
        (
            f"{LATER}RUN apt-get install -yqq -o APT::Install-Recommends=0 curl",
            {"program openssl": False},
        ),
        (
            f"{LATER}RUN echo x > /etc/apt/apt.conf.d/99x\nRUN apt-get -y install curl",
            {"program curl": True, "program openssl": None},
        ),
        # Users that packages make.
        (f"FROM bookworm\nRUN {GET} openssh-server", {"user app": None, "user root": True}),
        # A name that is not known may be anything.
        (
            f"FROM bookworm\nARG MORE\nRUN {GET} curl $(cat list)",
            {"program curl": True, "program git": None, "apt git": None, "user app": None},
        ),
        (f"FROM bookworm\nARG V\nRUN {GET} curl=$V", {"program curl": True, "program git": False}),
        # A source of Node.js, and one that hardly was for both releases at once.
        (
            ("FROM bookworm\nCOPY x /usr/bin/curl\nRUN apt-get update\n"
            "RUN curl -sL https://deb.nodesource.com/setup_20.x | bash -\n"
            "RUN apt-get install -y nodejs"),
            {"program node": "True?", "program npm": None, "program git": None},
        ),
        (
            ("FROM bookworm\nCOPY x /usr/bin/curl\nRUN apt-get update\n"
            "RUN curl -sL https://deb.nodesource.com/setup_6.x | bash -\n"
            "RUN apt-get install -y --no-install-recommends nodejs"),
            {"program node": "True?", "program npm": "False?", "program git": "False?"},
        ),
        (
            "FROM bookworm\nCOPY x /usr/bin/curl\nRUN curl https://sh.rustup.rs | sh -s -- -y",
            {"path /root/.cargo/bin/cargo": None, "program git": False, "user app": False},
        ),
        # Other sources: what comes from there nobody knows.
        (
            f"FROM bookworm\nRUN {KEY}\nRUN {GET} nodejs",
            {"program node": "True?", "program npm": None},
        ),
        (f"FROM bookworm\nCOPY x.list /etc/apt/sources.list.d/\nRUN {GET} tool",
         {"program git": None}),
        (f"FROM bookworm\nRUN curl x | sh -\nRUN {GET} tool", {"program git": None}),
        # Ubuntu: what packages of the same name do in Debian.
        (
            f"FROM ubuntu\nRUN {GET} g++ python-pip",
            {"program g++": "True?", "program pip3": "False?", "program pip": None},
        ),
        (
            f"FROM ubuntu\nRUN {GET} curl",
            {"program curl": "True?", "program git": "False?", "user app": None},
        ),
        (f"FROM ubuntu\nRUN {GET} tool-of-nobody", {"program git": None, "program bash": True}),
        # Removal.
        (
            f"FROM bookworm\nRUN {GET} gcc curl && apt-get purge -y gcc",
            {"program gcc": False, "program curl": True, "program ld": True, "apt gcc": False},
        ),
        (
            f"FROM bookworm\nRUN {GET} gcc curl && apt-get purge -y --auto-remove gcc",
            {"program gcc": False, "program curl": True, "program ld": None, "program tar": True},
        ),
        (
            f"FROM bookworm\nRUN {GET} gcc curl && apt-mark auto '.*' && {PURGE} gcc",
            {"program curl": None, "program bash": True, "program apt-get": True},
        ),
        # What needs a removed package goes with it.
        (
            f"FROM bookworm\nRUN {GET} gcc && apt-get remove -y binutils",
            {"program gcc": None, "program ld": False},
        ),
        (f"FROM bookworm\nRUN {GET} curl gcc && apt-get install -y gcc-", {"program gcc": False}),
        ("FROM bookworm\nRUN dpkg -i /x.deb", {"program git": None, "user app": None}),
        ("FROM bookworm\nRUN dpkg --print-architecture", {"program git": False}),
        ("FROM bookworm\nRUN apt-get update && apt-get upgrade -y", {"program git": "False?"}),
        ("FROM bookworm\nRUN apt-get build-dep -y bash", {"program git": None}),
        ("FROM bookworm\nRUN apt-get install -s -y curl", {"program curl": False}),
        # A package's program stays where an earlier file stood.
        (f"FROM bookworm\nRUN ln -s /opt/x /usr/bin/tool\nRUN {GET} curl", {"program curl": True}),
    ],
)  # fmt: skip
def test_contents(dockerfile: str, answers: dict[str, object]) -> None:
    assert {question: ask(dockerfile, question) for question in answers} == answers


NODOC = "RUN echo path-exclude=/usr/share/doc/* > /etc/dpkg/dpkg.cfg.d/01_nodoc\n"
BESIDE = [
    # What apt and dpkg write themselves, when something is installed at all.
    (CURL, "/var/log/apt/history.log", "file 644 0:0"),
    (CURL, "/var/log/apt/term.log", "file 640 0:4"),
    (CURL, "/var/log/dpkg.log", "file 644 0:0"),
    (f"FROM bookworm\nRUN {GET} bash", "/var/log/dpkg.log", "?"),
    ("FROM bookworm\nRUN apt-get install -y curl || true", "/var/log/dpkg.log", "?"),
    (f"{CURL} jq && apt-get purge -y jq", "/var/log/dpkg.log", "file 644 0:0"),
    # Documentation and records of what surely comes.
    (CURL, "/usr/share/doc/curl", "dir 755 0:0"),
    (CURL, "/usr/share/doc/curl/copyright", "file 644 0:0?"),
    (CURL, "/usr/share/doc/curl/README", "?"),
    (CURL, "/usr/share/doc/libcurl4", "dir 755 0:0"),
    (CURL, "/usr/share/doc/git", "?"),
    (CURL, "/usr/share/doc/bash", "?"),
    (f"FROM bookworm\nRUN {GET} gcc", "/usr/share/doc/gcc", "link 777 0:0"),
    (f"FROM bookworm\n{NODOC}RUN {GET} curl", "/usr/share/doc/curl", "?"),
    (f"FROM bookworm\nRUN {KEY}\nRUN {GET} curl", "/usr/share/doc/curl", "dir 755 0:0?"),
    (CURL, "/var/lib/dpkg/info/curl.list", "file 644 0:0"),
    (CURL, "/var/lib/dpkg/info/curl.md5sums", "file 644 0:0?"),
    (CURL, "/var/lib/dpkg/info/libcurl4:amd64.list", "file 644 0:0?"),
    (CURL, "/var/lib/dpkg/info/libcurl4.list", "?"),
    (CURL, "/var/lib/dpkg/info/curl.postinst", "?"),
    ("FROM bookworm\nRUN apt-get update && apt-get install -y curl", "/usr/share/doc/openssl",
     "dir 755 0:0?"),
    # What their scripts make.
    (f"FROM bookworm\nRUN {GET} ca-certificates", "/etc/ssl/certs/ca-certificates.crt",
     "file 644 0:0"),
    (CURL, "/etc/ssl/certs/ca-certificates.crt", "?"),
    # Directories that they have files in.
    (f"FROM bookworm\nRUN {GET} gcc", "/usr/lib/gcc/x86_64-linux-gnu/12", "dir 755 0:0"),
    (f"FROM bookworm\nRUN {GET} gcc", "/lib/gcc", "dir 755 0:0"),
    (f"FROM bookworm\nRUN {GET} gcc", "/usr/lib/gcc/x86_64-linux-gnu/13", "?"),
    (f"FROM bookworm\nRUN {GET} nginx-light", "/etc/nginx/sites-available", "dir * *:*"),
    (f"FROM ubuntu\nRUN {GET} gcc", "/usr/lib/gcc", "?"),
    # Slim images leave these out.
    (f"FROM bookworm\nRUN {GET} groff-base", "/usr/share/groff/1.22.4", "?"),
]  # fmt: skip


@pytest.mark.parametrize(("dockerfile", "path", "wanted"), BESIDE)
def test_beside_the_programs(dockerfile: str, path: str, wanted: str) -> None:
    made = build(dockerfile).final
    assert made is not None
    found = made.state.files.find(path)
    assert told(found) + ("?" if isinstance(found, Known) and not found.firm else "") == wanted


# What a command needs, and how it ends: each was seen on an engine (`test_endings_on_engine`).
LISTS = "apt-get update"
ENDINGS = [
    ("", "apt-get install -y curl", True),
    ("", "apt-get install -y bash", False),
    (LISTS, "apt-get install -y curl", False),
    (LISTS, "apt-get install curl", True),
    (LISTS, "apt install curl", True),
    (LISTS, "apt-get install tree", False),
    (LISTS, "apt-get -qq install curl", False),
    (LISTS, "yes | apt-get install curl", False),
    (LISTS, "apt-get install -y no-such-thing-at-all", True),
    (LISTS, "apt-get install -y awk", True),
    (LISTS, "apt-get install -y patch", False),
    (LISTS, "apt-get install -y curl:amd64", False),
    (f"{LISTS} && rm -rf /var/lib/apt/lists/*", "apt-get install -y curl", True),
]
USERS = ["update", "install -y bash", "upgrade -y", "purge -y bash", "clean", "autoremove -y"]


@pytest.mark.parametrize(("first", "command", "failing"), ENDINGS)
@pytest.mark.parametrize("base", ["bookworm", "trixie"])
def test_endings(base: str, first: str, command: str, failing: bool) -> None:
    prefix = f"RUN {first}\n" if first else ""
    assert fails(f"FROM {base}\n{prefix}RUN {command}") is failing


@pytest.mark.parametrize(
    ("dockerfile", "failing"),
    [
        *((f"FROM bookworm\nUSER nobody\nRUN apt-get {one}", True) for one in USERS),
        ("FROM bookworm\nUSER nobody\nRUN apt-get install -s bash", False),
        ("FROM bookworm\nUSER nobody\nRUN apt-cache search bash", False),
        (f"FROM bookworm\nRUN {KEY}\nRUN apt-get update && apt-get install -y no-such", False),
        ("FROM ubuntu\nRUN apt-get update\nRUN apt-get install -y no-such-thing", False),
        (
            "FROM bookworm\nRUN --mount=type=cache,target=/var/lib/apt apt-get install -y tree",
            False,
        ),
        ("FROM trixie\nRUN apt-get install --update -y curl", False),
        # A regular expression to apt-get, which finds something.
        (f"FROM bookworm\nRUN {LISTS}\nRUN apt-get install -y python3.6", False),
        (f"FROM bookworm\nRUN {LISTS}\nARG X=no-such-thing\nRUN apt-get install -y $X", False),
    ],
)
def test_more_endings(dockerfile: str, failing: bool) -> None:
    assert fails(dockerfile) is failing


INSTALLS = [
    ("bookworm", "curl"),
    ("bookworm", "git"),
    ("bookworm", "make binutils"),
    ("bookworm", "postgresql-client"),
    ("bookworm", "netcat-openbsd iputils-ping sudo"),
    ("bookworm", "python3 procps"),
    ("trixie", "curl ca-certificates"),
    ("trixie", "wget unzip jq"),
    ("trixie", "openssh-client rsync"),
    ("trixie", "cron tini gosu"),
    ("trixie", "vim-tiny tmux less"),
    ("trixie", "nginx-light"),
]
ABSENT = {"curl", "git", "gcc", "make", "wget", "nc", "ping", "psql", "vim", "jq", "ssh", "ps"}


def _docker(engine: str, base: str, script: str, volume: str) -> str:
    """What a script prints in a container that has `volume`, if not "", for apt's lists."""
    image = f"debian:{base}-slim"
    command = [engine, "run", "--rm", "--network=host"]
    if volume:
        command += ["-v", f"{volume}:/var/lib/apt/lists"]
    done = subprocess.run(
        [*command, image, "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout


@pytest.fixture(scope="module")
def lists(engine: str) -> Iterator[dict[str, str]]:
    """For each suite a volume with the lists that `apt-get update` fetches."""
    volumes = {
        base: f"dw-test-apt-{base}-{uuid.uuid4().hex[:8]}" for base in ("bookworm", "trixie")
    }
    try:
        for base, volume in volumes.items():
            image = [engine, "image", "inspect", f"debian:{base}-slim"]
            if subprocess.run(image, capture_output=True, check=False).returncode:
                pytest.skip(f"the engine has no debian:{base}-slim")
            said = _docker(engine, base, "apt-get update 2>&1 && echo fetched", volume)
            if not said.endswith("fetched\n") or "Failed" in said:
                pytest.skip("containers do not reach the Debian archive")
        yield volumes
    finally:
        for volume in volumes.values():
            subprocess.run([engine, "volume", "rm", volume], capture_output=True, check=False)


@pytest.mark.engine
@pytest.mark.parametrize(("base", "names"), INSTALLS)
def test_programs_on_engine(base: str, names: str, engine: str, lists: dict[str, str]) -> None:
    """Every program that came is known, but for a few; none is missed, none made up."""
    show = "ls -1 /usr/bin /usr/sbin"
    install = f"apt-get install -y --no-install-recommends {names} >/dev/null 2>&1"
    shown = _docker(engine, base, f"{show}; echo ==; {install} && {show}", lists[base])
    before, _, after = (set(part.split()) for part in shown.partition("==\n"))
    assert len(after) > len(before)
    made = build(f"FROM {base}\nRUN {GET} {names}").final
    assert made is not None

    def answer(program: str) -> object:
        found = made.state.program(program)
        return found.value is not None if isinstance(found, Known) else None

    came = {one: answer(one) for one in after - before}
    assert [one for one, there in came.items() if there is False] == []
    assert list(came.values()).count(True) > 0.9 * len(came)
    absent = {one: answer(one) for one in ABSENT - after}
    assert [one for one, there in absent.items() if there] == []
    assert list(absent.values()).count(False) > 3


@pytest.mark.engine
@pytest.mark.parametrize(("first", "command", "failing"), ENDINGS)
def test_endings_on_engine(
    first: str, command: str, failing: bool, engine: str, lists: dict[str, str]
) -> None:
    # Half of the commands on either suite.
    base = ("bookworm", "trixie")[ENDINGS.index((first, command, failing)) % 2]
    away = "" if first == LISTS else "rm -rf /var/lib/apt/lists/*; "
    volume = lists[base] if first == LISTS else ""
    script = f"{away}{{ {command}; }} </dev/null >/dev/null 2>&1; echo $?"
    assert (_docker(engine, base, script, volume) != "0\n") is failing
