"""DW5507 volume-path-missing."""

import posixpath

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Known,
    Point,
    Reason,
    Rule,
    Stage,
    Step,
    unsafe,
)

# Commands that fail when their operands, or the folders these are in, are not there.
_NEED_PATH = frozenset(("cd", "chown", "chmod", "chgrp", "ls"))
_NEED_FOLDER = frozenset(("touch", "mkdir"))


class VolumePathMissing(Rule):
    """
    Make the directory of a `VOLUME` before you use it.

    `VOLUME` only notes the path in the image: BuildKit makes no directory, so that a `RUN chown`
    or a write below it fails with `No such file or directory`. When it is there, what later
    instructions write into it stays in the image.

    Silent when the directory may be there, for commands whose failure does not stop the build,
    and in stages that the build does not need.
    """

    code = "DW5507"
    name = "volume-path-missing"
    severity = "error"
    tags = ("volume",)
    mentions = ("volume",)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nRUN useradd app\nVOLUME /data\nRUN chown -R app /data\n",
            at="chown -R app /data",
            fixed="FROM debian:bookworm-slim\nRUN useradd app\nVOLUME /data\n"
            "RUN mkdir -p /data && chown -R app /data\n",
        ),
        Bad(
            'FROM debian:bookworm-slim\nVOLUME ["/data", "/logs"]\nRUN echo 1 > /logs/count\n',
            at="echo 1",
            fixed='FROM debian:bookworm-slim\nVOLUME ["/data", "/logs"]\n'
            "RUN mkdir -p /logs && echo 1 > /logs/count\n",
        ),
        Bad(
            "FROM debian:bookworm-slim\nVOLUME /data\nRUN cd /data && touch a\n",
            at="cd /data",
            fixed="FROM debian:bookworm-slim\nVOLUME /data\n"
            "RUN mkdir -p /data && cd /data && touch a\n",
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN mkdir /data\nVOLUME /data\nRUN echo 1 > /data/count\n"
        ),
        Good("FROM debian:bookworm-slim\nVOLUME /data\nRUN mkdir -p /data/a && touch /data/a/b\n"),
        Good("FROM debian:bookworm-slim\nVOLUME /data\nWORKDIR /data\nRUN touch a\n"),
        Good("FROM debian:bookworm-slim\nVOLUME /data\nRUN chown 1000 /data || true\n"),
        Good("FROM example.org/b:1\nVOLUME /data\nRUN chown 1000 /data\n"),
        Good("FROM debian:bookworm-slim\nVOLUME /var/lib\nRUN touch /var/lib/a\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.built or stage.os != "linux":
            return
        declared: list[tuple[str, Step]] = []
        for one in reversed(stage.lineage()):
            for step in one.steps:
                if step.onbuild:
                    continue
                if step.name == "VOLUME":
                    for word in step.words:
                        value = step.expand(word.value)
                        if isinstance(value, Known) and str(value.value).startswith("/"):
                            declared.append((posixpath.normpath(value.value), step))
                elif step.name == "RUN" and declared and one is stage:
                    for command in step.commands:
                        hit = _missing(step, command, declared)
                        if hit is None:
                            continue
                        path, volume, reason = hit
                        told = Reason(
                            "VOLUME makes no directory in the build",
                            volume.source,
                            volume.line_span,
                        )
                        draft = self.at(
                            command, f"nothing has made {path}: `VOLUME` does not", (reason, told)
                        )
                        if not step.node.is_json and not command.within:
                            draft.fix(
                                "make the directory first",
                                unsafe(step.insert(command.span.start, f"mkdir -p {path} && ")),
                            )
                        yield draft
                        return


def _missing(
    step: Step, command: Command, declared: "list[tuple[str, Step]]"
) -> "tuple[str, Step, Reason] | None":
    """The volume that a command needs as a directory although it is none, and why it is none."""
    point = step.points.get(command.start)
    if point is None or not point.certain or not point.fatal:
        return None
    for path in _needed(command, point):
        for volume, declaration in declared:
            if path != volume and not path.startswith(volume + "/"):
                continue
            found = point.contents.stat(volume)
            if isinstance(found, Known) and found.value is None:
                return volume, declaration, found.reason
    return None


def _needed(command: Command, point: Point) -> "list[str]":
    """The paths that must be there for the command to succeed."""
    words: list[tuple[str, bool]] = []
    for redirect in command.redirects:
        target = redirect.target.value if redirect.target is not None else None
        if target is not None and redirect.operator in (">", ">>", ">|", "<"):
            words.append((target, True))
    name = command.name
    operands = [word.value for word in command.operands("-m", "--mode", "-d", "-r", "-t")]
    if name in _NEED_PATH and not command.has("--help"):
        first = 1 if name in ("chown", "chmod", "chgrp") and not command.has("--reference") else 0
        words += [(value, False) for value in operands[first:] if value is not None]
    elif name in _NEED_FOLDER and not command.has("-p", "--parents", "-c", "--no-create"):
        words += [(value, True) for value in operands if value is not None]
    found = []
    for value, above in words:
        path = value
        if not path or path.startswith("~"):
            continue
        if not path.startswith("/"):
            if point.cwd is None:
                continue
            path = posixpath.join(point.cwd, path)
        path = posixpath.normpath(path)
        found.append(posixpath.dirname(path) if above else path)
    return found
