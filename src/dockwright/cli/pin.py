"""`dockwright pin`."""

from dockwright.cli.options import Parser
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.digests import Digests
    from dockwright.cli.options import Arguments
    from dockwright.model.pins import Pins

_ABOUT = (
    "Give the images that Dockerfiles and Compose files name a digest: `name:tag@sha256:…`. "
    "This is the one command that uses the network: it asks each image's registry over HTTPS."
)


def run(argv: "Sequence[str]") -> int:
    """Pin images; the exit code."""
    parser = Parser("pin", _ABOUT)
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders (default: this folder)"
    )
    parser.add_argument(
        "--update", action="store_true", help="also ask again for the tags of pinned images"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="change nothing; exit 1 if an image is not pinned or its tag has moved",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="with --check: names that are left alone (variables) count as not pinned",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="with --check: ask no registry, only look whether digests are there",
    )
    parser.add_argument("--diff", action="store_true", help="show what would change, write nothing")
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="pin the other images when a registry does not answer for one (else: none)",
    )
    parser.add_argument(
        "--engine",
        action="store_true",
        help="ask through the local engine (docker buildx imagetools): its logins, its mirrors",
    )
    parser.add_argument(
        "--credential-helpers",
        action="store_true",
        help="run the programs that Docker's configuration names for logins",
    )
    parser.add_argument("--config", metavar="FILE", help="use this configuration file")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    args = parser.parse_args(argv)
    _verify(args)

    from dockwright.app import pin
    from dockwright.cli import terminal
    from dockwright.render import pin as render

    name = pin.CHECK if args.check else pin.UPDATE if args.update else pin.PIN
    job = pin.Job(
        name,
        None if args.offline else _digests(args),
        write=not args.diff,
        keep_going=args.keep_going,
        config=args.config,
    )
    found = pin.pin(args.paths or ["."], job)
    if args.format == "json":
        import json

        terminal.write(json.dumps(render.document(found), indent=2) + "\n")
    else:
        if args.diff:
            terminal.write(_diff(found))
        else:
            terminal.write(render.text(found))
        _complain(found, spoken=not args.diff)
    return _code(found, args)


def _verify(args: "Arguments") -> None:
    if args.check and args.update:
        raise UsageError("--update and --check exclude each other")
    if args.offline and not args.check:
        raise UsageError("--offline can only --check: digests come from registries")
    if args.offline and args.engine:
        raise UsageError("--offline and --engine do not go together")
    if args.strict and not args.check:
        raise UsageError("--strict goes with --check")
    if args.check and (args.diff or args.keep_going):
        raise UsageError("--check changes nothing", hint="see what would change: `pin --diff`")
    if "-" in args.paths:
        raise UsageError("standard input cannot be pinned", hint="give files or folders")


def _digests(args: "Arguments") -> "Digests":
    if args.engine:
        from dockwright.engines.imagetools import EngineRegistry

        return EngineRegistry(images=not (args.check or args.update))
    from dockwright.engines.credentials import Logins
    from dockwright.engines.registry import Registry

    return Registry(logins=Logins(helpers=args.credential_helpers))


def _complain(found: "Pins", *, spoken: bool) -> None:
    import sys

    from dockwright.cli.terminal import complain
    from dockwright.model import pins
    from dockwright.render.pin import summary

    for name, message in found.errors:
        complain(f"{name}: {message}" if name else message)
    if not spoken:
        for result in found.results:
            if result.state == pins.FAILED:
                complain(f"{result.use.source}: {result.use.shown}: {result.reason}")
    sys.stderr.write(summary(found) + "\n")


def _diff(found: "Pins") -> str:
    from dockwright.text import patch
    from dockwright.text.source import printable

    return "".join(
        printable(patch.diff(name, found.sources[name].text, text))
        for name, text in sorted(found.changed.items())
    )


def _code(found: "Pins", args: "Arguments") -> int:
    from dockwright.model import pins

    if found.errors or found.count(pins.FAILED):
        return 2
    if args.check:
        alone = args.strict and any(not left.quiet for left in found.left)
        return 1 if alone or found.count(pins.UNPINNED, pins.MOVED) else 0
    return 0
