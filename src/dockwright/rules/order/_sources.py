"""Which instructions bring a project's source, and which RUN is dear enough to speak of."""

from dockwright.rules.api import Command, Reason, Step, laid_out

# Commands that take no time worth speaking of.
_QUICK = frozenset((
    "", ":", "[", "[[", "addgroup", "adduser", "cat", "cd", "chgrp", "chmod", "chown", "cp", "date",
    "echo", "env", "exit", "export", "false", "groupadd", "install", "ln", "ls", "mkdir", "mv",
    "printf", "pwd", "rm", "rmdir", "sed", "set", "sh", "tee", "test", "touch", "true", "unlink",
    "useradd", "usermod", "test",
))  # fmt: skip
# Folders that hold what an install needs, not what people edit.
_FOR_INSTALLS = (
    "requirement",
    "reqs",
    "deps",
    "dependencies",
    ".yarn",
    "patches",
    "wheels",
    "gems",
)

_ACCOUNTS = ("adduser", "addgroup", "groupadd", "useradd")
_SUBCOMMANDS = frozenset(("add", "install", "i", "localinstall", "groupinstall", "clone"))


def brings_source(step: Step) -> bool:
    """Whether a COPY or ADD brings a folder of the build context that people edit."""
    if step.name not in ("COPY", "ADD") or step.onbuild:
        return False
    found = laid_out(step)
    if found is None:
        return False
    name = found[0].rpartition("/")[2].lower()
    return not any(word in name for word in _FOR_INSTALLS)


def dear(run: Step) -> bool:
    """Whether a RUN takes time: it has a command that is not known to be quick."""
    return (
        run.name == "RUN"
        and not run.onbuild
        and any(one.name not in _QUICK for one in run.commands)
    )


def because(copy: Step) -> Reason:
    """That an edit of the source reaches everything behind `copy`."""
    return Reason(
        "an edit of any file that this instruction copies runs all behind it again",
        copy.source,
        copy.line_span,
    )


def setup(run: Step) -> Command | None:
    """The command that sets something up, an install before all others."""
    found: Command | None = None
    for one in run.commands:
        words = [word.value for word in one.args]
        if one.name in ("curl", "wget") or any(word in _SUBCOMMANDS for word in words):
            return one
        if one.name in _ACCOUNTS:
            found = found or one
    return found


__all__ = ["because", "brings_source", "dear", "setup"]
