"""`dockwright fix`."""

from dockwright.cli.options import Parser, add_selection, selection
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.fix import Fixed


def run(argv: "Sequence[str]") -> int:
    """Fix files; the exit code."""
    parser = Parser("fix", "Mend what can be mended; safe fixes unless --unsafe is given.")
    add_selection(parser)
    parser.add_argument("--diff", action="store_true", help="show what would change, write nothing")
    parser.add_argument(
        "--unsafe", action="store_true", help="also fixes a person should look at afterwards"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if something would change"
    )
    args = parser.parse_args(argv)
    if not args.paths and not args.compose_file:
        raise UsageError("no file or folder given", hint="for example `dockwright fix .`")
    options = selection(args)

    from dockwright.app.check import Checker
    from dockwright.app.fix import fix_all
    from dockwright.app.targets import targets

    checker = Checker(options, stdin_name=args.stdin_filename)
    errors: list[tuple[str, str]] = []
    safeties = ("safe", "unsafe") if args.unsafe else ("safe",)
    write = not (args.diff or args.check)
    done: list[Fixed] = []
    for target in targets(args.paths, checker, errors):
        for fixed in fix_all(checker, target, safeties, write=write):
            if fixed.error is not None:
                errors.append((fixed.name, fixed.error))
                continue
            done.append(fixed)
            if target.path == "-" and write:
                _stdout(fixed)
            elif args.diff:
                _diff(fixed)
    _summary(done, errors, wrote=write)
    if errors:
        return 2
    return 1 if args.check and any(fixed.changed for fixed in done) else 0


def _stdout(fixed: "Fixed") -> None:
    import sys

    from dockwright.text.source import encode

    sys.stdout.flush()
    sys.stdout.buffer.write(encode(fixed.after))


def _diff(fixed: "Fixed") -> None:
    from dockwright.cli import terminal
    from dockwright.render.veil import veiled
    from dockwright.text import patch
    from dockwright.text.source import printable

    text = veiled(printable(patch.diff(fixed.name, fixed.before, fixed.after)))
    if terminal.colour():
        colours = {"+": "\033[32m", "-": "\033[31m", "@": "\033[36m"}
        text = "".join(
            f"{colours[line[0]]}{line.rstrip()}\033[0m\n" if line[0] in colours else line
            for line in text.splitlines(keepends=True)
        )
    terminal.write(text)


def _summary(done: "Sequence[Fixed]", errors: "Sequence[tuple[str, str]]", *, wrote: bool) -> None:
    import sys

    from dockwright.cli.terminal import complain

    applied = refused = files = 0
    for fixed in done:
        if fixed.outcome is None:
            continue
        applied += len(fixed.outcome.applied)
        files += fixed.changed
        for one in fixed.outcome.refused:
            refused += 1
            # A safe fix promises to fit everywhere; of another one that does not, this is all.
            report = "; please report the rule" if one.fix.safety == "safe" else ""
            complain(
                f"{fixed.name}: the fix of {one.finding.code} {one.finding.name} was left out:"
                f" {one.obligation}{report}"
            )
    for path, message in errors:
        complain(f"{path}: {message}")
    verb = "fixed" if wrote else "would fix"
    left = sum(len(fixed.remaining) for fixed in done)
    sys.stderr.write(
        f"{verb} {applied} findings in {files} of {len(done)} files; {left} are left"
        + (f"; {refused} fixes left out" if refused else "")
        + "\n"
    )
