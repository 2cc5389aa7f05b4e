"""Reading an ignore file: tokens, positions, what Docker makes of a line."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dockwright.syntax.ignore.parser import LINE_LIMIT, TOO_LONG, UNSENDABLE, IgnoreFile, parse
from dockwright.syntax.ignore.pattern import BAD_REGEX, BAD_SYNTAX, NO_PATTERN, read_item

TEXTS = st.text(
    st.one_of(st.sampled_from("ab!#/\\*?[]{}|^$. \t\r\n\x1f\x85\ufeff"), st.characters())
)


def cleaned(file: IgnoreFile) -> list[str]:
    """The patterns of a file in short: "!" marks a negation, "E:" an error."""
    return [
        ("E:" if p.error else "") + ("!" if p.negated else "") + p.cleaned for p in file.patterns
    ]


@given(TEXTS)
@example("\ufeff")
@example("\r")
@example("a\r\r\n!\r")
@example("\ufeff#\ufeff\n \udcff\ud800")
def test_tokens_tile_any_text(text: str) -> None:
    file = parse(text)
    at = 0
    for token in file.tokens:
        assert token.start == at < token.end
        at = token.end
    assert at == len(text)


@given(TEXTS)
def test_positions_agree_with_the_text(text: str) -> None:
    file = parse(text)
    for pattern in file.patterns:
        assert text[pattern.start : pattern.end] == pattern.written
        assert pattern.line == text.count("\n", 0, pattern.start) + 1
        assert pattern.cleaned == "/" or not pattern.cleaned.endswith("/")
    for error in file.errors:
        assert 0 <= error.start < error.end <= len(text)
        assert error.line == text.count("\n", 0, error.start) + 1
    assert [error.start for error in file.errors] == sorted(error.start for error in file.errors)


@given(TEXTS)
def test_every_pattern_error_is_reported(text: str) -> None:
    file = parse(text)
    faulty = [(p.start, p.end, p.error) for p in file.patterns if p.error]
    reported = [(e.start, e.end, e.message) for e in file.errors]
    assert [r for r in reported if r[2] not in (TOO_LONG, UNSENDABLE)] == faulty


def test_tokens_of_a_small_file() -> None:
    text = "\ufeff# top\r\n  ! a b\t\n\n*.log"
    got = [(token.kind, text[token.start : token.end]) for token in parse(text).tokens]
    assert got == [
        ("bom", "\ufeff"),
        ("comment", "# top"),
        ("newline", "\r\n"),
        ("whitespace", "  "),
        ("negation", "!"),
        ("whitespace", " "),
        ("pattern", "a b"),
        ("whitespace", "\t"),
        ("newline", "\n"),
        ("newline", "\n"),
        ("pattern", "*.log"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("#a\n #a\n", ["#a"]),
        ("\ufeff#a\n\ufeff#a", ["\ufeff#a"]),
        ("/a/b/\n./c//d\na/../e", ["a/b", "c/d", "e"]),
        ("!/a\n! a\n!./a/", ["!a", "!a", "!a"]),
        ("!!a", ["!!a"]),
        ("/", ["/"]),
        ("//", ["/"]),
        (".\n./", [".", "."]),
        ("../a\n/../a", ["../a", "a"]),
        ("a\x1f\n\x1ca", ["a\x1f", "\x1ca"]),
        ("\u3000a\u2009\n\x85b\xa0", ["a", "b"]),
        # The second cleaning sees the "!" as part of a name.
        ("!../a", ["!../a"]),
        ("!../../a", ["a"]),
        ("!..", ["!.."]),
        ("!../..", ["."]),
        # And a "!" that only comes first once the path is cleaned still negates.
        ("/!a\n./!a\nb/../!a", ["!a", "!a", "!a"]),
        ("/ !a", ["!a"]),
        ("/ /", [""]),
        ("!\n! \n!/\n/!", ["E:!", "E:!", "E:!", "E:!"]),
        ("[\na[\n*[", ["E:[", "E:a[", "E:*["]),
        ("a*[", ["E:a*["]),
        ("\\q", ["E:\\q"]),
        ("[b-a]\n[]\n[^]\na\\", ["E:[b-a]", "E:[]", "E:[^]", "E:a\\"]),
        ("caf\udce9", ["caf\ufffd"]),
    ],
)
def test_what_a_line_becomes(text: str, expected: list[str]) -> None:
    assert cleaned(parse(text)) == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("!", NO_PATTERN),
        ("a/[b", BAD_SYNTAX),
        ("[--a]", BAD_SYNTAX),
        ("[\udce9]", BAD_SYNTAX),
        # filepath.Match stops reading at the first thing that cannot match ".".
        ("a*[b", BAD_REGEX),
        ("a*[b-a]", BAD_REGEX),
        ("\\1*", BAD_REGEX),
        ("\\é", BAD_REGEX),
        ("\\p{Nonsense}*", BAD_REGEX),
        ("a{2}{3}*", BAD_REGEX),
        ("a{1001}*", BAD_REGEX),
        ("a{3,2}*", BAD_REGEX),
        ("[[:nope:]]", BAD_REGEX),
        ("*|{2}", BAD_REGEX),
        ("a{" + "1" * 9000 + "}*", BAD_REGEX),
        ("a{1," + "1" * 9000 + "}*", BAD_REGEX),
        ("a*{2}" + "\\Q\\E{1}" * 5000, BAD_REGEX),
        ("a*" + "b{1000}" * 5000, BAD_REGEX),
        ("a{2}{3}", None),
        ("a*x\\", None),
        ("{a,b}*", None),
    ],
)
def test_messages(pattern: str, message: str | None) -> None:
    (found,) = parse(pattern).patterns
    assert found.error == message


@pytest.mark.parametrize(
    ("line", "long"),
    [
        ("a" * (LINE_LIMIT - 1), False),
        ("a" * LINE_LIMIT, True),
        ("a" * (LINE_LIMIT - 1) + "\r", True),
        ("é" * (LINE_LIMIT // 2), True),
        ("é" * (LINE_LIMIT // 2 - 1), False),
        ("\ufeff" + "a" * (LINE_LIMIT - 3), True),
        ("#" * LINE_LIMIT, True),
        ("\udcff" * (LINE_LIMIT - 1), False),
    ],
)
@pytest.mark.parametrize("ending", ["", "\nb"])
def test_long_lines(line: str, long: bool, ending: str) -> None:
    errors = parse(line + ending).errors
    assert [error.message for error in errors] == [TOO_LONG] * long
    assert all((error.start, error.end) == (0, len(line)) for error in errors)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\tb", [1]),
        ("x\na\x7fb\n\x01", [2, 3]),
        ("a\tb\né", []),
        ("a\tb/..", []),
        ("\ta\t", []),
        ("#\té", []),
    ],
)
def test_control_characters(text: str, lines: list[int]) -> None:
    errors = parse(text).errors
    assert [error.line for error in errors] == lines
    assert all(error.message == UNSENDABLE for error in errors)


def test_a_list_entry_keeps_its_leading_slash() -> None:
    assert read_item("/a").cleaned == "/a"
    assert read_item(" ! a/ ").cleaned == " a"
    assert read_item("  ").cleaned == ""
