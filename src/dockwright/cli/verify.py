"""`dockwright verify`."""

from dockwright.cli.options import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.verify.claim import Outcome


def run(argv: "Sequence[str]") -> int:
    """Build, start and look; the exit code is 1 when a claim does not hold."""
    parser = Parser("verify", "Build an image, run it, and see whether what it claims is so.")
    parser.add_argument("path", nargs="?", default=".", help="a Dockerfile, or its folder")
    parser.add_argument(
        "--target", action="append", default=[], metavar="STAGE", help="verify this stage"
    )
    parser.add_argument("--engine", choices=("docker", "podman"), default="", help="the engine")
    args = parser.parse_args(argv)

    from dockwright.app.verify import verify
    from dockwright.cli import terminal

    def tell(subject: str, outcome: "Outcome | None") -> None:
        if outcome is not None:
            terminal.write(f"{subject}: {outcome.title}: {outcome.verdict}: {outcome.message}\n")

    found = verify(args.path, targets=args.target, engine=args.engine, tell=tell)
    return 1 if any(one.violated for one in found) else 0
