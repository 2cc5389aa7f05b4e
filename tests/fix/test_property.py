"""What holds for fixes of any Dockerfile, shown on random ones of all rules' examples."""

from collections import Counter
from collections.abc import Sequence

import dockerfile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.check import registry
from dockwright.check.fix import fix
from dockwright.check.suppress import is_pragma
from dockwright.findings.finding import Finding
from dockwright.rules.api import Bad
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source
from tests.fix.fragments import counts, looker, stages

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


def errors(findings: Sequence[Finding]) -> int:
    return sum(finding.severity == "error" for finding in findings)


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
    if safeties == ("safe",):
        new = counts(after[1]) - counts(before[1])
        assert all(code.startswith("DW50") for code in new)
    assert errors(after[1]) <= errors(before[1])
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


FIXED = [
    pytest.param(entry.code, example, id=f"{entry.code}-{number}")
    for entry in registry.entries()
    for number, example in enumerate(registry.load(entry).examples)
    if isinstance(example, Bad) and example.fixed is not None
]


@pytest.mark.parametrize(("code", "example"), FIXED)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "all"])
def test_no_fix_of_an_example_is_refused(code: str, example: Bad, alone: bool) -> None:
    """What a rule shows to fix keeps the loop's promises, whichever other rules are on."""
    outside = ("context", "dockerignore")
    if any(key in outside for key in example.config):
        pytest.skip("needs a build context, which tests/rules gives it")
    options = {key.replace("-", "_"): value for key, value in example.config.items()}
    look = looker(select=(code if alone else "ALL",), **options)
    outcome = fix(example.text, look, ("safe", "unsafe"))
    refused = [(one.finding.code, one.obligation) for one in outcome.refused]
    if not alone:
        # The examples stand on real base images and need not build: a fix may bring to light what
        # the model could not say before, and then it is left out.
        refused = [one for one in refused if "(DW5" not in one[1]]
    assert refused == []
    shown = all(
        chosen.safety == "shown"
        for finding in look(example.text)[1]
        if finding.code == code
        for chosen in finding.fixes[:1]
    )
    if alone and not shown:
        assert outcome.text == example.fixed
