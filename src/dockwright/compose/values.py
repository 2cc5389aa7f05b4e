"""
What a Compose file says, as Python values that remember where they stand.

A mapping is a `Map` (a dict), a sequence a `Seq` (a list), a scalar a str, int, float, bool or
None. For each entry the `Map` or `Seq` keeps a `Place`. Steps that rewrite a value (a short form
into a long one) give the new entries the place of what they were made from.
"""

from dockwright.syntax.yaml.nodes import Node, Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    Data: TypeAlias = "str | int | float | bool | Map | Seq | None"
    Path: TypeAlias = tuple[str, ...]


class Place:
    """Where an entry stands: the `file` (its path), the `key` node (None in a list), the `node`."""

    __slots__ = ("file", "key", "node")

    def __init__(self, file: str, key: Scalar | None, node: Node) -> None:
        self.file = file
        self.key = key
        self.node = node

    def __repr__(self) -> str:
        start = self.key.start if self.key is not None else self.node.start
        return f"Place({self.file!r}, {start})"


class Map(dict[str, "Data"]):
    """A mapping; `places` has the place of each entry that came from a file."""

    __slots__ = ("at", "places")

    def __init__(self, at: Place | None = None) -> None:
        dict.__init__(self)
        self.at = at
        self.places: dict[str, Place] = {}

    def put(self, key: str, value: "Data", place: Place | None) -> None:
        """Set an entry and where it came from."""
        self[key] = value
        if place is not None:
            self.places[key] = place

    def take(self, other: "Map", key: str) -> None:
        """Set the entry `key` as `other` has it."""
        self.put(key, other[key], other.places.get(key))

    def place(self, key: str) -> Place | None:
        """Where the entry stands; for one that was made, where the mapping stands."""
        return self.places.get(key, self.at)


class Seq(list["Data"]):
    """A sequence; `places` runs along with the items."""

    __slots__ = ("at", "places")

    def __init__(self, at: Place | None = None) -> None:
        list.__init__(self)
        self.at = at
        self.places: list[Place | None] = []

    def put(self, value: "Data", place: Place | None) -> None:
        """Append an item and where it came from."""
        self.append(value)
        self.places.append(place)

    def place(self, index: int) -> Place | None:
        """Where the item stands, or the sequence when the item was made."""
        place = self.places[index] if index < len(self.places) else None
        return place or self.at


class Filled(str):
    """
    A text whose variables were filled in.

    `names` are the variables that had a say; `open` are those nothing is known of, so that the text
    is what Compose would take with an environment in which they are not set. Only when a project
    is loaded leniently: else what is not set is empty, as Compose has it.
    """

    __slots__ = ("names", "open")

    names: tuple[str, ...]
    open: tuple[str, ...]

    @classmethod
    def of(cls, text: str, names: "Iterable[str]", unset: "Iterable[str]") -> "Filled":
        """A text with its variables."""
        made = cls(text)
        made.names = tuple(names)
        made.open = tuple(unset)
        return made


def is_open(value: object) -> bool:
    """Whether a text hangs on a variable that nothing is known of."""
    return isinstance(value, Filled) and bool(value.open)


class Timestamp(str):
    """A plain scalar that YAML takes for a date; no key of Compose accepts one."""

    __slots__ = ()


class Refused(Exception):
    """Compose would not take this: why, and where (None when it stands nowhere)."""

    def __init__(self, message: str, place: Place | None = None, path: "Path" = ()) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.path = path


class Problem:
    """One thing Compose would refuse, or (`warning`) says a word about."""

    __slots__ = ("hint", "kind", "message", "path", "place")

    def __init__(
        self,
        message: str,
        place: Place | None,
        path: "Path" = (),
        kind: str = "invalid",
        hint: str = "",
    ) -> None:
        self.message = message
        self.place = place
        self.path = path
        self.kind = kind
        self.hint = hint

    def __repr__(self) -> str:
        return f"Problem({self.message!r}, {'.'.join(self.path)})"


def cloned(value: "Data") -> "Data":
    """A copy in which every mapping and sequence is new."""
    if isinstance(value, Map):
        made = Map(value.at)
        made.places.update(value.places)
        for key, item in value.items():
            made[key] = cloned(item)
        return made
    if isinstance(value, Seq):
        copy = Seq(value.at)
        copy.places.extend(value.places)
        copy.extend(cloned(item) for item in value)
        return copy
    return value


def dotted(path: "Path") -> str:
    """A path as messages print it: `services.web.ports[0]`."""
    out = ""
    for part in path:
        if part.startswith("["):
            out += part
        else:
            out += f".{part}" if out else part
    return out
