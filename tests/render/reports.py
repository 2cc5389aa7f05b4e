"""Reports that the renderers' tests share."""

from dockwright.facts.knowledge import Reason
from dockwright.findings.finding import SAFE, SHOWN, UNSAFE, Finding, Fix
from dockwright.render import Report
from dockwright.text.source import Source
from dockwright.text.span import Edit, Span

TEXT = (
    "FROM debian:12\n"
    "RUN apt-get update && \\\n"
    "    apt-get install -y \\\n"
    "      curl\n"
    'LABEL a="日本" b=\x1b[31m\n'
    "\tRUN x\udcff\n"
)
SOURCE = Source("app/Dockerfile", TEXT)


def span(part: str) -> Span:
    """Where `part` stands in `TEXT`."""
    start = TEXT.index(part)
    return Span(start, start + len(part))


def finding(part: str, severity: str = "warning", message: str = "a message", **more) -> Finding:
    """A finding at `part` of `TEXT`."""
    return Finding("DW2104", "apt-lists-left", severity, SOURCE.name, span(part), message, **more)


FULL = Report(
    [
        finding(
            "apt-get update",
            "info",
            because=[
                Reason("debian:12 has apt"),
                Reason("the stage ships", SOURCE.name, span("FROM debian:12")),
            ],
            fixes=[
                Fix(
                    "delete it in the same `RUN`",
                    SAFE,
                    [Edit(SOURCE.name, Span(span("curl").end, span("curl").end), " && rm -rf x")],
                ),
                Fix("see the manual", SHOWN, [Edit(SOURCE.name, span("curl"), "")]),
            ],
        ),
        finding(
            TEXT[15 : TEXT.index("curl") + 5],
            "error",
            "100%, [a](b): <c> `d`\nsecond \udcff line",
            confidence="likely",
            fixes=[Fix("rewrite", UNSAFE, [Edit(SOURCE.name, span("RUN x"), "\udcff")])],
        ),
        Finding("SC2086", "double-quote", "info", SOURCE.name, span("日本"), "quote it"),
        Finding("DW0001", "syntax-error", "error", "gone/Dockerfile", Span(0, 4), "no source"),
    ],
    {SOURCE.name: SOURCE},
    files=[SOURCE.name, "clean dir/Dockerfile"],
    suppressed=2,
    errors=[("/abs/Dockerfile", "Permission denied")],
    fixed=[("other/Dockerfile", Fix("done", SAFE, [Edit("other/Dockerfile", Span(0, 1), "")]))],
    version="1.2.3",
)
EMPTY = Report(version="1.2.3")
CLEAN = Report((), {SOURCE.name: SOURCE}, files=[SOURCE.name], version="1.2.3")
REPORTS = {"full": FULL, "empty": EMPTY, "clean": CLEAN}
