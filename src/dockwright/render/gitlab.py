"""GitLab's Code Quality report, a subset of Code Climate's."""

from dockwright.check.baseline import fingerprints
from dockwright.render.json import dump
from dockwright.render.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.findings.finding import Finding
    from dockwright.render.report import Options, Report

_SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def render(report: "Report", options: "Options") -> str:  # noqa: ARG001
    """A list with one issue per finding."""
    places = Places(report.sources)
    prints = fingerprints(report.findings, report.sources)
    return dump(
        [
            _issue(finding, places, f"{text}:{number}")
            for finding, (text, number) in zip(report.findings, prints, strict=True)
        ]
    )


def _issue(finding: "Finding", places: Places, fingerprint: str) -> "dict[str, Any]":
    line, _ = places.position(finding.source, finding.span.start)
    last, _ = places.position(finding.source, max(finding.span.start, finding.span.end - 1))
    path = finding.source.replace("\\", "/").removeprefix("./")
    return {
        "type": "issue",
        "check_name": f"{finding.code} {finding.name}",
        "description": finding.message,
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": f"{path}:{finding.code}:{fingerprint}",
        "location": {"path": path, "lines": {"begin": line, "end": last}},
    }
