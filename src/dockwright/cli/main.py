"""The entry: choose the command, turn errors into messages and exit codes."""

import sys

from dockwright.errors import DockwrightError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

OK, FINDINGS, FAILED = 0, 1, 2

COMMANDS = {
    "check": "say what is wrong with Dockerfiles, where, and why",
    "fix": "mend what can be mended",
    "explain": "tell what a rule is about",
    "rules": "list the rules",
    "show": "show what the image will be: user, start, packages, layers",
    "impact": "tell which steps of a build run again after an edit, and why",
    "context": "show what reaches the builder, and what .dockerignore keeps out",
    "verify": "observe on a container engine what the image claims to be",
    "pin": "give base images and Compose images their digests (asks registries)",
    "parse": "show a Dockerfile's instructions as JSON",
}

USAGE = """usage: dockwright COMMAND [OPTION]… [PATH]…

{commands}

Each command has its own --help. `dockwright --version` prints the version.
Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage, configuration or input.
"""


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command; the result is the exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in ("-h", "--help", "help"):
        lines = (f"  {name:<9} {text}" for name, text in COMMANDS.items())
        sys.stdout.write(USAGE.format(commands="\n".join(lines)))
        return OK if args else FAILED
    if args[0] in ("-V", "--version", "version"):
        from dockwright import __version__

        sys.stdout.write(f"dockwright {__version__}\n")
        return OK
    name = args[0]
    if name not in COMMANDS:
        from dockwright.cli.terminal import complain

        complain(f"no command {name!r}; there are: {', '.join(COMMANDS)}")
        return FAILED
    try:
        return _run(name, args[1:])
    except DockwrightError as error:
        from dockwright.cli.terminal import complain

        complain(str(error))
        return FAILED


def _run(name: str, args: "list[str]") -> int:
    # Each command is a module of its own, and only the chosen one is imported.
    if name == "check":
        from dockwright.cli.check import run
    elif name == "fix":
        from dockwright.cli.fix import run
    elif name == "explain":
        from dockwright.cli.explain import run
    elif name == "rules":
        from dockwright.cli.rules import run
    elif name == "show":
        from dockwright.cli.show import run
    elif name == "impact":
        from dockwright.cli.impact import run
    elif name == "context":
        from dockwright.cli.context import run
    elif name == "verify":
        from dockwright.cli.verify import run
    elif name == "pin":
        from dockwright.cli.pin import run
    else:
        from dockwright.cli.parse import run
    return run(args)
