"""What a renderer is given."""

from dockwright import __version__
from dockwright.render.veil import covered
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.findings.finding import Finding, Fix
    from dockwright.text.source import Source


class Report(Value):
    """
    The result of one run.

    `findings` in the order they are shown, without the secrets they quote; `sources` by name, for
    every source that a finding, a reason or an edit names; `files` the names of the files that were
    checked; `suppressed` how many findings comments or a baseline silenced; `errors` (name,
    message) of files that could not be read; `fixed` the (name of the source, fix) that were
    applied; `version` dockwright's own.
    """

    __slots__ = ("errors", "files", "findings", "fixed", "sources", "suppressed", "version")

    def __init__(
        self,
        findings: "Sequence[Finding]" = (),
        sources: "Mapping[str, Source] | None" = None,
        *,
        files: "Sequence[str]" = (),
        suppressed: int = 0,
        errors: "Sequence[tuple[str, str]]" = (),
        fixed: "Sequence[tuple[str, Fix]]" = (),
        version: str = __version__,
    ) -> None:
        self.findings = tuple(map(covered, findings))
        self.sources = sources or {}
        self.files = tuple(files)
        self.suppressed = suppressed
        self.errors = tuple(errors)
        self.fixed = tuple(fixed)
        self.version = version

    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity, the gravest first."""
        found = {"error": 0, "warning": 0, "info": 0}
        for finding in self.findings:
            found[finding.severity] += 1
        return found

    def fixable(self, safety: str) -> int:
        """How many findings have a fix whose first is of `safety`."""
        return sum(1 for one in self.findings if one.fixes and one.fixes[0].safety == safety)


class Options(Value):
    """
    How to render.

    `colour` switches ANSI escapes on (text only); `summary` the last lines that count; `width` is
    the terminal's, 0 for no limit.
    """

    __slots__ = ("colour", "summary", "width")

    def __init__(self, *, colour: bool = False, summary: bool = True, width: int = 0) -> None:
        self.colour = colour
        self.summary = summary
        self.width = width
