"""DW5105 build-write-denied."""

import posixpath

from dockwright.rules.access._helpers import ENTER, WRITE, Runner, denied, may, mode_text, runner
from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Known,
    Point,
    Reason,
    Remedy,
    Rule,
    RunStep,
    clean,
    unsafe,
)

_MAKES = frozenset(("mkdir", "touch", "mkfifo", "tee", "truncate"))
# Package managers that make a folder where they run, and which.
_INSTALLS = {"npm": "node_modules", "yarn": "node_modules", "composer": "vendor"}
_NPM = ("ci", "install", "i", "clean-install")
_PREFIX = ("--prefix", "-C", "-g", "--global", "--location", "--cwd", "--modules-folder", "-d",
           "--working-dir", "--dry-run", "--version", "-v", "--help", "--help-all")  # fmt: skip


class BuildWriteDenied(Rule):
    """
    Let a `RUN` write only where its user may.

    Behind `USER` the build is no longer root. What `COPY` brought belongs to root whatever `USER`
    says, and so does each directory that was made before: a write there stops the build with
    `Permission denied`. Give the directory away first (`COPY --chown`, `RUN chown`), or change
    the user later. A `WORKDIR` behind `USER` makes a directory of that user.

    Silent when the user, an owner or a mode on the way is not known, for commands that may not
    run, and when their failure does not stop the build. An install is "likely" only: a project
    without dependencies writes nothing.
    """

    code = "DW5105"
    name = "build-write-denied"
    severity = "error"
    tags = ("user", "permissions")
    mentions = ("user",)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nRUN useradd -m app\nWORKDIR /app\nUSER app\n"
            "RUN mkdir data\n",
            at="mkdir data",
        ),
        Bad(
            "FROM node:20-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nUSER node\n"
            "RUN npm ci\n",
            at="npm ci",
            fixed="FROM node:20-slim\nWORKDIR /app\nRUN chown node /app\n"
            "COPY package.json package-lock.json ./\nUSER node\nRUN npm ci\n",
        ),
        Bad(
            "FROM debian:bookworm-slim\nRUN useradd -m app\nUSER app\nRUN echo 1 > /srv/count\n",
            at="echo 1",
        ),
        Bad(
            "FROM debian:bookworm-slim\nRUN useradd -m app\nUSER app\nRUN cp /etc/passwd /opt/\n",
            at="cp /etc/passwd /opt/",
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN useradd -m app\nUSER app\nWORKDIR /app\n"
            "RUN mkdir data\n"
        ),
        Good(
            "FROM node:20-slim\nWORKDIR /app\nRUN chown node /app\nUSER node\n"
            "COPY package.json ./\nRUN npm ci\n"
        ),
        Good("FROM debian:bookworm-slim\nRUN useradd -m app\nUSER app\nRUN touch /tmp/a ~/b\n"),
        Good(
            "FROM debian:bookworm-slim\nRUN useradd -m app && mkdir -m 777 /data\nUSER app\n"
            "RUN touch /data/a && mkdir -p /data/b/c\n"
        ),
        Good("FROM debian:bookworm-slim\nRUN useradd -m app\nUSER app\nRUN mkdir /data || true\n"),
        Good("FROM debian:bookworm-slim\nRUN mkdir /data\n"),
        Good("FROM debian:bookworm-slim\nRUN useradd app\nUSER app\nRUN mkdir -p /usr/bin\n"),
        Good("FROM example.org/a:1\nUSER app\nRUN mkdir /data\n"),
        Good("FROM debian:bookworm-slim\nRUN useradd app\nUSER app\nRUN echo 1 > /dev/null\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or not step.stage.built or step.stage.os != "linux":
            return
        user = step.before.user
        if not isinstance(user, Known) or user.value in ("", "root", "0"):
            return
        who = runner(user, step.before.files)
        if who is None:
            return
        mounted = [mount.target.rstrip("/") for mount in step.mounts]
        for command in step.commands:
            point = step.points.get(command.start)
            if point is None or not point.certain or not point.fatal or point.uid != who.uid:
                continue
            if point.uid == 0 or "pipe" in command.within:
                continue
            for path, made in _targets(command, point):
                if any(path == one or path.startswith(f"{one}/") for one in mounted):
                    continue
                barred = _barred(point, path, who)
                if barred is None:
                    continue
                where, text, reason = barred
                draft = self.at(
                    command,
                    f"{who.name} may not write {path}: {where} is {text}",
                    (reason, who.reason),
                    # A project without dependencies installs nothing.
                    likely=made,
                )
                if made and where == point.cwd:
                    draft.fix("give the directory to the user", _given(step, where, who))
                yield draft
                return


def _barred(point: Point, path: str, who: Runner) -> "tuple[str, str, Reason] | None":
    """What keeps `who` from making or changing the file `path`."""
    contents = point.contents
    resolved = contents.resolve(path)
    if not isinstance(resolved, str):
        return None
    found = contents.stat(resolved)
    if not isinstance(found, Known):
        return None
    if found.value is not None:
        if found.value.kind != "file":
            return None
        return denied(contents, resolved, who, WRITE)
    above = posixpath.dirname(resolved)
    folder = contents.stat(above)
    if not isinstance(folder, Known) or folder.value is None or folder.value.kind != "dir":
        return None
    barred = denied(contents, above, who, ENTER)
    if barred is not None:
        return barred
    if may(folder.value, who, WRITE) is not False:
        return None
    return above, mode_text(folder.value), folder.reason


def _targets(command: Command, point: Point) -> "list[tuple[str, bool]]":
    """What a command surely writes, and whether that is a folder where packages are installed."""
    texts: list[tuple[str | None, bool]] = [
        (one.target.value, False)
        for one in command.redirects
        if one.operator in (">", ">>", ">|", "&>") and one.target is not None
    ]
    name = command.name
    operands = [one.value for one in command.operands("-m", "--mode", "-s", "--size", "-d", "-t")]
    if name in _MAKES and not command.has("-c", "--no-create", "--help", "--version"):
        if name == "mkdir" and command.has("-p", "--parents"):
            texts += [(_first_made(one, point), False) for one in operands]
        elif not (name == "touch" and command.has("-d", "-t", "-r")):
            texts += [(one, False) for one in operands]
    elif name == "cp" and len(operands) == 2 and not command.has("-t", "-n", "-u", "-T"):
        texts.append((_copied(operands[0], operands[1], point), False))
    elif name in _INSTALLS and not command.has(*_PREFIX):
        plain = [one for one in operands if one is not None]
        known = plain[:1] and plain[0] in _NPM
        if known or (name == "yarn" and plain[:1] in ([], ["install"])):
            manifest = "composer.json" if name == "composer" else "package.json"
            if point.cwd is not None and point.contents.exists(f"{point.cwd}/{manifest}"):
                texts.append((_INSTALLS[name], True))
    found = []
    for text, made in texts:
        if not text or text.startswith(("~", "/dev/", "/proc/")) or "*" in text:
            continue
        if not text.startswith("/"):
            if point.cwd is None:
                continue
            text = f"{point.cwd}/{text}"  # noqa: PLW2901
        found.append((clean(text), made))
    return found


def _first_made(path: str | None, point: Point) -> str | None:
    """The first folder that `mkdir -p` has to make; None when there is none or nobody knows."""
    if not path or path.startswith("~"):
        return None
    if not path.startswith("/"):
        if point.cwd is None:
            return None
        path = f"{point.cwd}/{path}"
    here = ""
    for part in clean(path).split("/")[1:]:
        here = f"{here}/{part}"
        found = point.contents.stat(here)
        if not isinstance(found, Known):
            return None
        if found.value is None:
            return here
    return None


def _copied(source: str | None, target: str | None, point: Point) -> str | None:
    """The file that `cp source target` writes."""
    if not source or not target or "*" in source:
        return None
    path = target if target.startswith("/") else f"{point.cwd}/{target}"
    if point.cwd is None and not target.startswith("/"):
        return None
    found = point.contents.stat(clean(path))
    if isinstance(found, Known) and found.value is not None and found.value.kind == "dir":
        return f"{path}/{posixpath.basename(source.rstrip('/'))}"
    return path if isinstance(found, Known) else None


def _given(step: RunStep, folder: str, who: Runner) -> Remedy | None:
    """A `chown` right behind the WORKDIR that made the folder, run by root."""
    for one in step.stage.steps[: step.index]:
        if one.name != "WORKDIR" or one.onbuild:
            continue
        after = one.after.workdir
        if not isinstance(after, Known) or clean(after.value or "/") != folder:
            continue
        user = one.before.user
        if isinstance(user, Known) and user.value in ("", "root", "0"):
            name = who.name.partition(":")[0]
            return unsafe(one.insert(one.span.end, f"\nRUN chown {name} {folder}"))
        return None
    return None
