"""
Which names a container can reach on the networks of its project.

The engine's name server knows a container by its name, its hostname, the name of its service and
the aliases of each network (moby: `daemon/container_operations.go`, `buildEndpointDNSNames`;
docker/compose: `pkg/compose/create.go`, `getAliases`).
"""

from dockwright.rules.api import Composition, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Map


def owner(service: Service) -> Service | None:
    """The service whose network a service uses: itself, or that of `network_mode: service:`."""
    mode = service.text("network_mode")
    for _ in range(10):
        if not mode.startswith("service:"):
            break
        other = service.project.service(mode.removeprefix("service:"))
        if other is None:
            return None
        service, mode = other, other.text("network_mode")
    return None if service.get("network_mode") is not None else service


def networks(service: Service) -> "Map":
    """The networks of a service with what it says of each."""
    return service.mapping("networks")


def outside(service: Service) -> bool:
    """Whether containers of other projects may be on its networks, or there is no telling."""
    home = owner(service)
    if home is None or service.get("external_links") or service.get("extra_hosts"):
        return True
    if home.get("extra_hosts") or home.get("external_links"):
        return True
    if service.get("dns") or service.get("dns_search") or home.get("dns"):
        return True
    section = service.project.section("networks")
    for name in networks(home):
        entry = section.get(name)
        if not isinstance(entry, dict) or entry.get("external"):
            return True
        # A network with a name of its own may be shared with another project.
        if entry.get("name") != f"{service.project.loaded.name}_{name}":
            return True
        if entry.get("driver") not in (None, "", "bridge", "overlay"):
            return True
    return not networks(home)


def names_of(service: Service) -> "set[str]":
    """The names of a service, on whichever network."""
    project = service.project.loaded.name
    found = {
        service.name,
        f"{project}-{service.name}-1",
        f"{project}_{service.name}_1",
        service.text("container_name"),
        service.text("hostname"),
    }
    for name in networks(service):
        found.update(str(alias) for alias in service.items("networks", name, "aliases"))
    found.discard("")
    return {one.lower() for one in found}


def linked(service: Service) -> "dict[str, str]":
    """The names that `links` gives, and the services they mean."""
    found = {}
    for link in service.items("links"):
        other, _, name = str(link).partition(":")
        found[(name or other).lower()] = other
    return found


def named(service: Service, host: str) -> Service | None:
    """The service of the project that `host` means for `service`, on whichever network."""
    host = host.lower()
    project = service.project
    if host in linked(service):
        return project.service(linked(service)[host])
    known = project.memo.get("peers")
    by_name: dict[str, Service] = known or {}
    if known is None:
        for other in project.every:
            by_name.setdefault(other.name.lower(), other)
        project.memo["peers"] = by_name
    if host in by_name:
        return by_name[host]
    return next((other for other in project.every if host in names_of(other)), None)


def shares(one: Service, other: Service) -> bool | None:
    """Whether two services have a network in common; None when nobody can say."""
    mine, theirs = owner(one), owner(other)
    if mine is None or theirs is None:
        return None
    if mine is theirs:
        return True
    own, others = networks(mine), networks(theirs)
    if not own or not others:
        return None
    section = one.project.section("networks")

    def real(name: str) -> object:
        entry = section.get(name)
        return entry.get("name", name) if isinstance(entry, dict) else name

    return bool({real(name) for name in own} & {real(name) for name in others})


def all_names(project: Composition) -> "set[str]":
    """All names of all services."""
    return {name for service in project.every for name in names_of(service)}
