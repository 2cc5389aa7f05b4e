"""Fixes of Compose projects: several files or none, and no fix that breaks a promise."""

import os
from pathlib import Path

import pytest

from dockwright.app import replace
from dockwright.app.check import Checker, Options
from dockwright.app.discover import Target
from dockwright.app.fix import fix_all
from dockwright.check import registry
from dockwright.check.fixproject import fix_project
from dockwright.check.run import Plan
from dockwright.check.select import choose
from dockwright.config import schema
from dockwright.findings.finding import Finding
from dockwright.model.compare import compare
from dockwright.model.composition import Composition
from dockwright.rules.api import Bad
from tools.examples import OF_COMPOSE, build_of, composition, files_of

FIXED = [
    pytest.param(entry.code, example, id=f"{entry.code}-{number}")
    for entry in registry.entries()
    if entry.subject in OF_COMPOSE
    for number, example in enumerate(registry.load(entry).examples)
    if isinstance(example, Bad) and example.fixed is not None
]


@pytest.mark.parametrize(("code", "example"), FIXED)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "all"])
def test_no_fix_of_an_example_is_refused(code: str, example: Bad, alone: bool) -> None:
    files = files_of(example.text)
    plan = Plan(
        choose(schema.parse({"select": [code if alone else "ALL"], "preview": True})),
        options=example.config,
    )

    def look(texts: dict[str, str]) -> tuple[Composition, list[Finding]]:
        project = composition({**files, **texts}, example.config)
        return project, plan.run_project(project)

    def differences(name: str, before: str, after: str) -> tuple[set[str], bool]:
        if "Dockerfile" not in name:
            return set(), False
        old, new = build_of(before, {}), build_of(after, {})
        return set(compare(old, new)), len(new.problems) > len(old.problems)

    outcome = fix_project(look, files.get, differences, ("safe", "unsafe"))  # type: ignore[arg-type]
    assert [(one.finding.code, one.obligation) for one in outcome.refused] == []

    def once_more(texts: dict[str, str]) -> tuple[Composition, list[Finding]]:
        return look({**outcome.texts, **texts})

    again = fix_project(once_more, {**files, **outcome.texts}.get, differences, ("safe",))  # type: ignore[arg-type]
    assert not again.applied


def test_files_are_replaced_together(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    os.chmod(one, 0o640)
    replace.replace({str(one): (b"1", b"11"), str(two): (b"2", b"22")})
    assert (one.read_bytes(), two.read_bytes()) == (b"11", b"22")
    assert one.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


def test_nothing_is_written_when_a_file_changed_meanwhile(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"other")
    with pytest.raises(OSError, match="changed meanwhile"):
        replace.replace({str(one): (b"1", b"11"), str(two): (b"2", b"22")})
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"other")
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


@pytest.mark.parametrize("fails", [0, 1, 2])
def test_a_write_that_fails_halfway_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    paths = [tmp_path / name for name in ("a", "b", "c")]
    for path in paths[:2]:
        path.write_bytes(b"old")
    calls = 0
    real = os.replace

    def failing(source: str, target: str) -> None:
        nonlocal calls
        calls += 1
        if calls == fails + 1:
            raise OSError(28, "no space left")
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    files: dict[str, tuple[bytes | None, bytes]] = {
        str(path): (b"old", b"new") for path in paths[:2]
    }
    files[str(paths[2])] = (None, b"new")
    with pytest.raises(OSError, match="no space"):
        replace.replace(files)
    assert [path.read_bytes() for path in paths[:2]] == [b"old", b"old"]
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_a_project_is_fixed_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text("version: '3'\nservices:\n  web: # x\n    imag: a:1\n")
    checker = Checker(Options(cache=False, shellcheck="off"))
    (fixed,) = fix_all(checker, Target(str(path), True), ("safe",), write=True)
    assert fixed.changed
    assert path.read_text() == "services:\n  web: # x\n    image: a:1\n"
    (again,) = fix_all(checker, Target(str(path), True), ("safe",), write=True)
    assert not again.changed


def test_a_comment_silences_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    text = "services:\n  web:\n    image: a:1\n    networks: [b]\n"
    path.write_text(text)
    checker = Checker(Options(cache=False, shellcheck="off"))
    assert [f.code for f in checker.check([Target(str(path), True)])[0].findings] == ["DW6001"]
    comment = "    # dockwright: ignore[DW6001] made by another file\n    networks"
    path.write_text(text.replace("    networks", comment))
    assert checker.check([Target(str(path), True)])[0].findings == ()
    path.write_text(
        text.replace("  web:", "  # dockwright: ignore-stage[compose-invalid] so\n  web:")
    )
    assert checker.check([Target(str(path), True)])[0].findings == ()


def test_an_override_file_belongs_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    build: .\n")
    (tmp_path / "compose.override.yaml").write_text("services:\n  web:\n    prots: ['80:80']\n")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY a /\n")
    checker = Checker(Options(cache=False, shellcheck="off"))
    (checked,) = checker.check([Target(str(tmp_path / "compose.yaml"), True)])
    assert [(f.code, os.path.basename(f.source)) for f in checked.findings] == [
        ("DW6001", "compose.override.yaml")
    ]
    assert list(checked.others.values()) == ["services:\n  web:\n    prots: ['80:80']\n"]


@pytest.mark.parametrize("ignore", [".dockerignore", "Dockerfile.dockerignore", None])
def test_a_secret_is_moved_once_and_kept_out_once(tmp_path: Path, ignore: str | None) -> None:
    """An ignore file that one fix changed is judged as it will be: no other fix repeats it."""
    path = tmp_path / "compose.yaml"
    path.write_text(
        "services:\n"
        "  web:\n    build: .\n    environment:\n      - API_TOKEN=q8Zr2LmX0vTb\n"
        "  job:\n    build: .\n    env_file: .env\n    environment:\n      DB_PASSWORD: hunter2\n"
    )
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nCOPY . /app\nCMD true\n")
    (tmp_path / ".env").write_text("TAG=1\n")
    (tmp_path / ".gitignore").write_text("*.pyc\n")
    if ignore:
        (tmp_path / ignore).write_text("node_modules\n")
    options = Options(cache=False, shellcheck="off", overrides={"select": ("DW6",)})
    checker = Checker(options)

    def run() -> set[str]:
        """The codes of the fixes that are made, none is left out."""
        done = fix_all(checker, Target(str(path), True), ("safe", "unsafe"), write=True)
        outcomes = [one.outcome for one in done if one.outcome is not None]
        assert [one.error for one in done if one.error] == []
        assert [refused for one in outcomes for refused in one.refused] == []
        return {finding.code for one in outcomes for finding, _ in one.applied}

    codes = run()
    assert {"DW6312", "DW6606"} <= codes
    kept = (tmp_path / (ignore or ".dockerignore")).read_text()
    assert kept == ("node_modules\n" if ignore else "") + ".env\n"
    kept = (tmp_path / ".env").read_text()
    assert kept == "TAG=1\nDB_PASSWORD=hunter2\nAPI_TOKEN=q8Zr2LmX0vTb\n"
    assert (tmp_path / ".gitignore").read_text() == "*.pyc\n.env\n"
    assert "q8Zr2LmX0vTb" not in path.read_text()
    assert "hunter2" not in path.read_text()
    assert run() == set()
