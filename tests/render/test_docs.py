"""The tools that make the documentation and begin a rule."""

import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dockwright.check import registry
from dockwright.check.select import choose
from dockwright.config.schema import SETTINGS, Invalid, parse
from tools import docs, newrule, settings
from tools.equivalents import NOT_COVERED, TOOLS

COUNTS = {
    "hadolint": 71,
    "buildkit": 22,
    "trivy": 28,
    "checkov": 28,
    "kics": 78,
    "semgrep": 48,
    "dockle": 16,
    "compose-lint": 27,
    "dclint": 15,
}


def test_every_id_of_the_other_tools_is_listed() -> None:
    assert {tool: len(ids) for tool, (_, ids) in TOOLS.items()} == COUNTS
    assert all(about for _, ids in TOOLS.values() for about in ids.values())


def test_reasons_belong_to_ids_that_no_rule_covers() -> None:
    ours = {word for entry in registry.entries() for word in entry.also}
    for name in NOT_COVERED:
        tool, _, word = name.partition(":")
        assert word in TOOLS[tool][1]
        assert name not in ours


@pytest.mark.parametrize("tool", ["compose-lint", "dclint"])
def test_each_concern_of_compose_linters_is_one_rule(tool: str) -> None:
    rules = [word for entry in registry.entries() for word in entry.also]
    counts = {word: rules.count(f"{tool}:{word}") for word in TOOLS[tool][1]}
    assert {word for word, count in counts.items() if count != 1} == set()


def test_the_equivalents_of_rules_are_known_ids() -> None:
    unknown = [
        word
        for entry in registry.entries()
        for word in entry.also
        for tool, _, bare in (word.partition(":"),)
        if tool in TOOLS and bare not in TOOLS[tool][1] and word != "hadolint:DL1000"
    ]
    assert unknown == []


def test_a_page_shows_the_diagnostic_and_the_diff() -> None:
    entry = next(entry for entry in registry.entries() if entry.code == "DW2104")
    page = docs.rule_page(registry.load(entry), entry, list(registry.entries()))
    assert page.startswith("# apt-lists-left\n\nDelete the apt package index")
    assert "Dockerfile:2:5: info DW2104 apt-lists-left: " in page
    assert "\n    |     ^^^^^^^^^^^^^^\n" in page
    assert "\n+RUN apt-get update && apt-get install -y curl && rm -rf" in page
    assert page.count("```") % 2 == 0


def test_links_lead_to_pages() -> None:
    rules = [registry.load(entry) for entry in registry.entries()]
    names = {f"{rule.name}.md" for rule in rules}
    text = docs.index(rules, list(registry.entries())) + docs.equivalents(rules)
    linked = {link.rpartition("/")[2] for link in re.findall(r"\]\(([^)]+\.md)\)", text)}
    assert linked == names | ({"suppression-forbidden.md"} & names)


# The configuration


def test_the_page_names_every_setting() -> None:
    page = settings.page()
    assert [key for key in SETTINGS if f"| `{key}` |" not in page] == []


def test_the_example_of_the_page_is_valid() -> None:
    page = settings.page()
    table = tomllib.loads(page.split("```toml\n")[1].split("```")[0])["tool"]["dockwright"]
    config = parse(table)
    choose(
        config, also_ignore=[word for words in config.per_file_ignores.values() for word in words]
    )
    jsonschema.validate(table, settings.json_schema())


ACCEPTED: list[dict[str, object]] = [
    {},
    {"select": ["DW21"], "preview": True, "fail-on": "never", "rules-version": "0.1"},
    {"severity": {"DW2104": "error"}, "per-file-ignores": {"a/*": ["b"]}},
    {"label-schema": {"a": "semver"}, "build-args": {"A": ""}},
]
REFUSED: list[dict[str, object]] = [
    {"unknown": 1},
    {"select": "DW21"},
    {"select": [""]},
    {"preview": "yes"},
    {"fail-on": "fatal"},
    {"rules-version": "v1"},
    {"severity": {"DW2104": "off"}},
    {"baseline": ""},
]


@pytest.mark.parametrize("table", ACCEPTED)
def test_schema_accepts_what_the_program_accepts(table: dict[str, object]) -> None:
    parse(table)
    jsonschema.validate(table, settings.json_schema())


@pytest.mark.parametrize("table", REFUSED)
def test_schema_refuses_what_the_program_refuses(table: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        parse(table)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table, settings.json_schema())


# A new rule


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for subject in ("packages", "empty"):
        (tmp_path / subject).mkdir()
        (tmp_path / subject / "__init__.py").touch()
    monkeypatch.setattr(newrule, "RULES", tmp_path)
    return tmp_path


@pytest.mark.parametrize("on", ["RunStep", "Stage", "AnyStep"])
def test_new_rule(folder: Path, on: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert newrule.main(["packages", "never-heard-of", "--on", on]) == 0
    path = folder / "packages/never_heard_of.py"
    assert str(path) in capsys.readouterr().out
    space: dict[str, Any] = {}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), space)
    rule = space["NeverHeardOf"]
    taken = {entry.code for entry in registry.entries()}
    assert re.fullmatch(r"DW21\d\d", rule.code)
    assert rule.code not in taken
    with pytest.raises(NotImplementedError, match="never-heard-of"):
        list(rule().check(None))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["packages", "apt-lists-left"], "taken"),
        (["packages", "Bad_Name"], "no name"),
        (["packages", "a-name", "--code", "DW2104"], "taken"),
        (["packages", "a-name", "--code", "X1"], "no code"),
        (["packages", "a-name", "--on", "Nothing"], "no subscription"),
        (["empty", "a-name"], "--code"),
    ],
)
def test_new_rule_refused(folder: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(SystemExit, match=message):
        newrule.main(arguments)
    assert list(folder.glob("*/a*.py")) == []
