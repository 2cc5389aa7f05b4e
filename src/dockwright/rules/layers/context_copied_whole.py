"""DW2007 context-copied-whole."""

from dockwright.rules.api import Bad, Build, Findings, Good, Rule
from dockwright.rules.layers._paths import remote, sources, text


class ContextCopiedWhole(Rule):
    """
    Write a .dockerignore before you copy the whole build context.

    Without one `COPY . .` takes in what happens to lie in the folder: `.git`, `.env`, local builds,
    `node_modules`. It makes the image large, may publish secrets, and any change to any of those
    files rebuilds all that follows.

    Silent when the context has a .dockerignore with a pattern, when the context is not known, for
    instructions that copy parts of it, and when the context has a `.env` or `.git` that goes into
    the image: other rules name what this takes.
    """

    code = "DW2007"
    name = "context-copied-whole"
    severity = "warning"
    tier = "preview"
    tags = ("copy", "ignore")
    also = ("dockle:DKL-LI-0003", "slim:10001", "slim:10002")

    examples = (
        Bad("FROM alpine:3.20\nCOPY . /app\n", at=".", config={"dockerignore": ""}),
        Bad(
            "FROM alpine:3.20\nADD ./ /app/\nCOPY / /all/\n",
            at="./",
            config={"dockerignore": "# nothing yet\n"},
        ),
        Good("FROM alpine:3.20\nCOPY . /app\n", config={"dockerignore": ".git\n"}),
        Good("FROM alpine:3.20\nCOPY src /app\n", config={"dockerignore": ""}),
        Good("FROM alpine:3.20 AS a\nFROM a\nCOPY --from=a . /\n", config={"dockerignore": ""}),
        Bad(
            "FROM alpine:3.20\nCOPY . /app\n",
            at=".",
            config={"dockerignore": "", "context": {"main.c": 0o644}},
        ),
        Good(
            "FROM alpine:3.20\nCOPY . /app\n",
            config={"dockerignore": "", "context": {".git/HEAD": 0o644}},
        ),
        Good("FROM alpine:3.20\nCOPY . /app\n"),
    )

    def check(self, build: Build) -> Findings:
        ignore = build.ignore
        if ignore is None or ignore.patterns or ignore.rejected:
            return
        for stage in build.stages:
            for step in stage.steps:
                node = step.node
                if node.name not in ("COPY", "ADD") or step.onbuild or node.flag("from"):
                    continue
                if node.flag("exclude") is not None:
                    continue
                for word in sources(step):
                    path, _ = text(step, word)
                    if path is None or remote(path) or path.strip("./") or ".." in path:
                        continue
                    if stage.shipped and _named(build):
                        return
                    yield self.at(word, "the whole context, and no .dockerignore")
                    return


def _named(build: Build) -> bool:
    """Whether DW5503 or DW5504 say what lies in the context."""
    listing = build.listing
    return listing is not None and any(listing.kind(one) for one in (".env", ".git"))
