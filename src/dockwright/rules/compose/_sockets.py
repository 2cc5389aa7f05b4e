"""The ports of the host that services take."""

from dockwright.rules.api import Service, servicestate

# Addresses that stand for all of them.
_ALL = ("", "0.0.0.0", "::", "[::]", "*")  # noqa: S104


def host_ports(one: "servicestate.Published") -> "range":
    """The ports of the host that a published port may take; an empty range for a free one."""
    first, dash, last = one.host.partition("-")
    if not first.isdigit() or (dash and not last.isdigit()):
        return range(0)
    begin = int(first)
    return range(begin, (int(last) if dash else begin) + 1)


def same_address(one: str, other: str) -> bool:
    """Whether two published ports meet on an address of the host."""
    if one in _ALL or other in _ALL:
        return _family(one) == _family(other) or one == "" or other == ""
    return one == other


def _family(address: str) -> int:
    return 6 if ":" in address else 4


def copies(service: Service) -> "tuple[int, tuple[str, ...]] | None":
    """How many containers the service has and where that is said; None when not known."""
    for key in (("deploy", "replicas"), ("scale",)):
        value = service.get(*key)
        if isinstance(value, int):
            return value, key
        if value is not None:
            return None
    return 1, ()
