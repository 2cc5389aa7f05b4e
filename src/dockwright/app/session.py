"""A check of several paths: what was found, and whether it is too much."""

from dockwright import __version__
from dockwright.app.check import Checked, Checker, Options
from dockwright.app.parallel import check_all
from dockwright.app.targets import targets
from dockwright.findings.finding import at_least
from dockwright.text.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.findings.finding import Finding
    from dockwright.render.report import Report


class Session:
    """The results of checking some paths. `errors` are the paths that could not be read."""

    __slots__ = ("checker", "errors", "results")

    def __init__(
        self, checker: Checker, results: "Sequence[Checked]", errors: "Sequence[tuple[str, str]]"
    ) -> None:
        self.checker = checker
        self.results = tuple(results)
        self.errors = tuple(errors)

    def report(self, *, baseline: str | None = None) -> "Report":
        """All of it as one value for the renderers."""
        from dockwright.render.report import Report

        findings = self._findings()
        sources = self._sources()
        suppressed = sum(result.suppressed for result in self.results)
        kept = self._baseline(findings, baseline)
        return Report(
            kept,
            sources,
            suppressed=suppressed + len(findings) - len(kept),
            files=tuple(sources),
            errors=self.errors,
            version=__version__,
        )

    def _sources(self) -> "dict[str, Source]":
        """The files that findings stand in, by name."""
        sources = {result.name: result.source for result in self.results}
        for result in self.results:
            for name, text in result.others.items():
                sources.setdefault(name, Source(name, text))
        return sources

    def _findings(self) -> "list[Finding]":
        """All findings; of files that several Compose projects share, each once."""
        shared = {name for result in self.results for name in result.others}
        found: list[Finding] = []
        seen: set[tuple[str, str, int, str]] = set()
        for result in self.results:
            for finding in result.findings:
                if finding.source in shared:
                    key = (finding.code, finding.source, finding.span.start, finding.message)
                    if key in seen:
                        continue
                    seen.add(key)
                found.append(finding)
        return found

    def _baseline(self, findings: "Sequence[Finding]", path: str | None) -> "Sequence[Finding]":
        paths = {path} if path else set()
        if not path:
            for result in self.results:
                own = self.checker.config(result.name).baseline
                if own:
                    paths.add(own)
        if not paths:
            return findings
        from dockwright.check import baseline

        sources = self._sources()
        for one in sorted(filter(None, paths)):
            findings = baseline.load(one).without(findings, sources)
        return findings

    def fails(self, report: "Report") -> bool:
        """Whether a finding reaches the severity that its file's configuration fails on."""
        return any(
            at_least(finding.severity, self.checker.config(finding.source).fail_on)
            for finding in report.findings
        )


def check_paths(
    paths: "Sequence[str]", options: Options, *, stdin_name: str | None = None
) -> Session:
    """Check files and what is below folders; `-` is standard input."""
    checker = Checker(options, stdin_name=stdin_name)
    errors: list[tuple[str, str]] = []
    results = check_all(targets(paths, checker, errors), checker)
    errors.extend((result.name, result.error) for result in results if result.error)
    return Session(checker, [result for result in results if result.text is not None], errors)
