"""DW4009 expose-protocol-case."""

from dockwright.rules.api import Bad, ExposeStep, Findings, Good, Rule, safe
from dockwright.rules.runtime._ports import ports


class ExposeProtocolCase(Rule):
    """
    Write the protocol of a port in lower case.

    The image always says `tcp`, `udp` or `sctp`. Other tools that read the file compare the text,
    and one spelling can be searched for.

    Silent when only the build knows the value of a variable.
    """

    code = "DW4009"
    name = "expose-protocol-case"
    severity = "info"
    tags = ("expose", "style")
    also = ("buildkit:ExposeProtoCasing",)

    examples = (
        Bad(
            "FROM debian:12\nEXPOSE 80/TCP 53/Udp\n",
            at=("80/TCP", "53/Udp"),
            fixed="FROM debian:12\nEXPOSE 80/tcp 53/udp\n",
        ),
        Bad("FROM debian:12\nARG PROTO=TCP\nEXPOSE 80/$PROTO\n", at="80/$PROTO"),
        Good("FROM debian:12\nEXPOSE 80 443/tcp 53/udp\n"),
    )

    def check(self, step: ExposeStep) -> Findings:
        for port in ports(step):
            lowered = port.protocol.lower()
            if port.protocol == lowered or lowered not in ("tcp", "udp", "sctp"):
                continue
            message = f"`{port.protocol}` is written `{lowered}`"
            draft = self.at(port, message, port.because)
            if port.literal:
                size = len(port.text)
                span = port.part(size - len(lowered), size)
                draft.fix("write it in lower case", safe(step.replace(span, lowered)))
            yield draft
