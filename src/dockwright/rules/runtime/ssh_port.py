"""DW4010 ssh-port."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage
from dockwright.rules.runtime._ports import ports

SSH = 22


class SshPort(Rule):
    """
    Run no SSH server in a container.

    `docker exec` opens a shell without keys and passwords to look after, without a second program
    to keep alive, and without a port that strangers can try.

    Silent for udp, for ranges, for other ports, and in stages that never reach the final image.
    """

    code = "DW4010"
    name = "ssh-port"
    severity = "info"
    tags = ("expose", "security")
    mentions = ("22",)
    also = ("trivy:DS-0004", "checkov:CKV_DOCKER_1", "kics:5907595b")

    examples = (
        Bad("FROM debian:12\nEXPOSE 80 22/tcp\n", at="22/tcp"),
        Bad("FROM debian:12\nEXPOSE 2222:22\n", at="2222:22"),
        Good("FROM debian:12\nEXPOSE 2222 220 22/udp\n"),
        Good("FROM debian:12 AS dev\nEXPOSE 22\nFROM debian:12\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.shipped:
            return
        for step in stage.steps:
            if step.name != "EXPOSE":
                continue
            for port in ports(step):
                if port.bounds == (SSH, SSH) and port.protocol.lower() in ("", "tcp"):
                    yield self.at(port, "port 22 is the port of SSH", port.because)
