"""Options that several commands share."""

import argparse
from argparse import ArgumentParser, HelpFormatter, Namespace

from dockwright.app.check import Options
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn


# argparse asks gettext for each of its words, which looks for catalogues on disk: 3 ms. Ours are
# English, like the rest of what we say.
if hasattr(argparse, "_"):
    argparse._ = str


class Parser(ArgumentParser):
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


def add_selection(parser: ArgumentParser) -> None:
    """The options that say which rules run, and over what."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, or - (stdin)")
    parser.add_argument(
        "--select", action="append", metavar="RULES", help="only these: codes, names, tags, tiers"
    )
    parser.add_argument("--extend-select", action="append", metavar="RULES", help="these besides")
    parser.add_argument("--ignore", action="append", metavar="RULES", help="not these")
    parser.add_argument("--preview", action="store_true", help="new rules also")
    parser.add_argument("--config", metavar="FILE", help="use this configuration file")
    parser.add_argument("--context", metavar="DIR", help="the folder of the build context")
    parser.add_argument(
        "--build-arg", action="append", metavar="NAME=VALUE", help="a build argument of the build"
    )
    parser.add_argument(
        "--engine",
        action="store_true",
        help="ask the local container engine what is in base images (pulls nothing)",
    )
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="what standard input is called", default=None
    )
    parser.add_argument(
        "--shellcheck",
        choices=("auto", "on", "off"),
        default="auto",
        help="ShellCheck's findings in RUN (auto: when it is installed)",
    )
    parser.add_argument("--no-cache", action="store_true", help="neither read nor keep results")
    parser.add_argument(
        "--markdown", action="store_true", help="also Dockerfiles in code fences of Markdown files"
    )
    parser.add_argument(
        "-j",
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help="processes (default: as many as cores)",
    )


def selection(args: Namespace, **more: "Any") -> Options:
    """The `Options` that parsed arguments describe; `more` are further settings to override."""
    overrides: dict[str, Any] = dict(more)
    for name in ("select", "extend_select", "ignore"):
        given = getattr(args, name)
        if given:
            from dockwright.check.select import verify

            words = [part.strip() for value in given for part in value.split(",") if part.strip()]
            verify(words, "--" + name.replace("_", "-"))
            overrides[name] = tuple(words)
    if args.preview:
        overrides["preview"] = True
    if args.build_arg:
        overrides["build_args"] = _build_args(args.build_arg)
    return Options(
        config=args.config,
        overrides=overrides,
        context=args.context,
        engine=args.engine,
        cache=not args.no_cache,
        shellcheck=args.shellcheck,
        markdown=args.markdown,
        jobs=args.jobs,
    )


def _build_args(given: "list[str]") -> "dict[str, str]":
    import os

    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name:
            raise UsageError(f"--build-arg {text} has no name")
        # As docker does: a bare name takes the value of the environment.
        found[name] = value if equals else os.environ.get(name, "")
    return found
