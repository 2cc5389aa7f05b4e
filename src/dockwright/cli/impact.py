"""`dockwright impact`."""

from dockwright.cli.options import Parser
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(argv: "Sequence[str]") -> int:
    """Tell which steps run again after a change, and why; the exit code."""
    parser = Parser("impact", "Tell which steps of a build run again after an edit, and why.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="what is edited; need not exist")
    parser.add_argument("--file", metavar="DOCKERFILE", help="the Dockerfile of the build")
    parser.add_argument("--context", metavar="DIR", help="the folder of the build context")
    parser.add_argument("--target", metavar="STAGE", help="the stage that is built")
    parser.add_argument(
        "--build-arg",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="a build argument with another value: this one, or any",
    )
    parser.add_argument(
        "--base",
        action="append",
        nargs="?",
        const="*",
        default=[],
        metavar="IMAGE",
        help="the base image (all of them) has new layers",
    )
    parser.add_argument("--edited", metavar="DOCKERFILE", help="the Dockerfile as it will be")
    parser.add_argument(
        "--store",
        choices=("classic", "containerd"),
        help="the engine's image store, which decides about COPY --link",
    )
    parser.add_argument("--config", metavar="FILE", help="use this configuration file")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    args = parser.parse_args(argv)

    from dockwright.app.impact import forecast
    from dockwright.cli import terminal

    found = forecast(
        args.files,
        dockerfile=args.file,
        folder=args.context,
        target=args.target,
        args=dict(_argument(text) for text in args.build_arg),
        edited=args.edited,
        bases=args.base,
        store=args.store,
        config=args.config,
    )
    from dockwright.render import impact

    if args.format == "json":
        import json

        terminal.write(json.dumps(impact.document(found), indent=2) + "\n")
    else:
        terminal.write(impact.text(found, colour=terminal.colour()))
    return 0


def _argument(text: str) -> "tuple[str, str | None]":
    name, equals, value = text.partition("=")
    if not name:
        raise UsageError(f"--build-arg {text} has no name")
    return name, value if equals else None
