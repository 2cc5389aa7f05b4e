"""Capabilities: what those that Docker does not give by itself allow (capabilities(7))."""

from dockwright.rules.api import Service, Spot
from dockwright.rules.hardening._written import doubt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def name_of(text: str) -> str:
    """The name in capitals without `CAP_`; "" for `CAP_ALL`, which Docker refuses."""
    name = text.strip().upper()
    return "" if name == "CAP_ALL" else name.removeprefix("CAP_")


def added(
    service: Service, table: "Mapping[str, str]"
) -> "Iterator[tuple[str, str, Spot, int, bool]]":
    """Name, what it allows, place, index and doubt of each added capability in `table`."""
    for index, one in enumerate(service.items("cap_add")):
        name = name_of(str(one))
        likely = doubt(service, "cap_add", index)
        if name in table and likely is not None:
            yield name, table[name], service.value("cap_add", index), index, likely
