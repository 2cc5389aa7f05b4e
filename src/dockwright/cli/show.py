"""`dockwright show`."""

from dockwright.cli.options import Parser
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(argv: "Sequence[str]") -> int:
    """Show what the image of a Dockerfile will be; the exit code."""
    parser = Parser("show", "Show what the image will be: user, start, packages, layers.")
    parser.add_argument("path", nargs="?", default=".", help="a Dockerfile, or its folder")
    parser.add_argument("--stage", action="append", default=[], metavar="STAGE")
    parser.add_argument("--context", metavar="DIR", help="the folder of the build context")
    parser.add_argument(
        "--changed",
        action="append",
        default=[],
        metavar="FILE",
        help="mark which steps run again after an edit of this file",
    )
    parser.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument(
        "--engine", action="store_true", help="ask the local container engine about base images"
    )
    parser.add_argument("--config", metavar="FILE", help="use this configuration file")
    parser.add_argument("--format", choices=("text", "json", "html", "svg"), default="text")
    parser.add_argument("--output", "-o", metavar="FILE", help="write there")
    args = parser.parse_args(argv)

    from dockwright.app.show import show
    from dockwright.cli import terminal

    shown = show(
        args.path,
        folder=args.context,
        stages=args.stage,
        changed=args.changed,
        args=dict(_argument(text) for text in args.build_arg),
        config=args.config,
        engine=args.engine,
    )
    if args.format == "json":
        import json

        from dockwright.render.show import document

        text = json.dumps(document(shown), indent=2) + "\n"
    elif args.format == "text":
        from dockwright.render.show import text as plain

        text = plain(shown, colour=not args.output and terminal.colour())
    else:
        from dockwright.render import picture

        text = picture.html(shown) if args.format == "html" else picture.svg(shown)
    if args.output:
        _write(args.output, text)
    else:
        terminal.write(text)
    return 0


def _argument(text: str) -> "tuple[str, str]":
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--build-arg {text}: write NAME=VALUE")
    return name, value


def _write(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'cannot be written'}") from error
