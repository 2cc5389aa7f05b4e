"""Running rules over the model of a Dockerfile."""

from bisect import bisect_right
from sys import intern

from dockwright.check.registry import Entry, load
from dockwright.findings.finding import Finding, Fix
from dockwright.text.span import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from dockwright.model.composition import Composition
    from dockwright.model.ignoring import Ignore
    from dockwright.model.stages import Build
    from dockwright.model.steps import Step
    from dockwright.rules.api import Draft, Rule


# Rules that say of an instruction what the engine's own message says with less help.
_SAY_BETTER = frozenset(
    ("DW0008", "DW0010", "DW1008", "DW1009", "DW1104", "DW1105", "DW4007", "DW4011")
)
_SYNTAX_ERROR = "DW0001"


class RuleCrash(Exception):
    """A rule raised: a bug of ours. `rule` is its code, the cause is chained."""

    def __init__(self, rule: str, cause: str) -> None:
        super().__init__(rule, cause)
        self.rule = rule
        self.cause = cause

    def __str__(self) -> str:
        return f"rule {self.rule} failed ({self.cause}): please report it with the file"


class Plan:
    """
    The rules to run, sorted by what they subscribe to.

    `severities` maps codes to severities that replace the rules' own; `options` is what rules may
    read of the configuration.
    """

    __slots__ = ("_by_program", "_by_subject", "_rules", "options", "severities")

    def __init__(
        self,
        entries: "Iterable[Entry]",
        *,
        severities: "Mapping[str, str] | None" = None,
        options: "Mapping[str, Any] | None" = None,
    ) -> None:
        self.severities = dict(severities or {})
        self.options = dict(options or {})
        self._by_subject: dict[str, list[Entry]] = {}
        self._by_program: dict[str, list[Entry]] = {}
        self._rules: dict[str, Rule] = {}
        for entry in entries:
            if entry.programs:
                for program in entry.programs:
                    self._by_program.setdefault(program, []).append(entry)
            else:
                self._by_subject.setdefault(entry.subject, []).append(entry)

    def run(self, build: "Build", crashes: "list[RuleCrash] | None" = None) -> list[Finding]:
        """
        The findings, in the order of the file.

        A rule that raises is a bug of ours: its `RuleCrash` is added to `crashes` and the others
        go on; without `crashes` it is raised.
        """
        found: list[Finding] = []
        for entry, subject in self._calls(build):
            try:
                found.extend(self._call(entry, subject, build))
            except RuleCrash as crash:
                if crashes is None:
                    raise
                crashes.append(crash)
        found = _without_echoes(found, build)
        if "\r\n" in build.tree.source.text:
            for finding in found:
                finding.fixes = tuple(_with_returns(fix) for fix in finding.fixes)
        found.sort(key=lambda finding: (finding.span.start, finding.span.end, finding.code))
        return found

    @property
    def on_ignore(self) -> bool:
        """Whether a rule waits for ignore files."""
        return "Ignore" in self._by_subject

    def run_ignore(
        self, ignore: "Ignore", crashes: "list[RuleCrash] | None" = None
    ) -> list[Finding]:
        """The findings in an ignore file, in its order; `crashes` as for `run`."""
        found: list[Finding] = []
        for entry in self._by_subject.get("Ignore", ()):
            if entry.needs == "context" and ignore.listing is None:
                continue
            try:
                found.extend(self._call(entry, ignore, ignore))
            except RuleCrash as crash:
                if crashes is None:
                    raise
                crashes.append(crash)
        if "\r\n" in ignore.file.text:
            for finding in found:
                finding.fixes = tuple(_with_returns(fix) for fix in finding.fixes)
        found.sort(key=lambda finding: (finding.span.start, finding.span.end, finding.code))
        return found

    def run_project(
        self, project: "Composition", crashes: "list[RuleCrash] | None" = None
    ) -> list[Finding]:
        """The findings about a Compose project, by file and place; crashes as in `run`."""
        found: list[Finding] = []
        text = "\0".join(file.text for file in project.loaded.files.values()).lower()
        for subject, several in (
            ("Composition", [project]),
            ("Service", project.every),
        ):
            for entry in self._by_subject.get(subject, ()):
                if entry.mentions and not any(word in text for word in entry.mentions):
                    continue
                for one in several:
                    try:
                        found.extend(self._call(entry, one, project))
                    except RuleCrash as crash:
                        if crashes is None:
                            raise
                        crashes.append(crash)
        # What several services take from one anchor is said once.
        said = {(one.code, one.source, one.span, one.message): one for one in reversed(found)}
        return sorted(
            said.values(), key=lambda one: (one.source, one.span.start, one.span.end, one.code)
        )

    def _calls(self, build: "Build") -> "Iterator[tuple[Entry, object]]":
        text = build.tree.source.text.lower()

        def wanted(entries: "list[Entry]") -> "list[Entry]":
            return [
                entry
                for entry in entries
                if (not entry.mentions or any(word in text for word in entry.mentions))
                and self._has(entry.needs, build)
            ]

        by_subject = {name: wanted(entries) for name, entries in self._by_subject.items()}
        by_program = {name: wanted(entries) for name, entries in self._by_program.items()}
        for entry in by_subject.get("Build", ()):
            yield entry, build
        on_stage = by_subject.get("Stage", ())
        on_from = by_subject.get("FROM", ())
        on_any = by_subject.get("Any", ())
        for stage in build.stages:
            for entry in on_stage:
                yield entry, stage
            for entry in on_from:
                yield entry, stage.from_step
            for step in stage.steps:
                for entry in on_any:
                    yield entry, step
                for entry in by_subject.get(step.node.name, ()):
                    yield entry, step
                if by_program and step.node.name == "RUN":
                    yield from self._on_programs(step, by_program)

    def _has(self, needs: str, build: "Build") -> bool:
        """Whether there is what a rule needs."""
        if needs == "context":
            return build.listing is not None and build.ignore is not None
        if needs == "ignore":
            return build.ignore is not None and bool(build.ignore.patterns)
        return not needs or bool(self.options.get(needs))

    @staticmethod
    def _on_programs(
        step: "Step", by_program: "Mapping[str, list[Entry]]"
    ) -> "Iterator[tuple[Entry, object]]":
        called: set[str] = set()
        for command in step.commands:
            for entry in by_program.get(command.name, ()):
                if entry.code not in called:
                    called.add(entry.code)
                    yield entry, step

    def _call(
        self, entry: Entry, subject: "Any", build: "Build | Composition | Ignore"
    ) -> "Iterator[Finding]":
        rule = self._rules.get(entry.code)
        if rule is None:
            rule = self._rules[entry.code] = load(entry)(self.options)
        try:
            for draft in rule.check(subject):  # type: ignore[attr-defined]
                yield self._finding(entry, draft, build)
        except Exception as error:
            raise RuleCrash(entry.code, f"{type(error).__name__}: {error}") from error

    def _finding(
        self, entry: Entry, draft: "Draft", build: "Build | Composition | Ignore"
    ) -> Finding:
        likely = draft.likely or any(not reason.firm for reason in draft.because)
        return Finding(
            entry.code,
            entry.name,
            self.severities.get(entry.code, entry.severity),
            draft.source or build.name,
            draft.span,
            intern(draft.message),
            draft.because,
            "likely" if likely else "certain",
            draft.fixes,
        )


def _with_returns(fix: Fix) -> Fix:
    """The fix for a file whose lines end as on Windows."""
    edits = [
        Edit(edit.source, edit.span, edit.text.replace("\r\n", "\n").replace("\n", "\r\n"))
        for edit in fix.edits
    ]
    return Fix(fix.title, fix.safety, edits, fix.changes)


def _without_echoes(found: list[Finding], build: "Build") -> list[Finding]:
    """Without the engine's messages on instructions of which a rule says the same, but better."""
    better = [one.span.start for one in found if one.code in _SAY_BETTER]
    if not better or all(one.code != _SYNTAX_ERROR for one in found):
        return found
    starts = [node.start for node in build.tree.instructions]
    taken = {bisect_right(starts, start) for start in better}
    return [
        one
        for one in found
        if one.code != _SYNTAX_ERROR or bisect_right(starts, one.span.start) not in taken
    ]
