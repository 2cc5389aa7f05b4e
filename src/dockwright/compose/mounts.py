"""Short forms of volumes and ports taken apart (compose-go: `format/`; go-connections: `nat/`)."""

from dockwright.compose.values import Map, Refused, Seq, is_open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.compose.values import Place

_PROPAGATIONS = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
_LABELS = ("z", "Z")
_PORTS = 65535


def target_of(text: str) -> str:
    """The path inside the container that a short volume names. Raises `Refused`."""
    return str(volume(text, None).get("target", ""))


def volume(text: str, place: "Place | None") -> Map:
    """`[source:]target[:options]` in the long form, as Compose fills it in. Raises `Refused`."""
    if not text:
        raise Refused("the volume is empty", place)
    if len(text.encode("utf-8", "surrogateescape")) <= 2:
        return _long("volume", "", text, [], place)
    source = target = ""
    options: list[str] = []
    parts = _parts(text)
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if not part:
            raise Refused(f"invalid volume {text!r}: a part between colons is empty", place)
        if not source and last:
            target = part
        elif not source:
            source = part
        elif not target:
            target = part
        elif not last:
            raise Refused(f"invalid volume {text!r}: too many colons", place)
        else:
            options = part.split(",")
    return _long("bind" if _is_path(source) else "volume", source, target, options, place)


def _parts(text: str) -> list[str]:
    """Split at colons, but not behind a drive letter and not inside `${...}`."""
    parts = [""]
    depth = 0
    for index, char in enumerate(text):
        if char == "$" and text[index + 1 : index + 2] == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == ":" and not depth and not (len(parts[-1]) == 1 and parts[-1].isalpha()):
            parts.append("")
            continue
        parts[-1] += char
    return parts


def _is_path(source: str) -> bool:
    if not source:
        return False
    if source[0] in "./~" or source.startswith("\\\\"):
        return True
    return len(source) > 1 and source[0].isalpha() and source[1] == ":"


def _long(kind: str, source: str, target: str, options: list[str], place: "Place | None") -> Map:
    made = Map(place)
    made.put("type", kind, place)
    if source:
        made.put("source", source, place)
    made.put("target", target, place)
    bind: Map | None = Map(place) if kind == "bind" else None
    named: Map | None = Map(place) if kind == "volume" else None
    for option in options:
        if option in ("ro", "rw"):
            made.put("read_only", option == "ro", place)
        elif option == "nocopy":
            named = Map(place)
            named.put("nocopy", True, place)
        elif option in _PROPAGATIONS or option in _LABELS:
            bind = bind if bind is not None else Map(place)
            bind.put("selinux" if option in _LABELS else "propagation", option, place)
    if bind is not None:
        if kind == "bind":
            bind.put("create_host_path", True, place)
        made.put("bind", bind, place)
    if named is not None:
        made.put("volume", named, place)
    return made


def ports(text: str, place: "Place | None") -> Seq:
    """`[[ip:]published:]target[/protocol]`, one entry for each port. Raises `Refused`."""
    made = Seq(place)
    address, published, target = _split(text)
    target, *protocols = target.split("/")
    protocol = protocols[0] if protocols else ""
    protocol = (protocol or ("tcp" if target else "")).lower()
    if protocol not in ("tcp", "udp", "sctp"):
        raise Refused(f"invalid port {text!r}: no protocol {protocol!r}", place)
    if address.startswith("["):
        if not address.endswith("]"):
            raise Refused(f"invalid port {text!r}: {address} is no address", place)
        address = address[1:-1]
    if address and not is_address(address):
        raise Refused(f"invalid port {text!r}: {address} is no address", place)
    if not target:
        raise Refused(f"invalid port {text!r}: no port of the container", place)
    first, last = _range(target, text, place)
    host = host_last = 0
    if published:
        host, host_last = _range(published, text, place)
        if last - first != host_last - host and first != last:
            raise Refused(f"invalid port {text!r}: the ranges differ in length", place)
    entries: list[tuple[str, Map]] = []
    for offset in range(last - first + 1):
        one = Map(place)
        one.put("mode", "ingress", place)
        if address:
            one.put("host_ip", address, place)
        one.put("target", first + offset, place)
        if published:
            number = str(host + offset)
            if first == last and host != host_last:
                number += f"-{host_last}"
            one.put("published", number, place)
        one.put("protocol", protocol, place)
        entries.append((f"{first + offset}/{protocol}", one))
    for _, one in sorted(entries, key=lambda entry: entry[0]):
        made.put(one, place)
    return made


def _split(text: str) -> tuple[str, str, str]:
    parts = text.split(":")
    if len(parts) == 1:
        return "", "", parts[0]
    return ":".join(parts[:-2]), parts[-2], parts[-1]


def _range(text: str, whole: str, place: "Place | None") -> tuple[int, int]:
    numbers = text.split("-")[:2]
    if not all(part.isascii() and part.isdigit() and int(part) <= _PORTS for part in numbers):
        raise Refused(f"invalid port {whole!r}: {text!r} is no port", place)
    first, last = int(numbers[0]), int(numbers[-1])
    if last < first:
        raise Refused(f"invalid port {whole!r}: the range {text!r} runs backwards", place)
    return first, last


def is_address(text: str) -> bool:
    """Whether Go's `net.ParseIP` would take the text."""
    if ":" not in text:
        parts = text.split(".")
        return len(parts) == 4 and all(
            part.isascii()
            and part.isdigit()
            and len(part) <= 3
            and int(part) <= 255
            and (part == "0" or part[0] != "0")
            for part in parts
        )
    from ipaddress import IPv6Address

    try:
        return "%" not in text and IPv6Address(text) is not None
    except ValueError:
        return False


def _unknown(_text: str, _place: "Place | None") -> None:
    raise Refused("nobody knows which one")


# Lists of names of services and networks.
_NAMES = tuple((key, _unknown) for key in ("depends_on", "networks", "links", "volumes_from"))


def without_open(model: Map) -> None:
    """
    Leave out ports, volumes and names that cannot be read because a variable in them is not known.

    `${PORT}:80` is a port all the same, but nobody can say which.
    """
    services = model.get("services")
    for service in services.values() if isinstance(services, Map) else ():
        if not isinstance(service, Map):
            continue
        for key, read in (("ports", ports), ("volumes", volume), *_NAMES):
            items = service.get(key)
            if not isinstance(items, Seq) or not any(map(is_open, items)):
                continue
            kept = Seq(items.at)
            for index, item in enumerate(items):
                try:
                    if is_open(item):
                        read(str(item), None)
                except Refused:
                    continue
                kept.put(item, items.place(index))
            service[key] = kept
