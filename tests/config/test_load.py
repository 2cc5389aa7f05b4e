"""Where the configuration is looked for, and what is said about a broken file."""

from pathlib import Path

import pytest

from dockwright.config.load import Configs, read
from dockwright.config.schema import Config
from dockwright.errors import ConfigError

TABLE = '[tool.dockwright]\nselect = ["{}"]\n'
OWN = 'select = ["{}"]\n'

# Files of a repository, the file that is checked, and what `select` then is.
FOUND = {
    "none": ({}, "Dockerfile", None),
    "same folder": ({"pyproject.toml": TABLE.format("A")}, "Dockerfile", ("A",)),
    "above": ({"pyproject.toml": TABLE.format("A")}, "svc/api/Dockerfile", ("A",)),
    "own file": ({"dockwright.toml": OWN.format("A")}, "svc/Dockerfile", ("A",)),
    "nearest, not merged": (
        {"pyproject.toml": TABLE.format("A"), "svc/dockwright.toml": "preview = true\n"},
        "svc/Dockerfile",
        None,
    ),
    "own file first": (
        {"pyproject.toml": TABLE.format("A"), "dockwright.toml": OWN.format("B")},
        "Dockerfile",
        ("B",),
    ),
    "pyproject without table": (
        {"pyproject.toml": TABLE.format("A"), "svc/pyproject.toml": "[project]\nname = 'x'\n"},
        "svc/Dockerfile",
        ("A",),
    ),
    "only a mention": (
        {"pyproject.toml": TABLE.format("A"), "svc/pyproject.toml": "# tool.dockwright\n"},
        "svc/Dockerfile",
        ("A",),
    ),
    "not above a repository": (
        {"pyproject.toml": TABLE.format("A"), "inner/.git": "gitdir: elsewhere\n"},
        "inner/Dockerfile",
        None,
    ),
    "at a repository's root": (
        {"inner/pyproject.toml": TABLE.format("A"), "inner/.git/HEAD": ""},
        "inner/svc/Dockerfile",
        ("A",),
    ),
    "odd spelling": (
        {"pyproject.toml": "[ tool . 'dockwright' ]\nselect = ['A']\n"},
        "Dockerfile",
        ("A",),
    ),
    "dotted key": ({"pyproject.toml": "[tool]\ndockwright.select = ['A']\n"}, "Dockerfile", ("A",)),
    "inline table": (
        {"pyproject.toml": "[tool]\ndockwright = {select = ['A']}\n"},
        "Dockerfile",
        ("A",),
    ),
    "byte order mark": ({"dockwright.toml": "\ufeff" + OWN.format("A")}, "Dockerfile", ("A",)),
    "a folder of that name": ({"dockwright.toml/x": ""}, "Dockerfile", None),
    "empty table": ({"dockwright.toml": ""}, "Dockerfile", None),
}


def write(root: Path, files: dict[str, str]) -> None:
    (root / ".git").mkdir()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


@pytest.mark.parametrize("case", FOUND)
def test_found(case: str, tmp_path: Path) -> None:
    files, checked, select = FOUND[case]
    write(tmp_path, files)
    assert Configs().for_file(str(tmp_path / checked)).select == select


def test_relative_to_the_checked_file_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"svc/dockwright.toml": OWN.format("A"), "other/x": ""})
    monkeypatch.chdir(tmp_path / "other")
    assert Configs().for_file("../svc/Dockerfile").select == ("A",)
    assert Configs().for_folder("../svc").select == ("A",)
    assert Configs().for_folder(".") == Config()


def test_file_root_and_baseline_are_absolute(tmp_path: Path) -> None:
    write(tmp_path, {"dockwright.toml": 'baseline = "known.json"\n'})
    config = Configs().for_file(str(tmp_path / "svc" / "Dockerfile"))
    assert config.file == str(tmp_path / "dockwright.toml")
    assert config.root == str(tmp_path)
    assert config.baseline == str(tmp_path / "known.json")


def test_each_folder_is_looked_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"dockwright.toml": OWN.format("A")})
    configs = Configs()
    first = configs.for_file(str(tmp_path / "a" / "b" / "Dockerfile"))
    (tmp_path / "dockwright.toml").unlink()
    assert configs.for_file(str(tmp_path / "a" / "b" / "Dockerfile")) is first
    assert configs.for_file(str(tmp_path / "a" / "c" / "Dockerfile")) is first
    assert Configs().for_file(str(tmp_path / "a" / "Dockerfile")) == Config()


# Name and text of a configuration file, the line of the mistake, and what the message has in it.
BROKEN = [
    ("dockwright.toml", "preview = true\nselct = []\n", 2, "did you mean 'select'?"),
    ("dockwright.toml", "select = [\n", 2, "not valid TOML"),
    ("dockwright.toml", "[severity]\nA = 'info'\nB = 'fatal'\n", 3, "severity.B is 'fatal'"),
    ("dockwright.toml", "severity.B = 'fatal'\n", 1, "severity.B is 'fatal'"),
    ("dockwright.toml", "\nseverity = { A = 'info', B = 'x' }\n", 2, "severity.B is 'x'"),
    ("dockwright.toml", "[per-file-ignores]\n'a.b/*' = ['A']\n\"c.d\" = 1\n", 3, '"c.d" must be'),
    ("pyproject.toml", "[project]\nselct = 1\n[tool.dockwright]\nselct = 1\n", 4, "'selct'"),
    ("pyproject.toml", "[tool.dockwright] # us\n[tool.dockwright.severity]\nA = 1\n", 3, "A must"),
    ("pyproject.toml", "[tool]\ndockwright.preview = 1\n", 2, "preview must be true or false"),
    ("pyproject.toml", "[tool]\nx = 1\ndockwright = 1\n", 3, "tool.dockwright must be a table"),
    ("dockwright.toml", "preview = true\n# \ud800\n", 2, "not UTF-8"),
]


@pytest.mark.parametrize(("name", "text", "line", "message"), BROKEN)
def test_broken(name: str, text: str, line: int, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for attempt in (lambda: Configs().for_folder(str(tmp_path)), lambda: read(str(path))):
        with pytest.raises(ConfigError) as caught:
            attempt()
        assert message in str(caught.value)
        if "not valid TOML" not in message:  # where a syntax error is noticed is tomllib's choice
            assert caught.value.where == f"{path}:{line}"


def test_read_takes_any_name(tmp_path: Path) -> None:
    path = tmp_path / "strict.toml"
    path.write_text("preview = true\n")
    assert read(str(path)).preview


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("pyproject.toml", "[project]\n", "no table [tool.dockwright] in this file"),
        ("missing.toml", None, "cannot read the configuration: No such file or directory"),
    ],
)
def test_read_wants_a_table(name: str, text: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read(str(path))
    assert str(caught.value) == f"{path}: {message}"
