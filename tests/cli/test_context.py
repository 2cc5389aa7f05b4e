"""`dockwright context`: what reaches the builder, what keeps the rest out, and why."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.app import survey
from dockwright.cli.main import FAILED, OK, main
from dockwright.render.context import size
from dockwright.syntax.ignore.matcher import ABSENT, HOLLOW, SENT, Matcher

TREE = {
    "Dockerfile": 10,
    "README.md": 20,
    "docs/a.md": 5,
    "docs/img/big.png": 3000,
    "node_modules/x/index.js": 7000,
    "src/app.py": 100,
    "src/__pycache__/app.pyc": 50,
    "src/lib/one.py": 400,
    "src/lib/two.py": 400,
}
IGNORE = "# built\nnode_modules\n*.md\n!README.md\n__pycache__\n**/*.pyc\n"


def made(folder: Path, tree: dict[str, int], ignore: str) -> Path:
    for path, amount in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x" * amount)
    (folder / ".dockerignore").write_text(ignore)
    return folder


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made(tmp_path, TREE, IGNORE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_text(context: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["context", "--largest", "3"]) == OK
    assert capsys.readouterr().out == (
        ".: 8 files, 4.0 kB reach the builder\n"
        "ignore file: .dockerignore\n"
        "\n"
        "largest\n"
        "     3.0 kB  docs/img/big.png\n"
        "      800 B  src/lib/\n"
        "      400 B  src/lib/two.py\n"
        "\n"
        "patterns\n"
        "     2  node_modules  keeps out 1 folder (node_modules/)\n"
        "     3  *.md          decides about nothing; 1 deeper reach the builder (docs/a.md)\n"
        "     4  !README.md    brings back 1 file (README.md)\n"
        "     5  __pycache__   decides about nothing; 1 deeper reach the builder"
        " (src/__pycache__/)\n"
        "     6  **/*.pyc      keeps out 1 file (src/__pycache__/app.pyc)\n"
    )


def test_json(context: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["context", str(context), "--format", "json", "--largest", "1"]) == OK
    found = json.loads(capsys.readouterr().out)
    sent = sum(TREE.values()) - 7000 - 50 + len(IGNORE)
    assert (found["files"], found["bytes"]) == (8, sent)
    assert found["largest"] == [{"path": "docs/img/big.png", "bytes": 3000}]
    assert found["patterns"][0] == {
        "line": 2,
        "text": "node_modules",
        "negated": False,
        "files": 0,
        "folders": 1,
        "examples": ["node_modules/"],
        "deeper": 0,
        "deeperExamples": [],
    }
    assert found["hollow"] == found["unread"] == found["errors"] == []


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("src/app.py", "src/app.py reaches the builder: no pattern matches it"),
        ("docs/a.md", "docs/a.md reaches the builder: no pattern matches it"),
        ("README.md", "README.md reaches the builder: `!README.md` (.dockerignore:4)"),
        ("./other.md", "other.md is left out: `*.md` (.dockerignore:3)"),
        (
            "node_modules/x/index.js",
            (
                "node_modules/x/index.js is left out: `node_modules` (.dockerignore:2), "
                "which matches node_modules"
            ),
        ),
        ("not/there", "not/there reaches the builder: no pattern matches it"),
    ],
)
def test_explain(context: Path, capsys: pytest.CaptureFixture[str], path: str, wanted: str) -> None:
    assert main(["context", "--explain", path]) == OK
    assert capsys.readouterr().out == wanted + "\n"


def test_explain_a_path_as_it_is_seen_from_here(
    context: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(context / "src")
    assert main(["context", "..", "--explain", "lib/one.py", "--format", "json"]) == OK
    (one,) = json.loads(capsys.readouterr().out)["paths"]
    assert one == {"path": "src/lib/one.py", "fate": "sent", "pattern": None, "matched": None}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere"], "nowhere: no such folder; give the folder of the build context"),
        (["--explain", "../x"], "../x is not in the build context ."),
        (["--explain", "."], ". is not in the build context ."),
        (["--largest", "many"], "argument --largest: invalid int value: 'many'"),
    ],
)
def test_what_cannot_be(
    context: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    assert main(["context", *arguments]) == FAILED
    assert capsys.readouterr().err.startswith(f"dockwright: {complaint}")


def test_the_dockerfiles_own_ignore_file_replaces_the_other(
    context: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (context / "Dockerfile.dockerignore").write_text("src\n")
    assert main(["context", "--file", "Dockerfile", "--explain", "src/app.py"]) == OK
    assert "`src` (Dockerfile.dockerignore:1)" in capsys.readouterr().out


def test_files_that_arrive_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The walk lists d/c, and the transfer refuses its content (see the matcher)."""
    made(tmp_path, {"d/c": 9, "d/e": 9}, "*\n!d/c\nd\n")
    assert main(["context", str(tmp_path)]) == OK
    out = capsys.readouterr().out
    assert "1 file, 0 B reach the builder" in out
    assert "listed, but empty for the builder: d/c\n" in out


def test_patterns_that_stop_the_build_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, {"a": 1}, "b\n[a\n")
    assert main(["context", str(tmp_path)]) == OK
    assert "line 2: bad pattern: an unfinished bracket" in capsys.readouterr().out


def test_links_are_not_followed(tmp_path: Path) -> None:
    made(tmp_path, {"in/a": 5}, "")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dangling").symlink_to("nowhere")
    found = survey.walk(survey.survey(str(tmp_path)))
    assert (found.files, found.size) == (4, 5)


NAMES = st.sampled_from(["a", "b", "a.md", "d", "e", "node_modules"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PATTERNS = st.lists(
    st.builds(
        "{}{}".format,
        st.sampled_from(["", "", "!"]),
        st.one_of(PATHS, st.sampled_from(["*", "**", "**/a", "*.md", "**/*.md", "d/*", "d/**"])),
    ),
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(paths=st.sets(PATHS, max_size=8), patterns=PATTERNS)
def test_the_walk_agrees_with_the_fate_of_each_file(
    tmp_path_factory: pytest.TempPathFactory, paths: set[str], patterns: list[str]
) -> None:
    """Whatever is not opened holds nothing that reaches the builder."""
    folders = {path.rpartition("/")[0] for path in paths}
    files = {
        path: 1 + len(path)
        for path in paths
        if not any(other != path and other.startswith(path + "/") for other in paths)
        and not any(folder == path or folder.startswith(path + "/") for folder in folders)
    }
    root = made(tmp_path_factory.mktemp("context"), files, "\n".join(patterns))
    everything = {**files, ".dockerignore": os.path.getsize(root / ".dockerignore")}
    found = survey.walk(survey.survey(str(root), largest=100))
    fates = {path: found.matcher.fate(path) for path in everything}
    assert found.files == sum(fate != ABSENT for fate in fates.values())
    assert found.size == sum(everything[path] for path, fate in fates.items() if fate == SENT)
    assert sorted(found.hollow) == sorted(p for p, fate in fates.items() if fate == HOLLOW)
    listed = {path for path, _ in found.largest if not path.endswith("/")}
    assert listed == {path for path, fate in fates.items() if fate == SENT}
    open_ = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_dir()}
    reached = [p for p in (*open_, *listed) if "/" in p and not found.matcher.visit(p).excluded]
    for share in found.shares:
        rooted = "/" not in share.pattern.cleaned and not share.pattern.negated
        names = [path.rpartition("/")[2] for path in reached]
        alone = Matcher([share.pattern])
        assert share.deeper == (sum(map(alone.excludes, names)) if rooted else 0)
    for one in survey.explain(found, everything):
        assert one.fate == fates[one.path]
        if one.fate == SENT:
            assert one.pattern is None or one.pattern.negated
        else:
            assert one.pattern is not None
            assert not one.pattern.negated


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9949, "9.9 kB"), (9951, "10 kB"),
        (999_499, "999 kB"), (999_500, "1.0 MB"), (5_400_091, "5.4 MB"), (7 * 10**12, "7.0 TB"),
    ],
)  # fmt: skip
def test_size(amount: int, wanted: str) -> None:
    assert size(amount) == wanted
