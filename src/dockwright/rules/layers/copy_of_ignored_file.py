"""DW2006 copy-of-ignored-file."""

import posixpath

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Rule
from dockwright.rules.layers._paths import WILDCARD, kind, remote, sources, text


class CopyOfIgnoredFile(Rule):
    """
    Copy only what .dockerignore lets into the build context.

    A file that .dockerignore excludes never reaches the builder: the build fails because the
    source is not found, although it lies in the folder.

    Silent when the build context is not known, for wildcards (one that matches nothing copies
    nothing), for sources out of other stages, and for a folder below which an exception (`!`) may
    let something in.
    """

    code = "DW2006"
    name = "copy-of-ignored-file"
    severity = "error"
    tags = ("copy", "ignore")
    needs = "ignore"
    also = ("buildkit:CopyIgnoredFile",)

    examples = (
        Bad(
            "FROM alpine:3.20\nCOPY app secrets.env /app/\n",
            at="secrets.env",
            config={"dockerignore": "*.env\n"},
        ),
        Bad(
            "FROM alpine:3.20\nADD ./docs/guide.md /\n",
            at="./docs/guide.md",
            config={"dockerignore": "docs\n!docs/index.md\n"},
        ),
        Good("FROM alpine:3.20\nCOPY app /app\n", config={"dockerignore": "*.env\n"}),
        Good(
            "FROM alpine:3.20\nCOPY src /app\nCOPY main.py /app/\n",
            config={"dockerignore": "*\n!src/lib\n!main.py\n"},
        ),
        Good("FROM alpine:3.20\nCOPY . /app\nCOPY *.env /app/\n", config={"dockerignore": "**\n"}),
        Good("FROM alpine:3.20\nCOPY --from=build /x.env /\n", config={"dockerignore": "*.env\n"}),
        Good("FROM alpine:3.20\nCOPY secrets.env /app/\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        ignore = step.stage.build.ignore
        node = step.node
        if ignore is None or node.name not in ("COPY", "ADD") or step.onbuild:
            return
        if not ignore.patterns or node.flag("from") is not None or node.flag("parents") is not None:
            return
        for word in sources(step):
            written, firm = text(step, word)
            if written is None or remote(written) or WILDCARD.search(written):
                continue
            path = posixpath.normpath(f"/{written}").lstrip("/")
            if not path or ".." in written.split("/"):
                continue
            visit = ignore.visit(path)
            if not visit.excluded or not ignore.excludes(path):
                continue
            if visit.descends and kind(path) != "file":
                continue
            found = ignore.decision(path).pattern
            reason = f" with `{found.written}`" if found is not None else ""
            message = f".dockerignore keeps `{path}` out of the build context{reason}"
            yield self.at(word, message, likely=visit.descends or not firm)
