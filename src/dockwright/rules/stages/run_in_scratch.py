"""DW1108 run-in-scratch."""

from dockwright.rules.api import Bad, CommandLine, Findings, Good, Known, Rule, Stage, Step, known


class RunInScratch(Rule):
    """
    Use the exec form in an image without shell.

    The shell form starts `/bin/sh`, and in a stage from `scratch` there is none: `RUN` fails in
    the build, `CMD`, `ENTRYPOINT` and `HEALTHCHECK` when the container starts.

    Silent as soon as something could have brought a shell: a `COPY` or `ADD` to `/` or `/bin`, a
    `RUN` in exec form, a mount, or a `SHELL` instruction; and about stages that others build on,
    for what only matters at the start.
    """

    code = "DW1108"
    name = "run-in-scratch"
    severity = "error"
    tags = ("stages", "shell")
    mentions = ("scratch",)
    also = ("tally:shell-run-in-scratch",)

    examples = (
        Bad("FROM scratch\nRUN make\n", at="make"),
        Bad(
            "FROM scratch AS a\nCOPY app /app\nFROM a\nRUN chmod 755 /app\nRUN ls\n",
            at="chmod 755 /app",
        ),
        Bad("FROM scratch\nCOPY app /opt/app\nCMD /opt/app\n", at="/opt/app"),
        Bad("FROM scratch\nCOPY app /opt/app\nENTRYPOINT exec /opt/app\n", at="exec /opt/app"),
        Bad(
            'FROM scratch\nCOPY app /opt/\nHEALTHCHECK CMD /opt/app -t\nCMD ["/opt/app"]\n',
            at="/opt/app -t",
        ),
        Good("FROM scratch\nCOPY rootfs/ /\nRUN ldconfig\nCMD a\n"),
        Good("FROM scratch\nADD rootfs.tar.xz /\nRUN ldconfig\nCMD a\n"),
        Good("FROM scratch\nWORKDIR /\nCOPY rootfs .\nCMD a\n"),
        Good("FROM scratch\nCOPY --from=busybox:1 /bin/busybox /bin/sh\nRUN ls\n"),
        Good(
            'FROM scratch\nCOPY busybox /busybox\nRUN ["/busybox", "--install", "/bin"]\nRUN ls\n'
        ),
        Good('FROM scratch\nCOPY sh /sh\nSHELL ["/sh", "-c"]\nRUN ls\nCMD ls\n'),
        Good("FROM scratch\nRUN --mount=from=busybox:1,source=/bin,target=/bin ls\n"),
        Good('FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\nCMD --help\n'),
        Good("FROM scratch AS a\nCMD run\nFROM a\nCOPY rootfs /\n"),
        Good("FROM scratch\nONBUILD RUN make\nHEALTHCHECK NONE\n"),
    )

    def check(self, stage: Stage) -> Findings:
        lineage = stage.lineage()
        if lineage[-1].base.kind != "scratch" or stage.os != "linux":
            return
        for one in lineage[1:]:
            if any(_may_bring_shell(step) or step.name == "RUN" for step in one.steps):
                return
        for step in stage.steps:
            if _may_bring_shell(step):
                return
            if step.name == "RUN" and not step.onbuild:
                if not step.node.heredocs and step.words:
                    yield self.at(step.words[0], "there is no shell here to run this")
                return
        if not stage.children:
            yield from self._at_start(stage)

    def _at_start(self, stage: Stage) -> Findings:
        state = stage.state
        entrypoint = known(state.entrypoint)
        lines = [entrypoint, known(state.healthcheck)]
        if entrypoint is None and isinstance(state.entrypoint, Known):
            lines.append(known(state.cmd))
        for line in lines:
            if not isinstance(line, CommandLine) or not line.shell_form or line.step is None:
                continue
            words = line.step.words
            if words and line.argv and line.argv[0] == "/bin/sh":
                yield self.at(words[-1], "the image has no shell to start this")


def _may_bring_shell(step: Step) -> bool:
    """Whether there may be a /bin/sh after this step; a shell-form RUN alone brings none."""
    if step.onbuild:
        return False
    if step.name == "SHELL":
        return True
    if step.name == "RUN":
        return step.node.is_json or any(
            mount.from_ or mount.kind == "bind" for mount in step.mounts
        )
    if step.name not in ("COPY", "ADD") or len(step.words) < 2:
        return False
    target = step.expand(step.words[-1].value)
    if not isinstance(target, Known):
        return True
    path = target.value
    if not path.startswith("/"):
        workdir = step.before.workdir
        if not isinstance(workdir, Known):
            return True
        path = f"{workdir.value}/{path}"
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return parts in ([], ["bin"], ["bin", "sh"])
