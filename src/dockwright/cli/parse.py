"""`dockwright parse`."""

from dockwright.cli.options import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(argv: "Sequence[str]") -> int:
    """Print a Dockerfile's instructions as JSON; the exit code."""
    parser = Parser("parse", "Show what BuildKit's parser sees: one JSON document for each file.")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--tokens", action="store_true", help="also the tokens, which tile the text"
    )
    args = parser.parse_args(argv)

    import json

    from dockwright.app.discover import read_bytes
    from dockwright.app.parse import describe
    from dockwright.cli.terminal import complain, write
    from dockwright.text.source import Source, decode

    code = 0
    for path in args.paths:
        try:
            if path == "-":
                import sys

                data = sys.stdin.buffer.read()
            else:
                data = read_bytes(path)
        except OSError as error:
            complain(f"{path}: {error.strerror or 'cannot be read'}")
            code = 2
            continue
        document = describe(Source(path, decode(data)), tokens=args.tokens)
        write(json.dumps(document, indent=2) + "\n")
    return code
