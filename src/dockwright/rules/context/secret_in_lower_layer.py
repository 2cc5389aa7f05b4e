"""DW5506 secret-in-lower-layer."""

import posixpath

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    Stage,
    Step,
    holds_credentials,
    lazy,
)

# Files that hold a credential only when one is written into them.
_SETTINGS = frozenset((".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf", "settings.xml", "auth.json",
                       "nuget.config", ".env", "config.json"))  # fmt: skip
_WORDS = lazy(r"(?i)token|password|passwd|secret|_auth|api_?key|credential|private.key")


class SecretInLowerLayer(Rule):
    """
    Mount a secret for the step that needs it; do not write it and delete it in a later step.

    Each `RUN` stores a layer with the files it leaves. A key that one `RUN` writes and a later one
    deletes stays in the layer of the first, where everybody who has the image can read it. Use
    `RUN --mount=type=secret`, or write, use and delete it in one `RUN`.

    Silent when the file is deleted in the `RUN` that writes it, in stages whose file system does
    not ship, for files whose name says nothing of a credential, and for copied files
    (secret-file-copied speaks of them).
    """

    code = "DW5506"
    name = "secret-in-lower-layer"
    severity = "warning"
    tags = ("security", "secrets", "layers")
    mentions = ("rm ",)

    examples = (
        Bad(
            "FROM debian:12\nARG SSH_KEY\nRUN mkdir -p /root/.ssh && "
            'echo "$SSH_KEY" > /root/.ssh/id_rsa\n'
            "RUN git clone git@example.com:a/b.git\nRUN rm -rf /root/.ssh\n",
            at="/root/.ssh",
        ),
        Bad(
            "FROM node:20-slim\nARG NPM_TOKEN\nWORKDIR /app\n"
            'RUN echo "//registry.example.com/:_authToken=$NPM_TOKEN" > .npmrc\n'
            "RUN npm ci\nRUN rm -f .npmrc\n",
            at=".npmrc",
        ),
        Bad(
            "FROM debian:12\nARG KEY\nRUN echo $KEY > ~/.ssh/id_rsa\nRUN rm ~/.ssh/id_rsa\n",
            at="~/.ssh/id_rsa",
        ),
        Good(
            "FROM debian:12\nARG KEY\n"
            "RUN echo $KEY > /root/.ssh/id_rsa && git fetch && rm /root/.ssh/id_rsa\n"
            "RUN rm -rf /root/.ssh\n"
        ),
        Good(
            "FROM debian:12 AS build\nARG KEY\nRUN echo $KEY > /root/.ssh/id_rsa\n"
            "RUN rm /root/.ssh/id_rsa\nFROM debian:12\nCOPY --from=build /app /app\n"
        ),
        Good("FROM node:20-slim\nRUN echo 'audit=false' > /app/.npmrc\nRUN rm /app/.npmrc\n"),
        Good("FROM debian:12\nRUN echo a > /tmp/list\nRUN rm /tmp/list\n"),
        Good(
            "FROM debian:12\nRUN --mount=type=tmpfs,target=/root/.ssh echo $K > /root/.ssh/id_rsa\n"
            "RUN rm -rf /root/.ssh\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.shipped or stage.os != "linux":
            return
        written: dict[str, Step] = {}
        for step in stage.steps:
            if step.name != "RUN" or step.onbuild or not step.commands:
                continue
            fresh: set[str] = set()
            for command in step.commands:
                if command.name == "rm" and not command.conditional:
                    for word in command.operands():
                        gone = _absolute(step, command, word.text.strip("\"'"))
                        if gone is None:
                            continue
                        for path in [one for one in fresh if _within(one, gone)]:
                            fresh.discard(path)
                        old = [one for one in written if _within(one, gone)]
                        if old:
                            first = written[old[0]]
                            line = stage.build.tree.source.line_of(first.span.start)
                            yield self.at(
                                word,
                                f"`{posixpath.basename(old[0])}` stays readable in the layer of"
                                f" line {line}",
                                (Reason("this RUN writes it", first.source, first.line_span),),
                            )
                            for path in old:
                                del written[path]
                else:
                    fresh.update(_writes(step, command))
            written.update((path, step) for path in fresh if not step.kept_out(path))


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _absolute(step: Step, command: Command, path: str) -> str | None:
    """The path with the user's home and the working directory in front of it."""
    point = step.points.get(command.start)
    user = step.before.user
    root = isinstance(user, Known) and user.value in ("", "root", "0")
    for home in ("~/", "$HOME/", "${HOME}/"):
        if path.startswith(home):
            # Who `~` is does not matter as long as it is the same one.
            return ("/root/" if root else "/~/") + path[len(home) :].rstrip("/*")
    if "$" in path or "`" in path or "{" in path:
        return None
    path = path.removesuffix("/*")
    if not path.startswith("/"):
        cwd = point.cwd if point is not None else None
        if cwd is None:
            return None
        path = posixpath.join(cwd, path)
    return posixpath.normpath(path)


def _writes(step: Step, command: Command) -> "list[str]":
    """The files with credentials that a command writes through a redirection or `tee`."""
    targets = [
        one.target.text
        for one in command.redirects
        if one.operator in (">", ">>", ">|") and one.descriptor in ("", "1") and one.target
    ]
    if command.name == "tee":
        targets += [word.text for word in command.operands()]
    found = []
    for text in targets:
        path = _absolute(step, command, text.strip("\"'"))
        if path is None:
            continue
        name = posixpath.basename(path)
        told = " ".join(word.text for word in command.words)
        if holds_credentials(path) or (name in _SETTINGS and _WORDS.search(told)):
            found.append(path)
    return found
