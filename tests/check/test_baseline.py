"""Known findings: what stays known, what comes back, and files that are no baseline."""

import json
import os
from pathlib import Path

import pytest

from dockwright.check import baseline
from dockwright.errors import ConfigError, UsageError
from dockwright.findings.finding import Finding
from dockwright.text.source import Source
from dockwright.text.span import Span

TEXT = "FROM debian:12\nRUN apt-get update\nRUN make\nRUN apt-get update\n"


def found(text: str, marked: str = "apt-get update", code: str = "DW2104") -> list[Finding]:
    """A finding at each place of `marked`."""
    spans = []
    at = text.find(marked)
    while at >= 0:
        spans.append(Span(at, at + len(marked)))
        at = text.find(marked, at + 1)
    return [Finding(code, "name", "info", "Dockerfile", span, "message") for span in spans]


def sources(text: str) -> dict[str, Source]:
    return {"Dockerfile": Source("Dockerfile", text)}


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def known(text: str = TEXT, path: str = "known.json") -> baseline.Baseline:
    baseline.write(path, found(text), sources(text))
    return baseline.load(path)


# the text later: how many of its findings are new
LATER = {
    "as it was": (TEXT, 0),
    "moved": ("# a\n\n" + TEXT, 0),
    "between others": (TEXT.replace("RUN make", "RUN make\nRUN make install\n"), 0),
    "white space": (TEXT.replace("RUN apt-get", "RUN   \tapt-get"), 0),
    "CRLF": (TEXT.replace("\n", "\r\n"), 0),
    "one is gone": (TEXT.replace("RUN apt-get update\n", "", 1), 0),
    "one more of the same": (TEXT + "RUN apt-get update\n", 1),
    "the line changed": (
        TEXT.replace("RUN apt-get update\nRUN make", "RUN apt-get update -q\n"),
        1,
    ),
    "another one": (TEXT + "RUN x && apt-get update\n", 1),
}


@pytest.mark.parametrize("case", LATER)
def test_new_findings(case: str) -> None:
    text, new = LATER[case]
    left = known().without(found(text), sources(text))
    assert len(left) == new
    assert all(one in found(text) for one in left)


def test_order_is_kept_and_does_not_matter() -> None:
    text = TEXT + "RUN a; apt-get update\nRUN b; apt-get update\n"
    findings = found(text)
    assert known().without(findings, sources(text)) == findings[-2:]
    assert known().without(findings[::-1], sources(text)) == findings[:1:-1]


def test_another_code_or_file_is_new() -> None:
    other = found(TEXT, code="DW9999")
    assert known().without(other, sources(TEXT)) == other
    elsewhere = [
        Finding(f.code, f.name, f.severity, "b/Dockerfile", f.span, f.message) for f in found(TEXT)
    ]
    assert known().without(elsewhere, {"b/Dockerfile": Source("b/Dockerfile", TEXT)}) == elsewhere


def test_names_are_relative_to_the_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sub").mkdir()
    where = known(path="sub/known.json")
    assert {row[0] for row in where.rows} == {"../Dockerfile"}
    absolute = os.path.abspath("Dockerfile")
    findings = [Finding(f.code, f.name, "info", absolute, f.span, "m") for f in found(TEXT)]
    there = {absolute: Source(absolute, TEXT)}
    monkeypatch.chdir("sub")
    assert baseline.load("known.json").without(findings, there) == []


def test_the_file_is_stable_and_has_a_line_per_finding() -> None:
    baseline.write("a.json", found(TEXT), sources(TEXT))
    baseline.write("b.json", found(TEXT)[::-1], sources(TEXT))
    text = Path("a.json").read_text("utf-8")
    assert text == Path("b.json").read_text("utf-8")
    assert sum('"code": "DW2104"' in line for line in text.splitlines()) == 2
    document = json.loads(text)
    assert [row["number"] for row in document["findings"]] == [1, 2]
    assert {row["name"] for row in document["findings"]} == {"name"}
    baseline.write(
        "c.json", baseline_of_both := found(TEXT) + found(TEXT, "make", "X"), sources(TEXT)
    )
    added = set(Path("c.json").read_text("utf-8").splitlines()) - set(text.splitlines())
    assert len(added) == len(baseline_of_both) - 1  # the new one, and a comma


def test_an_empty_baseline() -> None:
    baseline.write("known.json", [], {})
    assert json.loads(Path("known.json").read_text("utf-8"))["findings"] == []
    assert baseline.load("known.json").without(found(TEXT), sources(TEXT)) == found(TEXT)


def test_a_source_that_is_not_utf8_or_not_at_hand() -> None:
    text = "RUN apt-get update \udcff\n"
    assert known(text).without(found(text), sources(text)) == []
    baseline.write("gone.json", found(text), {})
    assert baseline.load("gone.json").without(found(text), {}) == []


BROKEN = {
    "": "not valid JSON",
    "{": "not valid JSON",
    "[" * 100_000: "not valid JSON",
    "\xff": "not valid JSON",
    "[]": "no baseline of dockwright",
    "{}": "no baseline of dockwright",
    '{"findings": []}': "no baseline of dockwright",
    '{"dockwright-baseline": 2, "findings": []}': "version 2",
    '{"dockwright-baseline": 1}': "`findings` is missing",
    '{"dockwright-baseline": 1, "findings": {}}': "`findings` is missing or no list",
    '{"dockwright-baseline": 1, "findings": [1]}': "finding 1 is damaged",
    '{"dockwright-baseline": 1, "findings": [{"file": "a"}]}': "finding 1 is damaged",
}


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:40])
def test_broken(text: str) -> None:
    Path("known.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as error:
        baseline.load("known.json")
    assert BROKEN[text] in error.value.message
    assert error.value.file == "known.json"


def test_missing_and_unwritable() -> None:
    with pytest.raises(ConfigError, match="cannot read the baseline: No such file"):
        baseline.load("nowhere.json")
    with pytest.raises(UsageError, match="cannot write no/such/known"):
        baseline.write("no/such/known.json", [], {})
