"""
What the Dockerfile parser makes of every construct: hand-written, and as BuildKit has it.

`bench/parser_agreement.py` does the same for a corpus and for damaged files.
"""

import pytest

from dockwright.syntax.dockerfile.nodes import KEYWORDS
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source


def read(text):
    return parse(Source("Dockerfile", text))


def shape(node):
    """Name, flags, arguments of an instruction, and "json" for a JSON form."""
    inner = node.trigger or node
    if inner.name in ("ENV", "LABEL"):
        args = [(pair.key, pair.value) for pair in inner.pairs]
    else:
        args = [word.value for word in inner.args]
    found = [node.name, *([inner.name] if node.trigger else []), *(f.text for f in node.flags)]
    found += [flag.text for flag in inner.flags] if node.trigger else []
    return [*found, *args, *(["json"] if inner.is_json else [])]


CASES = {
    "plain": ("FROM a\nRUN b c\n", [["FROM", "a"], ["RUN", "b c"]]),
    "lower case": ("from a as b", [["FROM", "a", "as", "b"]]),
    "no final newline": ("FROM a\nUSER b", [["FROM", "a"], ["USER", "b"]]),
    "windows line endings": ("FROM a\r\nRUN b \\\r\n c\r\n", [["FROM", "a"], ["RUN", "b  c"]]),
    "byte order mark": ("\ufeffFROM a\n", [["FROM", "a"]]),
    "blanks around": ("  \tFROM\ta \t\n", [["FROM", "a"]]),
    "form feed": ("\fFROM\f a\n", [["FROM", "a"]]),
    "no-break space begins no argument": ("FROM\xa0a\n", [["FROM\xa0A"]]),
    "no-break space stays inside": ("\xa0USER a\xa0b\xa0\n", [["USER", "a\xa0b"]]),
    "blank lines and comments": ("\n# c\n \nFROM a\n  # d\n", [["FROM", "a"]]),
    "continuation": ("RUN a \\\n  b\\\nc\n", [["RUN", "a   bc"]]),
    "continuation with blanks behind": ("RUN a \\ \t\n b\n", [["RUN", "a  b"]]),
    "two escapes are no continuation": ("RUN a \\\\\nUSER b\n", [["RUN", "a \\\\"], ["USER", "b"]]),
    "comment in a continuation": ("RUN a \\\n# c \\\n b\n", [["RUN", "a  b"]]),
    "blank line in a continuation": ("RUN a \\\n\n \n b\n", [["RUN", "a  b"]]),
    "continuation at the end": ("RUN a \\", [["RUN", "a"]]),
    "continuation first": ("\\\nRUN a\n", [["RUN", "a"]]),
    "continuation first, then blanks": ("\\\n  RUN a\n", [["RUN", "a"]]),
    "backtick": ("# escape=`\nRUN a `\n b \\\nUSER c\n", [["RUN", "a  b \\"], ["USER", "c"]]),
    "escape after another comment": ("# c\n# escape=`\nRUN a \\\n b\n", [["RUN", "a  b"]]),
    "json": ('CMD ["a", "b c"]\n', [["CMD", "a", "b c", "json"]]),
    "json with escapes": ('CMD ["\\u00e9\\n\\ud83d\\ude00"]\n', [["CMD", "é\n😀", "json"]]),
    "json over lines": ('CMD ["a", \\\n "b"]\n', [["CMD", "a", "b", "json"]]),
    "empty json": ("CMD []\n", [["CMD", "json"]]),
    "no json: single quotes": ("CMD ['a']\n", [["CMD", "['a']"]]),
    "no json: trailing text": ('CMD ["a"] # c\n', [["CMD", '["a"] # c']]),
    "no json: trailing comma": ('CMD ["a",]\n', [["CMD", '["a",]']]),
    "copy": ("COPY --from=x  a  b/ c\n", [["COPY", "--from=x", "a", "b/", "c"]]),
    "copy json": ('COPY ["a b", "c"]\n', [["COPY", "a b", "c", "json"]]),
    "flags with quotes": ("RUN --a=\"b c\" --d='e' f\n", [["RUN", "--a=b c", "--d=e", "f"]]),
    "flags with escapes": ("RUN --a=b\\ c d\n", [["RUN", "--a=b c", "d"]]),
    "two dashes end the flags": ("RUN --a=b -- --c\n", [["RUN", "--a=b", "--c"]]),
    "flags over lines": ("RUN --a=b \\\n --c=d \\\n e\n", [["RUN", "--a=b", "--c=d", "e"]]),
    "env": ('ENV a=1 b="2 3" c=4\\ 5\n', [["ENV", ("a", "1"), ("b", '"2 3"'), ("c", "4\\ 5")]]),
    "env, old form": ("ENV a 1 2=3\n", [["ENV", ("a", "1 2=3")]]),
    "label key in quotes": ('LABEL "a b"=c\n', [["LABEL", ('"a b"', "c")]]),
    "arg": ("ARG a b= c=d\n", [["ARG", "a", "b=", "c=d"]]),
    "expose": ("EXPOSE 80  81/udp\n", [["EXPOSE", "80", "81/udp"]]),
    "workdir keeps blanks": ("WORKDIR a  b\n", [["WORKDIR", "a  b"]]),
    "healthcheck": (
        "HEALTHCHECK --interval=5s CMD a b\n",
        [["HEALTHCHECK", "--interval=5s", "CMD", "a b"]],
    ),
    "healthcheck json": ('HEALTHCHECK CMD ["a"]\n', [["HEALTHCHECK", "CMD", "a", "json"]]),
    "healthcheck none": ("HEALTHCHECK NONE\n", [["HEALTHCHECK", "NONE"]]),
    "onbuild": ("ONBUILD COPY --from=a b c\n", [["ONBUILD", "COPY", "--from=a", "b", "c"]]),
    "onbuild json": ('ONBUILD CMD ["a"]\n', [["ONBUILD", "CMD", "a", "json"]]),
    "volume json": ('VOLUME ["/a", "/b"]\n', [["VOLUME", "/a", "/b", "json"]]),
    "unknown": ("NOPE a b\n", [["NOPE"]]),
    "comment sign inside": ("RUN a # b\n", [["RUN", "a # b"]]),
    "NUL": ("RUN a\0b\n", [["RUN", "a\0b"]]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_instructions(text, expected):
    assert [shape(node) for node in read(text).instructions] == expected


@pytest.mark.parametrize("text", [text for text, _ in CASES.values()], ids=CASES)
def test_as_the_package_has_it(text):
    package = pytest.importorskip("dockerfile")
    if '"] #' in text or "\0" in text:
        pytest.skip("the package ignores what follows a JSON array, and what follows a NUL")
    theirs = package.parse_string(text)
    ours = read(text).instructions
    assert [node.first_line for node in ours] == [node.start_line for node in theirs]
    assert [node.last_line for node in ours] == [node.end_line for node in theirs]
    for node, other in zip(ours, theirs, strict=True):
        inner = node.trigger or node
        assert node.keyword.lower() == other.cmd.lower()
        assert (node.trigger.name if node.trigger else "") == (other.sub_cmd or "").upper()
        assert tuple(flag.text for flag in node.flags) == other.flags
        assert inner.is_json == other.json
        if inner.name in ("ENV", "LABEL"):
            args = tuple(part for pair in inner.pairs for part in (pair.key, pair.value))
        elif inner.name in KEYWORDS:
            args = tuple(word.value for word in inner.args)
        else:
            args = ("",)
        assert args == other.value


HEREDOCS = {
    "one": ("RUN <<EOF\na\nEOF\n", [("EOF", 0, True, False, "a\n")]),
    "empty": ("RUN <<EOF\nEOF\n", [("EOF", 0, True, False, "")]),
    "quoted": ("RUN <<'EOF'\na\nEOF\n", [("EOF", 0, False, False, "a\n")]),
    "double quotes": ('RUN <<"E F"\na\nE F\n', [("E F", 0, False, False, "a\n")]),
    "partly quoted": ("RUN <<E'O'F\na\nEOF\n", [("EOF", 0, False, False, "a\n")]),
    "chomped": ("RUN <<-EOF\n\ta\n\t\tEOF\n", [("EOF", 0, True, True, "\ta\n")]),
    "descriptor": ("RUN cat 3<<EOF\na\nEOF\n", [("EOF", 3, True, False, "a\n")]),
    "two": (
        "COPY <<A <<B /x/\n1\nA\n2\nB\n",
        [("A", 0, True, False, "1\n"), ("B", 0, True, False, "2\n")],
    ),
    "blank before the name": ("RUN cat << EOF\na\nEOF\n", [("EOF", 0, True, False, "a\n")]),
    "windows line endings": ("RUN <<EOF\r\na\r\nEOF\r\n", [("EOF", 0, True, False, "a\r\n")]),
    "no continuation inside": ("RUN <<EOF\na \\\nEOF\n", [("EOF", 0, True, False, "a \\\n")]),
    "comments stay": ("RUN <<EOF\n# a\n\nEOF\n", [("EOF", 0, True, False, "# a\n\n")]),
    "in a trigger": ("ONBUILD RUN <<EOF\na\nEOF\n", [("EOF", 0, True, False, "a\n")]),
    "not in JSON": ('RUN ["a", "<<EOF"]\n', []),
    "not in CMD": ("CMD <<EOF\n", []),
    "here-string": ("RUN cat <<<EOF\n", []),
    "in quotes": ("RUN echo '<<EOF'\n", []),
    "end without newline": ("RUN <<EOF\na\nEOF", [("EOF", 0, True, False, "a\n")]),
}


@pytest.mark.parametrize(("text", "expected"), HEREDOCS.values(), ids=HEREDOCS)
def test_heredocs(text, expected):
    tree = read(text + "\n" if text.endswith("\n") else text)
    (node,) = tree.instructions
    found = [(h.name, h.descriptor, h.expand, h.chomp, h.content) for h in node.heredocs]
    assert found == expected
    assert not tree.problems
    for document in node.heredocs:
        assert text[document.body.start : document.body.end] == document.content
        assert text[document.terminator.start : document.terminator.end].strip() == document.name


REFUSED = {
    "empty": ("", "file with no instructions"),
    "comments only": ("# a\n", "file with no instructions"),
    "unterminated": ("RUN <<EOF\na\n", "unterminated heredoc"),
    "terminator with a blank": ("RUN <<EOF\nEOF \n", "unterminated heredoc"),
    "array of numbers": ("CMD [1]\n", "arrays must be comprised of strings only"),
    "env without value": ("ENV a\n", "ENV must have two arguments"),
    "label without =": ("LABEL a=b c\n", 'can\'t find = in "c"'),
    "directive twice": ("# escape=`\n# escape=`\nFROM a\n", "only one escape parser directive"),
    "bad escape": ("# escape=x\nFROM a\n", "invalid escape token 'x'"),
    "long line": ("RUN " + "a" * 65_540 + "\n", "greater than max allowed size of 65535"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(text, message):
    (problem, *_) = read(text).problems
    assert problem.level == "parse"
    assert message in problem.message


@pytest.mark.parametrize("text", [text for text, _ in REFUSED.values()], ids=REFUSED)
def test_refused_by_the_package(text):
    package = pytest.importorskip("dockerfile")
    with pytest.raises((package.GoParseError, ValueError)):
        package.parse_string(text)


def test_directives():
    text = "#syntax=a/b:1\n# Escape = `\n# check=skip=all\n# syntax=late\nFROM a\n"
    tree = read(text.replace("# syntax=late\n", ""))
    assert [(d.name, d.value) for d in tree.directives] == [
        ("syntax", "a/b:1"),
        ("escape", "`"),
        ("check", "skip=all"),
    ]
    assert tree.escape == "`"
    assert all(d.value == tree.source.slice(d.value_span) for d in tree.directives)


def test_no_directive_after_a_blank_line():
    assert not read("\n# escape=`\nFROM a\n").directives


def test_comments_above():
    tree = read("# a\n#\n# b\n#c\n  # d\n\nFROM x\n# e\nRUN y \\\n# f\n z\n")
    # An indented comment keeps its "#" in BuildKit.
    assert [list(node.comments) for node in tree.instructions] == [["b", "c", "# d"], ["e"]]
    assert [(c.text, c.inside) for c in tree.comments][-1] == ("f", True)
    assert [c.text for c in tree.comments][4] == "d"


def test_empty_continuation_lines():
    (node,) = read("RUN a \\\n\n  b \\\n\t\n c\n").instructions
    assert list(node.blank_lines) == [2, 4]


POSITIONS = {
    "words": ("COPY a \\\n  b \\\n# c\n  ccc\n", ["a", "b", "ccc"]),
    "json": ('CMD ["a", \\\n   "b"]\n', ['"a"', '"b"']),
    "flags before": ("COPY --from=x \\\n  --link a \\\n b\n", ["a", "b"]),
    "carriage returns": ("EXPOSE 1 \\\r\n 2\r\n", ["1", "2"]),
    "byte order mark": ("\ufeffUSER me\n", ["me"]),
    "continuation first": ("\\\n  USER me\n", ["me"]),
    "trigger": ("ONBUILD \\\n COPY a \\\n b\n", ["a", "b"]),
    "healthcheck": ("HEALTHCHECK \\\n CMD \\\n x y\n", ["CMD", "x y"]),
    "env": ("ENV a=1 \\\n   b=2\n", ["a=1", "b=2"]),
}


@pytest.mark.parametrize(("text", "expected"), POSITIONS.values(), ids=POSITIONS)
def test_positions(text, expected):
    (node,) = read(text).instructions
    inner = node.trigger or node
    assert [text[word.start : word.end] for word in inner.args] == expected
    assert text[node.keyword_span.start : node.keyword_span.end] == node.keyword
    for flag in node.flags:
        assert text[flag.start : flag.end] == flag.text


def test_position_of_part_of_a_word():
    text = "ENV a=1 \\\n   long=$x/y\n"
    (node,) = read(text).instructions
    word = node.args[1]
    span = node.value_span(word, 5, 7)
    assert text[span.start : span.end] == "$x"
