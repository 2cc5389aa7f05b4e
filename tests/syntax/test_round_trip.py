"""Tokens tile every text, positions are right, and nothing raises."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dockwright.model.stages import Build
from dockwright.syntax.dockerfile import validate
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode, encode

PIECES = st.sampled_from(
    [
        *"\\`\"'$<>{}[]#=,:-@ \t\r\n\0\v\f\xa0\x85\u2028\ufeffé",
        *("\r\n", "\\\n", "\\ \t\n", "`\n", "<<EOF", "<<-EOF", "<<'E'", "\nEOF\n", "\nE\n"),
        *("FROM a", "FROM a AS b", "RUN ", "COPY ", "ADD ", "ENV ", "ARG ", "LABEL ", "ONBUILD "),
        *("HEALTHCHECK CMD ", "SHELL ", "EXPOSE ", "CMD ", "VOLUME ", "WORKDIR ", "a", "b=c", "."),
        *(
            "--from=b ",
            "--mount=type=cache,target=/x ",
            "--x",
            "# c\n",
            "# escape=`\n",
            "#syntax=a\n",
        ),
        *('["a", "b"]', '[""]', "[1]", "${x:-", "${x#", "}", "$x", "80/tcp", "\udcff"),
    ]
)
DOCKERFILES = st.lists(PIECES, max_size=40).map("".join)


def check(text):
    tree = parse(Source("Dockerfile", text))
    assert "".join(text[token.start : token.end] for token in tree.tokens) == text
    size = len(text)
    for problem in (*tree.problems, *validate.problems(tree)):
        assert 0 <= problem.span.start <= problem.span.end <= size
        assert problem.message
    for node in tree.instructions:
        assert 0 <= node.start <= node.end <= size
        for outer in (node, node.trigger or node):
            for word in outer.args:
                exact(text, outer, word, word.value)
            for flag in outer.flags:
                exact(text, outer, flag, flag.text)
    for stage in Build(tree).stages:
        for step in stage.steps:
            for command in step.commands:
                for part in command.words:
                    assert 0 <= part.span.start <= part.span.end <= size
    return tree


def exact(text, node, part, value):
    """The source under a word is the word, when no continuation lies inside."""
    assert 0 <= part.start <= part.end <= len(text)
    source = text[part.start : part.end]
    if "\n" not in source and part.at >= 0 and node.joined.text.startswith(value, part.at):
        assert value in source


@given(DOCKERFILES)
@settings(max_examples=400, deadline=None)
@example("RUN \\\n\n# c\n  a\\\n")
@example("\ufeff\\\n")
@example("COPY <<A <<-B /x\n1\nA\n\t2\n\tB\n")
def test_special_alphabet(text):
    check(text)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_any_text(text):
    check(text)


@given(st.binary())
@settings(max_examples=200, deadline=None)
def test_any_bytes(data):
    text = decode(data)
    assert encode(text) == data
    check(text)


@given(DOCKERFILES, st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=100, deadline=None)
def test_line_endings_change_nothing_but_themselves(text, ending):
    text = text.replace("\r", "").replace("\n\n", "\n")
    plain, other = check(text), check(text.replace("\n", ending))
    assert [node.name for node in plain.instructions] == [node.name for node in other.instructions]
    assert [node.first_line for node in plain.instructions] == [
        node.first_line for node in other.instructions
    ]
