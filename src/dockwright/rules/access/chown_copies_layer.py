"""DW5106 chown-copies-layer."""

import posixpath

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Known,
    Reason,
    Remedy,
    Rule,
    RunStep,
    Step,
    clean,
    lazy,
    unsafe,
)

_OWNER = lazy(r"[\w.-]+(?::[\w.-]*)?")


class ChownCopiesLayer(Rule):
    """
    Set the owner where files are copied: `COPY --chown=app`.

    A layer holds whole files: `RUN chown -R` behind a `COPY` puts each of them into the image a
    second time. It is also of no use where the program only reads: files of root that the user
    may read are safer than files it can overwrite.

    Silent when nothing was copied below the path, when the copy had the owner already, for changes
    in the `RUN` that made the files, and in stages whose file system does not ship.
    """

    code = "DW5106"
    name = "chown-copies-layer"
    severity = "info"
    tags = ("copy", "size", "user")
    mentions = ("chown",)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nRUN useradd app\nCOPY . /srv/app/\n"
            "RUN chown -R app:app /srv/app\n",
            at="chown -R app:app /srv/app",
            fixed="FROM debian:bookworm-slim\nRUN useradd app\nCOPY --chown=app:app . /srv/app/\n",
        ),
        Bad(
            "FROM debian:bookworm-slim\nWORKDIR /app\nCOPY . .\n"
            "RUN useradd app && chown -R app .\n",
            at="chown -R app .",
        ),
        Bad(
            "FROM debian:bookworm-slim\nCOPY src /app/src\nCOPY lib /app/lib\n"
            "RUN chown -R 1000:1000 /app\nUSER 1000\n",
            at="chown -R 1000:1000 /app",
        ),
        Good("FROM debian:bookworm-slim\nCOPY --chown=1000 . /app\nRUN chown -R 1000 /app\n"),
        Good("FROM debian:bookworm-slim\nCOPY . /app\nRUN chown 1000 /app\n"),
        Good("FROM debian:bookworm-slim\nCOPY . /app\nRUN chown -R 1000 /data\n"),
        Good(
            "FROM debian:bookworm-slim AS b\nCOPY . /app\nRUN chown -R 1000 /app\n"
            "FROM scratch\nCOPY --from=b /a /a\n"
        ),
        Good("FROM debian:bookworm-slim\nRUN mkdir /app && chown -R 1000 /app\nCOPY . /app\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.onbuild:
            return
        script = run.script
        if script is None or script.damaged:
            return
        for command in run.command("chown"):
            if command.conditional or not command.has("-R", "--recursive"):
                continue
            operands = command.operands("--from")
            if len(operands) < 2 or command.has("--reference"):
                continue
            for word in operands[1:]:
                copies = _copied(run, command, word.value, operands[0].value)
                if not copies:
                    continue
                lines = run.stage.build.tree.source.line_of(copies[-1].span.start)
                yield self.at(
                    command,
                    f"this stores what line {lines} copied a second time, to change its owner",
                    tuple(
                        Reason("this was copied", copy.source, copy.line_span)
                        for copy in copies[:3]
                    ),
                ).fix("say it in the `COPY`", _moved(run, command, copies))
                break


def _path(run: Step, command: Command, text: str | None) -> str | None:
    if text is None or not text or "*" in text:
        return None
    if not text.startswith("/"):
        point = run.points.get(command.start)
        if point is None or point.cwd is None:
            return None
        text = f"{point.cwd}/{text}"
    return clean(text)


def _copied(run: Step, command: Command, text: str | None, owner: str | None) -> list[Step]:
    """The COPY and ADD steps of this stage whose files the command gives to someone else."""
    folder = _path(run, command, text)
    if folder is None:
        return []
    found = []
    for step in run.stage.steps[: run.index]:
        if step.name not in ("COPY", "ADD") or step.onbuild or not step.words:
            continue
        flag = step.node.flag("chown")
        if flag is not None and (owner is None or _same(flag.value, owner)):
            continue
        value = step.expand(step.words[-1].value)
        workdir = step.before.workdir
        if not isinstance(value, Known) or not isinstance(workdir, Known):
            continue
        target = posixpath.join(workdir.value or "/", value.value)
        target = clean(target)
        if target == folder or target.startswith(folder.rstrip("/") + "/"):
            found.append(step)
    return found


def _same(given: str | None, owner: str) -> bool:
    """Whether both name the same user; a group that only one names may be the same."""
    return (given or "").partition(":")[0] == owner.partition(":")[0]


def _moved(run: Step, command: Command, copies: "list[Step]") -> Remedy | None:
    """Put the owner into the one COPY, when the RUN does nothing else and comes right behind it."""
    copy = copies[-1]
    if len(copies) != 1 or copy.index != run.index - 1 or len(run.commands) != 1:
        return None
    if command.redirects or command.within or run.node.flags or run.node.heredocs:
        return None
    operands = command.operands("--from")
    owner = operands[0].value
    if len(operands) != 2 or owner is None or not _OWNER.fullmatch(owner):
        return None
    if owner.endswith(":") or copy.node.flag("chown") is not None or run.node.comments:
        return None
    node = copy.node
    at = node.flags[-1].end if node.flags else node.keyword_span.end
    return unsafe(copy.insert(at, f" --chown={owner}"), run.delete_lines())
