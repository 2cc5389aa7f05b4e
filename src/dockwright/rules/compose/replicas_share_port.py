"""DW6204 replicas-share-port."""

from dockwright.rules.api import Bad, Findings, Good, Reason, Rule, Service, servicestate
from dockwright.rules.compose._sockets import copies, host_ports

_SWARM = ("placement", "mode", "endpoint_mode", "update_config", "rollback_config")


class ReplicasSharePort(Rule):
    """
    Do not give a fixed port of the host to a service with several containers.

    All of them publish the same port, and only the first one starts: the others fail with "port is
    already allocated". A range of ports (`8080-8089:80`), no fixed port (`80`) or a proxy in front
    makes room for them.

    Silent for a range with a port for each container, for one replica, for a service that shares
    the host's network, and when `deploy` has keys that only Swarm reads: there the port belongs to
    the whole cluster.
    """

    code = "DW6204"
    name = "replicas-share-port"
    severity = "warning"
    tags = ("compose", "ports", "scale")
    mentions = ("replicas", "scale")

    examples = (
        Bad(
            'services:\n  a:\n    image: a:1\n    ports: ["8080:80"]\n    scale: 3\n',
            at='"8080:80"',
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    ports:\n      - 8080-8081:80\n"
            "    deploy:\n      replicas: 3\n",
            at="8080-8081:80",
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    ports:\n      - 8080-8082:80\n"
            "    deploy:\n      replicas: 3\n"
        ),
        Good("services:\n  a:\n    image: a:1\n    ports: ['80']\n    scale: 3\n"),
        Good("services:\n  a:\n    image: a:1\n    ports: ['80:80']\n    scale: 1\n"),
        Good(
            "services:\n  a:\n    image: a:1\n    ports: ['80:80']\n    deploy:\n"
            "      replicas: 2\n      placement:\n        constraints: [node.role == worker]\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        found = copies(service)
        if found is None or found[0] < 2 or service.text("network_mode"):
            return
        count, key = found
        # What only Swarm reads says that this is a stack, where the port is the mesh's.
        if any(service.get("deploy", name) for name in _SWARM):
            return
        spot = service.value(*key)
        for one in servicestate.published(service):
            ports = host_ports(one)
            if ports and len(ports) < count:
                yield self.at(
                    service.value("ports", one.index),
                    f"{count} containers cannot share port {one.host} of the host",
                    (Reason(f"the service has {count} replicas", spot.source, spot.span),),
                    likely=key[0] == "deploy" or not one.firm,
                )
