"""DW7010 ignore-pattern-misspelt."""

from dockwright.rules.api import Bad, Findings, Good, Ignore, IgnorePattern, Rule, near, unsafe
from dockwright.rules.ignore._patterns import literal

_LONG = 8


class IgnorePatternMisspelt(Rule):
    """
    Spell paths as they are, upper and lower case too.

    A pattern for a path that is not there keeps nothing out, without a word: `Node_modules` is not
    `node_modules`, and `docker-compose.yml` is not `docker-compose.yaml`.

    Silent when the path is there, when another pattern keeps out what may have been meant, about
    wildcards, about short names that differ by more than case, and when the context is not known.
    """

    code = "DW7010"
    name = "ignore-pattern-misspelt"
    severity = "warning"
    tags = ("ignore", "context")
    needs = "context"

    examples = (
        Bad(
            "Node_modules\n.git\n",
            at="Node_modules",
            fixed="node_modules\n.git\n",
            config={"context": {"node_modules/a/i.js": 0o644, "a.js": 0o644}},
        ),
        Bad(
            "deploy/docker-compose.yml\n",
            at="deploy/docker-compose.yml",
            fixed="deploy/docker-compose.yaml\n",
            config={"context": {"deploy/docker-compose.yaml": 0o644}},
        ),
        Good(
            "docker-compose.yml\ndocker-compose.yaml\ntest\nold/x\n",
            config={"context": {"docker-compose.yaml": 0o644, "tests/a.py": 0o644}},
        ),
        Good("readme.md\n", config={"context": {"readme.md": 0o644, "README.md": 0o644}}),
        Good("Node_modules\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        for pattern in ignore.matcher.patterns:
            if pattern.negated or not literal(pattern):
                continue
            other = _meant(ignore, pattern)
            if other is not None:
                written = pattern.written.replace(pattern.cleaned, other, 1)
                yield self.at(
                    ignore.span(pattern),
                    f"nothing has this name, and `{other}` reaches the builder",
                ).fix(f"write `{other}`", unsafe(ignore.replace(pattern, written)))


def _meant(ignore: Ignore, pattern: IgnorePattern) -> str | None:
    """The path beside which the pattern's is one letter or one capital off."""
    path = pattern.cleaned
    listing = ignore.listing
    if listing is None or listing.kind(path) is not None:
        return None
    folder, _, name = path.rpartition("/")
    names = listing.names(folder) or ()
    other = next((one for one in names if one.lower() == name.lower()), None)
    if other is None and len(name) >= _LONG:
        other = near(name, [one for one in names if abs(len(one) - len(name)) <= 1])
        if other is not None and not _one_letter(name, other):
            other = None
    if other is None:
        return None
    found = f"{folder}/{other}" if folder else other
    return None if ignore.matcher.visit(found).excluded else found


def _one_letter(name: str, other: str) -> bool:
    """Whether one letter, neither a digit nor the `s` of a plural, makes the difference."""
    short, long = sorted((name, other), key=len)
    at = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    letter = long[at]
    if len(short) == len(long):
        return short[at + 1 :] == long[at + 1 :] and (letter + short[at]).isalpha()
    return short[at:] == long[at + 1 :] and letter.isalpha() and letter != "s"
