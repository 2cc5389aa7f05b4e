"""DW7011 ignore-pattern-idle."""

from dockwright.rules.api import Bad, Findings, Good, Ignore, Rule, lazy
from dockwright.rules.ignore._patterns import literal

# Names of what tools, editors and people make and nobody commits, or every template lists.
_MADE = lazy(
    r"(?i)\..*|.*(?:cache|tmp|temp|logs?|build|built|dist|target|out|output|bin|obj|coverage|report"
    r"|node_modules|bower|vendor|venv|env|pycache|egg|wheels?|debug|release|secret|credential|key"
    r"|htmlcov|local|override|dump|backup|data|media|uploads?|static|site|public|generated|artifacts?).*"
    r"|thumbs\.db|desktop\.ini|(?:docker-)?compose.*|(?:docker|container|vagrant|make|jenkins)file.*"
    r"|license.*|readme.*|changelog.*|contributing.*|.*\.(?:log|pid|pem|crt|db|sqlite3?|zip|gz|tgz)"
)


class IgnorePatternIdle(Rule):
    """
    Delete patterns for paths that are no more.

    A pattern for a folder that was renamed keeps the new one in. Nobody sees it, for a pattern that
    matches nothing is no mistake to the builder.

    Silent when the context is not the root of a git checkout, where all that is committed is there;
    about wildcards and exceptions, about names of what tools and people make beside it, and about
    what .gitignore names.
    """

    code = "DW7011"
    name = "ignore-pattern-idle"
    severity = "info"
    tier = "optional"
    tags = ("ignore", "context")
    needs = "context"

    examples = (
        Bad(
            ".git\nfrontend/stories\n",
            at="frontend/stories",
            config={"context": {".git/HEAD": 0o644, "web/stories/a.js": 0o644}},
        ),
        Good(
            ".git\nweb/stories\ndist\n*.md\nnotes\n",
            config={
                "context": {".git/HEAD": 0o644, "web/stories/a.js": 0o644},
                "texts": {".gitignore": "/notes\n"},
            },
        ),
        Good("frontend/stories\n", config={"context": {"web/a.js": 0o644}}),
        Good("frontend/stories\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        listing = ignore.listing
        if listing is None or listing.kind(".git") is None:
            return
        hidden = listing.text(".gitignore") or ""
        for pattern in ignore.matcher.patterns:
            path = pattern.cleaned
            if pattern.negated or not literal(pattern) or listing.kind(path) is not None:
                continue
            parts = path.split("/")
            if parts[-1] in hidden or any(_MADE.fullmatch(part) for part in parts):
                continue
            yield self.at(ignore.span(pattern), "nothing in the context has this path")
