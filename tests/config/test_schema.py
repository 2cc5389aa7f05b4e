"""What a configuration table may hold, and what is said when it is wrong."""

import pickle
import subprocess
import sys
from typing import Any

import pytest

from dockwright.config.schema import SETTINGS, Config, Invalid, parse

ACCEPTED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"select": ["DW21", "apt", "core"]}, {"select": ("DW21", "apt", "core")}),
    ({"select": []}, {"select": ()}),
    ({"extend-select": ["DW2104"]}, {"extend_select": ("DW2104",)}),
    ({"ignore": ["apt-lists-left"]}, {"ignore": ("apt-lists-left",)}),
    ({"preview": True}, {"preview": True}),
    ({"rules-version": "0.1"}, {"rules_version": "0.1"}),
    ({"fail-on": "never"}, {"fail_on": "never"}),
    ({"severity": {"DW2104": "error"}}, {"severity": {"DW2104": "error"}}),
    (
        {"per-file-ignores": {"tests/*": ["DW1", "DW2"]}},
        {"per_file_ignores": {"tests/*": ("DW1", "DW2")}},
    ),
    ({"exclude": ["vendor/"]}, {"exclude": ("vendor/",)}),
    ({"trusted-registries": ["ghcr.io/us"]}, {"trusted_registries": ("ghcr.io/us",)}),
    ({"label-schema": {"a.b": "semver"}}, {"label_schema": {"a.b": "semver"}}),
    ({"images": {"a/b": {"user": "app"}}}, {"images": {"a/b": {"user": "app"}}}),
    ({"strict-labels": True}, {"strict_labels": True}),
    ({"require-reason": True}, {"require_reason": True}),
    ({"baseline": "known.json"}, {"baseline": "known.json"}),
    ({"build-args": {"VERSION": "1", "EMPTY": ""}}, {"build_args": {"VERSION": "1", "EMPTY": ""}}),
    ({"named-contexts": ["assets"]}, {"named_contexts": ("assets",)}),
    ({"allow-inline-ignores": False}, {"allow_inline_ignores": False}),
    ({"cache": False}, {"cache": False}),
]


@pytest.mark.parametrize(("table", "changes"), ACCEPTED)
def test_accepted(table: dict[str, object], changes: dict[str, object]) -> None:
    assert parse(table) == Config().replace(**changes)


def test_every_setting_has_an_accepted_example() -> None:
    assert {key for table, _ in ACCEPTED for key in table} == set(SETTINGS)


def test_every_setting_is_an_attribute_and_described() -> None:
    attributes = {key.replace("-", "_") for key in SETTINGS}
    assert attributes == set(Config.__slots__) - {"file", "root"}
    for key, (_, text) in SETTINGS.items():
        assert text.endswith("."), key
        assert len(text) < 80, key


REFUSED = [
    ({"selct": ["DW1"]}, "unknown setting 'selct'", "did you mean 'select'?"),
    ({"fail_on": "error"}, "unknown setting 'fail_on'", "did you mean 'fail-on'?"),
    ({"zzz": 1}, "unknown setting 'zzz'", ""),
    ({"select": "DW21"}, "select must be a list of strings, not a string", 'write ["DW21"]'),
    ({"select": [1]}, "select must be a string, not a number", 'write "1"'),
    ({"select": [""]}, "select is an empty string", ""),
    ({"preview": "true"}, "preview must be true or false, not a string", "write true without"),
    ({"preview": 1}, "preview must be true or false, not a number", ""),
    ({"rules-version": 0.1}, "rules-version must be a string, not a number", 'write "0.1"'),
    ({"rules-version": "latest"}, "rules-version is 'latest', which is not a version", "0.1"),
    (
        {"fail-on": "warn"},
        "fail-on is 'warn'; it must be one of error, warning, info, never",
        "did you mean 'warning'?",
    ),
    ({"severity": "error"}, "severity must be a table, not a string", ""),
    ({"severity": {"DW1": "fatal"}}, "severity.DW1 is 'fatal'; it must be one of", ""),
    ({"severity": {"DW1": "off"}}, "severity.DW1 cannot switch a rule off", "add 'DW1' to"),
    ({"per-file-ignores": {"a/*.df": "DW1"}}, 'per-file-ignores."a/*.df" must be a list', '["DW1"'),
    ({"label-schema": {"x": "uri"}}, "label-schema.x is 'uri'; it must be", "did you mean 'url'?"),
    ({"build-args": {"PYTHON": 3.12}}, "build-args.PYTHON must be a string", 'write "3.12"'),
    ({"build-args": {"DEBUG": True}}, "build-args.DEBUG must be a string", 'write "true"'),
    ({"baseline": ""}, "baseline is an empty string", ""),
]


@pytest.mark.parametrize(("table", "message", "hint"), REFUSED)
def test_refused(table: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(table)
    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint
    assert bool(hint) == bool(caught.value.hint)


def test_fingerprint_depends_on_what_can_change_findings() -> None:
    base = Config().fingerprint()
    afterwards: dict[str, Any] = {
        "baseline": "b",
        "cache": False,
        "exclude": ("x",),
        "fail_on": "info",
    }
    assert Config().replace(**afterwards, file="f", root="r").fingerprint() == base
    for _, changes in ACCEPTED:
        if changes and not changes.keys() <= afterwards.keys():
            assert Config().replace(**changes).fingerprint() != base, changes


def test_fingerprint_does_not_depend_on_order_or_process() -> None:
    one = {"severity": {"A": "info", "B": "error"}, "preview": True}
    other = {"preview": True, "severity": {"B": "error", "A": "info"}}
    assert parse(one).fingerprint() == parse(other).fingerprint()
    program = (
        f"from dockwright.config.schema import parse;print(parse({other!r}).fingerprint(), end='')"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == parse(one).fingerprint()


def test_a_config_survives_pickling() -> None:
    config = parse({"select": ["DW1"], "severity": {"DW1": "info"}}, file="f", root="r")
    assert pickle.loads(pickle.dumps(config)) == config


def test_replace_leaves_the_original_alone() -> None:
    config = Config(select=("DW1",))
    assert config.replace(select=("DW2",)).select == ("DW2",)
    assert config.select == ("DW1",)


def test_nothing_heavy_is_imported() -> None:
    program = (
        "import sys; import dockwright.config.load, dockwright.errors;"
        "print(*sorted(set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": next(p for p in sys.path if p.endswith("src"))},
    )
    heavy = {"dataclasses", "difflib", "json", "logging", "pathlib", "re", "subprocess"}
    heavy |= {"tomllib", "typing"}
    assert not heavy & set(run.stdout.split())
