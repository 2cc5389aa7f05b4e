"""DW4202 key-value-legacy."""

from dockwright.rules.api import AnyStep, Bad, Edit, Findings, Good, Rule, Span, Step, safe

_BLANKS = " \t\v\f\r"
# What BuildKit's splitter of words takes for a blank besides those.
_OTHER_BLANKS = "\n\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"


class KeyValueLegacy(Rule):
    """
    Write `ENV` and `LABEL` with `=` between name and value.

    Without it the rest of the line is the value, so one instruction sets one name, and
    `ENV A 1 B 2` silently makes `A` the text `1 B 2`. Docker calls the form legacy and may drop it.

    Silent for every pair that has a `=` right behind its name.
    """

    code = "DW4202"
    name = "key-value-legacy"
    severity = "info"
    tags = ("env", "label", "deprecated")
    also = ("buildkit:LegacyKeyValueFormat",)

    examples = (
        Bad("FROM debian:12\nENV MODE fast\n", at="MODE", fixed="FROM debian:12\nENV MODE=fast\n"),
        Bad(
            "FROM debian:12\nENV OPTS -a  $B \\\n    # why\n    -c\n",
            at="OPTS",
            fixed='FROM debian:12\nENV OPTS="-a  $B \\\n    # why\n    -c"\n',
        ),
        Bad(
            'FROM debian:12\nLABEL title "a b"\n',
            at="title",
            fixed='FROM debian:12\nLABEL title="a b"\n',
        ),
        Bad(
            'FROM debian:12\nENV LIST "a b" c\\d e\n',
            at="LIST",
            fixed='FROM debian:12\nENV LIST="a b"\\ c\\d\\ e\n',
        ),
        Bad(
            "FROM debian:12\nENV NAME \\\n    value\n",
            at="NAME",
            fixed="FROM debian:12\nENV NAME=value\n",
        ),
        Bad("FROM debian:12\nENV NAME \\\n    # why\n    value\n", at="NAME"),
        Bad('FROM debian:12\nLABEL title = "a b"\n', at="title"),
        Good("FROM debian:12\nENV A=1 B=2\nLABEL title='a b'\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("ENV", "LABEL"):
            return
        for pair in step.node.pairs:
            if not pair.legacy or len(step.words) < 2:
                continue
            key = step.words[0]
            message = f"`{pair.key}` and its value are apart by a blank, not by `=`"
            if step.words[1].value.startswith("="):
                message = f"the blank before `=` makes it a part of the value of `{pair.key}`"
            draft = self.at(key, message)
            edits = _edits(step)
            if edits is not None:
                draft.fix("write it with `=`", safe(*edits))
            yield draft


def _edits(step: Step) -> "list[Edit] | None":
    """The edits that join name and value; once variables are replaced, the value is the same."""
    key, value = step.words[0], step.words[1]
    source = step.stage.build.tree.source
    escape = step.stage.build.tree.escape
    if any(char in key.value for char in f"'\"{escape}$"):
        return None
    gap = Span(key.end, value.start)
    if source.slice(gap).replace(escape, " ").strip():
        return None
    text = value.value
    if text.startswith("=") or text.endswith(escape) or any(c in text for c in _OTHER_BLANKS):
        return None
    blanks = _blanks(text, escape)
    if blanks is None:
        return None
    edits = [step.replace(gap, "=")]
    if not blanks:
        return edits
    if not any(char in text for char in f"'\"{escape}"):
        return [
            step.replace(gap, '="'),
            step.insert(value.end, '"'),
        ]
    if "${" in text or "\n" in source.slice(value.span):
        return None
    for at in blanks:
        offset = step.node.value_span(value, at, at + 1).start
        edits.append(step.insert(offset, escape))
    return edits


def _blanks(text: str, escape: str) -> "list[int] | None":
    """
    Where `text` has blanks that would end a word of `key=value` pairs.

    None when a quote is not closed.
    """
    found: list[int] = []
    quote = ""
    at = 0
    while at < len(text):
        char = text[at]
        if char == escape and quote != "'":
            at += 2
            continue
        if not quote and char in _BLANKS:
            found.append(at)
        elif not quote and char in "'\"":
            quote = char
        elif quote and char == quote:
            quote = ""
        at += 1
    return None if quote else found
