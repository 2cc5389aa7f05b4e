"""`dockwright explain`."""

from dockwright.cli.options import Parser
from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.check.registry import Entry


def run(argv: "Sequence[str]") -> int:
    """Tell what rules are about; the exit code."""
    parser = Parser(
        "explain", "Tell what a rule is about: its code, its name, or another tool's id."
    )
    parser.add_argument("rules", nargs="+", metavar="RULE")
    args = parser.parse_args(argv)

    from dockwright.cli.terminal import write

    write("\n".join(_page(entry) for name in args.rules for entry in _find(name)))
    return 0


def _find(name: str) -> "list[Entry]":
    from dockwright.check.registry import entries, find

    found = find(name) or find(name.upper()) or find(name.lower())
    if found is not None:
        return [found]
    wanted = name.lower()
    also = [
        entry
        for entry in entries()
        if any(wanted in (one.lower(), one.lower().partition(":")[2]) for one in entry.also)
    ]
    if also:
        return also
    from difflib import get_close_matches

    names = [entry.name for entry in entries()]
    near = get_close_matches(wanted, names, 1)
    hint = f"did you mean {near[0]}?" if near else "`dockwright rules` lists them"
    raise UsageError(f"no rule {name!r}", hint=hint)


def _page(entry: "Entry") -> str:
    from inspect import cleandoc

    from dockwright.check.registry import load
    from dockwright.rules.api import Bad

    rule = load(entry)
    lines = [
        f"{entry.code} {entry.name}",
        f"{entry.severity}, {entry.tier} tier, since {entry.since}"
        + (", can be fixed" if entry.fixable else ""),
    ]
    if entry.also:
        lines.append("also known as " + ", ".join(entry.also))
    lines += ["", cleandoc(rule.__doc__ or "")]
    for example in rule.examples:
        title = "Reported:" if isinstance(example, Bad) else "Not reported:"
        lines += ["", title, "", *_indented(example.text)]
        if isinstance(example, Bad) and example.fixed is not None:
            lines += ["", "Fixed:", "", *_indented(example.fixed)]
    return "\n".join(lines) + "\n"


def _indented(text: str) -> "list[str]":
    return ["    " + line for line in text.rstrip("\n").split("\n")]
