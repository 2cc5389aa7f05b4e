"""How certain a value of a Compose file is: the variables in its text."""

from dockwright.rules.api import Service, lazy, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_VARIABLE = lazy(r"\$\$|\$\{?([A-Za-z_]\w*)(:?-)?")


def text_at(service: Service, *keys: "str | int") -> str:
    """The scalar as the file writes it: of a short form the whole item; "" when it is none."""
    place = service.place(*keys)
    found = getattr(place.node, "text", "") if place is not None else ""
    return found if isinstance(found, str) else ""


def doubt(service: Service, *keys: "str | int") -> bool | None:
    """
    Whether a value could be another one elsewhere; None when it is not known at all.

    It is not known when a variable without a default decides and the environment does not have it.
    """
    value = service.get(*keys)
    if not settled(value):
        return None
    names = [match for match in _VARIABLE.finditer(text_at(service, *keys)) if match[1]]
    environment: Any = service.project.loaded.environment
    if any(not match[2] and match[1] not in environment for match in names):
        return None
    return bool(names)
