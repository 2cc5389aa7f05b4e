"""`dockwright context`."""

from dockwright.cli.options import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(argv: "Sequence[str]") -> int:
    """Show what a build context holds and what the ignore file keeps out; the exit code."""
    parser = Parser("context", "Show what reaches the builder, and what .dockerignore keeps out.")
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="the build context")
    parser.add_argument(
        "--file", metavar="DOCKERFILE", help="the build's Dockerfile: its own ignore file counts"
    )
    parser.add_argument(
        "--explain",
        action="append",
        default=[],
        metavar="PATH",
        help="only say why this path reaches the builder or not; need not exist",
    )
    parser.add_argument(
        "--largest", type=int, default=10, metavar="N", help="so many of the largest (default: 10)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    args = parser.parse_args(argv)

    from dockwright.app import survey
    from dockwright.cli import terminal
    from dockwright.render import context

    found = survey.survey(args.folder, args.file, max(args.largest, 0))
    answers = list(survey.explain(found, args.explain)) if args.explain else None
    if answers is None:
        survey.walk(found)
    if args.format == "json":
        import json

        terminal.write(json.dumps(context.document(found, answers), indent=2) + "\n")
    elif answers is not None:
        terminal.write(context.explained(found, answers))
    else:
        terminal.write(context.text(found))
    return 0
