"""DW5504 context-takes-history."""

from dockwright.rules.api import (
    Bad,
    Build,
    Findings,
    Good,
    Rule,
    from_context,
    reads_history,
)


class ContextTakesHistory(Rule):
    """
    Keep `.git` out of the image.

    The history is often larger than the source, holds what was ever deleted from it, and changes
    with each commit and fetch, so that the copy and all behind it run again. A pattern `.git` in
    .dockerignore keeps out the one at the top, `**/.git` those of checkouts inside too.

    Silent when the build context is not known, when .dockerignore keeps it out, in stages whose
    file system does not ship, and when a `RUN` asks git for something or deletes it.
    """

    code = "DW5504"
    name = "context-takes-history"
    severity = "warning"
    tags = ("size", "security", "copy", "context")
    needs = "context"

    examples = (
        Bad(
            "FROM python:3.12-slim\nCOPY . /app\n",
            at=".",
            config={"context": {"main.py": 0o644, ".git/HEAD": 0o644}, "dockerignore": "*.md\n"},
        ),
        Bad(
            "FROM python:3.12-slim\nCOPY . /app\n",
            at=".",
            config={
                "context": {"lib/main.py": 0o644, "lib/.git/HEAD": 0o644},
                "dockerignore": ".git\n",
            },
        ),
        Good(
            "FROM python:3.12-slim\nCOPY . /app\n",
            config={"context": {"main.py": 0o644, ".git/HEAD": 0o644}, "dockerignore": ".git\n"},
        ),
        Good(
            "FROM golang:1.22\nCOPY . /app\nRUN git describe > /version\n",
            config={"context": {"main.go": 0o644, ".git/HEAD": 0o644}},
        ),
        Good(
            "FROM golang:1.22 AS build\nCOPY . /app\nFROM scratch\nCOPY --from=build /app/a /a\n",
            config={"context": {"main.go": 0o644, ".git/HEAD": 0o644}},
        ),
        Good("FROM golang:1.22\nCOPY . /app\n"),
    )

    def check(self, build: Build) -> Findings:
        listing, ignore = build.listing, build.ignore
        if listing is None or ignore is None:
            return
        for stage in build.stages:
            if not stage.shipped or reads_history(stage):
                continue
            for step in stage.steps:
                if step.name not in ("COPY", "ADD") or step.node.flag("exclude") is not None:
                    continue
                for one in from_context(step):
                    if one.glob:
                        continue
                    prefix = f"{one.path}/" if one.path else ""
                    folders = [prefix]
                    folders += [f"{prefix}{name}/" for name in _plain(listing.names(one.path))]
                    for folder in folders:
                        path = f"{folder}.git"
                        visit = ignore.visit(path)
                        if visit.excluded or listing.kind(path) != "dir":
                            continue
                        yield self.at(
                            one.span,
                            f"this takes the history in `{path}` into the image",
                            one.because,
                        )
                        return


def _plain(names: "object") -> list[str]:
    """The names that may be folders of a checkout, a hundred at most."""
    if not isinstance(names, (list, tuple)):
        return []
    return [name for name in names if "." not in name and name != "node_modules"][:100]
