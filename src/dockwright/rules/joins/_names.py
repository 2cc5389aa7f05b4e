"""Names in Compose files: of build arguments, as they stand, and other names for entries."""

from dockwright.rules.api import Edit, Service, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Build


def variable(value: object) -> bool:
    """Whether a variable had a say in a value."""
    return isinstance(value, str) and bool(getattr(value, "names", False))


def renamed(service: Service, guess: str, *keys: str) -> Edit | None:
    """Another name for an entry of a mapping, or of a list of `NAME=value`."""
    place = service.own(*keys)
    if place is None or not isinstance(keys[-1], str):
        return None
    if place.key is not None:
        # The key of the list itself when the entry is one of its items.
        return service.project.rename(place, guess) if place.key.text == keys[-1] else None
    source = service.project.source(place.file)
    text = source.text[place.node.start : place.node.end]
    at = text.find(keys[-1])
    if at not in (0, 1):
        return None
    start = place.node.start + at
    return Edit(source.name, Span(start, start + len(keys[-1])), guess)


def deleted(service: Service, *keys: str) -> Edit | None:
    """An entry gone; with the last one, what holds it."""
    if len(service.mapping(*keys[:-1])) == 1 and len(written(service, *keys[:-1]) or ()) == 1:
        return service.delete(*keys[:-1])
    return service.delete(*keys)


def written(service: Service, *keys: str) -> "set[str] | None":
    """
    The names in a mapping or a list of `NAME=value` as they stand, those without a value too.

    None when a merge key or another service may bring in others.
    """
    node: object = service.node
    for key in keys:
        pairs = getattr(node, "pairs", None)
        if pairs is None or any(getattr(one, "text", "<<") == "<<" for one, _ in pairs):
            return None
        node = next((value for name, value in pairs if name.text == key), None)
        node = getattr(node, "target", node)
        if node is None:
            return set() if "extends" not in {name.text for name, _ in pairs} else None
    found: set[str] = set()
    for item in getattr(node, "items", ()):
        text = getattr(item, "text", None)
        if text is None:
            return None
        found.add(text.partition("=")[0])
    for name, _ in getattr(node, "pairs", ()):
        if getattr(name, "text", "<<") == "<<":
            return None
        found.add(name.text)
    return found


def declared(build: "Build") -> "set[str]":
    """The names that an ARG of the Dockerfile declares."""
    found = set(build.global_args)
    for step in build.steps:
        if step.name == "ARG":
            found.update(pair.key for pair in step.node.pairs)
    for node in build.globals:
        found.update(pair.key for pair in node.pairs)
    return found
