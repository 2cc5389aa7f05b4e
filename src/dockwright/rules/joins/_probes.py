"""Probes of database services, as their health checks write them."""

from dockwright.rules.api import Edit, Service, Span, servicestate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.rules.api import Command


def probes(service: Service, *names: str) -> "Iterator[tuple[Command, bool]]":
    """The commands of the service's own health check among `names`, and whether a shell runs it."""
    health = servicestate.effective_health(service)
    if health.state != "test" or not health.here or health.script is None:
        return
    for command in health.script.commands:
        if command.name in names and not command.within:
            yield command, health.shell


def options(command: "Command", with_value: str) -> "dict[str, str] | None":
    """
    The short options of a command with their values, long ones as `--name`.

    None when a word is not literal in its first letters. `with_value` are the ones that take one.
    """
    found: dict[str, str] = {}
    words = [word.shape for word in command.args]
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            found[name] = value if equals or not words or words[0].startswith("-") else words.pop(0)
        elif word.startswith("-") and len(word) > 1:
            letter = word[1]
            if letter in with_value:
                found[letter] = word[2:] or (words.pop(0) if words else "")
            else:
                found[letter] = ""
        elif not word:
            return None
        else:
            found.setdefault("", word)
    return found


def waited_for(service: Service) -> bool:
    """Whether another service waits until this one is healthy."""
    return any(
        other.text("depends_on", service.name, "condition") == "service_healthy"
        for other in service.project.services
    )


def inserted(service: Service, program: str, words: "list[str]") -> Edit | None:
    """More options right behind the program's name in the service's test."""
    place = service.own("healthcheck", "test")
    if place is None:
        return None
    source = service.project.source(place.file)
    start, end = place.node.start, place.node.end
    text = source.text[start:end]
    items = getattr(place.node, "items", None)
    if items is not None and getattr(items[0], "text", "") == "CMD":
        for item in items:
            if getattr(item, "text", "") == program and getattr(place.node, "flow", False):
                quoted = "".join(f', "{word}"' for word in words)
                return Edit(source.name, Span(item.end, item.end), quoted)
        return None
    if text.count(program) != 1 or any('"' in word or "'" in word for word in words):
        return None
    at = start + text.index(program) + len(program)
    return Edit(source.name, Span(at, at), "".join(f" {word}" for word in words))
