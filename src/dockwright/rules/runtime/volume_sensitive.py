"""DW4006 volume-sensitive."""

import posixpath

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, VolumeStep

_SENSITIVE = (
    "/ /bin /boot /dev /etc /lib /lib32 /lib64 /proc /root/.ssh /run/docker.sock /sbin /sys /usr"
    " /usr/bin /usr/lib /usr/sbin /var/run/docker.sock"
)
SENSITIVE = frozenset(_SENSITIVE.split())
SOCKET = "docker.sock"


class VolumeSensitive(Rule):
    """
    Declare no system directory as a `VOLUME`.

    Every container then gets an anonymous volume in place of that directory: it outlives the
    container, hides what a newer image brings there, and may be shared with others. A `VOLUME` for
    the engine's socket mounts nothing, but tells people to hand over control of the host.

    Silent for directories below them, such as `/etc/app` or `/sys/fs/cgroup`, and on Windows.
    """

    code = "DW4006"
    name = "volume-sensitive"
    severity = "warning"
    tags = ("volume", "security")
    also = ("semgrep:dockerfile-dockerd-socket-mount", "dockle:DKL-DI-0002")

    examples = (
        Bad('FROM debian:12\nVOLUME ["/data", "/etc/"]\n', at='"/etc/"'),
        Bad("FROM debian:12\nVOLUME /var/run/docker.sock\n", at="/var/run/docker.sock"),
        Good("FROM debian:12\nVOLUME /etc/app /var/lib/app\n"),
        Good('FROM debian:12\nVOLUME ["/sys/fs/cgroup"]\n'),
    )

    def check(self, step: VolumeStep) -> Findings:
        if step.stage.os == "windows":
            return
        for word in step.words:
            value = step.expand(word.value)
            if not isinstance(value, Known) or not value.value.startswith("/"):
                continue
            path = posixpath.normpath(value.value).replace("//", "/")
            if path not in SENSITIVE:
                continue
            if path.endswith(SOCKET):
                message = f"`{path}` as a volume asks for control of the host's engine"
            else:
                message = f"an anonymous volume takes the place of `{path}` in every container"
            yield self.at(word, message, (value.reason,) if "$" in word.value else ())
