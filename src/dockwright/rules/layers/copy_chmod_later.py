"""DW2008 copy-chmod-later."""

import posixpath

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Known,
    Rule,
    RunStep,
    Step,
    Word,
    lazy,
    unsafe,
)
from dockwright.rules.layers._paths import heredoc, kind, landing, remote, text

_MODE = lazy(r"[0-7]{3,4}|[ugoa]*[+=-][rwxXst]+(,[ugoa]*[+=-][rwxXst]+)*")


class CopyChmodLater(Rule):
    """
    Set the mode of a file where it is copied: `COPY --chmod=755`.

    A `RUN chmod` puts a second copy of the file into the image, because a layer holds whole files,
    and starts a container only to change some bits.

    Silent when the `RUN` does more, when it changes other paths too, for `chmod -R`, when the
    `COPY` is not right before it, and in a stage that does not ship.
    """

    code = "DW2008"
    name = "copy-chmod-later"
    severity = "info"
    tier = "preview"
    tags = ("copy", "size")
    also = ("tally:prefer-copy-chmod",)

    examples = (
        Bad(
            'FROM alpine:3.20\nCOPY run.sh /run.sh\nRUN chmod 755 /run.sh\nCMD ["/run.sh"]\n',
            at="chmod 755 /run.sh",
            fixed='FROM alpine:3.20\nCOPY --chmod=755 run.sh /run.sh\nCMD ["/run.sh"]\n',
        ),
        Bad(
            "FROM alpine:3.20\nWORKDIR /app\nCOPY --chown=app bin/run.sh .\n"
            "RUN chmod 0555 run.sh\n",
            at="chmod 0555 run.sh",
            fixed="FROM alpine:3.20\nWORKDIR /app\nCOPY --chown=app --chmod=0555 bin/run.sh .\n",
        ),
        Bad(
            "FROM alpine:3.20\nCOPY run.sh /bin/\nRUN chmod +x /bin/run.sh\n",
            at="chmod +x /bin/run.sh",
        ),
        Bad(
            'FROM alpine:3.20\nADD run.sh /run.sh\nRUN chmod 755 /run.sh\nCMD ["/run.sh"]\n',
            at="chmod 755 /run.sh",
            fixed='FROM alpine:3.20\nADD --chmod=755 run.sh /run.sh\nCMD ["/run.sh"]\n',
        ),
        Good("FROM alpine:3.20\nCOPY --chmod=755 run.sh /run.sh\n"),
        Good("FROM alpine:3.20\nADD run.tar.gz /run\nRUN chmod 755 /run\n"),
        Good("FROM alpine:3.20\nCOPY run.sh /run.sh\nRUN chmod 755 /run.sh && /run.sh\n"),
        Good("FROM alpine:3.20\nCOPY run.sh /run.sh\nRUN chmod 755 /other.sh\n"),
        Good("FROM alpine:3.20\nCOPY bin /usr/bin\nRUN chmod -R 755 /usr/bin\n"),
        Good(
            "FROM alpine:3.20 AS a\nCOPY run.sh /run.sh\nRUN chmod 755 /run.sh\n"
            "FROM scratch\nCOPY --from=a /run.sh /run.sh\n"
        ),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.onbuild or run.index == 0 or len(run.commands) != 1:
            return
        script = run.script
        command = run.commands[0]
        if command.name != "chmod" or len(command.args) < 2 or script is None or script.damaged:
            return
        mode = command.args[0].value or ""
        copy = run.stage.steps[run.index - 1]
        if not _MODE.fullmatch(mode) or copy.name not in ("ADD", "COPY") or copy.onbuild:
            return
        if copy.name == "ADD" and not all(_stored(copy, word) for word in copy.node.args[:-1]):
            return
        if copy.node.flag("chmod") is not None or command.redirects or command.within:
            return
        landed = {path for _, path in landing(copy)}
        for word in command.args[1:]:
            target = word.value
            workdir = run.before.workdir
            if target is not None and not target.startswith("/"):
                base = workdir.value or "/" if isinstance(workdir, Known) else None
                target = posixpath.join(base, target) if base is not None else None
            if target is None or posixpath.normpath(target) not in landed:
                return
        if len(copy.node.args) - 1 != len(command.args) - 1:
            return
        sources = [word.value for word in copy.node.args[:-1]]
        # A source without an extension may be a folder: then only its own mode changes.
        likely = any("." not in source.rpartition("/")[2] for source in sources)
        message = "this stores the file a second time, to change its mode"
        yield self.at(command, message, likely=likely).fix(
            "say it in the `COPY`", unsafe(*_edits(run, copy, mode))
        )


def _stored(add: Step, word: Word) -> bool:
    """Whether an ADD only stores the source: it downloads and unpacks nothing."""
    path, _ = text(add, word)
    if path is None or heredoc(word.value):
        return False
    return not remote(path) and kind(path) != "archive"


def _edits(run: Step, copy: Step, mode: str) -> "list[Edit | None]":
    node = copy.node
    if not mode.isdigit() or run.node.comments or run.node.flags or run.node.heredocs:
        return [None]
    at = node.flags[-1].end if node.flags else node.keyword_span.end
    return [copy.insert(at, f" --chmod={mode}"), run.delete_lines()]
