"""The terminal form of a report."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.render.report import Options, Report


def render(report: "Report", options: "Options") -> str:
    """`report` for people."""
    return "".join(f"{f.source}: {f.message}\n" for f in report.findings)
