"""
SARIF 2.1.0, as code-scanning services read it.

Specification: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from dockwright.check import registry
from dockwright.check.baseline import fingerprints
from dockwright.render.json import dump
from dockwright.render.places import Places, uri, url
from dockwright.render.prose import paragraphs
from dockwright.render.veil import tells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.facts.knowledge import Reason
    from dockwright.findings.finding import Finding, Fix
    from dockwright.render.report import Options, Report
    from dockwright.text.span import Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: "Report", options: "Options") -> str:  # noqa: ARG001
    """`report` as a SARIF log with one run."""
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=None)


def _run(report: "Report") -> "dict[str, Any]":
    names = {finding.code: finding.name for finding in report.findings}
    codes = sorted(names)
    places = Places(report.sources)
    prints = fingerprints(report.findings, report.sources)
    return {
        "tool": {
            "driver": {
                "name": "dockwright",
                "version": report.version,
                "rules": [_rule(code, names[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": message},
                        "locations": [{"physicalLocation": {"artifactLocation": _artifact(name)}}],
                    }
                    for name, message in report.errors
                ],
            }
        ],
        "artifacts": [
            {"location": _artifact(name), "roles": ["analysisTarget"]} for name in report.files
        ],
        "results": [
            _result(finding, codes.index(finding.code), places, f"{text}:{number}")
            for finding, (text, number) in zip(report.findings, prints, strict=True)
        ],
    }


def _rule(code: str, name: str) -> "dict[str, Any]":
    found: dict[str, Any] = {"id": code, "name": name}
    address = url(code)
    if address:
        found["helpUri"] = address
    entry = registry.find(code)
    if entry is None:
        return found
    prose = paragraphs(registry.load(entry).__doc__ or "")
    equivalents = f"\n\nThe same as: {', '.join(entry.also)}." if entry.also else ""
    text = "\n\n".join(prose) + equivalents
    return found | {
        "shortDescription": {"text": prose[0]},
        "fullDescription": {"text": " ".join(prose[:2])},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        "properties": {"tags": list(entry.tags), "precision": "high"},
    }


def _result(finding: "Finding", index: int, places: Places, fingerprint: str) -> "dict[str, Any]":
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(places, finding.source, finding.span)],
        "partialFingerprints": {"dockwright/v1": fingerprint},
        "properties": {"confidence": finding.confidence},
    }
    if finding.because:
        steps = [{"location": _reason(places, reason)} for reason in finding.because]
        found["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    offered = [fix for fix in finding.fixes if fix.safety != "shown" and fix.edits]
    fixes = [_fix(places, fix) for fix in offered if not tells(fix)]
    if fixes:
        found["fixes"] = fixes
    return found


def _reason(places: Places, reason: "Reason") -> "dict[str, Any]":
    message = {"message": {"text": reason.text}}
    if reason.source is None or reason.span is None:
        return message
    return _location(places, reason.source, reason.span) | message


def _fix(places: Places, fix: "Fix") -> "dict[str, Any]":
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        changes.setdefault(edit.source, []).append(
            {
                "deletedRegion": _region(places, edit.source, edit.span),
                "insertedContent": {"text": edit.text},
            }
        )
    return {
        "description": {"text": f"{fix.title} ({fix.safety})"},
        "artifactChanges": [
            {"artifactLocation": _artifact(name), "replacements": replacements}
            for name, replacements in changes.items()
        ],
    }


def _location(places: Places, source: str, span: "Span") -> "dict[str, Any]":
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(source),
            "region": _region(places, source, span),
        }
    }


def _artifact(name: str) -> dict[str, str]:
    found = {"uri": uri(name)}
    if "://" not in found["uri"]:
        found["uriBaseId"] = "%SRCROOT%"
    return found


def _region(places: Places, source: str, span: "Span") -> dict[str, int]:
    line, column = places.position(source, span.start)
    last, end = places.position(source, span.end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": last,
        "endColumn": end,
        "charOffset": span.start,
        "charLength": span.end - span.start,
    }
