"""
The terminal form of a report.

    Dockerfile:2:5: info DW2104 apt-lists-left: the package index stays in this layer
      2 | RUN apt-get update && apt-get install -y curl
        |     ^^^^^^^^^^^^^^
        because …
        fix (safe): delete it in the same `RUN`
"""

from dockwright.render.excerpt import excerpt
from dockwright.text.source import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.findings.finding import Finding
    from dockwright.render.report import Options, Report
    from dockwright.text.source import Source
    from dockwright.text.span import Span

_STYLES = {
    "error": "\033[1;31m",
    "warning": "\033[1;33m",
    "info": "\033[1;36m",
    "place": "\033[1m",
    "dim": "\033[2m",
    "fix": "\033[32m",
}
_RESET = "\033[0m"


def render(report: "Report", options: "Options") -> str:
    """`report` for people: a block per finding, and what it comes to."""
    paint = _Paint(options.colour)
    blocks = [_finding(one, report.sources, options, paint) for one in report.findings]
    problems = [f"{line(name)}: {line(message)}\n" for name, message in report.errors]
    if problems:
        blocks.append("".join(problems))
    if options.summary:
        blocks.append(summary(report) + "\n")
    return "\n".join(blocks)


def summary(report: "Report") -> str:
    """What the findings come to, in one line."""
    total = len(report.findings)
    parts = [_count(number, kind) for kind, number in report.counts().items() if number]
    files = _count(len(report.files), "file")
    text = f"{', '.join(parts)} in {files}" if total else f"nothing found in {files}"
    safe, unsafe = report.fixable("safe"), report.fixable("unsafe")
    if safe:
        text += f"; `dockwright fix` mends {safe}"
    if unsafe:
        text += (
            f", `--unsafe` {unsafe} more" if safe else f"; `dockwright fix --unsafe` mends {unsafe}"
        )
    if report.suppressed:
        text += f"; {report.suppressed} silenced"
    if report.fixed:
        text += f"; {len(report.fixed)} mended"
    if report.errors:
        text += f"; {_count(len(report.errors), 'file')} not read"
    return text


def line(text: str) -> str:
    """`text` harmless for a terminal, and on one line."""
    return " ".join(printable(text).split("\n"))


class _Paint:
    """Puts colour around words, or does not."""

    __slots__ = ("on",)

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, style: str, text: str) -> str:
        return f"{_STYLES[style]}{text}{_RESET}" if self.on else text


def _count(number: int, kind: str) -> str:
    plural = "" if kind == "info" or number == 1 else "s"
    return f"{number} {kind}{plural}"


def _place(source: "Source | None", name: str, span: "Span | None") -> str:
    if source is None or span is None:
        return line(name)
    row, column = source.position(span.start)
    return f"{line(name)}:{row}:{column}"


def _finding(
    finding: "Finding", sources: "Mapping[str, Source]", options: "Options", paint: _Paint
) -> str:
    source = sources.get(finding.source)
    likely = " (likely)" if finding.confidence == "likely" else ""
    lines = [
        paint("place", _place(source, finding.source, finding.span) + ":")
        + f" {paint(finding.severity, finding.severity)} {finding.code}"
        f" {paint('place', finding.name)}: {line(finding.message)}{likely}"
    ]
    margin = "  "
    if source is not None:
        rows, margin = excerpt(source, finding.span, options.width)
        for gutter, text, marks in rows:
            lines.append(f"{paint('dim', gutter)} {text}".rstrip())
            if marks:
                lines.append(f"{paint('dim', margin + '|')} {paint(finding.severity, marks)}")
    for reason in finding.because:
        text = f"{margin}because {line(reason.text)}"
        if reason.source is not None:
            where = _place(sources.get(reason.source), reason.source, reason.span)
            text += paint("dim", f" ({where})")
        lines.append(text)
    lines += [
        f"{margin}{paint('fix', f'fix ({fix.safety})')}: {line(fix.title)}" for fix in finding.fixes
    ]
    return "\n".join(lines) + "\n"
