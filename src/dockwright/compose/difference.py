"""What differs in meaning between two loadings of a project."""

from dockwright.compose.values import Map, Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.compose.load import Loaded
    from dockwright.compose.values import Data


def difference(before: "Loaded", after: "Loaded") -> set[str]:
    """
    The keys that differ: `compose:KEY` for a key of a service or the name of a section.

    `compose:services` stands for a service that came or went. Order counts in lists, but not in
    mappings; places and comments have no meaning.
    """
    found: set[str] = set()
    for old, new in ((before.model, after.model), (before.disabled, after.disabled)):
        for section in {*old, *new}:
            if section == "services" or old is before.disabled:
                continue
            if plain(old.get(section)) != plain(new.get(section)):
                found.add(f"compose:{section}")
    for old, new in (
        (_services(before), _services(after)),
        (before.disabled, after.disabled),
    ):
        if set(old) != set(new):
            found.add("compose:services")
        for name in set(old) & set(new):
            mine, theirs = old[name], new[name]
            if not isinstance(mine, Map) or not isinstance(theirs, Map):
                continue
            for key in {*mine, *theirs}:
                if plain(mine.get(key)) != plain(theirs.get(key)):
                    found.add(f"compose:{key}")
    return found


def _services(loaded: "Loaded") -> Map:
    services = loaded.model.get("services")
    return services if isinstance(services, Map) else Map()


def plain(value: "Data") -> object:
    """A value without its places; true is not 1 here."""
    if isinstance(value, Map):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Seq):
        return [plain(item) for item in value]
    return (type(value).__name__ if isinstance(value, bool) else "", value)
