"""
Every format, of a full report, an empty one and one without findings.

`DOCKWRIGHT_REFRESH=1 pytest tests/render` writes the snapshots again.
"""

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from dockwright.check import registry
from dockwright.check.registry import Entry
from dockwright.errors import UsageError
from dockwright.render import FORMATS, Options, render
from tests.render.reports import EMPTY, FULL, REPORTS

SNAPSHOTS = Path(__file__).parent / "snapshots"
ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/findings.schema.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def fixed_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the snapshots from changing with the rules."""
    also = ("hadolint:DL3009", "kics:df746b39")
    module = "packages.apt_lists_left"
    entry = Entry(
        *("DW2104", "apt-lists-left", module, "RUN", (), (), "", "default", "info", "0.1", True),
        ("apt",),
        also,
    )
    monkeypatch.setattr(registry, "_entries", (entry,))


def stable(name: str, text: str) -> str:
    if name != "sarif":
        return text
    document = json.loads(text)
    for run in document["runs"]:
        for rule in run["tool"]["driver"]["rules"]:
            for key in ("shortDescription", "fullDescription", "help"):
                rule.pop(key, None)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("name", FORMATS)
def test_snapshot(name: str, report: str) -> None:
    text = stable(name, render(name, REPORTS[report]))
    path = SNAPSHOTS / f"{report}.{name}"
    if os.environ.get("DOCKWRIGHT_REFRESH"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_colour() -> None:
    coloured = render("text", FULL, Options(colour=True))
    path = SNAPSHOTS / "full.colour"
    if os.environ.get("DOCKWRIGHT_REFRESH"):
        path.write_text(coloured, "utf-8")
    assert coloured == path.read_text("utf-8")
    plain = coloured
    for code in ("0m", "1m", "2m", "32m", "1;31m", "1;33m", "1;36m"):
        plain = plain.replace(f"\x1b[{code}", "")
    assert plain == render("text", FULL)


@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_and_no_surrogate_gets_out(name: str) -> None:
    text = render(name, FULL)
    text.encode("utf-8")
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_files_named_to_confuse(name: str) -> None:
    evil = 'a,b:c%\n::error::<"&`]>|.\udcff\x1b[31m'
    report = type(FULL)(
        [type(f)(f.code, f.name, f.severity, evil, f.span, f.message) for f in FULL.findings],
        files=[evil],
        errors=[(evil, evil)],
    )
    text = render(name, report)
    assert "\x1b" not in text
    if name in ("checkstyle", "junit"):
        ET.fromstring(text)
    elif name in ("json", "sarif", "gitlab"):
        json.loads(text)
    elif name == "github":
        assert len(text.splitlines()) == len(report.findings) + 1
        assert text.splitlines()[0].startswith("::notice file=a%2Cb%3Ac%25%0A%3A%3Aerror")
    text.encode("utf-8")


def test_no_summary() -> None:
    assert render("text", EMPTY, Options(summary=False)) == ""
    assert "files" not in render("text", FULL, Options(summary=False))


def test_unknown_format() -> None:
    with pytest.raises(UsageError, match=r"'yaml' is no output format.*text, json, sarif"):
        render("yaml", EMPTY)


# JSON


@pytest.mark.parametrize("report", REPORTS)
def test_json_schema(report: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(render("json", REPORTS[report])), SCHEMA)


def test_json_schema_is_strict() -> None:
    document = json.loads(render("json", FULL))
    for breakage in ({"column": 0}, {"offset": -1}, {"more": 1}):
        broken = json.loads(json.dumps(document))
        broken["findings"][0]["span"]["start"].update(breakage)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)


def test_json_positions() -> None:
    """Columns and offsets count characters; edits given as offsets can be made."""
    document = json.loads(render("json", FULL))
    first, second, third, fourth = document["findings"]
    assert first["span"]["start"] == {"line": 2, "column": 5, "offset": 19}
    assert third["span"]["end"] == {
        "line": 5,
        "column": 12,
        "offset": third["span"]["start"]["offset"] + 2,
    }
    assert second["message"].endswith("second \ufffd line")
    assert second["fixes"][0]["edits"][0]["text"] == "\ufffd"
    assert fourth["also"] == []
    assert first["also"] == ["hadolint:DL3009", "kics:df746b39"]
    assert third["url"] == "https://www.shellcheck.net/wiki/SC2086"
    assert [reason["span"] is None for reason in first["reasons"]] == [True, False]


# SARIF


def sarif_schema() -> Any:
    """
    The official schema, for whoever has it: its licence keeps it out of this repository.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
    """
    path = os.environ.get("SARIF_SCHEMA")
    if not path:
        pytest.skip("SARIF_SCHEMA names no file")
    return json.loads(Path(path).read_text("utf-8"))


@pytest.mark.parametrize("report", REPORTS)
def test_sarif_schema(report: str) -> None:
    schema = sarif_schema()
    document = json.loads(render("sarif", REPORTS[report]))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)


def test_sarif_rules_are_those_found() -> None:
    run = json.loads(render("sarif", FULL))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["DW0001", "DW2104", "SC2086"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    apt = rules[1]
    assert apt["shortDescription"]["text"].endswith(".")
    assert "\n" not in apt["shortDescription"]["text"]
    assert apt["help"]["text"].endswith("The same as: hadolint:DL3009, kics:df746b39.")


def test_sarif_offers_no_fix_that_is_only_shown() -> None:
    results = json.loads(render("sarif", FULL))["runs"][0]["results"]
    assert [len(result.get("fixes", ())) for result in results] == [1, 1, 0, 0]


def test_sarif_fingerprints_survive_moves() -> None:
    def prints(report: Any) -> list[str]:
        results = json.loads(render("sarif", report))["runs"][0]["results"]
        return [one["partialFingerprints"]["dockwright/v1"] for one in results]

    found = prints(FULL)
    assert len(set(found)) == len(found)


URIS = {
    "Dockerfile": ("Dockerfile", "%SRCROOT%"),
    "./a b/Dockerfile": ("a%20b/Dockerfile", "%SRCROOT%"),
    "a\\b": ("a/b", "%SRCROOT%"),
    "/abs/ü": ("file:///abs/%C3%BC", None),
    "C:\\x\\D": ("file:///C:/x/D", None),
    "a#b?c%d:e": ("a%23b%3Fc%25d%3Ae", "%SRCROOT%"),
    "-": ("-", "%SRCROOT%"),
    "\udcff": ("%FF", "%SRCROOT%"),
}


@pytest.mark.parametrize("name", URIS)
def test_uri(name: str) -> None:
    report = type(FULL)(files=[name])
    location = json.loads(render("sarif", report))["runs"][0]["artifacts"][0]["location"]
    assert (location["uri"], location.get("uriBaseId")) == URIS[name]


# XML


def test_junit_counts() -> None:
    root = ET.fromstring(render("junit", FULL))
    assert root.get("failures") == str(len(root.findall(".//failure"))) == "4"
    assert root.get("errors") == str(len(root.findall(".//error"))) == "1"
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))


def test_checkstyle_lists_clean_files() -> None:
    root = ET.fromstring(render("checkstyle", FULL))
    counts = {file.get("name"): len(file) for file in root}
    assert counts == {
        "app/Dockerfile": 3,
        "clean dir/Dockerfile": 0,
        "gone/Dockerfile": 1,
        "/abs/Dockerfile": 1,
    }
