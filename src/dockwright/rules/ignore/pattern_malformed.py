"""DW7001 ignore-pattern-malformed."""

from dockwright.rules.api import Bad, Findings, Good, Ignore, Rule, Span


class IgnorePatternMalformed(Rule):
    """
    Write patterns that Docker can read.

    One pattern with an unfinished bracket, range or escape, or a `!` with nothing behind it, stops
    every build with this context, and the message of the builder names no line.

    Silent about patterns that are odd and still mean something.
    """

    code = "DW7001"
    name = "ignore-pattern-malformed"
    severity = "error"
    tags = ("ignore",)

    examples = (
        Bad(".git\n[a-z\n", at="[a-z"),
        Bad("*\n!\n", at="!"),
        Good("[a-z]*\n!b\n"),
        Good("# [\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        for error in ignore.file.errors:
            yield self.at(Span(error.start, error.end), f"the build stops here: {error.message}")
