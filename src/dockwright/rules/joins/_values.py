"""Parts of values where they stand in the file."""

from dockwright.rules.api import Edit, Service, Span, lazy

_AROUND = lazy(r"[A-Za-z0-9_.-]")


def raw(service: Service, key: str) -> "tuple[str, int, str] | None":
    """
    The text of a variable as it is written: its file, where it begins, and itself.

    None when it does not stand below the service itself, or comes out of an env_file.
    """
    place = service.own("environment", key)
    if place is None:
        return None
    source = service.project.source(place.file)
    start, end = place.node.start, place.node.end
    text = source.text[start:end]
    if place.key is None or place.key.text != key:
        at = text.find(key + "=")
        if at not in (0, 1):
            return None
        start += at + len(key) + 1
        text = text[at + len(key) + 1 :]
    return source.name, start, text


def part(service: Service, key: str, old: str, new: str, *, last: bool = False) -> Edit | None:
    """Another text for the one place in a variable's value where `old` stands by itself."""
    found = raw(service, key)
    if found is None or not old or "\n" in found[2]:
        return None
    name, start, text = found
    places = []
    at = text.find(old)
    while at >= 0:
        behind = text[at + len(old) : at + len(old) + 1]
        before = text[at - 1 : at] if at else ""
        if not _AROUND.match(behind) and not _AROUND.match(before):
            places.append(at)
        at = text.find(old, at + 1)
    if len(places) != 1 and not (last and places):
        return None
    at = places[-1]
    return Edit(name, Span(start + at, start + at + len(old)), new)
