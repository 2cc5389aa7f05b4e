"""
One JSON document, described by `docs/reference/findings.schema.json`.

Lines and columns count from 1, offsets from 0, all in characters. A lone surrogate, which stands
for a byte that is not UTF-8, becomes U+FFFD, so that the document is valid for every reader.
"""

from dockwright.render.places import Places, also, url
from dockwright.render.veil import tells
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.findings.finding import Finding, Fix
    from dockwright.render.report import Options, Report
    from dockwright.text.span import Span

VERSION = 1


def render(report: "Report", options: "Options") -> str:  # noqa: ARG001
    """`report` as a JSON document."""
    return dump(document(report))


def dump(value: object, *, indent: int | None = 2) -> str:
    """
    `value` as JSON that every reader accepts, with a newline at the end.

    With `indent=None` it is one line and made several times as fast.
    """
    import json

    return _SURROGATE.sub("\ufffd", json.dumps(value, indent=indent, ensure_ascii=False)) + "\n"


def document(report: "Report") -> "dict[str, Any]":
    """What the document says, as plain values."""
    places = Places(report.sources)
    return {
        "version": VERSION,
        "tool": {"name": "dockwright", "version": report.version},
        "files": list(report.files),
        "findings": [_finding(one, places) for one in report.findings],
        "fixed": [
            {"file": name, "title": fix.title, "safety": fix.safety} for name, fix in report.fixed
        ],
        "errors": [{"file": name, "message": message} for name, message in report.errors],
        "summary": {
            **report.counts(),
            "fixable": {"safe": report.fixable("safe"), "unsafe": report.fixable("unsafe")},
            "suppressed": report.suppressed,
        },
    }


_SURROGATE = lazy("[\ud800-\udfff]")


def _finding(finding: "Finding", places: Places) -> "dict[str, Any]":
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "file": finding.source,
        "span": _span(places, finding.source, finding.span),
        "message": finding.message,
        "reasons": [
            {
                "text": reason.text,
                "file": reason.source,
                "span": _span(places, reason.source, reason.span),
            }
            for reason in finding.because
        ],
        "fixes": [_fix(fix, places) for fix in finding.fixes],
        "also": list(also(finding.code)),
        "url": url(finding.code),
    }


def _fix(fix: "Fix", places: Places) -> "dict[str, Any]":
    return {
        "title": fix.title,
        "safety": fix.safety,
        "edits": [
            {
                "file": edit.source,
                "span": _span(places, edit.source, edit.span),
                "text": edit.text,
            }
            for edit in (() if tells(fix) else fix.edits)
        ],
    }


def _span(places: Places, source: "str | None", span: "Span | None") -> "dict[str, Any] | None":
    if source is None or span is None:
        return None
    return {
        name: {"line": line, "column": column, "offset": offset}
        for name, offset in (("start", span.start), ("end", span.end))
        for line, column in (places.position(source, offset),)
    }
