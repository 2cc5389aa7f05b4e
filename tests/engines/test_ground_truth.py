"""
A dozen fixtures of `bench/truth`, really built: the model's answers are right, or unknown.

All of them, and how many answers are unknown: `python -m bench.ground_truth`.
"""

import subprocess
import uuid
from pathlib import Path

import pytest

from bench.ground_truth import unexpected
from bench.truth import answers, builds
from bench.truth.fixtures import Fixture, load
from bench.truth.listing import Entry, Group, Identity, Listing, User
from bench.truth.questions import questions

FIXTURES = {one.name: one for one in load()}
BUILT = (
    "add-archives",
    "copy-chown-debian",
    "copy-globs",
    "copy-over-existing",
    "run-chmod",
    "run-ln",
    "run-mounts",
    "sh-and-or",
    "sh-heredoc-no-e",
    "useradd-options",
    "volume-writes",
    "workdir-owner",
)
FAILING = ("fail-permission-denied", "fail-unknown-user", "fail-volume-directory")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the records of the builds go."""
    return tmp_path_factory.mktemp("truth")


def made(fixture: Fixture, folder: Path) -> builds.Truth:
    for name in set(builds.bases(fixture.dockerfile, fixture.args)) - {"scratch"}:
        if not builds.identity(name):
            pytest.skip(f"the engine has no {name}")
    builds.build(fixture, folder)
    truth = builds.loaded(fixture, folder, {})
    assert truth is not None
    return truth


@pytest.mark.engine
@pytest.mark.parametrize("name", [*BUILT, *FAILING])
def test_answers(name: str, engine: str, folder: Path) -> None:
    fixture = FIXTURES[name]
    truth = made(fixture, folder)
    assert unexpected(fixture, truth) == ""
    asked = questions(fixture, truth)
    wrong = []
    with answers.model(fixture, answers.Images(folder)) as build:
        for question in asked:
            found = answers.answer(build, question)
            if answers.agrees(found, question) is False:
                wrong.append(f"{question}: is {question.value!r}, the model says {found!r}")
    assert wrong == []
    assert len(asked) > (50 if name in BUILT else 0)


@pytest.mark.engine
def test_rights_are_what_the_kernel_says(engine: str, folder: Path) -> None:
    """`can` is computed from modes and owners; here each is tried in a container."""
    fixture = FIXTURES["user-group-forms"]
    truth = made(fixture, folder)
    tag = f"{builds.PREFIX}rights-{uuid.uuid4().hex[:8]}"
    flags = {"read": "-r", "write": "-w", "exec": "-x", "enter": "-x"}
    asked = [q for q in questions(fixture, truth) if q.kind == "can"]
    asked = [q for q in asked if q.subject.split()[1] in flags]
    assert {q.value for q in asked} == {True, False}
    context = folder / "rights"
    context.mkdir()
    fixture.write(context)
    subprocess.run(["docker", "build", "-q", "-t", tag, context], check=True, capture_output=True)
    try:
        for user in {q.subject.split()[0] for q in asked}:
            mine = [q for q in asked if q.subject.split()[0] == user]
            tests = [f"test {flags[q.subject.split()[1]]} {q.subject.split()[2]}" for q in mine]
            script = "\n".join(f"{test} && echo True || echo False" for test in tests)
            command = ["docker", "run", "--rm", "--network=none", "--user", user, tag]
            ran = subprocess.run(
                [*command, "sh", "-c", script], capture_output=True, text=True, check=True
            )
            assert dict(zip(tests, ran.stdout.split(), strict=True)) == {
                test: str(q.value) for test, q in zip(tests, mine, strict=True)
            }
    finally:
        subprocess.run(["docker", "image", "rm", tag], capture_output=True, check=False)


def directory(mode: int, uid: int = 0, gid: int = 0) -> Entry:
    return Entry("dir", mode, uid, gid, "", 0, 0)


def link(target: str) -> Entry:
    return Entry("link", 0o777, 0, 0, target, 0, 0)


LISTING = Listing(
    {
        "/home": directory(0o755),
        "/root": directory(0o700),
        "/root/tool": Entry("file", 0o755, 0, 0, "", 1, 0),
        "/usr": directory(0o755),
        "/usr/bin": directory(0o755),
        "/usr/bin/tool": link("../../root/tool"),
        "/usr/bin/data": Entry("file", 0o640, 5, 6, "", 1, 0),
        "/usr/bin/loop": link("loop"),
        "/bin": link("usr/bin"),
    },
    users={"root": User(0, 0, "/root", "/bin/sh"), "app": User(5, 50, "/home", "/bin/sh")},
    groups={"six": Group(6, ("app", "other"))},
)


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("/bin/tool", "/root/tool"),
        ("/bin/../bin/data", "/usr/bin/data"),
        ("/bin/loop", ""),
        ("/bin/none", ""),
        ("/bin/data/below", ""),
        ("/", "/"),
    ],
)
def test_links(path: str, real: str) -> None:
    assert LISTING.real(path) == real
    assert LISTING.real("/bin/tool", follow=False) == "/usr/bin/tool"


@pytest.mark.parametrize(
    ("user", "uid", "groups"),
    [
        ("", 0, {0}),
        ("app", 5, {50, 6}),
        ("5", 5, {50, 6}),
        ("app:six", 5, {6}),
        ("7", 7, {0}),
        ("7:8", 7, {8}),
    ],
)
def test_identity(user: str, uid: int, groups: set[int]) -> None:
    assert LISTING.identity(user) == Identity(uid, frozenset(groups))
    assert LISTING.identity("ghost") is None


@pytest.mark.parametrize(
    ("user", "verb", "path", "allowed"),
    [
        ("app", "exec", "/bin/tool", False),
        ("root", "exec", "/bin/tool", True),
        ("root", "exec", "/bin/data", False),
        ("root", "write", "/bin/data", True),
        ("app", "read", "/bin/data", True),
        ("9:6", "read", "/bin/data", True),
        ("9:6", "write", "/bin/data", False),
        ("9", "read", "/bin/data", False),
        ("app", "enter", "/root", False),
        ("app", "enter", "/bin", True),
        ("app", "write", "/bin", False),
        ("root", "read", "/none", False),
    ],
)
def test_can(user: str, verb: str, path: str, allowed: bool) -> None:
    who = LISTING.identity(user)
    assert who is not None
    assert LISTING.can(who, verb, path) is allowed


def test_program() -> None:
    assert LISTING.program("tool", "/none:bin:/bin:/usr/bin") == "/bin/tool"
    assert LISTING.program("data", "/bin") is None
