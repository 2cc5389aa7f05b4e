"""DW6109 host-path-exposed."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._mounts import binds
from dockwright.rules.hardening._paths import exposed, taken_over


class HostPathExposed(Rule):
    """
    Mount only the files that a service needs of the host's own folders.

    `/etc`, `/proc`, `/sys`, `/dev`, home folders with keys in them and the sockets below `/run`
    tell a container what is none of its business; on some of them it can act, too.

    Silent about single harmless files such as `/etc/localtime`, about what `host-path-writable`
    reports, and about paths written relative to the project. Monitoring often needs such mounts.
    """

    code = "DW6109"
    name = "host-path-exposed"
    severity = "info"
    tier = "optional"
    tags = ("compose", "security", "volumes")
    also = ("compose-lint:CL-0013", "kics:1c1325ff")

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes:\n      - ~/.ssh:/root/.ssh:ro\n",
            at="~/.ssh:/root/.ssh:ro",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes:\n      - /proc:/host/proc:ro\n"
            "      - /sys:/host/sys:ro\n      - /run/dbus:/run/dbus\n",
            at=("/proc:/host/proc:ro", "/sys:/host/sys:ro", "/run/dbus:/run/dbus"),
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    volumes:\n"
            "      - /etc/localtime:/etc/localtime:ro\n"
            "      - /srv/data:/data\n      - /home/me/project/data:/b\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        for bind in binds(service):
            if exposed(bind) and not taken_over(bind):
                message = f"`{bind.source}` shows the container what is the host's"
                yield self.at(bind.place, message, likely=bind.likely)
