"""DW7005 ignore-pattern-unused."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Ignore,
    IgnorePattern,
    Rule,
    safe,
)
from dockwright.rules.ignore._patterns import WILD, covers, may_meet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class IgnorePatternUnused(Rule):
    """
    Delete patterns that change nothing.

    A pattern that stands there twice, that another one includes, or an exception (`!`) of nothing
    lets readers believe that the file does more than it does, and the second copy is the one that
    somebody forgets.

    Silent when an exception may be about the same paths, for then the order matters, about patterns
    with brackets and escapes, and about what is not in the context now: the pattern may be for what
    a build makes.
    """

    code = "DW7005"
    name = "ignore-pattern-unused"
    severity = "info"
    tags = ("ignore",)

    examples = (
        Bad("dist\n.git\n/dist/\n", at="/dist/", fixed="dist\n.git\n"),
        Bad("docs\n# made\ndocs/build\n", at="docs/build", fixed="docs\n# made\n"),
        Bad("a.log\n*.log\n", at="a.log", fixed="*.log\n"),
        Bad(
            "node_modules\n**/node_modules\n",
            at="node_modules",
            fixed="**/node_modules\n",
        ),
        Bad("dist\n!README.md\n", at="!README.md", fixed="dist\n"),
        Bad("!a\n", at="!a", fixed=""),
        Bad("*.md\n!docs/a.md\n", at="!docs/a.md", fixed="*.md\n"),
        Good("*.md\n!README.md\n*.md\n!a.md\n"),
        Good("*\n!src\nsrc/x\n"),
        Good("docs\n!docs/keep\ndocs/keep/x\n"),
        Good("*.log\n**/*.tmp\n!a/b.tmp\n"),
        Good("b*\n!bin\n"),
        Good("build\n!a*\n*.md\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        dead: set[int] = set()
        patterns = ignore.matcher.patterns
        found = [*_by_earlier(patterns, dead), *_by_later(patterns, dead)]
        found += _exceptions(patterns, dead)
        for pattern, message in sorted(found, key=lambda pair: pair[0].start):
            yield self.at(ignore.span(pattern), message).fix(
                "delete the line", safe(ignore.delete(pattern))
            )


def _by_earlier(
    patterns: "tuple[IgnorePattern, ...]", dead: "set[int]"
) -> "Iterator[tuple[IgnorePattern, str]]":
    for index, pattern in enumerate(patterns):
        if _opposed(pattern, patterns):
            continue
        for at in range(index - 1, -1, -1):
            other = patterns[at]
            if other.negated is not pattern.negated or (
                other.negated and WILD.search(other.cleaned)
            ):
                break
            if at not in dead and covers(other, pattern):
                dead.add(index)
                yield pattern, _told(pattern, other)
                break


def _by_later(
    patterns: "tuple[IgnorePattern, ...]", dead: "set[int]"
) -> "Iterator[tuple[IgnorePattern, str]]":
    for index, pattern in enumerate(patterns):
        if pattern.negated or index in dead or _opposed(pattern, patterns):
            continue
        for at in range(index + 1, len(patterns)):
            other = patterns[at]
            if at in dead or other.negated or not covers(other, pattern):
                continue
            dead.add(index)
            yield pattern, _told(pattern, other)
            break


def _exceptions(
    patterns: "tuple[IgnorePattern, ...]", dead: "set[int]"
) -> "Iterator[tuple[IgnorePattern, str]]":
    for index, pattern in enumerate(patterns):
        if pattern.negated and index not in dead:
            others = (one for one in patterns if not one.negated)
            if not any(may_meet(one, pattern) for one in others):
                dead.add(index)
                yield pattern, "no other pattern keeps out what this brings back"


def _opposed(pattern: IgnorePattern, patterns: "tuple[IgnorePattern, ...]") -> bool:
    """
    Whether an exception may have to do with what `pattern` keeps out.

    Then the order matters, and so does which patterns the client tries at which folder: a pattern
    that repeats another can make the difference between a missing and an empty file.
    """
    if pattern.negated:
        return WILD.search(pattern.cleaned.removesuffix("/**")) is not None
    return any(one.negated and may_meet(one, pattern) for one in patterns)


def _told(pattern: "IgnorePattern", other: "IgnorePattern") -> str:
    if pattern.cleaned == other.cleaned:
        return f"the same pattern stands in line {other.line}"
    what = "brings all of this back" if pattern.negated else "keeps all of this out"
    return f"`{other.written}` in line {other.line} {what}"
