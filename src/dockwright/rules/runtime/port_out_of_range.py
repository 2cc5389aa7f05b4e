"""DW4007 port-out-of-range."""

from dockwright.rules.api import Bad, ExposeStep, Findings, Good, Rule
from dockwright.rules.runtime._ports import ports

HIGHEST = 65535


class PortOutOfRange(Rule):
    """
    Expose ports from 0 to 65535.

    A port is a number of 16 bits. The build stops at any other, at a range that runs backwards, and
    at a protocol other than tcp, udp and sctp.

    Silent when only the build knows the value of a variable.
    """

    code = "DW4007"
    name = "port-out-of-range"
    severity = "error"
    tags = ("expose", "broken-build")
    also = ("hadolint:DL3011", "trivy:DS-0008", "kics:71bf8cf8", "semgrep:invalid-port")

    examples = (
        Bad("FROM debian:12\nEXPOSE 80 80443\n", at="80443"),
        Bad("FROM debian:12\nEXPOSE 9000-80000/udp\n", at="9000-80000/udp"),
        Bad("FROM debian:12\nEXPOSE 9000-8000\n", at="9000-8000"),
        Bad("FROM debian:12\nEXPOSE http 53/dns\n", at=("http", "53/dns")),
        Bad("FROM debian:12\nENV PORT=70000\nEXPOSE ${PORT}\n", at="${PORT}"),
        Good("FROM debian:12\nEXPOSE 0 80 443/tcp 53/udp 8000-9000 65535\n"),
        Good("FROM debian:12\nARG PORT\nEXPOSE $PORT\n"),
    )

    def check(self, step: ExposeStep) -> Findings:
        for port in ports(step):
            bounds = port.bounds
            if bounds is None:
                message = f"`{port.text}` is no port number: the build stops here"
            elif max(bounds) > HIGHEST:
                message = f"port {max(bounds)} is above {HIGHEST}: the build stops here"
            elif bounds[0] > bounds[1]:
                message = f"the range `{port.number}` runs backwards: the build stops here"
            elif port.protocol.lower() not in ("", "tcp", "udp", "sctp"):
                message = f"`{port.protocol}` is no protocol of a port: the build stops here"
            else:
                continue
            yield self.at(port, message, port.because)
