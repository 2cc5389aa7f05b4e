"""
Comments that silence findings: what they cover, and which of them are of no use.

A pragma above an instruction, or inside its continuation, covers that instruction; one for the
stage stands above its FROM or within it; one for the file anywhere.
"""

from bisect import bisect_right

from dockwright.findings.finding import SAFE, Finding, Fix
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.check.names import Names
    from dockwright.check.pragmas import Date, Name, Pragma
    from dockwright.check.registry import Entry
    from dockwright.config.schema import Config
    from dockwright.model.composition import Tree
    from dockwright.model.ignoring import IgnoreTree
    from dockwright.syntax.dockerfile.nodes import Dockerfile

UNUSED, MALFORMED, FORBIDDEN = "DW0002", "DW0003", "DW0004"
_ABOUT_PRAGMAS = (UNUSED, MALFORMED, FORBIDDEN)
# How the comments begin that `pragmas` reads.
_MARKS = (
    *("dockwright", "hadolint", "check=", "tally", "trivy:", "checkov:", "bridgecrew:"),
    *("kics-scan", "nosem"),
)


def is_pragma(comment: str) -> bool:
    """Whether the text of a comment begins like one that silences findings."""
    return comment.lower().startswith(_MARKS)


class _Mark:
    """One name of one pragma, and what it covers."""

    __slots__ = ("codes", "end", "name", "pragma", "start", "used")

    def __init__(self, pragma: "Pragma", name: "Name", codes: list[str], reach: Span) -> None:
        self.pragma = pragma
        self.name = name
        self.codes = codes
        self.start = reach.start
        self.end = reach.end
        self.used = False


class Suppressions:
    """
    What the comments of one Dockerfile silence. It remembers which of them did.

    `dated` says whether one has an end, so that tomorrow's answer may differ.
    """

    __slots__ = ("_by_code", "_findings", "_marks", "_report", "dated")

    def __init__(
        self,
        report: "_Report",
        marks: "Sequence[_Mark]" = (),
        findings: "Sequence[Finding]" = (),
        *,
        dated: bool = False,
    ) -> None:
        self.dated = dated
        self._report = report
        self._marks = marks
        self._findings = list(findings)
        self._by_code: dict[str, list[_Mark]] = {}
        for mark in marks:
            for code in mark.codes:
                self._by_code.setdefault(code, []).append(mark)

    def covers(self, finding: Finding) -> bool:
        """Whether a comment silences `finding`."""
        marks = self._by_code.get(finding.code)
        if not marks or finding.source != self._report.source:
            return False
        covered = False
        at = finding.span.start
        for mark in marks:
            if mark.start <= at <= mark.end:
                mark.used = covered = True
        return covered

    def kept(self, findings: "Iterable[Finding]") -> list[Finding]:
        """Those of `findings` that no comment silences."""
        if not self._by_code:
            return list(findings)
        return [finding for finding in findings if not self.covers(finding)]

    def leftovers(self) -> list[Finding]:
        """
        What is wrong with the comments themselves; ask when all findings have been through.

        Ours that silenced nothing (only when the rules it names did run), that have expired, that
        cannot be read, that lack a reason where one is required, and any when none are allowed.
        """
        found = self._findings + self._unused()
        found = [one for one in found if one.code == FORBIDDEN or not self.covers(one)]
        found.sort(key=lambda one: (one.span.start, one.span.end, one.code))
        return found

    def _unused(self) -> list[Finding]:
        found = []
        idle: dict[int, list[_Mark]] = {}
        for mark in self._marks:
            ran = all(self._report.ran(code) for code in mark.codes)
            if mark.pragma.own and not mark.used and ran:
                idle.setdefault(id(mark.pragma), []).append(mark)
        for marks in idle.values():
            pragma, names = marks[0].pragma, [mark.name for mark in marks]
            words = ", ".join(name.word for name in names)
            if len(names) == len(pragma.names):
                message = f"nothing is silenced by this comment: no finding of {words} here"
                found += self._report.unused(pragma.span, message, pragma, ())
            else:
                message = f"nothing is silenced by {words} here"
                keep = [name for name in pragma.names if name not in names]
                span = Span(names[0].span.start, names[-1].span.end)
                found += self._report.unused(span, message, pragma, keep)
        return found


def read(
    tree: "Dockerfile | IgnoreTree | Tree",
    active: "Iterable[Entry]",
    *,
    config: "Config | None" = None,
    today: "Date | None" = None,
    entries: "Sequence[Entry] | None" = None,
) -> Suppressions:
    """
    What the comments of `tree` silence.

    `active` are the rules that run on the file, `entries` all there are. `today` (year, month,
    day) decides what has expired; None takes the clock's. With `allow-inline-ignores = false` in
    `config`, nothing is silenced.
    """
    report = _Report(tree, active, config)
    marked = any(is_pragma(comment.text) for comment in tree.comments)
    if not marked and tree.directive("check") is None:
        return Suppressions(report)  # nearly every file: spares the imports
    from dockwright.check.names import names as names_of
    from dockwright.check.pragmas import pragmas

    names = names_of(entries)
    reaches = _Reaches(tree)
    marks: list[_Mark] = []
    findings: list[Finding] = []
    dated = False
    for pragma in pragmas(tree):
        dated = dated or pragma.until is not None
        if config is not None and not config.allow_inline_ignores:
            findings += report.forbidden(pragma)
        elif pragma.problem:
            findings += report.malformed(pragma)
        elif pragma.until is not None and pragma.until < (today or _today()):
            if pragma.own:
                findings += report.expired(pragma)
        else:
            if config is not None and config.require_reason and pragma.own and not pragma.reason:
                findings += report.reasonless(pragma)
            reach = reaches.of(pragma)
            for name in pragma.names:
                codes = _codes(names, name)
                if codes:
                    marks.append(_Mark(pragma, name, codes, reach))
                elif pragma.own:
                    findings += report.unknown(name, names)
    return Suppressions(report, marks, findings, dated=dated)


def _today() -> "Date":
    import time

    now = time.localtime()
    return now.tm_year, now.tm_mon, now.tm_mday


def _codes(names: "Names", name: "Name") -> list[str]:
    from dockwright.check.names import shellcheck

    code = shellcheck(name.word)
    return [code] if code else [entry.code for entry in names.rules(name.word)]


class _Reaches:
    """Which part of the text a pragma speaks for."""

    __slots__ = ("_froms", "_nodes", "_size", "_starts")

    def __init__(self, tree: "Dockerfile | IgnoreTree | Tree") -> None:
        self._nodes = tree.instructions
        self._starts = [node.start for node in tree.instructions]
        self._froms = [node.start for node in tree.instructions if node.name == "FROM"]
        self._size = len(tree.source.text)

    def of(self, pragma: "Pragma") -> Span:
        """From the pragma, or what it belongs to, to the end of what it covers."""
        if pragma.scope == "file":
            return Span(0, self._size)
        at = pragma.span.start
        index = bisect_right(self._starts, at)
        if pragma.inside:
            index -= 1
        node = self._nodes[index] if index < len(self._nodes) else None
        if pragma.scope == "stage":
            return self._stage(at, node.start if node is not None else at)
        if node is None:
            return Span(at, pragma.span.end)
        return Span(min(at, node.start), max(node.end, pragma.span.end))

    def _stage(self, at: int, anchor: int) -> Span:
        froms = self._froms
        index = max(bisect_right(froms, anchor) - 1, 0)
        if not froms:
            return Span(0, self._size)
        end = froms[index + 1] - 1 if index + 1 < len(froms) else self._size
        return Span(min(at, froms[index]), end)


class _Report:
    """Makes the findings about pragmas, for the rules that are active."""

    __slots__ = ("_config", "_rules", "_tree")

    def __init__(
        self,
        tree: "Dockerfile | IgnoreTree | Tree",
        rules: "Iterable[Entry]",
        config: "Config | None",
    ) -> None:
        self._tree = tree
        self._rules = {entry.code: entry for entry in rules}
        self._config = config

    @property
    def source(self) -> str:
        """The name of the file."""
        return self._tree.source.name

    def ran(self, code: str) -> bool:
        """Whether the rule was there to find something; those about pragmas find too late."""
        return code in self._rules and code not in _ABOUT_PRAGMAS

    def malformed(self, pragma: "Pragma") -> list[Finding]:
        message = f"{pragma.problem}: {pragma.hint}"
        return self._finding(MALFORMED, pragma.span, message)

    def unknown(self, name: "Name", names: "Names") -> list[Finding]:
        hint = names.suggest(name.word)
        message = f"{name.word} names no rule" + (f": {hint}" if hint else "")
        return self._finding(MALFORMED, name.span, message)

    def reasonless(self, pragma: "Pragma") -> list[Finding]:
        message = "the reason is missing: write it behind the `]`"
        return self._finding(MALFORMED, pragma.span, message)

    def forbidden(self, pragma: "Pragma") -> list[Finding]:
        message = "this comment silences nothing: `allow-inline-ignores` is off"
        return self._finding(FORBIDDEN, pragma.span, message)

    def expired(self, pragma: "Pragma") -> list[Finding]:
        year, month, day = pragma.until or (0, 0, 0)
        message = f"this comment was good until {year:04}-{month:02}-{day:02}"
        return self.unused(pragma.span, message, pragma, ())

    def unused(
        self, span: Span, message: str, pragma: "Pragma", keep: "Sequence[Name]"
    ) -> list[Finding]:
        """The finding, with the fix that leaves only the names `keep`."""
        edit = self._shorter(pragma, keep) if keep else self._deleted(pragma.span)
        title = "delete what silences nothing" if keep else "delete the comment"
        fixes = [Fix(title, SAFE, [edit])] if edit is not None else []
        return self._finding(UNUSED, span, message, fixes)

    def _shorter(self, pragma: "Pragma", keep: "Sequence[Name]") -> Edit:
        span = Span(pragma.names[0].span.start, pragma.names[-1].span.end)
        return Edit(self._tree.source.name, span, ", ".join(name.word for name in keep))

    def _deleted(self, span: Span) -> Edit | None:
        source = self._tree.source
        line = source.line_of(span.start)
        starts = source.line_starts
        end = starts[line] if line < len(starts) else len(source.text)
        first = self._tree.instructions[0].start if self._tree.instructions else 0
        following = source.line(line + 1).lstrip() if line < len(starts) else ""
        if span.start < first and following.startswith("#") and "=" in following:
            return None  # without this comment, the next one could become a parser directive
        return Edit(source.name, Span(starts[line - 1], end), "")

    def _finding(
        self, code: str, span: Span, message: str, fixes: "Sequence[Fix]" = ()
    ) -> list[Finding]:
        rule = self._rules.get(code)
        if rule is None:
            return []
        severity = rule.severity
        if self._config is not None and self._config.severity:
            from dockwright.check.select import severities

            severity = severities(self._config).get(code, severity)
        return [
            Finding(code, rule.name, severity, self._tree.source.name, span, message, fixes=fixes)
        ]
