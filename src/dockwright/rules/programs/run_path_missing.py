"""DW5007 run-path-missing."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Point,
    Rule,
    RunStep,
    absent,
    below,
    builtin,
    clean,
    program_of,
)
from dockwright.rules.programs._needs import missing

# The commands that DW5507 follows below a VOLUME.
_OF_VOLUMES = ("cd", "chgrp", "chmod", "chown")


class RunPathMissing(Rule):
    """
    Bring a file into the image before a `RUN` needs it.

    `npm ci` needs a `package.json`, `pip install -r` its list, `cd` its directory. When nothing
    before has put it there, the build stops with `no such file or directory`: the `COPY` comes
    later, goes elsewhere, or the file is not in the repository.

    Silent when the build context or the base image may have the file, when an earlier step may
    have made it, when the failure would not stop the build, when the program itself is missing, and
    below a `VOLUME` that is no directory yet: of these, other rules speak.
    """

    code = "DW5007"
    name = "run-path-missing"
    severity = "error"
    tags = ("programs", "files")

    examples = (
        Bad(
            "FROM node:20-slim\nWORKDIR /app\nRUN npm ci\nCOPY . .\n",
            at="npm ci",
        ),
        Bad(
            "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
            at="requirements.txt",
            config={"context": {"main.py": 0o644}},
        ),
        Bad("FROM debian:bookworm-slim\nRUN cd /src && ls\n", at="/src"),
        Bad("FROM debian:bookworm-slim\nRUN mkdir /a && mv /b /a/\n", at="/b"),
        Good("FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"),
        Good("FROM node:20-slim\nWORKDIR /app\nRUN npm install -g npm\n"),
        Good(
            "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
            config={"context": {"main.py": 0o644, "requirements.txt": 0o644}},
        ),
        Bad("FROM node:22\nRUN CI=1 npm ci\n", at="CI=1 npm ci"),
        Good("FROM node:22\nRUN npm_config_prefix=/srv npm ci\n"),
        Bad(
            "FROM debian:bookworm-slim\nRUN mkdir /data\nVOLUME /data\nRUN cd /data/a && ls\n",
            at="/data/a",
        ),
        Bad("FROM debian:bookworm-slim\nVOLUME /data\nRUN cp /data/a /b\n", at="/data/a"),
        Good("FROM debian:bookworm-slim\nVOLUME /data\nRUN chown 1000 /data/a\n"),
        Good("FROM debian:bookworm-slim\nRUN npm ci\n"),
        Good("FROM debian:bookworm-slim\nRUN cd /src || true\n"),
        Good("FROM debian:bookworm-slim\nRUN if [ -d /src ]; then cd /src; fi\n"),
        Good("FROM debian:bookworm-slim\nCOPY . .\nRUN ./fetch.sh\nRUN cd /src && ls\n"),
        Good("FROM example.org/node:1\nWORKDIR /app\nRUN npm ci\n"),
        Good("FROM debian:bookworm-slim\nRUN mkdir -p /src && cd /src && cp /etc/passwd .\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or not step.stage.built or step.stage.os != "linux":
            return
        points = None
        for command in step.commands:
            points = points if points is not None else step.points
            point = points.get(command.start)
            if point is None or not point.certain or not point.fatal:
                continue
            found = missing(command, point)
            if found is None:
                continue
            name = program_of(command)
            if name and not builtin(name) and absent(point.contents, name, point.path) is not None:
                # The command fails for another reason, of which another rule speaks.
                return
            if command.name in _OF_VOLUMES and _in_volume(step, point, found.path):
                return
            needs = command.words[0].value or command.name
            yield self.at(
                found.place,
                f"{needs} needs {found.path}, which is not in the image: this RUN fails",
                (found.reason,),
            )
            return


def _in_volume(step: RunStep, point: Point, path: str) -> bool:
    """Whether `path` is in a volume declared before that is no directory yet."""
    path = clean(path if path.startswith("/") else f"{point.cwd}/{path}")
    for stage in step.stage.lineage():
        for one in stage.steps[: step.index] if stage is step.stage else stage.steps:
            if one.name != "VOLUME" or one.onbuild:
                continue
            for word in one.words:
                value = one.expand(word.value)
                volume = clean(value.value) if isinstance(value, Known) and value.value else "/"
                if volume == "/" or not below(path, volume):
                    continue
                found = point.contents.stat(volume)
                if isinstance(found, Known) and found.value is None:
                    return True
    return False
