"""Checkstyle's XML, which many services read."""

from dockwright.render.markup import document, element
from dockwright.render.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.findings.finding import Finding
    from dockwright.render.report import Options, Report


def render(report: "Report", options: "Options") -> str:  # noqa: ARG001
    """A `file` per checked file, an `error` per finding."""
    places = Places(report.sources)
    files: dict[str, list[str]] = {name: [] for name in report.files}
    for finding in report.findings:
        files.setdefault(finding.source, []).append(_error(finding, places))
    for name, message in report.errors:
        row = element("error", line=1, severity="error", message=message, source="dockwright")
        files.setdefault(name, []).append(row)
    rows = [element("file", *errors, name=name) for name, errors in files.items()]
    return document(element("checkstyle", *rows, version="4.3"))


def _error(finding: "Finding", places: Places) -> str:
    line, column = places.position(finding.source, finding.span.start)
    return element(
        "error",
        line=line,
        column=column,
        severity=finding.severity,
        message=f"{finding.name}: {finding.message}",
        source=f"dockwright.{finding.code}",
    )
