"""Which paths an ignore file keeps out of the build context."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.syntax.ignore.matcher import ABSENT, HOLLOW, SENT, Matcher
from dockwright.syntax.ignore.parser import parse


def matcher(text: str) -> Matcher:
    return Matcher(parse(text).patterns)


def words(text: str) -> list[str]:
    """Paths are written with blanks between them, a blank inside one as "␣"."""
    return [word.replace("␣", " ") for word in text.split()]


# Ignore file, paths that are excluded, paths that are not.
TABLE = [
    # Only an unindented "#" begins a comment.
    ("# x", "", "x #␣x"),
    (" # x", "#␣x", "x"),
    # Trimmed, cleaned, a leading "/" dropped, a trailing one harmless.
    (" /a/ ", "a a/b", "b b/a"),
    ("./a//b/../c", "a/c a/c/d", "a a/b"),
    # Anchored at the root.
    ("*.log", "x.log x.log/y", "d/x.log"),
    ("**/*.log", "x.log d/x.log d/e/x.log", "log d/log"),
    ("d/*.log", "d/x.log", "x.log d/e/x.log"),
    # The last match wins, and a child of an excluded directory can come back.
    ("d\n!d/c", "d d/b", "d/c d/c/e"),
    ("!d/c\nd", "d d/b d/c", "e"),
    ("*\n!a\na/b", "b a/b", "a a/c"),
    # Case counts.
    ("readme", "readme", "README Readme"),
    # The ignore file and the Dockerfile are paths like any other.
    ("Dockerfile\n.dockerignore", "Dockerfile .dockerignore", "x"),
    # Plain comparisons.
    ("a/b", "a/b a/b/c", "a ab a/bc b"),
    ("a/**", "a/b a/b/c", "a ab"),
    ("a**", "a ab a/b abc/d", "b ba"),
    ("**", "a a/b", ""),
    ("**/a", "a b/a b/c/a b/a/c", "ba b/ba ab"),
    ("**a", "a ba b/ba b/a/x", "ab"),
    # Stars and question marks stay in one directory.
    ("*", "a a/b .a", ""),
    ("*/b", "a/b a/b/c", "b c/a/b"),
    ("a?c", "abc a␣c aéc", "ac abbc"),
    ("a?b", "", "a/b"),
    ("a/**/b", "a/b a/x/b a/x/y/b", "a a/xb ab"),
    ("a/*/b", "a/x/b", "a/b a/x/y/b"),
    # Brackets are copied into a regular expression.
    ("[ab]x", "ax bx", "cx x"),
    ("[a-c]", "a b c", "d"),
    ("a[^b]c", "axc a/c", "abc"),
    ("[a\\]b]x", "ax ]x bx", "\\x"),
    ("x*[-a]", "x- xya", "xb"),
    ("[[:digit:]]x", "1x", ":x dx :]x"),
    ("a*[[:^digit:]]", "a: ax", "a1"),
    ("a*[*]b", "a]b a[]b a/]b axyz^[]b", "a* a*b"),
    ("a*[?]", "a/] a^]", "a?"),
    # Escapes, too.
    ("\\*", "*", "a"),
    ("\\a", "\a", "a"),
    ("\\d\\d", "12", "dd ab 1é"),
    ("a\\.b", "a.b", "axb"),
    ("\\x41*", "A Ab", "x41"),
    ("\\101", "A", "101"),
    ("\\pL", "x é 日", "1 pL"),
    ("\\p{Lu}*", "Ax É", "x"),
    ("\\bab*", "ab abc", "xab"),
    # \Q takes the "$" that ends the expression with it.
    ("\\Qa*", "a[^/]*$ a[^/]*$x", "a Qa"),
    # A backslash at the end escapes that "$", if the check before does not see it.
    ("a*x\\", "ax$ abx$y", "ax ax\\"),
    # "{", "|" and "}" are not escaped, though only next to a wildcard.
    ("a{2}", "a{2}", "aa"),
    ("a{2}*", "aa aab", "a{2} ab"),
    ("a|b*", "axyz b xb cb", "c ca"),
    ("?|", "a ab x/y", ""),
    ("*.{md,log}", "x.{md,log}", "x.md x.log"),
    # Neither are "." and friends special.
    ("a.b", "a.b", "axb"),
    ("a+*", "a+ a+b", "aa"),
    ("(a)*", "(a) (a)b", "a"),
    ("$*", "$ $a", "a"),
    ("^a", "^a", "a"),
    ("^a*", "a ab", "^a"),
    # A mark in the middle of a file is skipped by expressions but not by comparisons.
    ("x\n\ufeffa*", "x a ab", "\ufeffa"),
    ("x\n\ufeffa", "x \ufeffa", "a"),
    ("x\n\ufeff**/a", "x ÿ**/a b/ÿ**/a", "a b/a \ufeffa"),
    # A negation that the first character does not show, and one that is none.
    ("*\n/!a", "b", "a"),
    ("!../../a", "a", "b"),
    # Dropped lines.
    ("/ /\n!/ /x", "", "a x"),
    # Bytes that are not UTF-8.
    ("caf\udce9", "", "caf\udce9"),
    ("caf*\udce9", "caf\udce9 cafe\udce8", "café"),
]


@pytest.mark.parametrize(("text", "excluded", "included"), TABLE)
def test_table(text: str, excluded: str, included: str) -> None:
    found = matcher(text)
    for path in words(excluded):
        assert found.excludes(path), path
        assert found.decision(path).excluded
        assert found.fate(path) == ABSENT
    for path in words(included):
        assert not found.excludes(path), path
        assert not found.decision(path).excluded
        assert found.fate(path) == SENT


def test_dot_matches_no_newline_but_brackets_do() -> None:
    assert not matcher("a**b").excludes("a\n/b")
    assert matcher("a*b").excludes("a\nb")
    assert matcher("a[^c]b").excludes("a\nb")
    assert not matcher("a*b").excludes("ab\n")


@pytest.mark.parametrize("path", ["", "."])
def test_the_root_is_never_excluded(path: str) -> None:
    assert not matcher("**").excludes(path)
    assert not matcher(".").decision(path).excluded
    assert not matcher("*").visit(path).excluded


def test_no_patterns_exclude_nothing() -> None:
    assert matcher("").fate("a/b") == SENT


def test_decision_names_the_last_word() -> None:
    found = matcher("*\n!src\nsrc/*.log")
    kept = found.decision("src/a.py")
    assert (kept.excluded, kept.pattern, kept.part) == (False, found.patterns[1], "src")
    lost = found.decision("src/a.log")
    assert (lost.excluded, lost.pattern, lost.part) == (True, found.patterns[2], "src/a.log")
    assert matcher("b").decision("a").pattern is None


def test_a_pattern_that_does_not_compile_counts_when_it_is_tried() -> None:
    found = matcher("b\n!\\q")
    assert found.decision("a").error is None
    assert found.decision("b").error is not None
    assert found.decision("b").excluded
    assert found.visit("b").error is not None
    assert found.rejected == ()


def test_a_malformed_pattern_is_rejected_at_once() -> None:
    found = matcher("[\na\n!")
    assert [pattern.written for pattern in found.rejected] == ["[", "!"]
    assert [pattern.written for pattern in found.patterns] == ["a"]
    assert found.excludes("a")


# The walk against the comparison of whole paths. Each row was seen in a real build.


def test_the_walk_forgets_patterns_it_did_not_try() -> None:
    found = matcher("d/c\n!d")
    assert not found.excludes("d/c")
    assert found.fate("d/c") == ABSENT
    assert found.fate("d/e") == SENT


def test_a_file_can_arrive_empty() -> None:
    found = matcher("*\n!d/c\nd")
    assert found.excludes("d/c")
    assert found.fate("d/c") == HOLLOW
    assert found.fate("d/e") == ABSENT


def test_the_walk_does_not_enter_where_an_exception_seems_to_be_elsewhere() -> None:
    found = matcher("*\n!foo/*/**")
    assert not found.excludes("foo/x/y")
    assert not found.visit("foo/x").descends
    assert found.fate("foo/x/y") == ABSENT
    assert matcher("*\n!foo/*/**\n![k]eep").fate("foo/x/y") == SENT


@pytest.mark.parametrize(
    ("text", "directory", "descends"),
    [
        ("d", "d", False),
        ("d", "e", True),
        ("d\n!e", "d", False),
        ("d\n!d/c", "d", True),
        ("d\n!d/c", "d/e", False),
        ("d\n!d/c", "d/c", True),
        ("d\n!d/c/**", "d", True),
        ("d\n!dd/c", "d", False),
        ("d\n!**/c", "d", True),
        ("d\n!*", "d/e", True),
    ],
)
def test_descends(text: str, directory: str, descends: bool) -> None:
    assert matcher(text).visit(directory).descends is descends


NAMES = st.sampled_from(["a", "b", "ab", "a.b", "[a]", "{2}", "a|b", "é", "x y"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PATTERNS = st.lists(
    st.sampled_from(["a", "b", "*", "**", "?", "a*", "*b", "[ab]", "[^a]", "a{2}", "\\w", "|"]),
    min_size=1,
    max_size=4,
).map("/".join)
LINES = st.lists(st.tuples(st.sampled_from(["", "!"]), PATTERNS).map("".join), max_size=6)


@given(LINES, PATHS)
def test_decision_and_excludes_agree(lines: list[str], path: str) -> None:
    found = matcher("\n".join(lines))
    decision = found.decision(path)
    assert decision.excluded is found.excludes(path)
    if decision.pattern is not None:
        assert decision.pattern.negated is not decision.excluded
        assert decision.part is not None
        assert path == decision.part or path.startswith(decision.part + "/")


@given(st.lists(PATTERNS, max_size=6), PATHS)
def test_without_negation_the_walk_and_whole_paths_agree(lines: list[str], path: str) -> None:
    found = matcher("\n".join(lines))
    assert found.visit(path).excluded is found.excludes(path)


@given(st.lists(PATTERNS, min_size=1, max_size=6), PATHS, NAMES)
def test_what_is_below_an_excluded_directory_is_excluded(
    lines: list[str], path: str, name: str
) -> None:
    found = matcher("\n".join(lines))
    if found.excludes(path):
        assert found.excludes(f"{path}/{name}")


@given(LINES, PATHS)
def test_nothing_below_a_closed_directory_is_sent(lines: list[str], path: str) -> None:
    found = matcher("\n".join(lines))
    parts = path.split("/")
    for at in range(1, len(parts)):
        if not found.visit("/".join(parts[:at])).descends:
            assert found.fate(path) == ABSENT


@given(LINES, PATHS)
def test_a_last_star_star_excludes_all_and_its_negation_nothing(
    lines: list[str], path: str
) -> None:
    assert matcher("\n".join([*lines, "**"])).excludes(path)
    assert not matcher("\n".join([*lines, "!**"])).excludes(path)


def test_hostile_patterns_take_no_time() -> None:
    started = time.perf_counter()
    name = "a" * 250
    assert not matcher("*a*a*a*a*a*a*a*a*a*b").excludes(name)
    assert not matcher("**/**/**/**/**/**/**/b").excludes("/".join(["a"] * 120))
    assert not matcher("a{0,500}a{0,500}a{0,500}b*").excludes(name)
    assert time.perf_counter() - started < 5
