"""DW4005 workdir-system-directory."""

import posixpath

from dockwright.rules.api import Bad, Build, Findings, Good, Known, Rule

_SYSTEM = (
    "/bin /boot /dev /etc /lib /lib32 /lib64 /proc /sbin /sys /usr /usr/bin /usr/lib"
    " /usr/local/bin /usr/local/lib /usr/local/sbin /usr/sbin /var/lib"
)
SYSTEM = frozenset(_SYSTEM.split())
KERNEL = ("/dev/", "/proc/", "/sys/")


class WorkdirSystemDirectory(Rule):
    """
    Give the program a directory of its own as its working directory.

    Files that it writes with relative names, core dumps and a `COPY . .` end up among the files of
    the system and can replace them. What belongs to the application cannot be told apart, nor
    mounted or made writable alone.

    Silent for `/`, for directories below the system's such as `/etc/app`, for an earlier `WORKDIR`
    that a later one replaces, and in stages other than the final one.
    """

    code = "DW4005"
    name = "workdir-system-directory"
    severity = "info"
    tier = "preview"
    tags = ("workdir",)
    also = ("trivy:DS-0030",)

    examples = (
        Bad("FROM debian:12\nWORKDIR /etc\nCOPY . .\n", at="/etc"),
        Bad("FROM debian:12\nWORKDIR /usr\nWORKDIR bin\n", at="bin"),
        Good("FROM debian:12\nWORKDIR /etc\nRUN touch a\nWORKDIR /app\n"),
        Good("FROM debian:12\nWORKDIR /\n"),
        Good("FROM debian:12\nWORKDIR /etc/app\n"),
        Good("FROM debian:12 AS b\nWORKDIR /usr/bin\nFROM debian:12\n"),
    )

    def check(self, build: Build) -> Findings:
        stage = build.final
        if stage is None or stage.os == "windows":
            return
        last = None
        for step in stage.steps:
            if step.name == "WORKDIR" and not step.onbuild and step.words:
                last = step
        if last is None:
            return
        value = last.after.workdir
        if not isinstance(value, Known) or not isinstance(value.value, str):
            return
        path = posixpath.normpath(value.value)
        if path in SYSTEM or path.startswith(KERNEL):
            message = f"the program's working directory is `{path}`, which belongs to the system"
            yield self.at(last.words[0], message, () if value.firm else (value.reason,))
