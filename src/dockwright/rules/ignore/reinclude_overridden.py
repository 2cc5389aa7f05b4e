"""DW7004 ignore-reinclude-overridden."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Ignore,
    IgnorePattern,
    Rule,
    unsafe,
)
from dockwright.rules.ignore._patterns import covers, literal, may_meet


class IgnoreReincludeOverridden(Rule):
    """
    Put an exception (`!`) behind the patterns that it is an exception of.

    The last pattern that matches a path decides. An exception in front of a pattern that matches
    the same path brings nothing back. When only a folder above it matches again, the file is worse
    than missing: it is listed, and arrives empty.

    Silent when a part of what the exception means may still get through, and when a later exception
    brings it back.
    """

    code = "DW7004"
    name = "ignore-reinclude-overridden"
    severity = "warning"
    tags = ("ignore",)

    examples = (
        Bad(
            "!README.md\n*.md\n",
            at="!README.md",
            fixed="*.md\n!README.md\n",
        ),
        Bad(
            "*\n!docs/api.md\n# later\ndocs\n",
            at="!docs/api.md",
            fixed="*\n# later\ndocs\n!docs/api.md\n",
        ),
        Bad("**\n!**/*.md\n**/*.md\n", at="!**/*.md", fixed="**\n**/*.md\n!**/*.md\n"),
        Good("*.md\n!README.md\n"),
        Good("*\n!src\nsrc/*.tmp\n**/*.log\n"),
        Good("!a.md\n*.md\n!a.md\n"),
        Good("*\n!docs\n**/*.md\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        patterns = ignore.matcher.patterns
        for index, pattern in enumerate(patterns):
            if not pattern.negated:
                continue
            later = _later(ignore, pattern, index)
            if later is None:
                continue
            hollow = literal(pattern) and ignore.matcher.fate(pattern.cleaned) == "hollow"
            what = "arrives empty" if hollow else "brings nothing back"
            yield self.at(
                ignore.span(pattern),
                f"this {what}: `{later.written}` in line {later.line} comes later and decides",
            ).fix(
                f"put it behind `{later.written}`",
                unsafe(ignore.delete(pattern), ignore.add((pattern.written,), later)),
            )


def _later(ignore: Ignore, pattern: "IgnorePattern", index: int) -> "IgnorePattern | None":
    """The last later pattern that keeps all out what `pattern` brings back; None for none."""
    found = None
    for later in ignore.matcher.patterns[index + 1 :]:
        if later.negated:
            if may_meet(later, pattern):
                found = None
        elif covers(later, pattern):
            found = later
    if found is not None and literal(pattern) and not ignore.matcher.excludes(pattern.cleaned):
        return None
    return found
