"""Options: how command lines are read, and what several commands share."""

from dockwright.app.check import Options
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from dockwright.app.projects import Projects

    Given: TypeAlias = tuple[tuple[str, ...], dict[str, Any]]


class Arguments:
    """The values of a command line, as attributes."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class Parser:
    """
    A command's arguments, described as for argparse.

    A command line of paths and of options that are written out is read here; everything else, such
    as `--help` or a mistake, is left to argparse, whose import and set-up take 5 ms. What is read
    here means the same to argparse (`tests/cli/test_options.py`).
    """

    def __init__(self, command: str, description: str) -> None:
        self._command = command
        self._description = description
        self._given: list[Given] = []

    def add_argument(self, *names: str, **settings: "Any") -> None:
        """Describe an argument: see `argparse.ArgumentParser.add_argument`."""
        self._given.append((names, settings))

    def parse_args(self, argv: "Sequence[str]") -> Arguments:
        """The values of `argv`; raises UsageError, and SystemExit after `--help`."""
        values = self._plain(argv)
        if values is None:
            from dockwright.cli.arguments import parse

            values = vars(parse(self._command, self._description, self._given, argv))
        found = Arguments()
        found.__dict__.update(values)
        return found

    def _plain(self, argv: "Sequence[str]") -> "dict[str, Any] | None":
        """What a plain command line says, None for one that is not."""
        values: dict[str, Any] = {}
        options: dict[str, tuple[str, dict[str, Any]]] = {}
        paths: list[str] | None = None
        for names, settings in self._given:
            if names == ("paths",) and settings.get("nargs") == "*":
                paths = values["paths"] = []
            elif names[0].startswith("-") and not settings.keys() & {"nargs", "const", "dest"}:
                name = names[-1].lstrip("-").replace("-", "_")
                flag = settings.get("action") == "store_true"
                default = settings.get("default", False if flag else None)
                values[name] = list(default) if isinstance(default, list) else default
                options.update(dict.fromkeys(names, (name, settings)))
            else:
                return None
        words = iter(argv)
        for word in words:
            if not word.startswith("-") or word == "-":
                if paths is None:
                    return None
                paths.append(word)
                continue
            option, equals, value = word.partition("=")
            if option not in options or (equals and not (value and option.startswith("--"))):
                return None
            name, settings = options[option]
            if settings.get("action") == "store_true":
                if equals:
                    return None
                values[name] = True
                continue
            if not equals:
                value = next(words, "-")
            if value.startswith("-") or value not in settings.get("choices", (value,)):
                return None
            if "type" in settings and not (settings["type"] is int and value.isdecimal()):
                return None
            read = int(value) if "type" in settings else value
            if settings.get("action") == "append":
                values[name] = [*(values[name] or ()), read]
            else:
                values[name] = read
        return values


def add_selection(parser: Parser) -> None:
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
        "--compose-file",
        action="append",
        metavar="FILE",
        help="these Compose files are one project, the later over the earlier",
    )
    parser.add_argument(
        "--env-file", action="append", metavar="FILE", help="variables of Compose, for .env"
    )
    parser.add_argument(
        "--profile", action="append", metavar="NAME", help="a profile of Compose to enable, or *"
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


def selection(args: Arguments, **more: "Any") -> Options:
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
        given=_given(args),
    )


def _given(args: Arguments) -> "Projects | None":
    if not (args.compose_file or args.env_file or args.profile):
        return None
    from dockwright.app.projects import Projects

    return Projects(args.compose_file or (), args.env_file or (), args.profile or ())


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
