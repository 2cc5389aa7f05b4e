"""DW5107 data-not-writable."""

from dockwright.rules.access._helpers import WRITE, denied, final_user, may, mode_text
from dockwright.rules.api import Bad, Edit, Findings, Good, Known, Rule, Stage, Step, clean, unsafe


class DataNotWritable(Rule):
    """
    Give the directory of a `VOLUME` to the user that runs.

    A new volume takes owner and mode from the directory in the image, and without one it is root's.
    A container that runs as another user cannot write there: databases and uploads fail with
    `Permission denied` at run time, not in the build.

    Silent for root, when the user, the owner or the mode is not known, and for volumes that the
    base image declares.
    """

    code = "DW5107"
    name = "data-not-writable"
    severity = "warning"
    tier = "preview"
    tags = ("user", "permissions", "volume")
    mentions = ("volume",)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nRUN useradd -m app && mkdir /data\n"
            "VOLUME /data\nUSER app\n",
            at="VOLUME /data",
        ),
        Bad(
            "FROM node:20-slim\nVOLUME /data\nUSER node\n",
            at="VOLUME /data",
            fixed="FROM node:20-slim\n"
            "RUN mkdir -p /data && chown node /data\nVOLUME /data\nUSER node\n",
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN useradd -m app && mkdir /data && chown app /data\n"
            "VOLUME /data\nUSER app\n"
        ),
        Good("FROM debian:bookworm-slim\nRUN mkdir /data\nVOLUME /data\n"),
        Good("FROM debian:bookworm-slim\nVOLUME /tmp\nUSER 1000\n"),
        Good("FROM example.org/a:1\nVOLUME /data\nUSER app\n"),
        Good("FROM debian:bookworm-slim\nUSER 1000\nWORKDIR /data\nVOLUME /data\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        who = final_user(stage)
        if who is None:
            return
        files = stage.state.files
        for one in stage.lineage():
            for step in one.steps:
                if step.name != "VOLUME" or step.onbuild:
                    continue
                for word in step.words:
                    value = step.expand(word.value)
                    if not isinstance(value, Known) or not str(value.value).startswith("/"):
                        continue
                    path = clean(value.value)
                    found = files.stat(path)
                    if not isinstance(found, Known):
                        continue
                    because = (found.reason, who.reason)
                    if found.value is None:
                        yield self.at(
                            step.line_span,
                            f"nothing makes {path}, so the volume is root's and {who.name} cannot"
                            " write there",
                            because,
                        ).fix(
                            "make the directory and give it to the user",
                            unsafe(_made(step, path, who.name.partition(":")[0])),
                        )
                        continue
                    if found.value.kind != "dir" or denied(files, path, who, WRITE) is None:
                        continue
                    if may(found.value, who, WRITE) is False:
                        yield self.at(
                            step.line_span,
                            f"{who.name} cannot write to the volume {path}: it is"
                            f" {mode_text(found.value)}",
                            because,
                        )


def _made(volume: Step, path: str, name: str) -> Edit | None:
    """A RUN before the VOLUME, where root still runs and the user exists."""
    user = volume.before.user
    if not isinstance(user, Known) or user.value not in ("", "root", "0"):
        return None
    account = volume.before.files.account("user", name) if not name.isdigit() else None
    if account is not None and not (isinstance(account, Known) and account.value is not None):
        return None
    return volume.instruction(volume.span.start, "RUN", f"mkdir -p {path} && chown {name} {path}\n")
