"""DW4008 expose-format."""

from dockwright.rules.api import Bad, ExposeStep, Findings, Good, Rule, safe
from dockwright.rules.runtime._ports import ports


class ExposeFormat(Rule):
    """
    Expose the container's port only.

    `EXPOSE` says which ports the program listens on. An address or a port of the host has no
    meaning there: BuildKit drops it and means to refuse it one day. Publish with
    `docker run --publish` or `ports:` in Compose.

    Silent when only the build knows the value of a variable.
    """

    code = "DW4008"
    name = "expose-format"
    severity = "warning"
    tags = ("expose",)
    also = ("buildkit:ExposeInvalidFormat",)

    examples = (
        Bad(
            "FROM debian:12\nEXPOSE 8080:80 127.0.0.1:53:53/udp\n",
            at=("8080:80", "127.0.0.1:53:53/udp"),
            fixed="FROM debian:12\nEXPOSE 80 53/udp\n",
        ),
        Bad("FROM debian:12\nENV HOST=8080\nEXPOSE $HOST:80\n", at="$HOST:80"),
        Good("FROM debian:12\nEXPOSE 80 53/udp 8000-8010\n"),
    )

    def check(self, step: ExposeStep) -> Findings:
        for port in ports(step):
            host = port.outer.rstrip(":")
            if not host:
                continue
            draft = self.at(port, f"`{host}` of the host is not used", port.because)
            if port.literal and port.number:
                span = port.part(0, len(port.outer))
                draft.fix(
                    "leave the container's port", safe(step.delete(span), changes=("expose",))
                )
            yield draft
