"""What a stage takes from its base image, and texts with variables."""

from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.model.state import CommandLine
from dockwright.syntax.dockerfile.expand import UnknownValue, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.image import ImageFacts
    from dockwright.facts.knowledge import Knowledge
    from dockwright.text.span import Span

_COMMANDS = ("cmd", "entrypoint", "healthcheck")


def setting(facts: "ImageFacts", name: str) -> "Knowledge":
    """A setting of an image, what it starts as a `CommandLine`."""
    found: Knowledge = getattr(facts, name)
    if name in _COMMANDS and isinstance(found, Known) and isinstance(found.value, (tuple, list)):
        value = CommandLine(tuple(found.value), False, None) if found.value else None
        return Known(value, found.reason)
    return found


def of_image(facts: "ImageFacts", kind: str, name: str) -> "Knowledge | None":
    """A variable, label or port that an image brings; None when it surely has none of the name."""
    if kind in ("build_env", "image_env"):
        found = facts.env.get(name)
        if found is not None or facts.env_complete:
            return found
        return Unknown(Reason(f"the base image {facts.name} may set {name}"))
    if facts.env_complete:
        return None
    return Unknown(Reason(f"nothing is known of the base image {facts.name}"))


def expanded(
    text: str,
    lookup: "Callable[[str], Knowledge | None]",
    escape: str,
    source: str,
    span: "Span",
) -> "Knowledge":
    """`text` with its variables replaced as `lookup` says; `source` and `span` are where it is."""
    if "$" not in text and "'" not in text and '"' not in text and escape not in text:
        return Known(text, Reason(f"written as {text}", source, span))
    used: list[Knowledge] = []

    def value_of(name: str) -> str | None:
        found = lookup(name)
        if found is None:
            return None
        used.append(found)
        if isinstance(found, Known) and isinstance(found.value, str):
            return found.value
        raise UnknownValue

    result = expand(text, value_of, escape)
    if result.value is None:
        if used and not isinstance(used[-1], Known):
            return Unknown(used[-1].reason)
        return Unknown(Reason(result.error or f"{text} cannot be evaluated", source, span))
    firm = all(isinstance(one, Known) and one.firm for one in used)
    because = used[0].reason.text if used else f"written as {text}"
    return Known(result.value, Reason(because, source, span, firm=firm))
