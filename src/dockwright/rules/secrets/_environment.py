"""The variables that a Compose file itself gives a service."""

from dockwright.rules.api import Service, lazy, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_VARIABLE = lazy(r"\$\$|\$\{?([A-Za-z_]\w*)(:?-)?")


def literals(service: Service) -> "Iterator[tuple[str, str, bool]]":
    """
    Name, value and doubt of each variable whose value stands in the file.

    A default such as `${PASSWORD:-x}` counts, with doubt; what the environment or a `.env` gives
    does not, nor what comes out of an `env_file`.
    """
    environment = service.mapping("environment")
    files = [one.place for one in service.project.loaded.env_files.get(service.name, ())]
    for name, value in environment.items():
        place = environment.places.get(name)
        if value is None or isinstance(value, bool) or place is None or not settled(value):
            continue
        if place.file not in service.project.loaded.files or any(place is one for one in files):
            continue
        sure = certain(service, getattr(place.node, "text", ""))
        if sure is not None:
            yield name, str(value), not sure


def certain(service: Service, written: str) -> bool | None:
    """Whether a text is a literal; False for the default of a variable, None for a variable."""
    if "$" not in written:
        return True
    known: Any = service.project.loaded.environment
    names = [match for match in _VARIABLE.finditer(written) if match[1]]
    if any(not match[2] or match[1] in known for match in names):
        return None
    return not names
