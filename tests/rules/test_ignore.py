"""Rules on ignore files: what they say of patterns holds for every path."""

import itertools
import random

import pytest

from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.model.ignoring import EXCLUDES, INCLUDES, Ignore, compare
from dockwright.rules.ignore._patterns import covers, may_meet
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.syntax.ignore.parser import parse
from dockwright.text import patch
from dockwright.text.source import Source

SEGMENTS = ("a", "b", "*", "**", "a*", "*b", "?")
NAMES = ("a", "b", "ab", "c")
PATHS = ["/".join(parts) for size in (1, 2, 3) for parts in itertools.product(NAMES, repeat=size)]
SHAPES = [
    "/".join(parts) for size in (1, 2, 3) for parts in itertools.product(SEGMENTS, repeat=size)
]


def matched(text: str) -> set[str]:
    """The paths that a pattern matches, or something above them."""
    matcher = Matcher(parse(text).patterns)
    return {path for path in PATHS if matcher.excludes(path)}


def test_what_covers_matches_all() -> None:
    pick = random.Random(1)
    said = 0
    for _ in range(4000):
        wide, narrow = pick.choice(SHAPES), pick.choice(SHAPES)
        if covers(*parse(f"{wide}\n{narrow}").patterns):
            said += 1
            assert matched(narrow) <= matched(wide), (wide, narrow)
    assert said > 50


def test_what_never_meets_shares_no_path() -> None:
    pick = random.Random(2)
    said = 0
    for _ in range(4000):
        one, other = pick.choice(SHAPES), pick.choice(SHAPES)
        if not may_meet(*parse(f"{one}\n{other}").patterns):
            said += 1
            assert not matched(one) & matched(other), (one, other)
    assert said > 50


def test_unused_patterns_change_nothing() -> None:
    """Without all that is called unused, each path has the same fate."""
    pick = random.Random(3)
    entry = registry.find("DW7005")
    assert entry is not None
    plan = Plan([entry])
    said = 0
    for _ in range(3000):
        lines = [
            pick.choice(("", "", "!")) + pick.choice(SHAPES) for _ in range(pick.randint(2, 5))
        ]
        text = "\n".join(lines) + "\n"
        found = plan.run_ignore(Ignore(Source(".dockerignore", text)))
        said += len(found)
        edits = [edit for one in found for edit in one.fixes[0].edits]
        shorter = patch.apply(text, edits)
        before, after = Matcher(parse(text).patterns), Matcher(parse(shorter).patterns)
        for path in PATHS:
            assert before.fate(path) == after.fate(path), (text, shorter, path)
    assert said > 500


def test_overridden_exceptions_bring_nothing_back() -> None:
    """No path that such an exception matches arrives with its content."""
    pick = random.Random(4)
    entry = registry.find("DW7004")
    assert entry is not None
    plan = Plan([entry])
    said = 0
    for _ in range(3000):
        lines = [
            pick.choice(("", "", "!")) + pick.choice(SHAPES) for _ in range(pick.randint(2, 5))
        ]
        text = "\n".join(lines) + "\n"
        matcher = Matcher(parse(text).patterns)
        for finding in plan.run_ignore(Ignore(Source(".dockerignore", text))):
            said += 1
            shape = text[finding.span.start + 1 : finding.span.end]
            for path in matched(shape):
                assert matcher.fate(path) != "sent", (text, shape, path)
    assert said > 50


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("a\n", "a\n# b\n", set()),
        ("a\n", "**/a\n", {EXCLUDES}),
        ("*.md\n", "*.md\n!README.md\n", {INCLUDES}),
        ("a\nb\n", "a\n", {INCLUDES}),
        ("*\n!d/c\n", "*\n!d/c\nd\n", {EXCLUDES}),
        ("a\n", "b\n", {EXCLUDES, INCLUDES}),
    ],
)
def test_what_an_edit_changes(before: str, after: str, changes: set[str]) -> None:
    old, new = (Ignore(Source(".dockerignore", text)) for text in (before, after))
    assert compare(old, new) == changes
