"""DW5109 package-manager-needs-root."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, RunStep, command, unsafe

_CHANGES = ("install", "add", "update", "upgrade", "remove", "purge", "del", "dist-upgrade")


class PackageManagerNeedsRoot(Rule):
    """
    Install system packages before `USER` takes the rights away.

    `apt-get`, `apk` and `dnf` need root. Behind a `USER`, or on a base image that sets one, the
    build fails with `Permission denied`.

    Silent when the user is not known, for root, behind `sudo`, and when a failure would not stop
    the build.
    """

    code = "DW5109"
    name = "package-manager-needs-root"
    severity = "error"
    tags = ("user", "packages")
    on = command("apt-get", "apt", "apk", "dnf", "microdnf", "yum")

    examples = (
        Bad(
            "FROM node:20-slim\nUSER node\nRUN apt-get update && apt-get install -y curl\n",
            at="apt-get update",
            fixed="FROM node:20-slim\nUSER node\nUSER root\n"
            "RUN apt-get update && apt-get install -y curl\nUSER node\n",
        ),
        Good("FROM node:20-slim\nRUN apt-get update && apt-get install -y curl\nUSER node\n"),
        Good("FROM example.org/b:1\nRUN apt-get update\n"),
        Good("FROM node:20-slim\nUSER node\nRUN apt-get update || true\n"),
        Good("FROM node:20-slim\nUSER node\nRUN apt-get --version\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or not step.stage.built or step.stage.os != "linux":
            return
        user = step.before.user
        if not isinstance(user, Known) or user.value in ("", "root", "0"):
            return
        for found in step.command("apt-get", "apt", "apk", "dnf", "microdnf", "yum"):
            point = step.points.get(found.start)
            operands = found.operands()
            if point is None or not point.certain or not point.fatal or not operands:
                continue
            if operands[0].value not in _CHANGES or point.uid in (0, None):
                continue
            if found.has("--root", "-p", "--installroot", "--simulate", "-s", "--dry-run"):
                continue
            program = point.contents.program(found.name, point.path)
            if not isinstance(program, Known) or program.value is None:
                continue
            name = user.value
            yield self.at(
                found,
                f"{found.name} needs root, and {name} runs it",
                (user.reason,),
            ).fix(
                "run it as root",
                unsafe(
                    step.instruction(step.span.start, "USER", "root\n"),
                    step.instruction(step.span.end, "\nUSER", name),
                ),
            )
            return
