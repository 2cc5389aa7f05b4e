"""Variables in words: edge cases; `bench/variables.py` compares random words with BuildKit."""

import pytest

from dockwright.syntax.dockerfile.expand import UnknownValue, expand, references

ENV = {"a": "value", "empty": "", "p": "/usr/local/bin", "s": "a b  c", "q": "'x'"}

VALUES = [
    ("", ""),
    ("plain", "plain"),
    ("$a${a}", "valuevalue"),
    ("$1$@$#", ""),
    ("${a:+${empty:-${p##*/}}}", "bin"),
    ("'${a'", "${a"),
    ('"\\$a\\"\\x"', '$a"\\x'),
    ("\\", ""),
    ("a\\", "a"),
    ("$q", "'x'"),
    ("<<a", "<<a"),
    ("${p//\\//.}", ".usr.local.bin"),
    ("${a//*/x}", "x"),
    ("${a///x}", "xvxaxlxuxex"),
    ("${a//a/\\$0}x", "v\\aluex"),
    ("${s%%*}", ""),
    ("${é-u}", "u"),
    ("\ufeff$a", "value"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text, value):
    found = expand(text, ENV.get)
    assert (found.value, found.error) == (value, None)


ERRORS = [
    ("${", "syntax error: missing '}'"),
    ("${}", "syntax error: bad substitution"),
    ("${{a}", "syntax error: bad substitution"),
    ("${:a}", "syntax error: bad substitution"),
    ("${a", "unsupported modifier (\ufffd) in substitution"),
    ("${a:", "syntax error: missing '}'"),
    ("${a-b", "syntax error: missing '}'"),
    ("${a/b", "syntax error: missing '/' in ${}"),
    ("${a/b/c", "syntax error: missing '}'"),
    ("${a!b}", "unsupported modifier (!) in substitution"),
    ("${a:#b}", "unsupported modifier (:#) in substitution"),
    ("${a:/b}", "unsupported modifier (:/) in substitution"),
    ("${no?}", "no: is not allowed to be unset"),
    ("${no?must be}", "no: must be"),
    ("${empty:?}", "empty: is not allowed to be empty"),
    ("'a", "unexpected end of statement while looking for matching single-quote"),
    ('"a', "unexpected end of statement while looking for matching double-quote"),
    ("${a#\\b}", "invalid pattern (\\b) in substitution: invalid escape '\\b'"),
]


@pytest.mark.parametrize(("text", "error"), ERRORS)
def test_error(text, error):
    found = expand(text, ENV.get)
    assert (found.value, found.error) == (None, error)


WORDS = [
    ("a b", ("a", "b")),
    ("$s", ("a", "b", "c")),
    ('"$s"', ("a b  c",)),
    ("a' 'b", ("a b",)),
    ("''", ()),
    # One buffer for all words: a modifier drops what stands before it.
    ("80${no:-81}", ("81",)),
    ('x"${no:-y}"z', ("yz",)),
    ("80${a}", ("80value",)),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words(text, words):
    assert expand(text, ENV.get).words == words


def test_options():
    raw = expand(
        "'$a' \"$a\" \\$a $no", ENV.get, raw_quotes=True, raw_escapes=True, keep_unset=True
    )
    assert raw.value == "'$a' \"value\" \\$a $no"
    assert expand("'$a", ENV.get, plain_quotes=True).value == "'value"
    assert expand("`$a\\$a", ENV.get, "`").value == "$a\\value"


def test_references():
    text = "x${a:-$b}y$c${d/$e/$f}"
    found = references(text)
    assert {ref.name for ref in found} == set("abcdef")
    assert all(ref.name in text[ref.start : ref.end] for ref in found)
    assert [(r.name, r.modifier) for r in found if r.modifier] == [("a", ":-"), ("d", "/")]


def test_unknown():
    def lookup(name):
        if name == "secret":
            raise UnknownValue
        return ENV.get(name)

    found = expand("$a$secret", lookup)
    assert (found.value, found.error, found.unknown) == (None, None, "secret")


def test_what_releases_read_differently_is_unknown():
    assert expand('${a#"\\*"}', ENV.get).value is None


def test_deep_nesting_does_not_raise():
    assert expand("${a:-" * 5000, ENV.get).error is not None
    assert expand("${a:-" * 5000 + "}" * 5000, ENV.get).error is not None


def test_costly_globs_are_not_tried():
    found = expand("${a/*x*x*x*x*y/z}", {"a": "x" * 5000}.get)
    assert found.value is None
    assert found.unknown is not None
