"""The shell parser: structure, positions, damage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.lines import Joined
from dockwright.syntax.dockerfile.parser import parse as parse_dockerfile
from dockwright.syntax.shell.nodes import Block
from dockwright.syntax.shell.parser import MAX_CHARACTERS, parse
from dockwright.text.source import Source


def read(text):
    return parse(Joined(text, (0,), (0,)))


def tree(part):
    """Nested lists: kind, then (operator, child) pairs; a command is its text."""
    if not isinstance(part, Block):
        return " ".join(word.text for word in part.words)
    return [part.kind, *((before, tree(child)) for before, child in part.children)]


STRUCTURE = {
    "one": ("a b", ["sequence", ("", "a b")]),
    "and, or": ("a && b || c", ["sequence", ("", ["list", ("", "a"), ("&&", "b"), ("||", "c")])]),
    "pipe": ("a | b | c", ["sequence", ("", ["pipeline", ("", "a"), ("|", "b"), ("|", "c")])]),
    "sequence": ("a; b\nc", ["sequence", ("", "a"), (";", "b"), (";", "c")]),
    "background": ("a & b", ["sequence", ("", "a"), ("&", "b")]),
    "subshell": ("(a; b)", ["sequence", ("", ["subshell", ("", "a"), (";", "b")])]),
    "group": ("{ a; b; }", ["sequence", ("", ["group", ("", "a"), (";", "b")])]),
    "negation": ("! a", ["sequence", ("", ["negation", ("!", "a")])]),
    "if": (
        "if a; then b; else c; fi",
        [
            "sequence",
            ("", ["if", ("condition", "a"), ("body", "b"), ("else", ["if", ("condition", "c")])]),
        ],
    ),
    "heredoc into a pipe": (
        "cat <<EOF | sh\nx\nEOF\n",
        ["sequence", ("", ["pipeline", ("", "cat"), ("|", "sh")])],
    ),
    "heredoc into a longer pipe": (
        "cat <<EOF | a | b && c\nx\nEOF\nd",
        [
            "sequence",
            ("", ["list", ("", ["pipeline", ("", "cat"), ("|", "a"), ("|", "b")]), ("&&", "c")]),
            (";", "d"),
        ],
    ),
    "heredoc at the end of a list": (
        "a && cat <<EOF | b\nx\nEOF\n",
        ["sequence", ("", ["list", ("", "a"), ("&&", ["pipeline", ("", "cat"), ("|", "b")])])],
    ),
    "heredoc, then and": (
        "cat <<EOF && b\nx\nEOF\n",
        ["sequence", ("", ["list", ("", "cat"), ("&&", "b")])],
    ),
    "and, with a redirection between": (
        "a && b > f && c",
        ["sequence", ("", ["list", ("", "a"), ("&&", "b"), ("&&", "c")])],
    ),
    "or, then a redirection in a pipe": (
        "a || b > f | c && d",
        [
            "sequence",
            ("", ["list", ("", "a"), ("||", ["pipeline", ("", "b"), ("|", "c")]), ("&&", "d")]),
        ],
    ),
    "heredoc, then or": (
        "cat <<EOF || b\nx\nEOF\n",
        ["sequence", ("", ["list", ("", "cat"), ("||", "b")])],
    ),
}


@pytest.mark.parametrize(("text", "expected"), STRUCTURE.values(), ids=STRUCTURE)
def test_structure(text, expected):
    script = read(text)
    assert script.damaged is None
    if "if" in text:
        assert [c.name for c in script.commands] == ["a", "b", "c"]
        return
    assert tree(script.body) == expected


COMMANDS = {
    "list": ("a && b || c", [("a", "", ()), ("b", "&&", ()), ("c", "||", ())]),
    "pipe": ("a | b", [("a", "", ("pipe",)), ("b", "|", ("pipe-end",))]),
    "heredoc": ("a <<E | b\nE\n", [("a", "", ("pipe",)), ("b", "|", ("pipe-end",))]),
    "heredoc with a longer tail": (
        "a <<E | b | c || d\nE\n",
        [("a", "", ("pipe",)), ("b", "|", ("pipe",)), ("c", "|", ("pipe-end",)), ("d", "||", ())],
    ),
    "substitution": (
        "a $(b | c)",
        [
            ("a", "", ()),
            ("b", "", ("substitution", "pipe")),
            ("c", "|", ("substitution", "pipe-end")),
        ],
    ),
    "substitution in quotes": ('a "x$(b)"', [("a", "", ()), ("b", "", ("substitution",))]),
    "backquotes": ("a `b`", [("a", "", ()), ("b", "", ("substitution",))]),
    "substitution in a heredoc": (
        "a <<E\n$(b)\nE\n",
        [("a", "", ()), ("b", "", ("substitution",))],
    ),
    "none in a quoted heredoc": ("a <<'E'\n$(b)\nE\n", [("a", "", ())]),
    "subshell": ("(a)", [("a", "", ("subshell",))]),
    "loop": ("for x in 1 2; do a; done", [("a", "", ("loop",))]),
    "condition": ("if a; then b; fi", [("a", "", ("condition",)), ("b", ";", ("branch",))]),
    "negation": ("! a", [("a", "", ("negation",))]),
    "background": ("a &", [("a", "", ("background",))]),
    "function": ("f() { a; }", [("a", "", ("function",))]),
    "path": ("/usr/bin/a b", [("a", "", ())]),
    "variable as program": ("$a b", [("", "", ())]),
}


@pytest.mark.parametrize(("text", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_commands(text, expected):
    script = read(text)
    assert [(c.name, c.operator, tuple(c.within)) for c in script.commands] == expected


def test_redirects():
    (command,) = read("a > /b 2>&1 < c").commands
    assert [(r.operator, r.descriptor, r.target and r.target.text) for r in command.redirects] == [
        (">", "", "/b"),
        (">&", "2", "1"),
        ("<", "", "c"),
    ]
    (command,) = read('a <<< "d"').commands
    assert [(r.operator, r.target.shape) for r in command.redirects] == [("<<<", "d")]


def test_redirects_behind_a_heredoc():
    first, second = read("cat <<EOF > /f && b\nx\nEOF\n").commands
    assert [(r.operator, r.target.text) for r in first.redirects] == [("<<", "EOF"), (">", "/f")]
    assert not second.redirects


def test_redirect_of_a_pipe_belongs_to_its_last_command():
    first, second = read("a | b > c").commands
    assert not first.redirects
    assert [r.operator for r in second.redirects] == [">"]


WORDS = [
    ("a", "a", True),
    ("'a b'", "a b", True),
    ('"a\\"b"', 'a"b', True),
    ("a\\ b", "a b", True),
    ("'a'b\"c\"", "abc", True),
    ("$x", "${}", False),
    ('"a${x}b"', "a${}b", False),
    ("a*", "a*", False),
    ("~/a", "~/a", False),
    ("git~2.4", "git~2.4", True),
    ("a=1.2-3~deb9u1", "a=1.2-3~deb9u1", True),
    ("'a*'", "a*", True),
    ("$(b)c", "${}c", False),
    # dash and bash make one word of each of these.
    ("https://e.com/$V/tool-$V.tar.gz", "https://e.com/${}/tool-${}.tar.gz", False),
    ("é/$V/é-$W.gz", "é/${}/é-${}.gz", False),
    ('"q"/$V/b-$V"x"', "q/${}/b-${}x", False),
    ("a$V-\\$V.b", "a${}-$V.b", False),
    ("'a$V-$V.b'", "a$V-$V.b", True),
]


@pytest.mark.parametrize(("text", "shape", "exact"), WORDS)
def test_words(text, shape, exact):
    word = read(f"echo {text}").commands[0].args[0]
    assert word.text == text
    assert word.shape == shape
    assert word.value == (shape if exact else None)


def test_assignment_of_two_variables():
    command, other = read("X=a/$V/b-$V.gz; b a/$V/b-$V.gz c").commands
    assert [(name, word.shape) for name, word in command.assignments] == [("X", "a/${}/b-${}.gz")]
    assert not command.words
    assert [word.text for word in other.words] == ["b", "a/$V/b-$V.gz", "c"]
    assert other.args[0].variables == ("V", "V")


def run_step(text):
    return Build(parse_dockerfile(Source("Dockerfile", text))).stages[0].steps[0]


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN one two \\\n  && three \\\n# c\n  four\n",
        "FROM a\r\nRUN one two \\\r\n  && three four\r\n",
        "FROM a\nRUN <<EOF\none two\nthree four\nEOF\n",
        "FROM a\nRUN <<-EOF\n\tone two\n\t\tthree four\n\tEOF\n",
        "FROM a\nRUN écho é “x” && one two && three four\n",
        "FROM a\nRUN --mount=type=cache,target=/x \\\n one two; three four\n",
        "FROM a\nONBUILD RUN one two && three four\n",
        "FROM a\nRUN cat <<EOF | one two && three four\nx\nEOF\n",
    ],
)
def test_positions(text):
    step = run_step(text)
    assert step.script is not None
    for command in step.script.commands:
        for word in command.words:
            assert text[word.span.start : word.span.end] == word.text
    by_name = {command.name: command for command in step.script.commands}
    for name, argument in (("one", "two"), ("three", "four")):
        command = by_name[name]
        assert text[command.name_span.start : command.name_span.end] == name
        assert [word.text for word in command.args] == [argument]


def test_word_split_by_a_continuation():
    text = "FROM a\nRUN ab\\\ncd ef\n"
    command = run_step(text).script.commands[0]
    assert command.name == "abcd"
    assert text[command.name_span.start : command.name_span.end] == "ab\\\ncd"


DEEP = {
    "subshells": "(" * 3000 + "a" + ")" * 3000,
    "substitutions": "$(" * 3000 + "a" + ")" * 3000,
    "quoted substitutions": '"$(' * 2000 + "a" + ')"' * 2000,
    "braces": "{ " * 3000 + "a; " + "}; " * 3000,
    "ifs": "if a; then " * 2000 + "b; " + "fi; " * 2000,
    "expansions": "echo " + "${a:-" * 3000 + "}" * 3000,
    "arithmetic": "echo $((" + "(" * 3000 + "1" + ")" * 3000 + "))",
    "and": " && ".join(["a"] * 5000),
    "pipes": " | ".join(["a"] * 5000),
    "negations": "! " * 3000 + "a",
    "unclosed": "(" * 5000,
    "heredoc pipes": "cat <<E" + " | a" * 3000 + "\nE\n",
    "quotes": "'\"" * 5000,
    "functions": "f() { " * 2000 + "a; " + "}; " * 2000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting(text):
    script = read(text)
    assert script.commands or script.damaged


def test_long_lists_are_read_whole():
    assert len(read(" && ".join(["a"] * 5000)).commands) == 5000
    assert len(read(" | ".join(["a"] * 5000)).commands) == 5000


def test_long_scripts():
    line = "echo hello && make -j4 all\n"
    text = line * (MAX_CHARACTERS // len(line))
    script = read(text)
    assert script.damaged is None
    assert len(script.commands) == 2 * (MAX_CHARACTERS // len(line))
    assert read(text + line * 2).damaged is not None


@pytest.mark.parametrize(
    "text",
    ["if", "a &&", "| a", "a <<EOF", "a )", "'a", '"a', "a $(", "case x in", "fi", "a\0b", "&& a"],
)
def test_damaged(text):
    script = read(text)
    for command in script.commands:
        assert 0 <= command.span.start <= command.span.end <= len(text)


ALPHABET = st.sampled_from(
    [
        *"ab \n\t;&|()<>{}$`'\"\\#=*?[]!-0é\0\udcff",
        *(
            "&&",
            "||",
            "<<E\n",
            "\nE\n",
            "$(",
            "${a:-",
            "if ",
            "then ",
            "fi ",
            "for x in ",
            "do ",
            "done ",
        ),
        *("case x in ", "esac ", "2>&1 ", "> /f ", "| sh ", "cat <<E | sh\nx\nE\n", "f() "),
    ]
)


@given(st.lists(ALPHABET, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_script(text):
    script = read(text)
    for command in script.commands:
        assert 0 <= command.start <= command.end <= len(text)
        for word in command.words:
            assert text[word.start : word.end] == word.text
