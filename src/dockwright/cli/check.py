"""`dockwright check`."""

from dockwright.cli import terminal
from dockwright.cli.options import Parser, add_selection, selection
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.check import Checked
    from dockwright.render.report import Report

FAIL_ON = ("error", "warning", "info", "never")


def run(argv: "Sequence[str]") -> int:
    """Check files and report; the exit code."""
    parser = Parser("check", "Say what is wrong with Dockerfiles, where, and why.")
    add_selection(parser)
    parser.add_argument(
        "-f",
        "--format",
        action="append",
        metavar="FORMAT[=FILE]",
        help="text, json, sarif, github, …; several are possible, each to a file of its own",
    )
    parser.add_argument("--fail-on", choices=FAIL_ON, help="exit 1 from this severity on")
    parser.add_argument("--baseline", metavar="FILE", help="leave out the findings kept there")
    parser.add_argument(
        "--write-baseline", metavar="FILE", help="keep all findings there and exit 0"
    )
    args = parser.parse_args(argv)
    if not args.paths and not args.compose_file:
        raise UsageError("no file or folder given", hint="for example `dockwright check .`")
    more = {"fail_on": args.fail_on} if args.fail_on else {}
    options = selection(args, **more)

    from dockwright.app.session import check_paths

    session = check_paths(args.paths, options, stdin_name=args.stdin_filename)
    if args.write_baseline:
        return _write_baseline(args.write_baseline, session.results)
    report = session.report(baseline=args.baseline)
    formats = args.format or ["text"]
    _write(report, formats)
    if all(given.partition("=")[0] == "gitlab" for given in formats):
        # That format has no place for what could not be read.
        for name, message in report.errors:
            terminal.complain(f"{name}: {message}")
    if report.errors:
        return 2
    return 1 if session.fails(report) else 0


def _write(report: "Report", formats: "Sequence[str]") -> None:
    from dockwright import render
    from dockwright.render.report import Options

    for given in formats:
        name, equals, path = given.partition("=")
        if not equals or path in ("", "-"):
            terminal.write(render.render(name, report, Options(colour=terminal.colour())))
            continue
        text = render.render(name, report, Options(colour=False))
        try:
            with open(path, "w", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _write_baseline(path: str, results: "Sequence[Checked]") -> int:
    from dockwright.check import baseline

    findings = [finding for result in results for finding in result.findings]
    baseline.write(path, findings, {result.name: result.source for result in results})
    terminal.write(f"{len(findings)} findings kept in {path}\n")
    return 0
