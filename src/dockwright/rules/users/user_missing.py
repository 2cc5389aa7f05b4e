"""DW3002 user-missing."""

from dockwright.rules.api import (
    Bad,
    CommandLine,
    Edit,
    Findings,
    Good,
    Known,
    Rule,
    Stage,
    Step,
    known,
    unsafe,
)
from dockwright.rules.users._final import drops_privileges, last_user, newline

_ARCHIVES = (".tar", ".tgz", ".txz", ".tbz2", ".tzst", ".gz", ".xz", ".bz2", ".zst", ".lzma")


class UserMissing(Rule):
    """
    Name the user that the final image runs as.

    Without `USER` in the file and in the base image a container runs as root. A number works
    even where no `/etc/passwd` exists.

    Silent when the base image is not known to run as root, in stages that do not ship, when
    nothing is started, when a whole file system is put at `/` (a base for other images), and when
    the image brings a program that drops privileges at start.
    """

    code = "DW3002"
    name = "user-missing"
    severity = "info"
    tags = ("security", "user")
    also = (
        "trivy:DS-0002",
        "checkov:CKV_DOCKER_3",
        "kics:fd54f200",
        "semgrep:missing-user",
        "semgrep:missing-user-entrypoint",
        "dockle:CIS-DI-0001",
        "tally:user-created-but-never-used",
    )

    examples = (
        Bad(
            'FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n',
            at="scratch",
            fixed='FROM scratch\nCOPY app /app\nUSER 65532:65532\nENTRYPOINT ["/app"]\n',
        ),
        Good('FROM scratch\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n'),
        Good("FROM scratch\nCOPY data /data\n"),
        Good('FROM scratch\nADD rootfs.tar.xz /\nCMD ["/bin/sh"]\n'),
        Good('FROM scratch\nCOPY rootfs /\nCMD ["/bin/sh"]\n'),
        Bad(
            'FROM scratch\nADD app /\nCMD ["/app"]\n',
            at="scratch",
            fixed='FROM scratch\nADD app /\nUSER 65532:65532\nCMD ["/app"]\n',
        ),
        Bad(
            "FROM debian:12\nCOPY app /app\nCMD /app\n",
            at="debian:12",
            fixed="FROM debian:12\nCOPY app /app\nUSER 10001:10001\nCMD /app\n",
        ),
        Bad(
            "from debian:12\ncopy app /app\ncmd /app\n",
            at="debian:12",
            fixed="from debian:12\ncopy app /app\nuser 10001:10001\ncmd /app\n",
        ),
        Bad(
            "FROM node:22\nCOPY app.js /\nCMD node /app.js\n",
            at="node:22",
            fixed="FROM node:22\nCOPY app.js /\nUSER 1000:1000\nCMD node /app.js\n",
        ),
        Bad(
            'FROM gcr.io/distroless/static-debian12\nCOPY app /app\nENTRYPOINT ["/app"]\n',
            at="gcr.io/distroless/static-debian12",
            fixed="FROM gcr.io/distroless/static-debian12\nCOPY app /app\n"
            'USER 65532:65532\nENTRYPOINT ["/app"]\n',
        ),
        Good('FROM gcr.io/distroless/static-debian12:nonroot\nENTRYPOINT ["/app"]\n'),
        Good("FROM example.org/base:1\nCMD app\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os == "windows":
            return
        state = stage.state
        user = state.user
        if not isinstance(user, Known) or last_user(stage) is not None:
            return
        if user.value not in ("", "0", "root", "0:0", "root:root"):
            return
        starts = [
            line
            for line in (known(state.entrypoint), known(state.cmd))
            if isinstance(line, CommandLine) and line.argv
        ]
        if not starts or drops_privileges(stage) or any(map(_fills_root, stage.steps)):
            return
        yield self.at(
            stage.from_step.words[0], "no `USER`: the image runs as root", because=(user.reason,)
        ).fix("run it as an unprivileged number", unsafe(_number(stage)))


def _fills_root(step: Step) -> bool:
    """Whether an archive or the root of another image is put at `/`."""
    if step.name not in ("ADD", "COPY") or len(step.words) < 2:
        return False
    if step.words[-1].value not in ("/", "/."):
        return False
    source = step.words[0].value
    if source in ("/", "/.", ".", "./") or "$" in source or "root" in source.rpartition("/")[2]:
        return True
    return step.name == "ADD" and (source.endswith(_ARCHIVES) or ".tar." in source)


def _number(stage: Stage) -> Edit | None:
    files = stage.state.files
    # 65532 is the number that the images without a shell have for this; they list no others.
    bare = stage.lineage()[-1].base.kind == "scratch" or "distroless" in stage.base.written
    user = "65532:65532" if bare else "10001:10001"
    node = files.account("user", "node")
    if isinstance(node, Known) and node.value is not None and node.value.number:
        user = f"{node.value.number}:{node.value.gid or node.value.number}"
    for step in stage.steps:
        if step.name in ("ENTRYPOINT", "CMD") and not step.onbuild:
            later = stage.steps[step.index :]
            if any(one.name in ("RUN", "COPY", "ADD", "WORKDIR") for one in later):
                return None
            return step.instruction(step.span.start, "USER", f"{user}{newline(step)}")
    return None
