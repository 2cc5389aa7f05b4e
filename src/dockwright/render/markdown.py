"""A report for a pull request's comment, a job's summary, or a language model."""

from dockwright.render.places import Places, uri
from dockwright.render.text import line, summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.findings.finding import Finding
    from dockwright.render.report import Options, Report


def render(report: "Report", options: "Options") -> str:
    """A heading per file, an item per finding."""
    places = Places(report.sources)
    files: dict[str, list[Finding]] = {}
    for finding in report.findings:
        files.setdefault(finding.source, []).append(finding)
    lines: list[str] = []
    for name, findings in files.items():
        lines += [f"### {_code(name)}", ""]
        for finding in findings:
            lines += _item(finding, places)
        lines.append("")
    if report.errors:
        lines += [f"- {_code(name)}: {_text(message)}" for name, message in report.errors] + [""]
    if options.summary:
        lines += [summary(report), ""]
    return "\n".join(lines)


def _item(finding: "Finding", places: Places) -> list[str]:
    row, column = places.position(finding.source, finding.span.start)
    place = f"[{row}:{column}](<{uri(finding.source)}#L{row}>)"
    rule = _code(f"{finding.code} {finding.name}")
    found = [f"- {place} **{finding.severity}** {rule}: {_text(finding.message)}"]
    found += [f"  - because {_text(reason.text)}" for reason in finding.because]
    found += [f"  - fix ({fix.safety}): {_text(fix.title)}" for fix in finding.fixes]
    return found


def _code(text: str) -> str:
    """`text` as a code span, whatever backticks it has."""
    text = line(text)
    fence = "`"
    while fence in text:
        fence += "`"
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _text(text: str) -> str:
    """`text` as prose: code spans stay, what Markdown or HTML would take as markup is escaped."""
    parts = line(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without partner
        parts[-2:] = [parts[-2] + "\\`" + parts[-1]]
    for at in range(0, len(parts), 2):
        parts[at] = "".join(f"\\{c}" if c in "<>[]*_|#" else c for c in parts[at])
    return "`".join(parts)
