"""JUnit's XML: a suite per file, a failed case per finding, a passed one for a clean file."""

from dockwright.render.markup import document, element, escape
from dockwright.render.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.findings.finding import Finding
    from dockwright.render.report import Options, Report


def render(report: "Report", options: "Options") -> str:  # noqa: ARG001
    """`report` as test results."""
    places = Places(report.sources)
    files: dict[str, list[str]] = {name: [] for name in report.files}
    for finding in report.findings:
        files.setdefault(finding.source, []).append(_case(finding, places))
    broken: dict[str, list[str]] = {}
    for name, message in report.errors:
        case = element("testcase", element("error", message=message), name="read", classname=name)
        broken.setdefault(name, []).append(case)
    suites = [_suite(name, cases, failed=len(cases)) for name, cases in files.items()]
    suites += [_suite(name, cases, broken=len(cases)) for name, cases in broken.items()]
    return document(
        element(
            "testsuites",
            *suites,
            name="dockwright",
            failures=len(report.findings),
            errors=len(report.errors),
        )
    )


def _suite(name: str, cases: list[str], *, failed: int = 0, broken: int = 0) -> str:
    shown = cases or [element("testcase", name="dockwright", classname=name)]
    return element("testsuite", *shown, name=name, tests=len(shown), failures=failed, errors=broken)


def _case(finding: "Finding", places: Places) -> str:
    line, column = places.position(finding.source, finding.span.start)
    where = f"{finding.source}:{line}:{column}"
    text = "\n".join([where, *(f"because {reason.text}" for reason in finding.because)])
    failure = element("failure", escape(text), type=finding.severity, message=f"{finding.message}")
    name = f"{finding.code} {finding.name} {line}:{column}"
    return element("testcase", failure, name=name, classname=finding.source, line=line)
