"""DW3001 user-root-explicit."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Known,
    Rule,
    Stage,
    UserStep,
    shown,
    unsafe,
)
from dockwright.rules.users._accounts import accounts, uid_of
from dockwright.rules.users._final import drops_privileges, is_root, last_user, newline

_WORK = ("RUN", "COPY", "ADD", "WORKDIR", "USER")


class UserRootExplicit(Rule):
    """
    Let the final stage end with a `USER` that is not root.

    Who breaks out of a process that runs as root is root in the container, and one kernel or
    runtime flaw away from root on the host. Switch to root for the steps that need it and back
    again before the end.

    Silent in stages that do not ship, when the user is a variable nobody can evaluate, and when
    the image brings a program that drops privileges at start (gosu, su-exec, setpriv, s6): such an
    entrypoint has to begin as root.
    """

    code = "DW3001"
    name = "user-root-explicit"
    severity = "warning"
    tags = ("security", "user")
    also = (
        "hadolint:DL3002",
        "trivy:DS-0002",
        "checkov:CKV_DOCKER_8",
        "kics:67fd0c4a",
        "semgrep:last-user-is-root",
        "dockle:CIS-DI-0001",
        "slim:20017",
        "parfum:DL3002",
        "tally:stateful-root-runtime",
    )

    examples = (
        Bad(
            'FROM jenkins/jenkins:lts\nUSER root\nRUN make install\nCMD ["app"]\n',
            at="root",
        ),
        Bad(
            "FROM debian:12\nUSER app\nRUN make\nUSER root\nRUN make install\nCMD app\n",
            at="root",
            fixed="FROM debian:12\nUSER app\nRUN make\nUSER root\nRUN make install\nUSER app\n"
            "CMD app\n",
        ),
        Bad(
            "FROM debian:12\nRUN useradd -m app\nUSER 0:0\nCMD app\n",
            at="0:0",
            fixed="FROM debian:12\nRUN useradd -m app\nUSER app\nCMD app\n",
        ),
        Bad(
            "FROM debian:12\nRUN useradd -m -u 1001 app\nUSER root\nCMD app\n",
            at="root",
            fixed="FROM debian:12\nRUN useradd -m -u 1001 app\nUSER 1001\nCMD app\n",
        ),
        Bad("FROM debian:12\nARG WHO=root\nUSER $WHO\nCMD app\n", at="$WHO"),
        Bad("FROM debian:12 AS base\nUSER root\nFROM base\nCMD app\n", at="root"),
        Good("FROM debian:12\nUSER root\nRUN make install\nUSER app\n"),
        Good("FROM debian:12 AS build\nUSER root\nFROM debian:12\nUSER app\n"),
        Good("FROM debian:12\nARG WHO\nUSER $WHO\n"),
        Good(
            "FROM debian:12\nUSER root\nRUN apt-get update && apt-get install -y gosu\n"
            'COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n'
        ),
        Good('FROM debian:12\nUSER root\nENTRYPOINT ["setpriv", "--reuid=app", "/app"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os == "windows":
            return
        state = stage.state
        user = state.user
        step = last_user(stage)
        if step is None or not isinstance(user, Known) or not is_root(user.value):
            return
        if drops_privileges(stage):
            return
        before = "" if user.value == step.words[0].value else f" ({user.value})"
        finding = self.at(step.words[0], f"the image runs as root{before}", because=(user.reason,))
        name = _other(stage)
        if name and step.stage is stage:
            uid = uid_of(stage, name)
            edit = _back(stage, step, uid or name)
            # A name is for a person to judge: Kubernetes cannot tell whether it is root.
            number = (uid or name).partition(":")[0].isdigit()
            finding.fix("go back to the other user", unsafe(edit) if number else shown(edit))
        yield finding


def _back(stage: Stage, step: UserStep, name: str) -> Edit:
    """Set the user again that the file itself knows, after the work of root is done."""
    work = [one for one in stage.steps[step.index :] if one.name in _WORK and not one.onbuild]
    if len(work) == 1:
        return step.replace(step.words[0].span, name)
    return work[-1].insert(work[-1].span.end, f"{newline(step)}{step.node.keyword} {name}")


def _other(stage: Stage) -> str | None:
    for one in stage.lineage():
        for step in reversed(one.steps):
            if step.name == "USER" and not step.onbuild and step.words:
                user = step.after.user
                if isinstance(user, Known) and user.value and not is_root(user.value):
                    return step.words[0].value if one is stage else str(user.value)
    names = {account.name for account in accounts(stage) if account.sure}
    return names.pop() if len(names) == 1 else None
