"""
Workflow commands of GitHub Actions: they become annotations on the files.

`::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`. Columns are left out when a
finding spans several lines: GitHub refuses them there.
"""

from dockwright.render.places import Places
from dockwright.text.source import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.findings.finding import Finding
    from dockwright.render.report import Options, Report

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: "Report", options: "Options") -> str:  # noqa: ARG001
    """One command per finding."""
    places = Places(report.sources)
    lines = [_command(finding, places) for finding in report.findings]
    for name, message in report.errors:
        lines.append(f"::error file={_property(name)},title=dockwright::{_data(message)}")
    return "".join(f"{line}\n" for line in lines)


def _command(finding: "Finding", places: Places) -> str:
    line, column = places.position(finding.source, finding.span.start)
    last, end = places.position(finding.source, finding.span.end)
    if last > line and end == 1:  # the line ending is part of the span
        last -= 1
    where = f"file={_property(finding.source)},line={line},endLine={last}"
    if last == line:
        where += f",col={column},endColumn={max(end, column)}"
    title = _property(f"{finding.code} {finding.name}")
    text = finding.message
    for reason in finding.because:
        text += f"\nbecause {reason.text}"
    return f"::{_COMMANDS[finding.severity]} {where},title={title}::{_data(text)}"


def _data(text: str) -> str:
    text = printable(text).replace("%", "%25")
    return text.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
