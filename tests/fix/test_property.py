"""What holds for fixes of any Dockerfile, shown on random ones of all rules' examples."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import dockerfile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.check import registry
from dockwright.check.fix import Outcome, fix
from dockwright.check.suppress import is_pragma
from dockwright.findings.finding import Finding
from dockwright.model import ignoring
from dockwright.model.compare import compare
from dockwright.rules.api import Bad
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source
from tests.fix.fragments import counts, ignore_looker, looker, looker_at, stages
from tools.examples import OF_COMPOSE

WEIGHT = {"info": 0, "warning": 1, "error": 2}
FORMS = ("plain", "crlf", "bare", "bom")


def formed(text: str, form: str) -> str:
    return {
        "plain": text,
        "crlf": text.replace("\n", "\r\n"),
        "bare": text.rstrip("\n"),
        "bom": "\ufeff" + text,
    }[form]


def accepted(text: str) -> bool:
    try:
        dockerfile.parse_string(text.removeprefix("\ufeff"))
    except dockerfile.GoParseError:
        return False
    return True


def comments(text: str) -> Counter[str]:
    tree = parse(Source("", text))
    return Counter(one.text for one in tree.comments if not is_pragma(one.text))


def faults(
    before: Sequence[Finding], after: Sequence[Finding], outcome: Outcome
) -> dict[str, object]:
    """
    New findings that the fixes may not have brought, by code.

    Two may come. What stops a build (DW50) was hidden when something before it stopped the build
    already: then there are no more findings of its weight, or above, than there were. And an
    unsafe fix may leave something lighter than the heaviest that an unsafe fix has mended.
    """
    unsafe = [finding for finding, chosen in outcome.applied if chosen.safety == "unsafe"]
    heaviest = max((WEIGHT[finding.severity] for finding in unsafe), default=-1)
    wrong: dict[str, object] = {}
    for code in counts(list(after)) - counts(list(before)):
        weight = max(WEIGHT[finding.severity] for finding in after if finding.code == code)
        hidden = code.startswith("DW50") and above(after, weight) <= above(before, weight)
        if not hidden and weight >= heaviest:
            wrong[code] = weight
    if above(after, WEIGHT["error"]) > above(before, WEIGHT["error"]):
        wrong["errors"] = [finding.code for finding in after if finding.severity == "error"]
    return wrong


def above(findings: Sequence[Finding], weight: int) -> int:
    return sum(WEIGHT[finding.severity] >= weight for finding in findings)


@pytest.mark.parametrize("safeties", [("safe",), ("safe", "unsafe")], ids="+".join)
@settings(max_examples=150, deadline=None)
@given(text=stages, form=st.sampled_from(FORMS))
def test_fixing_any_file(safeties: tuple[str, ...], text: str, form: str) -> None:
    text = formed(text, form)
    look = looker()
    outcome = fix(text, look, safeties)
    assert outcome.converged
    assert accepted(outcome.text) or not accepted(text)
    assert fix(outcome.text, look, safeties).text == outcome.text
    before, after = look(text), look(outcome.text)
    assert not faults(before[1], after[1], outcome)
    codes = {finding.code for finding, _ in outcome.applied}
    if not codes & {"DW1107", "DW0012"}:
        assert not comments(text) - comments(outcome.text)
    assert text.startswith("\ufeff") == outcome.text.startswith("\ufeff")
    if form == "crlf":
        assert outcome.text.count("\n") == outcome.text.count("\r\n")
    if form == "bare" and outcome.applied:
        assert not outcome.text.endswith("\n") or text.endswith("\n")
    for finding, chosen in outcome.applied:
        assert chosen.safety in safeties
        assert finding.fixes


IGNORES = {entry.code for entry in registry.entries() if entry.subject == "Ignore"}
FIXED = [
    pytest.param(entry.code, example, id=f"{entry.code}-{number}")
    for entry in registry.entries()
    if entry.subject not in OF_COMPOSE  # tests/fix/test_projects.py
    for number, example in enumerate(registry.load(entry).examples)
    if isinstance(example, Bad) and example.fixed is not None
]


@pytest.mark.parametrize(("code", "example"), FIXED)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "all"])
def test_no_fix_of_an_example_is_refused(code: str, example: Bad, alone: bool) -> None:
    """What a rule shows to fix keeps the loop's promises, whichever other rules are on."""
    on_ignore = code in IGNORES
    look: Callable[[str], tuple[Any, list[Finding]]]
    look = (ignore_looker if on_ignore else looker_at)(example, select=(code if alone else "ALL",))
    differ = ignoring.compare if on_ignore else compare
    outcome = fix(example.text, look, ("safe", "unsafe"), differ)
    assert [(one.finding.code, one.obligation) for one in outcome.refused] == []
    shown = all(
        chosen.safety == "shown"
        for finding in look(example.text)[1]
        if finding.code == code
        for chosen in finding.fixes[:1]
    )
    if alone and not shown:
        assert outcome.text == example.fixed
