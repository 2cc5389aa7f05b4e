"""The two ways of running an expression agree, and the pieces from Go's library do as it does."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dockwright.syntax.ignore.automaton import Automaton
from dockwright.syntax.ignore.charset import LAST, complement, contains, union
from dockwright.syntax.ignore.execute import python_regex
from dockwright.syntax.ignore.glob import EXACT, PREFIX, REGEX, SUFFIX, regex_text
from dockwright.syntax.ignore.goclass import RegexError
from dockwright.syntax.ignore.gopath import clean, is_wellformed, trim_space
from dockwright.syntax.ignore.goregex import read

PIECES = st.lists(
    st.sampled_from(
        ["a", "b", "/", "*", "**", "?", "[ab]", "[^a]", "\\d", "\\b", "a{2}", "\\W", "^", "$", "é"]
    ),
    max_size=8,
).map("".join)
SUBJECTS = st.text(st.sampled_from("ab/1é$^\n"), max_size=10)


@given(PIECES, SUBJECTS)
def test_automaton_and_python_agree(pattern: str, subject: str) -> None:
    try:
        (atoms,) = read(regex_text(pattern)[1])
    except RegexError:
        assume(False)
    expected = re.compile(python_regex(atoms), re.ASCII).search(subject) is not None
    automaton = Automaton([atoms])
    assert automaton.search(subject) is expected
    assert automaton.search(subject) is expected  # from the remembered steps


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("a.b", EXACT),
        ("a{b}|c", EXACT),
        ("a/**", PREFIX),
        ("a**", PREFIX),
        ("**", SUFFIX),
        ("**/a.b", SUFFIX),
        ("**/a/**", REGEX),
        ("**/*", REGEX),
        ("a/**/b", REGEX),
        ("a*", REGEX),
        ("a]", REGEX),
        ("\\a", REGEX),
    ],
)
def test_kinds(pattern: str, kind: str) -> None:
    assert regex_text(pattern)[0] == kind


RANGES = st.lists(
    st.tuples(st.integers(0, LAST), st.integers(0, LAST)).map(lambda p: (min(p), max(p)))
).map(union)


@given(RANGES, st.integers(0, LAST))
def test_complement(ranges: tuple[tuple[int, int], ...], code: int) -> None:
    assert contains(complement(ranges), code) is not contains(ranges, code)
    assert complement(complement(ranges)) == ranges


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "."),
        (".", "."),
        ("a/", "a"),
        ("a//b/./c", "a/b/c"),
        ("a/..", "."),
        ("../a/../..", "../.."),
        ("/..", "/"),
        ("/../a", "/a"),
        ("//", "/"),
        ("!../../a", "a"),
    ],
)
def test_clean(path: str, expected: str) -> None:
    assert clean(path) == expected


@given(st.text(st.sampled_from("a./!")))
def test_clean_is_idempotent(path: str) -> None:
    assert clean(clean(path)) == clean(path)


@pytest.mark.parametrize("pattern", ["a", "*", "a*[", ".x*[", "[a-b]", "[^a]", "[\\]]"])
def test_wellformed(pattern: str) -> None:
    assert is_wellformed(pattern)


@pytest.mark.parametrize(
    "pattern", ["[", "[a", "[]a]", "*[", ".[", "a\\", "[a-]", "[\\", "?[", "*?[b"]
)
def test_malformed(pattern: str) -> None:
    assert not is_wellformed(pattern)


def test_trim_space_is_not_strip() -> None:
    assert trim_space(" \x1f\x85") == "\x1f"
