"""What real builds showed: a small Debian, and what Dockerfiles make of it."""

import pytest

from dockwright.facts import image
from dockwright.facts.contents import Account, Contents, Entry, Ground
from dockwright.facts.image import ImageFacts
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import FactSource
from dockwright.model.files import Listing
from dockwright.model.stages import Build
from tests.support import models

REASON = Reason("the test's image")
PATH = "/usr/sbin:/usr/bin"
TOOLS = (
    *("sh", "bash", "dash", "mkdir", "touch", "cp", "mv", "rm", "ln", "chmod", "chown", "chgrp"),
    *("sed", "find", "xargs", "cat", "useradd", "usermod", "userdel", "groupadd", "groupmod"),
    *("adduser", "addgroup", "gpasswd", "grep", "seq", "install", "apt-get", "true", "false"),
)
DEBIAN = {
    "/": Entry("dir", 0o755, 0, 0),
    **{
        path: Entry("dir", 0o755, 0, 0)
        for path in ("/usr", "/usr/bin", "/usr/sbin", "/etc", "/etc/skel", "/home", "/opt", "/root")
    },
    "/tmp": Entry("dir", 0o1777, 0, 0),
    "/bin": Entry("link", 0o777, 0, 0, "usr/bin"),
    "/etc/passwd": Entry("file", 0o644, 0, 0),
    "/etc/shadow": Entry("file", 0o640, 0, 42),
    "/etc/group": Entry("file", 0o644, 0, 0),
    "/etc/gshadow": Entry("file", 0o640, 0, 42),
    "/etc/subuid": Entry("file", 0o644, 0, 0),
    "/etc/subgid": Entry("file", 0o644, 0, 0),
    "/etc/skel/.bashrc": Entry("file", 0o644, 0, 0),
    **{f"/usr/bin/{name}": Entry("file", 0o755, 0, 0) for name in TOOLS},
    "/usr/bin/sh": Entry("link", 0o777, 0, 0, "dash"),
}
USERS = {
    "root": Account("root", 0, 0, "/root", "/bin/bash"),
    "www-data": Account("www-data", 33, 33, "/var/www", "/usr/sbin/nologin"),
    "nobody": Account("nobody", 65534, 65534, "/nonexistent", "/usr/sbin/nologin"),
}
GROUPS = {
    name: Account(name, number, members=frozenset())
    for name, number in (("root", 0), ("www-data", 33), ("staff", 50), ("users", 100))
}


class Small(Ground):
    __slots__ = ()

    def find(self, path: str) -> Known:
        return Known(DEBIAN.get(path), self.reason)

    def account(self, kind: str, name: str) -> Known:
        return Known((USERS if kind == "user" else GROUPS).get(name), self.reason)

    def links(self) -> list[str]:
        return [path for path, entry in DEBIAN.items() if entry.kind == "link"]

    def accounts(self, kind: str) -> list[str]:
        return list(USERS if kind == "user" else GROUPS)


class Images(FactSource):
    __slots__ = ()

    def image(self, reference: str) -> ImageFacts | None:
        if not reference.startswith("debian:"):
            return None
        found = image.empty(reference, REASON)
        found.env = {"PATH": Known(PATH, REASON)}
        suite = reference.partition(":")[2]
        found.contents = Contents(Small(REASON), distribution="debian", suite=suite)
        return found


class Linked(Listing):
    """A context with links: `links` maps their paths to their targets."""

    def __init__(self, files: dict[str, int | None], links: dict[str, str]) -> None:
        super().__init__(files)
        self.links = links

    def kind(self, path: str) -> str | None:
        return "link" if path in self.links else super().kind(path)

    def target(self, path: str) -> str | None:
        return self.links.get(path)


CONTEXT = Linked(
    {"a": 0o600, "b": 0o644, "d/f": 0o640, "d/sub/g": 0o644, "out/x": 0o644, "run.sh": 0o644},
    {"to-file": "d/f", "to-dir": "d"},
)
BASE = "FROM debian:bookworm\n"


def build_of(text: str) -> Build:
    return models.build_of(text, CONTEXT, "out\n", facts=Images())


def told(build: Build, path: str) -> str:
    """What stands at `path` in the end."""
    assert build.final is not None
    return models.told(build.final.state.files.find(path))


PATHS = [
    # COPY: the directories on the way, the owner, what is there already
    ("COPY --chmod=640 --chown=33:34 a /new/deep/f", "/new", "dir 640 33:34"),
    ("COPY --chmod=u+x a /new/f", "/new", "dir 755 0:0"),
    ("RUN mkdir -m 700 /d && chown 5:5 /d\nCOPY --chown=7 d /d", "/d", "dir 700 5:5"),
    ("RUN mkdir -m 700 /d && chown 5:5 /d\nCOPY --chown=7 d /d", "/d/f", "file 640 7:7"),
    ("COPY d /d", "/d", "dir 755 0:0"),
    ("COPY a b /into", "/into", "file 644 0:0"),
    ("COPY a b /into", "/into/a", "-"),
    ("COPY to-file /direct", "/direct", "file 640 0:0"),
    ("COPY to-dir /dir/", "/dir/sub/g", "file 644 0:0"),
    ("COPY . /all", "/all/to-file", "link 777 0:0 -> d/f"),
    ("COPY d/s*/g /x/", "/x/g", "file 644 0:0"),
    ("COPY no*thing /x/", "/x", "-"),
    ("COPY --chown=www-data:ghosts a /x/", "/x/a", "file 600 33:33"),
    ("COPY --chown=ghost:staff a /x/", "/x/a", "file 600 0:50"),
    ("COPY --exclude=*.md d /x", "/x/f", "file 640 0:0"),
    ("COPY --exclude=g d /x", "/x/sub/g", "?"),
    ("USER 99\nWORKDIR /w", "/w", "dir 755 99:99"),
    ("USER 99\nRUN touch /tmp/x", "/tmp/x", "file 644 99:0"),
    # RUN
    ("RUN touch -c /x", "/x", "-"),
    ("RUN touch /x && ln -s x /y && chown -h 6 /y", "/y", "link 777 6:0 -> x"),
    ("RUN touch /x && ln -s x /y && chown -h 6 /y", "/x", "file 644 0:0"),
    ("RUN touch /x && chmod u+s /x && chown 5 /x", "/x", "file 644 5:0"),
    ("RUN touch /x /y && chmod 600 /x && chmod --reference=/x /y", "/y", "file 600 0:0"),
    ("RUN touch /x && chown 5:6 /x && cp --preserve=mode /x /y", "/y", "file 644 0:0"),
    ("RUN touch /x && chown 5:6 /x && cp -t /opt /x", "/opt/x", "file 644 0:0"),
    ("RUN mkdir /x && touch /x/a /x/.b && mkdir /y && cp /x/* /y", "/y/a", "file 644 0:0"),
    ("RUN mkdir /x && touch /x/a /x/.b && mkdir /y && cp /x/* /y", "/y/.b", "-"),
    ("RUN mkdir /x && mv /x /y/", "/y", "dir 755 0:0"),
    ("RUN touch /x && chmod 640 /x && sed -i.bak s/a/b/ /x", "/x.bak", "file 640 0:0"),
    ("RUN mkdir /x && touch /x/a.c /x/b && find /x -name '*.c' -delete", "/x/a.c", "-"),
    ("RUN mkdir /x && touch /x/a.c /x/b && find /x -name '*.c' -delete", "/x/b", "file 644 0:0"),
    ("RUN mkdir /x && touch /x/a && find /x -exec chmod 600 {} +", "/x/a", "file * 0:0"),
    ("RUN echo /x | xargs touch", "/x", "file 644 0:0"),
    ("RUN cat list | xargs touch", "/x", "?"),
    ("RUN true", "/proc", "dir 755 0:0"),
    ("RUN true", "/proc/self", "?"),
    # Shell
    ("RUN mkdir /{a,b}", "/a", "-"),
    ("RUN mkdir /{a,b}", "/{a,b}", "dir 755 0:0"),
    ('SHELL ["/bin/bash", "-c"]\nRUN mkdir /{a,b}', "/a", "dir 755 0:0"),
    ('SHELL ["/bin/bash", "-c"]\nRUN touch /f{1..3}', "/f2", "file 644 0:0"),
    ("ENV K=b\nRUN if [ $K = a ]; then touch /a; elif [ $K = b ]; then touch /b; else touch /c; fi",
     "/c", "-"),
    ("ENV K=b\nRUN if [ $K = a ]; then touch /a; elif [ $K = b ]; then touch /b; else touch /c; fi",
     "/b", "file 644 0:0"),
    ("RUN trap 'touch /t' EXIT; touch /f", "/t", "file 644 0:0"),
    ("RUN exec touch /g; touch /h", "/h", "-"),
    ("RUN cd /tmp | true; touch here", "/here", "file 644 0:0"),
    ("RUN false || touch /x", "/x", "file 644 0:0"),
    ("RUN cd /nowhere || touch /x", "/x", "file 644 0:0"),
    ("RUN echo y | while read line; do touch /f-$line; done", "/f-y", "?"),
    ("RUN i=0; while [ $i -lt 2 ]; do touch /w$i; i=$((i+1)); done", "/w1", "?"),
    ("RUN for n in $(seq 1 3); do touch /n$n; done", "/n3", "file 644 0:0"),
    ("RUN for n in a b; do [ $n = b ] && break; touch /n$n; done", "/nb", "-"),
    ("RUN f() { mkdir /fn-$1; }; f one", "/fn-one", "dir 755 0:0"),
    ("RUN N=$(echo c) && mkdir /$N ${U:-/default} /a$((1+1))", "/default", "dir 755 0:0"),
    ("RUN N=$(echo c) && mkdir /$N ${U:-/default} /a$((1+1))", "/c", "dir 755 0:0"),
    ("RUN N=$(echo c) && mkdir /$N ${U:-/default} /a$((1+1))", "/a2", "dir 755 0:0"),
    ("ENV D=/x/y\nRUN mkdir /s${D##*/}", "/sy", "dir 755 0:0"),
    ("RUN eval mkdir /e", "/e", "dir 755 0:0"),
    ('ENV V=1.2\nRUN case "$V" in 1.*) touch /one ;; *) touch /other ;; esac', "/other", "-"),
    ("RUN . /opt/env.sh; rm -rf $TARGET/usr", "/usr/bin/sh", "?"),
    ('RUN [ -n "$(cat /x)" ] && exit 0; touch /y', "/y", "?"),
    # Users
    ("RUN useradd -m app", "/home/app", "dir 755 1000:1000"),
    ("RUN useradd -m app", "/home/app/.bashrc", "file 644 1000:1000"),
    ("RUN useradd app", "/etc/shadow-", "file 640 0:42"),
    ("RUN groupadd g", "/etc/passwd-", "-"),
    ("RUN adduser --disabled-password --gecos '' app", "/home/app", "dir 700 1000:1000"),
    ("RUN adduser --system app", "/home/app", "-"),
    ("RUN adduser --system app", "/run/adduser", "?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "wanted"), PATHS)
def test_path(text: str, path: str, wanted: str) -> None:
    assert told(build_of(BASE + text + "\n"), path) == wanted


def test_trixie_homes_are_private() -> None:
    build = build_of("FROM debian:trixie\nRUN useradd -m app\n")
    assert told(build, "/home/app") == "dir 700 1000:1000"


def test_copy_from_a_stage_keeps_owners() -> None:
    text = (
        "FROM debian:bookworm AS a\nRUN touch /x && chown 5:6 /x\n"
        "FROM scratch\nCOPY --from=a /x /y/\n"
    )
    assert told(build_of(text), "/y/x") == "file 644 5:6"
    assert told(build_of(text), "/y") == "dir 755 0:0"


def test_copy_of_what_is_not_known() -> None:
    text = "FROM golang AS a\nRUN ./build.sh /out\nFROM debian:bookworm\nCOPY --from=a /out /x\n"
    assert told(build_of(text), "/x") == "?"


def test_onbuild_runs_in_stages_on_top() -> None:
    build = build_of(
        "FROM debian:bookworm AS base\nONBUILD ENV ON=1\nONBUILD RUN touch /t$ON\nRUN touch /own\n"
        "FROM base AS next\nRUN touch /child\nFROM next\n"
    )
    assert told(build, "/t1") == "file 644 0:0"
    base, following, last = build.stages
    assert base.state.env("ON") is None
    found = last.state.env("ON")
    assert isinstance(found, Known)
    assert found.value == "1"
    assert len(following.triggers) == 2
    assert last.triggers == ()


ACCOUNTS = [
    ("RUN useradd a && useradd b", "user", "b", (1001, 1001, "/home/b", "/bin/sh")),
    ("RUN useradd -u 1005 a && useradd b", "user", "b", (1006, 1006, "/home/b", "/bin/sh")),
    ("RUN useradd -r a && useradd -r b", "user", "b", (998, 998, "/home/b", "/bin/sh")),
    ("RUN groupadd g && useradd a", "user", "a", (1000, 1001, "/home/a", "/bin/sh")),
    ("RUN adduser --system a", "user", "a", (100, 65534, "/nonexistent", "/usr/sbin/nologin")),
    ("RUN useradd x && groupmod -g 7 x", "user", "x", (1000, 7, "/home/x", "/bin/sh")),
    ("RUN echo 'x:x:7:8::/h:/s' >> /etc/passwd", "user", "x", (7, 8, "/h", "/s")),
    ("COPY <<E /etc/passwd\nx:x:7:8::/h:/s\nE", "user", "x", (7, 8, "/h", "/s")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "name", "wanted"), ACCOUNTS)
def test_account(text: str, kind: str, name: str, wanted: tuple[object, ...]) -> None:
    final = build_of(BASE + text + "\n").final
    assert final is not None
    found = final.state.files.account(kind, name)
    assert isinstance(found, Known)
    account: Account = found.value
    assert (account.number, account.gid, account.home, account.shell) == wanted


@pytest.mark.parametrize(
    "text",
    ["COPY a /etc/passwd", "COPY --from=golang / /", "RUN sed -i s/a/b/ /etc/passwd"],
)
def test_accounts_are_lost(text: str) -> None:
    final = build_of(BASE + text + "\n").final
    assert final is not None
    assert isinstance(final.state.files.account("user", "www-data"), Unknown)


def test_passwd_of_another_stage() -> None:
    text = (
        BASE.replace("\n", " AS a\n")
        + "RUN useradd -u 7 x\nFROM scratch\nCOPY --from=a /etc/passwd /etc/\n"
    )
    final = build_of(text).final
    assert final is not None
    found = final.state.files.account("user", "x")
    assert isinstance(found, Known)
    assert found.value.number == 7
    assert isinstance(final.state.files.account("group", "x"), Known)


@pytest.mark.parametrize(
    "command",
    ["useradd -G staff app", "useradd app && usermod -aG staff app", "adduser app staff",
     "gpasswd -a app staff"],
)  # fmt: skip
def test_members(command: str) -> None:
    text = BASE + ("RUN useradd app\n" if "useradd" not in command else "") + f"RUN {command}\n"
    final = build_of(text).final
    assert final is not None
    assert 50 in (final.state.files.groups_of("app") or ())


def test_what_may_not_be_executed_is_passed_over() -> None:
    final = build_of(BASE + "ENV PATH=/opt:/usr/bin\nRUN touch /opt/sh /opt/tool\n").final
    assert final is not None
    shell = final.state.program("sh")
    assert isinstance(shell, Known)
    assert shell.value.path == "/usr/bin/sh"
    tool = final.state.program("tool")
    assert isinstance(tool, Known)
    assert tool.value is None


FAILING = [
    ("RUN curl x", "RUN"),
    ("COPY nothing /x", "COPY"),
    ("COPY out /x", "COPY"),
    ("RUN touch /into\nCOPY a b /into/", "COPY"),
    ("RUN mkdir /opt/a/b", "RUN"),
    ("RUN mkdir /opt", "RUN"),
    ("RUN cd /nowhere && touch x", "RUN"),
    ("RUN cp /nothing /x", "RUN"),
    ("RUN chown ghost /etc", "RUN"),
    ("USER ghost\nRUN true", "RUN"),
    ("USER www-data\nRUN touch /opt/x", "RUN"),
    ("USER www-data\nRUN apt-get update", "RUN"),
    ("COPY run.sh /run.sh\nRUN /run.sh", "RUN"),
    ("RUN false; true; false", "RUN"),
    ("RUN set -e; false; true", "RUN"),
    ("RUN exit 3", "RUN"),
    ("RUN groupadd -g 50 x", "RUN"),
    ("RUN if [[ -f /etc/passwd ]]; then exit 0; fi; exit 1", "RUN"),
]


@pytest.mark.parametrize(("text", "name"), FAILING)
def test_failure(text: str, name: str) -> None:
    final = build_of(BASE + text + "\n").final
    assert final is not None
    last = final.steps[-1]
    assert last.name == name
    assert final.files.failure(last) is not None
    assert not any(final.files.failure(step) for step in final.steps[:-1])


def test_failure_without_a_shell() -> None:
    final = build_of("FROM scratch\nCOPY a /a\nRUN echo x\n").final
    assert final is not None
    assert final.files.failure(final.steps[1]) is not None


SUCCEEDING = [
    "RUN mkdir -p /x/y && touch /x/y/z && cd /x && echo done > y/w",
    "COPY a /new/\nWORKDIR /new\nENV A=1",
    "RUN false || true",
]
NEITHER = [
    "RUN curl x || true",
    "ARG D=/nowhere\nRUN cd $D",
    "ARG F=nothing\nCOPY $F /x/",
    "RUN set -e; false && true; touch /x",
    "RUN ! false",
    "RUN mkdir /opt; touch /x",
    "RUN apt-get install -y x",
    "RUN (exit 1); touch /x",
    "RUN --mount=type=cache,target=/c touch /c/x/y",
]


@pytest.mark.parametrize("text", [*SUCCEEDING, *NEITHER])
def test_no_failure(text: str) -> None:
    final = build_of(BASE + text + "\n").final
    assert final is not None
    assert not any(final.files.failure(step) for step in final.steps)


@pytest.mark.parametrize("text", SUCCEEDING)
def test_success(text: str) -> None:
    final = build_of(BASE + text + "\n").final
    assert final is not None
    assert all(final.files.succeeds(step) for step in final.steps)


def test_apt_get_is_not_sure_to_succeed() -> None:
    final = build_of(BASE + "RUN apt-get install -y x\n").final
    assert final is not None
    assert not final.files.succeeds(final.steps[0])
