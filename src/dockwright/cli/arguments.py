"""Command lines by argparse: help, complaints, and whatever `options.Parser` leaves to it."""

import argparse
from argparse import ArgumentParser, HelpFormatter, Namespace

from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from dockwright.cli.options import Given


# argparse asks gettext for each of its words, which looks for catalogues on disk: 3 ms. Ours are
# English, like the rest of what we say.
if hasattr(argparse, "_"):
    argparse._ = str


class _Parser(ArgumentParser):
    """An argument parser whose complaints are ours, and whose width needs no terminal."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"dockwright {command}",
            description=description,
            formatter_class=_formatter,
            allow_abbrev=False,
        )

    def parse_args(  # type: ignore[override]
        self, args: "Sequence[str] | None" = None, namespace: "Namespace | None" = None
    ) -> Namespace:
        """As argparse does it, and paths may also stand on both sides of an option."""
        found, left = self.parse_known_args(args, namespace)
        options = [one for one in left if one.startswith("-") and one != "-"]
        if options or (left and not isinstance(getattr(found, "paths", None), list)):
            self.error(f"unrecognized arguments: {' '.join(left)}")
        if left:
            found.paths += left
        return found

    def error(self, message: str) -> "NoReturn":
        raise UsageError(message, hint=f"see `{self.prog} --help`")


def _formatter(prog: str) -> HelpFormatter:
    # Without a width, argparse imports shutil for each argument to ask the terminal.
    return HelpFormatter(prog, max_help_position=30, width=100)


def parse(
    command: str, description: str, given: "Sequence[Given]", argv: "Sequence[str]"
) -> Namespace:
    """The values of `argv`; raises UsageError, and SystemExit after `--help`."""
    parser = _Parser(command, description)
    for names, settings in given:
        parser.add_argument(*names, **settings)
    return parser.parse_args(argv)
