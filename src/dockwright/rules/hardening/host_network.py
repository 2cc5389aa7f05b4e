"""DW6104 host-network."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._written import doubt


class HostNetwork(Rule):
    """
    Publish the ports a service needs in place of giving it the host's network.

    With `network_mode: host` every port it opens is open on the host, it reaches what listens on
    the host's loopback (databases and metrics without a password, often), and the names of other
    services do not resolve.

    Silent when a variable without a default decides.
    """

    code = "DW6104"
    name = "host-network"
    tags = ("compose", "security", "network")
    also = ("compose-lint:CL-0008", "kics:071a71ff")
    mentions = ("host",)

    examples = (
        Bad("services:\n  a:\n    image: a:1\n    network_mode: host\n", at="host"),
        Bad(
            'services:\n  a:\n    image: a:1\n    network_mode: "${MODE:-host}"\n',
            at='"${MODE:-host}"',
        ),
        Good("services:\n  a:\n    image: a:1\n    network_mode: none\n    ports: ['1:1']\n"),
        Good("services:\n  a:\n    image: a:1\n    networks: [host]\nnetworks:\n  host: {}\n"),
    )

    def check(self, service: Service) -> Findings:
        likely = doubt(service, "network_mode")
        if service.get("network_mode") == "host" and likely is not None:
            yield self.at(
                service.value("network_mode"),
                "the container shares the host's network and reaches what listens on its loopback",
                likely=likely,
            )
        entries = service.project.section("networks")
        for name in service.mapping("networks"):
            entry = entries.get(name)
            given = entry.get("name") if isinstance(entry, dict) else None
            if given == "host" and isinstance(entry, dict) and entry.get("external"):
                message = f"network {name} is the host's own"
                yield self.at(service.key("networks", name), message)
