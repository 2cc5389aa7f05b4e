"""DW5502 copy-glob-empty."""

from dockwright.rules.api import (
    Bad,
    Build,
    Findings,
    Good,
    Rule,
    Taken,
    from_context,
    lazy,
    pattern_of,
)
from dockwright.rules.context._sources import (
    WILDCARD,
    made_elsewhere,
    settled,
)

# `go.sum*` and `.npmr[c]`: how one writes a file that need not be there.
_OPTIONAL = lazy(r"[^*?\[]+(?:\*|\?|\[[^\]]\])|.*\[[^\]]\]")
# Folders looked at for one pattern.
_MANY = 200


class CopyGlobEmpty(Rule):
    """
    Write patterns that match something.

    A `COPY` whose wildcard matches nothing is no error: the build goes on and the files are not in
    the image, until something that needs them fails.

    Silent when the build context is not known or may be another folder (as in
    copy-source-missing), for the pattern of one optional file (`go.sum*`, `.npmr[c]`), when the
    instruction copies something else too, and for what a build before this one makes (`dist/*`,
    `target/*.jar`).
    """

    code = "DW5502"
    name = "copy-glob-empty"
    severity = "warning"
    tags = ("copy", "context")
    needs = "context"

    examples = (
        Bad(
            "FROM alpine:3.20\nCOPY run.sh /\nCOPY conf/*.conf /etc/app/\n",
            at="conf/*.conf",
            config={"context": {"run.sh": 0o755, "conf/app.cfg": 0o644}},
        ),
        Bad(
            "FROM alpine:3.20\nCOPY run.sh /\nCOPY *.py /app/\n",
            at="*.py",
            config={"context": {"run.sh": 0o755, "a.py": 0o644}, "dockerignore": "**/*.py\n"},
        ),
        Good(
            "FROM alpine:3.20\nCOPY run.sh /\nCOPY */*.conf /etc/app/\n",
            config={"context": {"run.sh": 0o755, "conf/app.conf": 0o644}},
        ),
        Good(
            "FROM alpine:3.20\nCOPY run.sh /\nCOPY go.sum* .npmr[c] /src/\n",
            config={"context": {"run.sh": 0o755}},
        ),
        Good(
            "FROM alpine:3.20\nCOPY run.sh /\nCOPY package.json *.yaml /src/\n",
            config={"context": {"run.sh": 0o755, "package.json": 0o644}},
        ),
        Good(
            "FROM alpine:3.20\nCOPY run.sh /\nCOPY target/*.jar /app.jar\n",
            config={"context": {"run.sh": 0o755, "target/x.txt": 0o644}},
        ),
        Good("FROM alpine:3.20\nCOPY *.py /app/\n", config={"context": {"a.txt": 0o644}}),
        Good("FROM alpine:3.20\nCOPY *.py /app/\n"),
    )

    def check(self, build: Build) -> Findings:
        if build.listing is None or build.ignore is None:
            return
        sure: bool | None = None
        for stage in build.stages:
            if not stage.built or stage.os != "linux":
                continue
            for step in stage.steps:
                if step.name not in ("COPY", "ADD"):
                    continue
                taken = list(from_context(step))
                globs = [one for one in taken if one.glob]
                if not globs or len(globs) < len(step.words) - 1:
                    continue
                if any(_silent(one) or _matches(build, one.path) is not False for one in globs):
                    continue
                if sure is None:
                    sure = settled(build)
                if not sure:
                    return
                for one in globs:
                    yield self.at(
                        one.span,
                        f"`{one.path}` matches nothing in the build context, so nothing is copied",
                        one.because,
                    )


def _silent(one: Taken) -> bool:
    return bool(_OPTIONAL.fullmatch(one.name)) or made_elsewhere(one.path)


def _matches(build: Build, pattern: str) -> bool | None:
    """Whether `pattern` matches something in the context; None when that is not known."""
    listing, ignore = build.listing, build.ignore
    assert listing is not None
    assert ignore is not None
    folders = [""]
    parts = pattern.split("/")
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        expression = pattern_of(part)
        if expression is None:
            return None
        following: list[str] = []
        for folder in folders:
            names = listing.names(folder)
            if names is None:
                # Missing, too large to say, or reached by a link.
                if number and WILDCARD.search("/".join(parts[:number])):
                    continue
                return None
            for name in names:
                if expression.fullmatch(name) is None:
                    continue
                path = f"{folder}/{name}" if folder else name
                visit = ignore.visit(path)
                if visit.excluded and (listing.kind(path) != "dir" or not visit.descends):
                    continue
                if last:
                    return True
                if listing.kind(path) == "link":
                    return None
                following.append(path)
        folders = following
        if len(folders) > _MANY:
            return None
    return False
