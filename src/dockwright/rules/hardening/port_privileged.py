"""DW6118 port-privileged."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class PortPrivileged(Rule):
    """
    Publish at ports from 1024 up where no protocol asks for a lower one.

    The lower ones are for the host's own services, and an engine without root cannot open them.

    Silent about ports inside of the container, and about 80 and 443, which browsers ask for.
    """

    code = "DW6118"
    name = "port-privileged"
    severity = "info"
    tier = "optional"
    tags = ("compose", "network")
    also = ("kics:bc2908f3",)
    mentions = ("ports",)

    examples = (
        Bad('services:\n  a:\n    image: a:1\n    ports:\n      - "25:25"\n', at='"25:25"'),
        Good('services:\n  a:\n    image: a:1\n    ports:\n      - "8025:25"\n      - "443:443"\n'),
        Good('services:\n  a:\n    image: a:1\n    ports:\n      - "25"\n'),
    )

    def check(self, service: Service) -> Findings:
        ports: Any = service.items("ports")
        for index, port in enumerate(ports):
            published = str(port.get("published") or "") if isinstance(port, dict) else ""
            first = published.partition("-")[0]
            if first.isdigit() and 0 < int(first) < 1024 and int(first) not in (80, 443):
                message = f"{published} is a port that only root may open on the host"
                yield self.at(service.value("ports", index), message)
