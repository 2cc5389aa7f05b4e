"""DW7009 ignore-file-replaced."""

from dockwright.rules.api import Bad, Findings, Good, Ignore, Rule, Span
from dockwright.rules.ignore._taken import taker


class IgnoreFileReplaced(Rule):
    """
    Repeat in a Dockerfile's own ignore file what the context's keeps out.

    `Dockerfile.dockerignore` replaces the `.dockerignore` of the context, it does not add to it,
    and the builder says nothing of it: what only the other file names gets into the build.

    Silent when all that the other file keeps out of the context's root is kept out here too, when
    it is not there, or not copied with a folder above it, when the pattern is brought back here by
    name, and when the context is not known.
    """

    code = "DW7009"
    name = "ignore-file-replaced"
    severity = "info"
    tags = ("ignore", "context")
    needs = "context"

    examples = (
        Bad(
            "*.md\n",
            at="*.md",
            config={
                "own": True,
                "dockerignore": ".git\n*.md\n",
                "dockerfile": "FROM nginx:1.27\nCOPY . /srv\n",
                "context": {".git/HEAD": 0o644, "a.html": 0o644},
            },
        ),
        Good(
            "*.md\n.git\n",
            config={
                "own": True,
                "dockerignore": ".git\n*.log\n",
                "dockerfile": "FROM nginx:1.27\nCOPY . /srv\n",
                "context": {".git/HEAD": 0o644, "a.html": 0o644},
            },
        ),
        Good(
            "*.md\n!.env\n",
            config={
                "own": True,
                "dockerignore": ".env\n",
                "dockerfile": "FROM nginx:1.27\nCOPY . /srv\n",
                "context": {".env": 0o644, "a.html": 0o644},
            },
        ),
        Good(".git\n", config={"own": True, "dockerfile": "FROM nginx:1.27\nCOPY . /srv\n"}),
    )

    def check(self, ignore: Ignore) -> Findings:
        listing, other = ignore.listing, ignore.replaced
        if listing is None or other is None or not ignore.own or not ignore.patterns:
            return
        theirs = ignore.outer
        found = []
        for name, _ in listing.entries("") or ():
            if ignore.matcher.root().child(name).excluded or name.endswith("ignore"):
                continue
            if any(one.cleaned == name for one in ignore.patterns):
                continue
            if theirs.visit(name).excluded and taker(ignore, name) is not None:
                found.append(name)
        # One that keeps all out but a few has another way to say it: there is nothing to repeat.
        if not found or any(one.cleaned in ("*", "**") for one in other.patterns):
            return
        shown = ", ".join(f"`{name}`" for name in found[:3])
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        first = ignore.patterns[0]
        yield self.at(
            Span(first.start, first.end),
            f"this file replaces .dockerignore, which keeps {shown}{more} out of the context",
        )
