"""
Tables over paths such as `services.*.ports`, walked along with a value.

`*` stands for any key and for the items of a list, whose part of a path is `[]`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Trie = dict[str, Any]
    States = tuple[Trie, ...]

#: Where a trie keeps what the path up to there stands for; no key of a path is empty.
HERE = ""
ITEM = "[]"


def trie(table: "dict[str, Any]") -> "Trie":
    """The table as nested dicts, one level for each part of a path."""
    root: Trie = {}
    for pattern, value in table.items():
        node = root
        for part in pattern.split("."):
            node = node.setdefault(part, {})
        node[HERE] = value
    return root


def under(prefix: str, names: str) -> list[str]:
    """The paths of several names, split at blanks, below one prefix."""
    return [f"{prefix}.{name}" for name in names.split()]


def step(states: "States", part: str) -> "States":
    """Where the walk stands one part further down; empty when no pattern goes there."""
    if len(states) == 1:
        (state,) = states
        exact = state.get(part) if part else None
        wild = state.get("*")
        if exact is None:
            return () if wild is None else (wild,)
        return (exact,) if wild is None else (exact, wild)
    found: list[Trie] = []
    for state in states:
        exact = state.get(part) if part else None
        if exact is not None:
            found.append(exact)
        wild = state.get("*")
        if wild is not None:
            found.append(wild)
    return tuple(found)


def here(states: "States") -> "Any":
    """What the table says of the path walked so far, or None."""
    for state in states:
        value = state.get(HERE)
        if value is not None:
            return value
    return None
