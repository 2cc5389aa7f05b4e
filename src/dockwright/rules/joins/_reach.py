"""Who wants to reach a service from outside of its container."""

from dockwright.rules.api import Service, lazy, servicestate

_ADDRESS = lazy(r"(?<![\w.-])([A-Za-z0-9][\w.-]*):(\d{2,5})(?!\d)")


def shares_network(service: Service) -> bool:
    """Whether the service has no network of its own."""
    return bool(service.text("network_mode"))


def published_to(service: Service) -> "list[servicestate.Published]":
    """The TCP ports that it publishes."""
    return [one for one in servicestate.published(service) if one.protocol == "tcp"]


def asked_for(service: Service) -> "tuple[Service, str, int] | None":
    """Another service whose variables name this one with a port: which, where and the port."""
    names = {service.name, service.text("hostname"), service.text("container_name")} - {""}
    for other in service.project.services:
        if other is service:
            continue
        for key, value in other.mapping("environment").items():
            for match in _ADDRESS.finditer(str(value)):
                if match[1] in names:
                    return other, key, int(match[2])
    return None
