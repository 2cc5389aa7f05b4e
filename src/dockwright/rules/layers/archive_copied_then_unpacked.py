"""DW2002 archive-copied-then-unpacked."""

import posixpath

from dockwright.rules.api import Bad, Command, Findings, Good, Known, Rule, Stage, lazy, re
from dockwright.rules.layers._paths import landing

_TAR = lazy(r"\.(tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2?|tb2|txz|tzst)$", re.IGNORECASE)
_LETTERS = lazy(r"[A-Za-z]+")
# What tar can do while unpacking and ADD cannot.
_MORE = ("--strip", "--exclude", "--transform", "--xform", "--wildcards", "--owner", "--to-", "-T")


class ArchiveCopiedThenUnpacked(Rule):
    """
    Let `ADD` unpack a tar archive of the build context, instead of `COPY` and `tar`.

    The archive that `COPY` brings stays in its layer, whatever a later `RUN` deletes, and the
    image holds everything twice. `ADD` unpacks tar archives, plain or in gzip, bzip2, xz or
    Zstandard, and leaves no archive behind.

    Silent for archives out of other stages, for zip files and single compressed files, which `ADD`
    does not unpack, when tar picks or renames members, and in a stage that does not ship.
    """

    code = "DW2002"
    name = "archive-copied-then-unpacked"
    severity = "info"
    tags = ("copy", "size")
    mentions = ("tar ", "tar\t")
    also = ("hadolint:DL3010", "tally:prefer-add-unpack")

    examples = (
        Bad(
            "FROM alpine:3.20\nCOPY app.tar.gz /opt/\nRUN tar -xzf /opt/app.tar.gz -C /opt\n",
            at="app.tar.gz",
        ),
        Bad(
            "FROM alpine:3.20\nWORKDIR /opt\nCOPY in/app.tgz .\nRUN tar xf app.tgz && rm app.tgz\n",
            at="in/app.tgz",
        ),
        Good("FROM alpine:3.20\nADD app.tar.gz /opt/\n"),
        Good("FROM alpine:3.20\nCOPY app.zip /opt/\nRUN unzip /opt/app.zip\n"),
        Good("FROM alpine:3.20\nCOPY dump.sql.gz /opt/\nRUN gunzip /opt/dump.sql.gz\n"),
        Good("FROM alpine:3.20\nCOPY a.tar.gz /\nRUN tar -xf /a.tar.gz --strip-components=1\n"),
        Good("FROM alpine:3.20\nCOPY a.tar.gz /\nRUN tar -tf /a.tar.gz && tar xf /b.tar.gz\n"),
        Good("FROM alpine:3.20\nCOPY --from=build /a.tar.gz /\nRUN tar -xf /a.tar.gz\n"),
        Good(
            "FROM alpine:3.20 AS b\nCOPY a.tar.gz /\nRUN tar -xf /a.tar.gz -C /srv\n"
            "FROM scratch\nCOPY --from=b /srv /srv\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.shipped:
            return
        copied = {}
        for step in stage.steps:
            if step.onbuild:
                continue
            if step.name == "COPY" and step.node.flag("from") is None:
                for word, path in landing(step):
                    if _TAR.search(path):
                        copied[path] = (step, word)
            elif step.name == "RUN" and copied:
                workdir = step.before.workdir
                base: str | None = None
                if isinstance(workdir, Known):
                    base = workdir.value or "/"
                for command in step.command("cd", "tar", "bsdtar", "gtar"):
                    if command.name == "cd":
                        target = command.args[0].value if command.args else None
                        known = base is not None and target is not None and not command.within
                        base = posixpath.join(base or "/", target or "") if known else None
                        continue
                    archive = _unpacked(command, base)
                    found = copied.pop(archive, None) if archive is not None else None
                    if found is not None:
                        name = posixpath.basename(archive or "")
                        message = f"`{name}` stays in this layer, and a later `RUN` unpacks it"
                        yield self.at(found[1], message)


def _unpacked(command: Command, base: str | None) -> str | None:
    """The archive that `command` unpacks as a whole; None when there is none."""
    if command.conditional or not command.args:
        return None
    extract = False
    name: str | None = None
    skip = takes = False
    for index, word in enumerate(command.args):
        shape = word.shape
        if skip:
            skip = False
        elif takes:
            name, takes = word.value, False
        elif shape.startswith("--"):
            if shape.startswith(_MORE):
                return None
            extract = extract or shape in ("--extract", "--get")
            if shape.startswith("--file="):
                name = shape[7:] if word.value is not None else None
            takes = shape == "--file"
            skip = shape == "--directory"
        elif (shape.startswith("-") or index == 0) and _LETTERS.fullmatch(shape.lstrip("-")):
            letters = shape.lstrip("-")
            if "T" in letters or "O" in letters:
                return None
            extract = extract or "x" in letters
            takes = "f" in letters
            skip = letters.endswith("C") and not takes
        else:
            # A member, or something we do not know.
            return None
    if not extract or name is None:
        return None
    if not name.startswith("/"):
        if base is None:
            return None
        name = posixpath.join(base, name)
    return posixpath.normpath(name)
