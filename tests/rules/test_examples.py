"""Every example of every rule: what is found, where, and what the fix makes of it."""

import pytest

from dockwright.check import registry
from dockwright.rules.api import Bad, Good, Rule
from tools.examples import findings_of, fixed, marked

CASES = [
    pytest.param(entry, number, example, id=f"{entry.code}-{number}")
    for entry in registry.entries()
    if entry.subject != "Runner"  # tests/check/test_suppress.py
    for number, example in enumerate(registry.load(entry).examples)
]


@pytest.mark.parametrize(("entry", "number", "example"), CASES)
def test_example(entry: registry.Entry, number: int, example: Bad | Good) -> None:
    found = findings_of(entry, example.text, example.config)
    if isinstance(example, Good):
        assert [marked(example.text, f) for f in found] == []
        return
    wanted = (example.at,) if isinstance(example.at, str) else example.at
    assert tuple(marked(example.text, f) for f in found) == wanted
    fixes = [finding.fixes[0] for finding in found if finding.fixes]
    if example.fixed is None:
        assert not fixes, "the rule offers a fix here: give the example `fixed`"
        return
    assert fixes, "the example has `fixed`, but the rule offers no fix"
    after = fixed(example.text, fixes[0])
    for _ in range(len(wanted)):
        again = [f for f in findings_of(entry, after, example.config) if f.fixes]
        if not again:
            break
        after = fixed(after, again[0].fixes[0])
    assert after == example.fixed
    if fixes[0].safety != "shown":
        remaining = findings_of(entry, after, example.config)
        assert len(remaining) < len(found) or not remaining, "the fix does not mend the finding"


@pytest.mark.parametrize("entry", registry.entries(), ids=lambda entry: entry.code)
def test_metadata(entry: registry.Entry) -> None:
    rule: type[Rule] = registry.load(entry)
    assert rule.examples, "a rule has examples"
    assert any(isinstance(example, Bad) for example in rule.examples)
    assert any(isinstance(example, Good) for example in rule.examples)
    assert rule.__doc__ is not None
    paragraphs = [p.strip() for p in rule.__doc__.strip().split("\n\n")]
    assert len(paragraphs) >= 3, "what to do, why, when silent"
    assert paragraphs[0].endswith("."), "the first sentence says what to do"
    assert rule.tier in ("default", "optional", "preview")
    assert rule.severity in ("error", "warning", "info")
