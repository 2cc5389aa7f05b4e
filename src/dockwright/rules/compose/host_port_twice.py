"""DW6201 host-port-twice."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Reason, Rule, servicestate
from dockwright.rules.compose._sockets import copies, host_ports, same_address


class HostPortTwice(Rule):
    """
    Publish a port of the host once.

    Two services that publish the same port of the same address with the same protocol cannot run
    at the same time: the second container does not start, with "port is already allocated". Ports
    on different addresses, or of TCP and UDP, do not meet.

    Silent about services that are not on at the same time (profiles), that have no containers of
    their own (`scale: 0`), that share the network of the host, and where a variable that is not set
    has a say. A variable's default makes it "likely" only, and so do services of
    two files, of which one may be meant to choose.
    """

    code = "DW6201"
    name = "host-port-twice"
    severity = "error"
    tags = ("compose", "ports")
    also = ("dclint:no-duplicate-exported-ports",)
    mentions = ("ports",)

    examples = (
        Bad(
            'services:\n  a:\n    image: a:1\n    ports: ["8080:80"]\n'
            '  b:\n    image: b:1\n    ports: ["8080:3000"]\n',
            at='"8080:3000"',
        ),
        Bad(
            'services:\n  a:\n    image: a:1\n    ports: ["127.0.0.1:80:80"]\n'
            '  b:\n    image: b:1\n    ports:\n      - target: 80\n        published: "80"\n',
            at="target: 80",
        ),
        Good(
            'services:\n  a:\n    image: a:1\n    ports: ["127.0.0.1:80:80"]\n'
            '  b:\n    image: b:1\n    ports: ["127.0.0.2:80:80", "80", "53:53/udp"]\n'
        ),
        Good(
            'services:\n  a:\n    image: a:1\n    ports: ["53:53/tcp", "53:53/udp"]\n'
            '  b:\n    image: b:1\n    profiles: [x]\n    ports: ["53:53"]\n'
        ),
        Good(
            'services:\n  a:\n    image: a:1\n    ports: ["${A}:80"]\n'
            '  b:\n    image: b:1\n    ports: ["${B}:80"]\n'
        ),
    )

    def check(self, project: Composition) -> Findings:
        taken: dict[tuple[int, str], list[tuple[servicestate.Published, str, bool]]] = {}
        for service in project.services:
            if service.text("network_mode") or copies(service) == (0, ("scale",)):
                continue
            if service.get("deploy", "replicas") == 0:
                continue
            for one in servicestate.published(service):
                ports = host_ports(one)
                if len(ports) != 1:
                    # Of a range, the engine takes one that is free.
                    continue
                key = (ports[0], one.protocol)
                for other, name, firm in taken.get(key, ()):
                    if not same_address(one.address, other.address):
                        continue
                    if name == service.name and other.target == one.target:
                        continue
                    where = project.service(name)
                    assert where is not None
                    spot = where.value("ports", other.index)
                    mine = service.value("ports", one.index)
                    text = f"{name} publishes port {ports[0]}"
                    yield self.at(
                        mine,
                        f"port {ports[0]} of the host is already taken by {name}"
                        if name != service.name
                        else f"port {ports[0]} of the host is published twice",
                        (Reason(text, spot.source, spot.span),),
                        # Files that are included may be a choice of which one is started.
                        likely=not (firm and one.firm) or mine.source != spot.source,
                    )
                    break
                taken.setdefault(key, []).append((one, service.name, one.firm))
