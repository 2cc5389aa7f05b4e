"""DW3009 user-without-passwd."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Known, Rule, Stage, Step

_LOADS = ("/etc/passwd", "/etc", "/")


class UserWithoutPasswd(Rule):
    """
    Use numbers for the user and owner in an image that has no `/etc/passwd`.

    A name is looked up in the image. In a stage from scratch nobody put the file there: `COPY
    --chown` by name breaks the build, and a container with `USER` by name does not start.

    Silent about numbers and root, when a `COPY` or `ADD` may bring the file, and when the stage
    runs a command.
    """

    code = "DW3009"
    name = "user-without-passwd"
    severity = "error"
    tags = ("user",)
    mentions = ("scratch",)
    also = ("tally:named-identity-in-passwdless-stage",)

    examples = (
        Bad("FROM scratch\nCOPY app /app\nUSER app\n", at="app"),
        Bad("FROM scratch\nCOPY --chown=app:app app /srv/app\n", at="--chown=app:app"),
        Good("FROM scratch\nCOPY passwd /etc/passwd\nCOPY app /app\nUSER app\n"),
        Good("FROM scratch\nCOPY rootfs /\nUSER app\n"),
        Good("FROM scratch\nCOPY app /app\nUSER 65532:65532\n"),
        Good("FROM debian:12\nUSER app\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.onbuild or step.stage.lineage()[-1].base.kind != "scratch":
            return
        if step.name == "USER" and step.words:
            user = step.after.user
            later = len(step.stage.steps)
            if not isinstance(user, Known) or not user.firm or not _named(str(user.value)):
                return
            if (
                not step.stage.final
                or step.stage.state.user != user
                or _may_have(step.stage, later)
            ):
                return
            name = str(user.value).partition(":")[0]
            yield self.at(
                step.words[0], f"the user {name} cannot be found: the image has no /etc/passwd"
            )
        elif step.name in ("COPY", "ADD"):
            flag = step.node.flag("chown")
            if flag is None or not flag.value:
                return
            owner = step.expand(flag.value)
            if not isinstance(owner, Known) or not owner.firm or not _named(str(owner.value)):
                return
            if not _may_have(step.stage, step.index):
                name = str(owner.value).partition(":")[0]
                yield self.at(
                    flag, f"the owner {name} cannot be found: the stage has no /etc/passwd"
                )


def _named(user: str) -> bool:
    name = user.partition(":")[0].strip()
    return bool(name) and not name.isdigit() and name != "root"


def _may_have(stage: Stage, before: int) -> bool:
    """Whether something before step number `before` may bring /etc/passwd."""
    for one in stage.lineage():
        steps = one.steps[:before] if one is stage else one.steps
        if any(_may_bring(step) for step in steps):
            return True
    return False


def _may_bring(step: Step) -> bool:
    if step.name in ("RUN", "ONBUILD"):
        return True
    if step.name not in ("COPY", "ADD") or step.onbuild:
        return step.onbuild
    if not step.words:
        return False
    target = step.expand(step.words[-1].value)
    if not isinstance(target, Known):
        return True
    path = str(target.value)
    if not path.startswith("/"):
        workdir = step.before.workdir
        if not isinstance(workdir, Known):
            return True
        path = f"{workdir.value or '/'}/{path}"
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ".." in parts or "/" + "/".join(parts) in _LOADS
