"""DW6250 host-port-conflict."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, Service, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_ALL = ("", "0.0.0.0", "::")  # noqa: S104 - what a file says, not an address we bind


class HostPortConflict(Rule):
    """
    Publish each port of the host once.

    The second container that asks for a port does not start: the address is in use.

    Silent about other protocols or addresses, about ranges from which the engine chooses, about
    services whose profiles are off, and about values that hang on variables without a value.
    """

    code = "DW6250"
    name = "host-port-conflict"
    severity = "error"
    tags = ("compose", "network")
    also = ("dclint:no-duplicate-exported-ports",)
    mentions = ("ports",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    ports: ['8080:80']\n"
            "  b:\n    image: b:1\n    ports: ['127.0.0.1:8080:90']\n",
            at="'127.0.0.1:8080:90'",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    ports: ['8080-8082:80-82']\n"
            "  b:\n    image: b:1\n    ports: ['8081:80']\n",
            at="'8081:80'",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    scale: 2\n    ports: ['8080:80']\n",
            at="'8080:80'",
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    ports: ['53:53/udp']\n"
            "  b:\n    image: b:1\n    ports: ['53:53/tcp', '127.0.0.1:81:80']\n"
            "  c:\n    image: b:1\n    ports: ['127.0.0.2:81:80']\n"
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    ports: ['80:80']\n"
            "  b:\n    image: b:1\n    ports: ['80:80']\n    profiles: [other]\n"
        ),
        Good("services:\n  a:\n    image: a:1\n    scale: 2\n    ports: ['8080-8081:80']\n"),
    )

    def check(self, project: Composition) -> Findings:
        taken: list[tuple[str, str, int, Service]] = []
        for service in project.services:
            mode = service.text("network_mode")
            if mode == "host" or mode.startswith(("service:", "container:")):
                continue
            scale = service.get("scale")
            several = scale if isinstance(scale, int) else 1
            for index, address, protocol, numbers in _published(service):
                other = next(
                    (
                        one
                        for used, kind, number, one in taken
                        if number in numbers and kind == protocol and _meet(used, address)
                    ),
                    None,
                )
                spot = service.value("ports", index)
                if other is not None:
                    whose = "the same service" if other is service else other.name
                    message = f"{whose} publishes this port of the host as well"
                    yield self.at(spot, message)
                elif several > 1 and several != 0:
                    message = f"{several} containers of {service.name} cannot share the port"
                    yield self.at(spot, message)
                taken += [(address, protocol, number, service) for number in numbers]


def _published(service: Service) -> "Iterator[tuple[int, str, str, range]]":
    ports: Any = service.items("ports")
    for index, port in enumerate(ports):
        if not isinstance(port, dict) or not settled(port.get("published")):
            continue
        place = service.place("ports", index)
        if (
            place is None
            or "$" in service.project.source(place.file).text[place.node.start : place.node.end]
        ):
            continue
        first, _, last = str(port.get("published") or "").partition("-")
        if first.isdigit() and not last and int(first):
            numbers = range(int(first), int(first) + 1)
            yield index, str(port.get("host_ip") or ""), str(port.get("protocol")), numbers


def _meet(one: str, other: str) -> bool:
    """Whether two addresses of the host have one in common."""
    return one == other or one in _ALL or other in _ALL
