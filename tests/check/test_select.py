"""Which rules run, for which configuration."""

from typing import Any

import pytest

from dockwright.check import select
from dockwright.check.registry import Entry
from dockwright.config.schema import Config
from dockwright.errors import ConfigError, UsageError


def entry(
    code: str, name: str, tier: str = "default", since: str = "0.1", tags="", also=""
) -> Entry:
    words = (tuple(tags.split()), tuple(also.split()))
    return Entry(code, name, "m", "RUN", (), (), "", tier, "warning", since, False, *words)


ENTRIES = (
    entry("DW0001", "syntax-error", tags="syntax"),
    entry("DW2101", "apt-assume-yes", tags="apt", also="hadolint:DL3014 trivy:DS-0021"),
    entry("DW2102", "apt-unpinned", "optional", tags="apt pin", also="hadolint:DL3008"),
    entry("DW2104", "apt-lists-left", tags="apt size", also="hadolint:DL3009 kics:df746b39"),
    entry("DW2205", "brand-new", "preview", "0.3", tags="apt", also="buildkit:BrandNew"),
    entry("DW3001", "cmd-repeated", since="0.2", also="buildkit:Multiple hadolint:DL4003"),
    entry("DW3002", "entrypoint-repeated", also="buildkit:Multiple hadolint:DL4004"),
)
DEFAULT = "0001 2101 2104 3001 3002"

CHOSEN: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, DEFAULT),
    "preview": ({"preview": True}, "0001 2101 2104 2205 3001 3002"),
    "select replaces": ({"select": ["apt-lists-left"]}, "2104"),
    "select nothing": ({"select": []}, ""),
    "by code": ({"select": ["DW2104"]}, "2104"),
    "by code in lower case": ({"select": ["dw2104"]}, "2104"),
    "by prefix": ({"select": ["DW21"]}, "2101 2102 2104"),
    "by the whole prefix": ({"select": ["DW"]}, "0001 2101 2102 2104 3001 3002"),
    "by tag": ({"select": ["apt"]}, "2101 2102 2104"),
    "by tag, preview": ({"select": ["apt"], "preview": True}, "2101 2102 2104 2205"),
    "by tier": ({"select": ["optional"]}, "2102"),
    "the preview tier": ({"select": ["preview"]}, "2205"),
    "all": ({"select": ["ALL"]}, "0001 2101 2102 2104 3001 3002"),
    "all, preview": ({"select": ["ALL"], "preview": True}, "0001 2101 2102 2104 2205 3001 3002"),
    "a preview rule by name": ({"extend_select": ["brand-new"]}, f"{DEFAULT} 2205"),
    "another tool's id": ({"select": ["DL3009"]}, "2104"),
    "another tool's id in full": ({"select": ["hadolint:DL3009"]}, "2104"),
    "one id, two rules": ({"select": ["buildkit:Multiple"]}, "3001 3002"),
    "an old spelling": ({"select": ["AVD-DS-0021"]}, "2101"),
    "an older spelling": ({"select": ["DS021"]}, "2101"),
    "a whole uuid": ({"select": ["df746b39-6564-4fed-bf85-e9c44382303c"]}, "2104"),
    "extend": ({"extend_select": ["apt-unpinned"]}, f"{DEFAULT} 2102"),
    "extend a selection": ({"select": ["DW3"], "extend_select": ["pin"]}, "2102 3001 3002"),
    "ignore": ({"ignore": ["DL3009", "DW0001"]}, "2101 3001 3002"),
    "ignore wins among equals": ({"select": ["DW2104"], "ignore": ["apt-lists-left"]}, ""),
    "exact beats prefix": ({"select": ["DW2104"], "ignore": ["DW21"]}, "2104"),
    "long prefix beats short": ({"select": ["DW2"], "ignore": ["DW21"], "preview": True}, "2205"),
    "long prefix beats short, the other way": (
        {"select": ["DW21"], "ignore": ["DW2", "DW"]},
        "2101 2102 2104",
    ),
    "prefix beats tag": ({"select": ["DW210"], "ignore": ["apt"]}, "2101 2102 2104"),
    "tag beats tier": ({"ignore": ["apt"]}, "0001 3001 3002"),
    "tag beats all": ({"select": ["apt"], "ignore": ["ALL"]}, "2101 2102 2104"),
    "ignore all": ({"ignore": ["default"]}, ""),
    "pinned": ({"rules_version": "0.1"}, "0001 2101 2104 3002"),
    "pinned, longer": ({"rules_version": "0.1.0"}, "0001 2101 2104 3002"),
    "pinned beats select": ({"rules_version": "0.1", "select": ["DW3001"]}, ""),
    "pinned late": ({"rules_version": "0.10", "preview": True}, f"{DEFAULT} 2205"),
    "shellcheck passes": ({"ignore": ["SC2086"], "select": ["SC1000", "DW0001"]}, "0001"),
    "foreign ids we lack pass in ignore": ({"ignore": ["DL3059", "tally:x/y"]}, DEFAULT),
}


@pytest.mark.parametrize("case", CHOSEN)
def test_choose(case: str) -> None:
    settings, wanted = CHOSEN[case]
    found = [entry.code for entry in select.choose(Config(**settings), entries=ENTRIES)]
    assert found == sorted(f"DW{code}" for code in wanted.split())


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["ALL"], ""),
        (["apt-lists-left"], "0001 2101 3001 3002"),
        (["DW3", "SC2086", "DL3008"], "0001 2101 2104"),
    ],
)
def test_also_ignore_beats_every_selection(words: list[str], wanted: str) -> None:
    config = Config(extend_select=["apt-lists-left"])
    found = [e.code for e in select.choose(config, also_ignore=words, entries=ENTRIES)]
    assert found == [f"DW{code}" for code in wanted.split()]


UNKNOWN: list[tuple[dict[str, Any], str, str]] = [
    ({"select": ["apt-list-left"]}, "`select`: 'apt-list-left' is no rule", "apt-lists-left"),
    ({"ignore": ["DW2199"]}, "'DW2199' is no rule", "DW"),
    ({"ignore": ["DW99"]}, "'DW99' is no rule", ""),
    ({"extend_select": ["apd"]}, "`extend-select`: 'apd'", "'apt'"),
    ({"extend_select": ["DL3059"]}, "no rule covers DL3059", ""),
    ({"select": ["default "]}, "'default ' is no rule", "'default'"),
    ({"ignore": ["zzzzzz"]}, "'zzzzzz' is no rule", ""),
    ({"ignore": [""]}, "'' is no rule", ""),
    ({"ignore": ["*"]}, "'*' is no rule", ""),
]


@pytest.mark.parametrize(("settings", "message", "hint"), UNKNOWN)
def test_unknown_selector(settings: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as error:
        select.choose(Config(file="/p/dockwright.toml", **settings), entries=ENTRIES)
    assert message in error.value.message
    assert hint in error.value.hint
    assert error.value.file == "/p/dockwright.toml"


def test_verify_names_the_option() -> None:
    select.verify(["DW0001", "SC2086", "syntax"], "--select")
    with pytest.raises(UsageError, match=r"--select: 'syntax-eror' is no rule.*'syntax-error'"):
        select.verify(["syntax-eror"], "--select")


def test_severities() -> None:
    config = Config(
        severity={"apt-lists-left": "info", "DW21": "error", "ALL": "warning", "pin": "info"}
    )
    found = select.severities(config, ENTRIES)
    assert found["DW2104"] == "info"  # by name, though the prefix says otherwise
    assert found["DW2101"] == "error"  # by prefix
    assert found["DW2102"] == "error"  # prefix before tag
    assert found["DW3001"] == "warning"  # everything
    assert select.severities(Config(), ENTRIES) == {}


def test_severity_of_an_unknown_rule() -> None:
    with pytest.raises(ConfigError, match="`severity`: 'nope'"):
        select.severities(Config(severity={"nope": "info"}), ENTRIES)
