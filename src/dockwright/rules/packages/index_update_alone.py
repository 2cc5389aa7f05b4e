"""DW2142 index-update-alone."""

from dockwright.rules.api import (
    Bad,
    Command,
    Edit,
    Findings,
    Good,
    Rule,
    RunStep,
    command,
    safe,
)
from dockwright.rules.packages._managers import (
    APK,
    APT,
    WRAPPERS,
    Call,
    calls,
    names,
    runs_after,
)

# Programs that certainly do not read the index.
_OTHERS = names(
    "echo printf rm mkdir cp mv ln set export cd cat tee sed awk curl wget gpg apt-key"
    " touch chmod chown true sleep date test [ [[ useradd groupadd adduser addgroup"
    " locale-gen ls grep find dpkg debconf-set-selections apt-mark tar unzip update-locale"
    " uname env yes : exit"
)
_IDLE = names("update clean autoclean distclean dist-clean autoremove")


class IndexUpdateAlone(Rule):
    """
    Update the package index in the `RUN` that installs from it.

    The layer cache keeps the result of a `RUN` that only updates the index. Weeks later a changed
    `RUN` below it still installs from that old index: old versions, or packages that the archive
    has dropped. And the index takes its place in the image.

    Silent when the same `RUN` installs, upgrades or searches, or starts a program that may do so,
    and when the index is kept in a cache mount.
    """

    code = "DW2142"
    name = "index-update-alone"
    severity = "warning"
    tags = ("apt", "apk", "cache")
    also = (
        "trivy:DS-0017",
        "checkov:CKV_DOCKER_5",
        "kics:9bae49be",
        "dockle:CIS-DI-0007",
        "parfum:aptGetUpdatePrecedesInstall",
    )
    on = command(*APT.programs, *APK.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\n",
            at="apt-get update",
            fixed="FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update -q\n\n# Tools\nRUN apt-get install -y curl \\\n"
            "    git\n",
            at="apt-get update -q",
            fixed="FROM debian:12\nRUN apt-get update -q && \\\n# Tools\n"
            "    apt-get install -y curl \\\n    git\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk update\nRUN apk add curl\n",
            at="apk update",
            fixed="FROM alpine:3.20\nRUN apk update && apk add curl\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl || true\n",
            at="apt-get update",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update\nCOPY list /list\nRUN apt-get install -y curl\n",
            at="apt-get update",
        ),
        Bad('FROM debian:12\nRUN apt-get update\nCMD ["bash"]\n', at="apt-get update"),
        Good("FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"),
        Good("FROM debian:12\nRUN apt-get update && ./install.sh\n"),
        Good("FROM debian:12\nRUN apt-get update && apt-get upgrade -y\n"),
        Good("FROM debian:12\nRUN apt-get update && apt-cache policy curl\n"),
        Good("FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\n"),
    )

    def check(self, run: RunStep) -> Findings:
        script = run.script
        if script is None or script.damaged or run.onbuild:
            return
        updates: list[Call] = []
        own = {one.command: one for one in calls(run)}
        for one in run.commands:
            call = own.get(one)
            if call is not None and call.manager in (APT, APK):
                if call.updates and not call.unsure:
                    updates.append(call)
                elif call.sub not in _IDLE:
                    return
            elif call is None and not _harmless(one):
                return
        if not updates or len({call.manager for call in updates}) > 1:
            return
        update = updates[0]
        apt = update.manager is APT
        if run.kept_out("/var/lib/apt/lists" if apt else "/var/cache/apk"):
            return
        user = _user(run, update)
        if user is None:
            yield self.at(update.command, "nothing installs from this index", likely=True)
            return
        if not apt and user.has("--no-cache"):
            message = "`apk add --no-cache` reads an index of its own, nothing needs this one"
        else:
            message = "a later `RUN` installs from the index that the layer cache keeps"
        yield self.at(update.command, message).fix(
            "join the two `RUN`", safe(_join(run, user), changes=("run:layout",))
        )


def _harmless(one: Command) -> bool:
    return not one.words or one.name in _OTHERS


def _user(run: RunStep, update: Call) -> Call | None:
    """The first later call that installs from the index, None when it is made anew before."""
    for step in runs_after(run):
        for call in calls(step, update.manager):
            if call.updates:
                return None
            if call.installs or call.upgrades:
                return call
    return None


def _join(run: RunStep, user: Call) -> Edit | None:
    """One RUN out of `run` and the one right after it, if that is the one that installs."""
    steps = run.stage.steps
    after = steps[run.index + 1] if run.index + 1 < len(steps) else None
    if after is None or after.script is not user.command.script:
        return None
    return run.join(after)
