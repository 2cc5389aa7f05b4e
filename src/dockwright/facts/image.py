"""What is known of one image."""

from dockwright.facts.contents import Contents, Ground
from dockwright.facts.knowledge import Known, Reason, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.facts.knowledge import Knowledge

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class ImageFacts:
    """
    The configuration of an image, each part `Known` or `Unknown`.

    `user` and `workdir` hold str ("" when the image sets none), `shell`, `entrypoint` and `cmd`
    tuples of str or None, `healthcheck` the argument list or None, `env` maps names to `Known`
    values and `env_complete` tells whether the image has no other variable. `ports` ("80/tcp") and
    `volumes` are what the image declares, None when not known. `contents` is its file system, None
    when nothing is known of it. `os` is "linux" or "windows".
    """

    __slots__ = (
        "cmd",
        "contents",
        "entrypoint",
        "env",
        "env_complete",
        "healthcheck",
        "name",
        "os",
        "ports",
        "shell",
        "stopsignal",
        "user",
        "volumes",
        "workdir",
    )

    def __init__(
        self,
        name: str,
        *,
        os: str = "linux",
        user: "Knowledge",
        workdir: "Knowledge",
        shell: "Knowledge",
        entrypoint: "Knowledge",
        cmd: "Knowledge",
        healthcheck: "Knowledge",
        stopsignal: "Knowledge",
        env: "Mapping[str, Knowledge]",
        env_complete: bool,
        ports: "Sequence[str] | None" = None,
        volumes: "Sequence[str] | None" = None,
        contents: Contents | None = None,
    ) -> None:
        self.name = name
        self.os = os
        self.user = user
        self.workdir = workdir
        self.shell = shell
        self.entrypoint = entrypoint
        self.cmd = cmd
        self.healthcheck = healthcheck
        self.stopsignal = stopsignal
        self.env = env
        self.env_complete = env_complete
        self.ports = ports
        self.volumes = volumes
        self.contents = contents


def empty(name: str, reason: Reason) -> ImageFacts:
    """The facts of an image whose configuration sets nothing, such as scratch."""
    nothing = Known(None, reason)
    return ImageFacts(
        name,
        user=Known("", reason),
        workdir=Known("", reason),
        shell=nothing,
        entrypoint=nothing,
        cmd=nothing,
        healthcheck=nothing,
        stopsignal=nothing,
        env={"PATH": Known(DEFAULT_PATH, reason)},
        env_complete=True,
        ports=(),
        volumes=(),
        contents=Contents(Ground(reason)),
    )


def unknown(name: str, os: str = "linux") -> ImageFacts:
    """What can be said of an image nobody has facts about."""
    reason = Reason(f"nothing is known of the base image {name}")
    nothing = Unknown(reason)
    return ImageFacts(
        name,
        os=os,
        user=nothing,
        workdir=nothing,
        shell=nothing,
        entrypoint=nothing,
        cmd=nothing,
        healthcheck=nothing,
        stopsignal=nothing,
        env={},
        env_complete=False,
    )
