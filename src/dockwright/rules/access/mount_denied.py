"""DW5104 mount-denied."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, RunStep, safe, user_of


class MountDenied(Rule):
    """
    Give the mount to the user who runs the command.

    A secret is mounted as root's with mode 0400, a cache as root's with mode 0755: behind a `USER`
    the command cannot read the one nor write the other. `uid=` makes it the user's own.

    Silent for root, when the user's number is not known, and when the mount has `uid=` or a mode
    that lets others in.
    """

    code = "DW5104"
    name = "mount-denied"
    severity = "error"
    tags = ("user", "mounts")
    mentions = ("--mount",)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nUSER 1000\n"
            "RUN --mount=type=secret,id=token cat /run/secrets/token\n",
            at="--mount=type=secret,id=token",
            fixed="FROM debian:bookworm-slim\nUSER 1000\n"
            "RUN --mount=type=secret,id=token,uid=1000 cat /run/secrets/token\n",
        ),
        Bad(
            "FROM node:20-slim\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm npm ci\n",
            at="--mount=type=cache,target=/home/node/.npm",
            fixed="FROM node:20-slim\nUSER node\n"
            "RUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci\n",
        ),
        Good(
            "FROM node:20-slim\nUSER node\n"
            "RUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci\n"
        ),
        Good("FROM node:20-slim\nRUN --mount=type=cache,target=/root/.npm npm ci\n"),
        Good(
            "FROM debian:bookworm-slim\nUSER 1000\n"
            "RUN --mount=type=secret,id=token,mode=0444 cat /run/secrets/token\n"
        ),
        Good("FROM example.org/b:1\nUSER app\nRUN --mount=type=cache,target=/c make\n"),
        Good("FROM debian:bookworm-slim\nUSER 1000\nRUN --mount=type=bind,target=/src make\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or step.stage.os != "linux" or not step.node.flags:
            return
        user = step.before.user
        uid, _, _ = user_of(user, step.before.files)
        if not isinstance(user, Known) or uid in (None, 0):
            return
        for mount in step.mounts:
            kind = mount.kind
            if kind not in ("secret", "cache") or "uid" in mount.options or mount.from_:
                continue
            mode = _mode(mount.options.get("mode", ""))
            if "mode" in mount.options and (mode is None or mode & (4 if kind == "secret" else 2)):
                continue
            if "gid" in mount.options or (kind == "secret" and "env" in mount.options):
                continue
            what = "read this secret" if kind == "secret" else "write into this cache"
            fix = safe(
                step.insert(mount.span.end, f",uid={uid}"),
                changes=("mount",),
            )
            quoted = mount.flag.text.endswith(('"', "'"))
            yield self.at(
                mount, f"{user.value} cannot {what}: it belongs to root", (user.reason,)
            ).fix("give it to the user", None if quoted else fix)


def _mode(text: str) -> int | None:
    try:
        return int(text, 8)
    except ValueError:
        return None
