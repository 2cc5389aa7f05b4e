"""The file system that a Dockerfile makes, asked path by path; no base image is needed."""

import pytest

from dockwright.facts.contents import Contents, Entry
from dockwright.facts.knowledge import Known, Unknown
from dockwright.model import permissions
from dockwright.model.files import Listing
from tests.support.models import ABSENT, UNKNOWN, build_of, told

# The programs of a shell, so that a RUN from scratch is not known to fail.
SHELL = "FROM scratch\nCOPY bin/sh /bin/sh\n"


def files_of(text: str, listing: Listing | None = None, ignore: str = "") -> Contents:
    stage = build_of(text, listing, ignore).final
    assert stage is not None
    return stage.state.files


SUDO = SHELL + "COPY bin/a /bin/sudo\nCOPY bin/a /bin/mkdir\nWORKDIR /w\n"
UNKNOWN_BASE = "FROM example.org/base:1\nUSER 0\nWORKDIR /w\n"

CASES = [
    # Links into the root directory, sudo, and HOME.
    (SHELL + "COPY bin/ln /bin/ln\nRUN ln -s bin/sh /\n", "/sh", "link 777 0:0 -> bin/sh"),
    (SUDO + "USER 7:8\nRUN sudo mkdir -p /w/a\n", "/w/a", "dir 755 0:0"),
    (SUDO + "USER 7:8\nRUN sudo -u x mkdir -p /w/a\n", "/w/a", "dir 755 *:*"),
    (SUDO + "USER 7:8\nRUN sudo mkdir -m 777 /w/b && mkdir /w/b/a\n", "/w/b/a", "dir 755 7:8"),
    (SUDO + "ENV HOME=/h\nRUN mkdir -p $HOME/a\n", "/h/a", "dir 755 0:0"),
    # A file out of a stage into the root directory, and a directory nobody knows.
    (
        "FROM scratch AS a\nCOPY x.bin /app\nFROM scratch\nCOPY --from=a /app .\n",
        "/app",
        "file * 0:0",
    ),
    ("FROM x AS a\nFROM scratch\nCOPY --from=a /rootfs/ /\n", "/bin/sh", UNKNOWN),
    # After a RUN that certainly fails nothing is known.
    (SHELL + "RUN tool && mkdir /b\n", "/b", UNKNOWN),
    # COPY, ADD, WORKDIR
    ("FROM scratch\nWORKDIR /a/b\n", "/a/b", "dir 755 0:0"),
    ("FROM scratch\nWORKDIR /a/b\n", "/a", "dir 755 0:0"),
    ("FROM scratch\nWORKDIR /a/b\n", "/a/c", ABSENT),
    ("FROM scratch\nUSER 7:8\nWORKDIR /a\n", "/a", "dir 755 7:8"),
    ("FROM scratch\nCOPY main.py /app/\n", "/app/main.py", "file * 0:0"),
    ("FROM scratch\nCOPY main.py /app/\n", "/app", "dir 755 0:0"),
    ("FROM scratch\nCOPY --chown=5:6 --chmod=640 x.py /a/x\n", "/a/x", "file 640 5:6"),
    ("FROM scratch\nCOPY --chown=5 x.py /a/x\n", "/a/x", "file * 5:5"),
    ("FROM scratch\nCOPY . /app\n", "/app/x", UNKNOWN),
    ("FROM scratch\nCOPY . /app\n", "/other", ABSENT),
    ("FROM scratch\nCOPY <<EOF /etc/x.conf\na\nEOF\n", "/etc/x.conf", "file 644 0:0"),
    ("FROM scratch\nADD https://example.org/a.bin /a.bin\n", "/a.bin", "file 600 0:0"),
    ("FROM scratch\nADD rootfs.tar.xz /\n", "/bin/sh", UNKNOWN),
    (
        (
            "FROM scratch AS a\nCOPY --chmod=750 --chown=3 x.py /x/y\n"
            "FROM scratch\nCOPY --from=a /x /z/\n"
        ),
        "/z/y",
        "file 750 3:3",
    ),
    (
        "FROM scratch AS a\nCOPY x.py /x/y\nFROM scratch\nCOPY --from=a /x /z/\n",
        "/z/w",
        ABSENT,
    ),
    # RUN on a base that nobody knows
    (UNKNOWN_BASE + "RUN mkdir /x\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "RUN mkdir -p /x/y\n", "/x/y", "dir * *:*"),
    (UNKNOWN_BASE + "RUN mkdir -m 700 /x && touch /x/f\n", "/x/f", "file 644 0:0"),
    (UNKNOWN_BASE + "RUN mkdir -m 700 /x\n", "/x", "dir 700 0:0"),
    (UNKNOWN_BASE + "RUN mkdir x && cd x && touch y\n", "/w/x/y", "file 644 0:0"),
    (UNKNOWN_BASE + "RUN (mkdir x && cd x) && touch y\n", "/w/y", "file * *:*"),
    (UNKNOWN_BASE + "RUN rm -rf /x\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "RUN rm -rf /x/*\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "RUN rm -rf /x/*\n", "/x/.hidden", UNKNOWN),
    (UNKNOWN_BASE + "RUN rm -rf /x/*\n", "/x", UNKNOWN),
    (UNKNOWN_BASE + "RUN rm -f /x/*.log\n", "/x/a.log", ABSENT),
    (UNKNOWN_BASE + "RUN rm -f /x/*.log\n", "/x/a.txt", UNKNOWN),
    (UNKNOWN_BASE + "RUN mkdir /x && ln -s y /x/z\n", "/x/z", "link 777 0:0 -> y"),
    (UNKNOWN_BASE + "RUN mkdir /x && touch /x/a && chmod 600 /x/a\n", "/x/a", "file 600 0:0"),
    (UNKNOWN_BASE + "RUN mkdir /x && touch /x/a && chmod u+x,g-r /x/a\n", "/x/a", "file 704 0:0"),
    (UNKNOWN_BASE + "RUN mkdir /x && chmod -R g=u /x\n", "/x", "dir 775 0:0"),
    (UNKNOWN_BASE + "RUN mkdir /x && touch /x/a && chown -R 5:6 /x\n", "/x/a", "file 644 5:6"),
    (UNKNOWN_BASE + "RUN mkdir /x && touch /x/a && chown 5 /x/a\n", "/x/a", "file 644 5:0"),
    (UNKNOWN_BASE + "RUN mkdir /x && touch /x/a && mv /x/a /x/b\n", "/x/a", ABSENT),
    (UNKNOWN_BASE + "RUN mkdir /x && touch /x/a && mv /x/a /x/b\n", "/x/b", "file 644 0:0"),
    (UNKNOWN_BASE + "RUN mkdir /x && echo a > /x/a\n", "/x/a", "file 644 0:0"),
    (UNKNOWN_BASE + "RUN umask 077; mkdir /x && echo a > /x/a\n", "/x/a", "file 600 0:0"),
    (UNKNOWN_BASE + "RUN install -d -m 750 -o 4 -g 5 /x\n", "/x", "dir 750 4:5"),
    # How commands are joined
    (UNKNOWN_BASE + "RUN mkdir /x || true\n", "/x/y", UNKNOWN),
    (UNKNOWN_BASE + "RUN mkdir /x || exit 1\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "RUN false && mkdir /x; true\n", "/x", UNKNOWN),
    (UNKNOWN_BASE + "RUN false || mkdir /x\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "RUN true || mkdir /x\n", "/x/y", UNKNOWN),
    (UNKNOWN_BASE + "RUN mkdir /x && if [ -d /x ]; then touch /x/y; fi\n", "/x/y", "file 644 0:0"),
    (UNKNOWN_BASE + "RUN mkdir /x && if [ -f /x/q ]; then touch /x/y; fi\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + 'RUN mkdir /x && if [ -n "$Q" ]; then touch /x/y; fi\n', "/x/y", UNKNOWN),
    (UNKNOWN_BASE + "RUN mkdir /x; for i in a b; do touch /x/$i; done\n", "/x/b", "file 644 0:0"),
    (UNKNOWN_BASE + "RUN mkdir /x; for i in a b; do touch /x/$i; done\n", "/x/c", ABSENT),
    (UNKNOWN_BASE + "RUN mkdir /x; for i in $L; do touch /x/$i; done\n", "/x/c", UNKNOWN),
    (UNKNOWN_BASE + "RUN mk() { mkdir /x; }; mk\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "RUN mkdir /x; while read a; do touch /x/b; done\n", "/x/b", UNKNOWN),
    (UNKNOWN_BASE + "RUN sh -c 'mkdir /x && cd /x'; touch y\n", "/w/y", "file * *:*"),
    (UNKNOWN_BASE + "RUN sh -c 'mkdir /x'\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "ARG D=/x\nRUN mkdir $D\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "ENV D=/x\nRUN mkdir ${D}/y\n", "/x/y/z", ABSENT),
    # What is not understood touches what it can touch
    (UNKNOWN_BASE + "RUN mkdir /x\nRUN ./setup.sh\n", "/x/y", UNKNOWN),
    (UNKNOWN_BASE + "RUN mkdir /x\nRUN npm run build\n", "/x/y", ABSENT),
    (UNKNOWN_BASE + "RUN mkdir /w/x\nRUN npm run build\n", "/w/x/y", UNKNOWN),
    (UNKNOWN_BASE + "RUN mkdir /x\nRUN curl -s https://example.org | sh\n", "/x/y", UNKNOWN),
    # Mounts leave nothing
    (UNKNOWN_BASE + "RUN mkdir /x\nRUN --mount=type=tmpfs,target=/x touch /x/y\n", "/x/y", ABSENT),
]


@pytest.mark.parametrize(("text", "path", "wanted"), CASES)
def test_path(text: str, path: str, wanted: str) -> None:
    assert told(files_of(text).find(path)) == wanted


CONTEXT = Listing(
    {"main.py": 0o644, "run.sh": 0o755, "src/a.py": 0o600, "src/b.txt": 0o644, ".env": 0o600},
    heads={"run.sh": "#!/bin/sh"},
)
IN_CONTEXT = [
    ("COPY . /app\n", "", "/app/run.sh", "file 755 0:0"),
    ("COPY . /app\n", "", "/app/src/a.py", "file 600 0:0"),
    ("COPY . /app\n", "", "/app/nothing", ABSENT),
    ("COPY . /app\n", ".env", "/app/.env", ABSENT),
    ("COPY src /app\n", "", "/app/a.py", "file 600 0:0"),
    ("COPY src/*.py /app/\n", "", "/app/a.py", "file 600 0:0"),
    ("COPY src/*.py /app/\n", "", "/app/b.txt", ABSENT),
    ("COPY run.sh /start\n", "", "/start", "file 755 0:0"),
    ("WORKDIR /w\nCOPY run.sh .\n", "", "/w/run.sh", "file 755 0:0"),
    ("COPY --chmod=u=rwX,go= src /app\n", "", "/app/a.py", "file 600 0:0"),
    ("WORKDIR /w\nCOPY main.py run.sh ./\n", "", "/w/main.py", "file 644 0:0"),
    ("COPY --exclude=*.py . /a\n", "", "/a/main.py", ABSENT),
    ("COPY --exclude=*.py . /a\n", "", "/a/run.sh", "file 755 0:0"),
    ("COPY --exclude=*.py . /a\n", "", "/a/src/a.py", "file 600 0:0"),
    ("COPY --exclude=src . /a\n", "", "/a/src/a.py", ABSENT),
    ("COPY --exclude=src/*.txt . /a\n", "", "/a/src/b.txt", ABSENT),
    ("COPY --exclude=**/*.py src /a\n", "", "/a/a.py", ABSENT),
    ("COPY --exclude=**/*.py src /a\n", "", "/a/b.txt", "file 644 0:0"),
    ("COPY --exclude=*.py src /a\n", "", "/a/a.py", UNKNOWN),
    ("COPY --exclude=* --exclude=!src . /a\n", "", "/a/run.sh", UNKNOWN),
    ("ARG X\nCOPY --exclude=$X . /a\n", "", "/a/src", UNKNOWN),
]


@pytest.mark.parametrize(("text", "ignore", "path", "wanted"), IN_CONTEXT)
def test_context(text: str, ignore: str, path: str, wanted: str) -> None:
    assert told(files_of(f"FROM scratch\n{text}", CONTEXT, ignore).find(path)) == wanted


OPERATORS = [
    # Both bind alike, to the left; a redirection does not part what it stands in.
    ("true || touch /b && touch /c", "/c", "file 644 0:0"),
    ("true || touch /b && touch /c", "/b", ABSENT),
    ("false || touch /b && touch /c", "/c", "file 644 0:0"),
    ("true && touch /a || touch /b && touch /c", "/c", "file 644 0:0"),
    ("true && touch /a || touch /b && touch /c", "/b", ABSENT),
    ("false && touch /a || touch /b && touch /c || touch /d", "/d", ABSENT),
    ("mkdir /d && echo x > /f && touch /d/g", "/d", "dir 755 0:0"),
    ("mkdir /d && echo x > /f && touch /d/g", "/f", "file 644 0:0"),
    ("mkdir /d && echo x > /f || touch /g", "/g", ABSENT),
    ("false && echo x > /f || touch /g", "/g", "file 644 0:0"),
]


@pytest.mark.parametrize(("script", "path", "wanted"), OPERATORS)
def test_operators(script: str, path: str, wanted: str) -> None:
    text = "FROM scratch\nCOPY bin/sh bin/true bin/false bin/touch bin/mkdir /bin/\n"
    assert told(files_of(f"{text}RUN {script}\n").find(path)) == wanted


READ_BY = [
    ("RUN <<EOF bash\ntouch /a\nEOF\n", "/a", "file 644 0:0"),
    ("RUN <<'EOF' bash\nA=/a; touch $A /a{1,2}\nEOF\n", "/a2", "file 644 0:0"),
    ("RUN <<EOF bash\ntouch $A\nEOF\n", "/a", UNKNOWN),
    ("RUN <<EOF sh\nfalse\ntouch /a\nEOF\n", "/a", "file 644 0:0"),
    ("RUN <<EOF sh -eu\nfalse || exit 0\ntouch /a\nEOF\n", "/a", ABSENT),
    ("RUN <<EOF sh -s x\ntouch /a\nEOF\n", "/a", UNKNOWN),
    ("RUN <<EOF python3\ntouch /a\nEOF\n", "/a", UNKNOWN),
]


@pytest.mark.parametrize(("text", "path", "wanted"), READ_BY)
def test_heredoc_for_a_shell(text: str, path: str, wanted: str) -> None:
    base = "FROM scratch\nCOPY bin/sh bin/bash bin/false bin/touch bin/python3 /bin/\n"
    assert told(files_of(base + text).find(path)) == wanted


PIPED = [
    ("echo /a /b | xargs touch", "/b", "file 644 0:0"),
    ("echo /a | xargs mkdir -p", "/a", "dir 755 0:0"),
    ("echo /a | xargs touch", "/c", ABSENT),
    ("echo /a | xargs -n 1 touch", "/c", UNKNOWN),
    ("echo '\"/a b\"' | xargs touch", "/c", UNKNOWN),
    ("cat /f | xargs touch", "/c", UNKNOWN),
    ("echo /a | cat | xargs touch", "/c", UNKNOWN),
    ("echo /a; xargs touch", "/c", UNKNOWN),
    # Nobody makes one of the system's tools with `touch`.
    ("cat /f | xargs touch", "/usr/bin/curl", ABSENT),
]


@pytest.mark.parametrize(("script", "path", "wanted"), PIPED)
def test_xargs(script: str, path: str, wanted: str) -> None:
    text = "FROM scratch\nCOPY bin/sh bin/cat bin/touch bin/mkdir bin/xargs /bin/\n"
    assert told(files_of(f"{text}RUN {script}\n").find(path)) == wanted


def test_links_are_followed() -> None:
    files = files_of(
        UNKNOWN_BASE + "RUN mkdir -p /real && touch /real/f && chmod 600 /real/f\n"
        "RUN rm -rf /l && ln -s /real /l && rm -rf /loop && ln -s /loop /loop\n"
    )
    assert told(files.find("/l/f")) == "file 600 *:*"
    assert told(files.stat("/l")) == "dir * *:*"
    assert told(files.stat("/loop/x")) == UNKNOWN


def test_accounts() -> None:
    files = files_of(
        UNKNOWN_BASE + "RUN groupadd -g 30 g && useradd -u 31 -g g -d /h -s /bin/false u\n"
        "RUN userdel old\n"
    )
    found = files.account("user", "u")
    assert isinstance(found, Known)
    account = found.value
    assert (account.number, account.gid, account.home, account.shell) == (
        31,
        30,
        "/h",
        "/bin/false",
    )
    assert files.account("user", "old") == Known(None, files.account("user", "old").reason)
    assert isinstance(files.account("user", "other"), Unknown)
    assert isinstance(files_of("FROM scratch\n").account("user", "x"), Known)


def test_an_argument_with_a_default_is_not_firm() -> None:
    found = files_of("ARG B=scratch\nFROM ${B} AS a\nFROM a\n").find("/x")
    assert isinstance(found, Known)
    assert not found.firm


def test_points_say_what_surely_runs() -> None:
    build = build_of(UNKNOWN_BASE + "RUN a && b || c; d\n")
    step = build.stages[0].steps[-1]
    told_of = {
        step.commands[index].name: (point.certain, point.fatal)
        for index, point in enumerate(step.points.values())
    }
    assert told_of == {
        "a": (True, False),
        "b": (False, False),
        "c": (False, False),
        "d": (True, True),
    }


def test_a_thousand_effects_are_followed_or_unknown() -> None:
    lines = "".join(f"RUN touch /x/f{number}\n" for number in range(1500))
    files = files_of(UNKNOWN_BASE + "RUN mkdir /x\n" + lines)
    assert told(files.find("/x/f7")) == "file 644 0:0"
    assert told(files.find("/x")) == "dir 755 0:0"


@pytest.mark.parametrize(
    ("text", "kind", "before", "after"),
    [
        ("755", "file", None, 0o755),
        ("755", "dir", 0o2700, 0o2755),
        ("u=rw,go=r", "file", 0o777, 0o644),
        ("a+x", "file", 0o644, 0o755),
        ("+X", "file", 0o644, 0o644),
        ("+X", "dir", 0o644, 0o755),
        ("g=u", "file", 0o750, 0o770),
        ("u+s", "file", 0o755, 0o4755),
        ("+t", "dir", 0o777, 0o1777),
        ("go-rwx", "file", None, None),
        ("a=rx", "file", None, 0o555),
        ("nonsense", "file", 0o644, None),
    ],
)
def test_chmod(text: str, kind: str, before: int | None, after: int | None) -> None:
    assert permissions.change(text)(Entry(kind, before)) == after


@pytest.mark.parametrize(
    ("mode", "owner", "uid", "bit", "wanted"),
    [
        (0o700, 0, 1000, 1, False),
        (0o700, 1000, 1000, 1, True),
        (0o755, 0, 1000, 1, True),
        (0o644, 0, 0, 1, False),
        (0o600, 0, 0, 4, True),
        (None, 0, 1000, 4, None),
        (0o640, 0, None, 4, None),
        (0o604, 0, 1000, 4, True),
    ],
)
def test_allowed(
    mode: int | None, owner: int, uid: int | None, bit: int, wanted: bool | None
) -> None:
    entry = Entry("file", mode, owner, 0)
    assert permissions.allowed(entry, uid, frozenset((1000,)), bit) is wanted
