"""`dockwright rules`."""

from dockwright.cli.options import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(argv: "Sequence[str]") -> int:
    """List the rules; the exit code."""
    parser = Parser("rules", "List the rules: code, name, tier, severity, and whether it can fix.")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    args = parser.parse_args(argv)

    from dockwright.check.registry import entries
    from dockwright.cli.terminal import write

    if args.format == "json":
        import json

        rows = [
            {
                "code": entry.code,
                "name": entry.name,
                "tier": entry.tier,
                "severity": entry.severity,
                "since": entry.since,
                "fixable": entry.fixable,
                "tags": list(entry.tags),
                "also": list(entry.also),
            }
            for entry in entries()
        ]
        write(json.dumps(rows, indent=2) + "\n")
        return 0
    width = max(len(entry.name) for entry in entries())
    for entry in entries():
        mends = "fix" if entry.fixable else ""
        write(
            f"{entry.code}  {entry.name:<{width}}  {entry.tier:<8}  {entry.severity:<7}"
            f"  {mends:<3}  {' '.join(entry.also)}".rstrip()
            + "\n"
        )
    return 0
