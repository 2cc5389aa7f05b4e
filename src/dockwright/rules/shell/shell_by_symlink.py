"""DW2208 shell-by-symlink."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Remedy,
    Rule,
    RunStep,
    command,
    unsafe,
)

TARGETS = ("/bin/sh", "/usr/bin/sh")
SHELLS = ("bash", "zsh", "ksh", "mksh")


class ShellBySymlink(Rule):
    """
    Choose the shell of `RUN` with `SHELL`, not by replacing `/bin/sh`.

    `/bin/sh` belongs to the distribution: its scripts expect that shell, and an update may put it
    back. `SHELL` says the same to the build alone, and where everybody sees it.

    Silent for links from other names to `/bin/sh`, and when the link restores the shell that
    distributions ship (`dash`, `busybox`).
    """

    code = "DW2208"
    name = "shell-by-symlink"
    severity = "warning"
    tags = ("shell",)
    also = ("hadolint:DL4005", "kics:8a301064", "semgrep:use-shell-instruction")
    on = command("ln")

    examples = (
        Bad(
            "FROM debian:12\nRUN rm /bin/sh && ln -s /bin/bash /bin/sh\n",
            at="ln -s /bin/bash /bin/sh",
            fixed='FROM debian:12\nSHELL ["/bin/bash", "-c"]\n',
        ),
        Bad(
            "FROM debian:12\nRUN ln -sf bash /bin/sh && apt-get update\n",
            at="ln -sf bash /bin/sh",
        ),
        Good("FROM debian:12\nRUN ln -s /bin/sh /bin/ash\n"),
        Good("FROM debian:12\nRUN ln -sf /bin/dash /bin/sh\n"),
        Good('FROM debian:12\nSHELL ["/bin/bash", "-c"]\n'),
    )

    def check(self, run: RunStep) -> Findings:
        for one in run.command("ln"):
            operands = one.operands("-S", "--suffix")
            if len(operands) != 2 or operands[1].value not in TARGETS:
                continue
            shell = operands[0].shape.rpartition("/")[2]
            if shell in SHELLS:
                draft = self.at(
                    one, f"a link makes `{shell}` the `{operands[1].value}` of the image"
                )
                yield draft.fix("set the shell with `SHELL`", _mended(run, one, operands[0].shape))


def _mended(run: RunStep, ln: Command, shell: str) -> Remedy | None:
    script = run.script
    if script is None or script.damaged is not None or run.onbuild or run.node.is_json:
        return None
    if run.node.heredocs or run.node.flags or not shell.startswith("/"):
        return None
    for one in script.commands:
        removes = one.name in ("rm", "unlink", "mv") and any(w.value in TARGETS for w in one.args)
        if one is not ln and one.name != "set" and not removes:
            return None
    return unsafe(run.replace(run.span, f'SHELL ["{shell}", "-c"]'))
