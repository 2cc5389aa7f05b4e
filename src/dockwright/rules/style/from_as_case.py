"""DW0006 from-as-case."""

from dockwright.rules.api import Bad, Findings, FromStep, Good, Rule, safe


class FromAsCase(Rule):
    """
    Write `AS` in the case of its `FROM`.

    The two words are one instruction, and BuildKit's own check reports it when they differ.

    Silent when `FROM` itself mixes cases: then the keyword is what should change.
    """

    code = "DW0006"
    name = "from-as-case"
    severity = "info"
    tags = ("style",)
    also = ("buildkit:FromAsCasing",)

    examples = (
        Bad("FROM debian:12 as a\n", at="as", fixed="FROM debian:12 AS a\n"),
        Bad("from debian:12 AS a\n", at="AS", fixed="from debian:12 as a\n"),
        Bad("FROM debian:12 As a\n", at="As", fixed="FROM debian:12 AS a\n"),
        Good("FROM debian:12 AS a\n"),
        Good("from debian:12 as a\n"),
        Good("From debian:12 as a\n"),
        Good("FROM debian:12\n"),
    )

    def check(self, step: FromStep) -> Findings:
        keyword = step.node.keyword
        if len(step.words) < 3 or keyword not in (keyword.lower(), keyword.upper()):
            return
        word = step.words[1]
        lower = keyword == keyword.lower()
        wanted = word.value.lower() if lower else word.value.upper()
        if word.value != wanted:
            yield self.at(word, f"`{word.value}` differs in case from `{keyword}`").fix(
                f"write `{wanted}`", safe(step.replace(word.span, wanted))
            )
