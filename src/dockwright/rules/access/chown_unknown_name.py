"""DW5102 chown-unknown-name."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Known, Rule


class ChownUnknownName(Rule):
    """
    Give `--chown` a user and group that the image has, or numbers.

    `COPY --chown=name` looks the name up in the image that is being built. When it is not there,
    the build goes on without a word and the files belong to root.

    Silent about numbers, when the base image is not known, when a step may have added the name,
    and about images without `/etc/passwd`, where the build fails.
    """

    code = "DW5102"
    name = "chown-unknown-name"
    severity = "warning"
    tags = ("user", "permissions")
    mentions = ("--chown",)

    examples = (
        Bad("FROM debian:bookworm-slim\nCOPY --chown=app:app . /app\n", at="--chown=app:app"),
        Bad(
            "FROM debian:bookworm-slim\nCOPY --chown=app . /app\nRUN useradd app\nUSER app\n",
            at="--chown=app",
        ),
        Bad(
            "FROM debian:bookworm-slim\nCOPY --chown=www-data:web . /app\n",
            at="--chown=www-data:web",
        ),
        Good("FROM debian:bookworm-slim\nRUN useradd app\nCOPY --chown=app:app . /app\n"),
        Good("FROM debian:bookworm-slim\nCOPY --chown=1000:1000 . /app\n"),
        Good("FROM node:20-slim\nCOPY --chown=node:node . /app\n"),
        Good("FROM example.org/base:1\nCOPY --chown=app:app . /app\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("COPY", "ADD") or step.onbuild or step.stage.os != "linux":
            return
        flag = step.node.flag("chown")
        if flag is None or not flag.value:
            return
        value = step.expand(flag.value)
        if not isinstance(value, Known) or step.stage.lineage()[-1].base.kind == "scratch":
            return
        files = step.before.files
        if files.exists("/etc/passwd") is not True:
            return
        user, _, group = value.value.partition(":")
        for kind, name in (("user", user), ("group", group)):
            if not name or name.isdigit() or name == "root":
                continue
            found = files.account(kind, name)
            if isinstance(found, Known) and found.value is None:
                yield self.at(
                    flag,
                    f"there is no {kind} {name} in the image yet: the files belong to root",
                    (found.reason, value.reason),
                )
                return
