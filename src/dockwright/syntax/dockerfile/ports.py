"""
The port specifications of EXPOSE.

Source of the rules: moby/buildkit `frontend/dockerfile/dockerfile2llb/convert_expose.go`.
"""

from dockwright.syntax.dockerfile.values import quoted
from dockwright.text.lazy import lazy

_NUMBER = lazy(r"[+-]?[0-9]{1,18}\Z")


def problem(port: str) -> str:
    """What is wrong with `[[ip:]host:]container[/protocol]`, "" when nothing is."""
    parts = port.split(":")
    ip, host, container = ":".join(parts[:-2]), parts[-2] if len(parts) > 1 else "", parts[-1]
    container, _, protocol = container.partition("/")
    if not container:
        return f"invalid port: {quoted(port)}: no port specified"
    if protocol.lower() not in ("", "tcp", "udp", "sctp"):
        return f"invalid port: {quoted(port)}: invalid proto: {protocol}"
    if ip.startswith("["):
        if not ip.endswith("]"):
            return f"invalid IP address {ip}"
        ip = ip[1:-1]
    if ip and not _address(ip):
        return f"invalid IP address: {ip}"
    inner = _range(container)
    if inner is None:
        return f"invalid containerPort: {container}"
    if host:
        outer = _range(host)
        if outer is None:
            return f"invalid hostPort: {host}"
        if inner[0] != inner[1] and inner[1] - inner[0] != outer[1] - outer[0]:
            return f"invalid ranges specified for container and host Ports: {container} and {host}"
    return ""


def _range(text: str) -> tuple[int, int] | None:
    start, dash, end = text.partition("-")
    first = _number(start)
    if first is None:
        return None
    if not dash or start == end:
        return first, first
    last = _number(end)
    if last is None or last < first:
        return None
    return first, last


def _number(text: str) -> int | None:
    if _NUMBER.match(text) is None or not 0 <= int(text) <= 65535:
        return None
    return int(text)


def _address(text: str) -> bool:
    if ":" not in text:
        parts = text.split(".")
        return len(parts) == 4 and all(
            part.isascii()
            and part.isdigit()
            and len(part) <= 3
            and int(part) <= 255
            and (part == "0" or not part.startswith("0"))
            for part in parts
        )
    # Rare enough to be generous: hexadecimal groups, perhaps with an IPv4 tail.
    return all(char in "0123456789abcdefABCDEF:." for char in text)
