"""Who the final image runs as, and whether it means to change that at start."""

from dockwright.rules.api import CommandLine, Stage, Step, UserStep, known, lazy, re

_DROPS = lazy(
    r"(?<![\w.-])(?:gosu|su-exec|setpriv|s6-setuidgid|s6-overlay|chpst|setuidgid|runuser"
    r"|fixuid|sudo\s+(?:-\w+\s+)*-\w*u)(?![\w])|(?:^|[\s;&|(])su\s+(?:-|[a-z])|--userspec"
)
_BRINGS = lazy(r"(?<![\w.])(?:gosu|su-exec|s6-overlay|fixuid)(?![\w])", re.IGNORECASE)


def is_root(user: str) -> bool:
    """Whether `user` (of USER, with or without a group) is root."""
    name = user.partition(":")[0].strip("\"' ")
    return name == "root" or (name.isdigit() and int(name) == 0)


def last_user(stage: Stage) -> UserStep | None:
    """The USER that decides who runs, in `stage` or a stage it builds on."""
    for one in stage.lineage():
        for step in reversed(one.steps):
            if step.name == "USER" and not step.onbuild and step.words:
                return step
    return None


def drops_privileges(stage: Stage) -> bool:
    """Whether the image has what an entrypoint needs to leave root behind."""
    state = stage.state
    for line in (known(state.entrypoint), known(state.cmd)):
        if isinstance(line, CommandLine) and _DROPS.search(" ".join(line.argv or ())):
            return True
    for one in stage.lineage():
        source = one.build.tree.source
        for step in one.steps:
            if step.name in ("RUN", "COPY", "ADD") and _BRINGS.search(source.slice(step.span)):
                return True
    return False


def newline(step: Step) -> str:
    """The line ending of the file."""
    return "\r\n" if "\r\n" in step.stage.build.tree.source.text else "\n"
