"""
Which keys and types a Compose model may have.

The table is the specification's own (`schematable`). Where a value may have several forms, the
problems told are those of the form it was meant to have; an unknown key gets the nearest known one.
"""

from dockwright.compose.gotext import kind, shown
from dockwright.compose.schematable import SCHEMA
from dockwright.compose.values import Map, Problem, Seq, Timestamp, dotted, is_open
from dockwright.text.lazy import lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.compose.values import Data, Path, Place

_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}
_patterns: "dict[str, re.Pattern[str]]" = {}


def _compiled(pattern: str) -> "re.Pattern[str]":
    found = _patterns.get(pattern)
    if found is None:
        found = _patterns[pattern] = lazy(pattern)
    return found


def validate(model: Map) -> list[Problem]:
    """What the schema refuses in the whole model, in the order of the keys."""
    found: list[Problem] = []
    _check(model, SCHEMA[""], (), model.at, found)
    return found


def _check(
    value: "Data",
    schema: "dict[str, Any]",
    path: "Path",
    place: "Place | None",
    found: list[Problem],
) -> None:
    while "ref" in schema:
        schema = SCHEMA[schema["ref"]]
    branches = schema.get("one")
    if branches is not None:
        _one(value, branches, path, place, found)
    types = schema.get("type")
    if types is not None and not _is(value, types):
        found.append(_type(value, types, path, place))
        return
    if isinstance(value, Map):
        _mapping(value, schema, path, place, found)
    elif isinstance(value, Seq):
        _sequence(value, schema, path, place, found)
    elif value is not None:
        _scalar(value, schema, path, place, found)


def _is(value: "Data", types: tuple[str, ...]) -> bool:
    if isinstance(value, str):
        return "string" in types and not isinstance(value, Timestamp)
    if value is None:
        return "null" in types
    if isinstance(value, bool):
        return "boolean" in types
    if isinstance(value, int):
        return "integer" in types or "number" in types
    if isinstance(value, float):
        return "number" in types or ("integer" in types and value.is_integer())
    return ("object" if isinstance(value, Map) else "array") in types


def _type(value: "Data", types: tuple[str, ...], path: "Path", place: "Place | None") -> Problem:
    names = [_NAMES[one] for one in types]
    wanted = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    what = "a date" if isinstance(value, Timestamp) else kind(value)
    problem = Problem(f"{dotted(path)} must be {wanted}, not {what}", place, path, "type")
    if "string" in types and not isinstance(value, (Map, Seq)) and value is not None:
        problem.hint = "put it in quotes"
    return problem


def _mapping(
    value: Map, schema: "dict[str, Any]", path: "Path", place: "Place | None", found: list[Problem]
) -> None:
    keys = schema.get("keys", {})
    patterns = schema.get("patterns")
    more = schema.get("more", True)
    for key, item in value.items():
        below = (*path, key)
        at = value.place(key)
        known = keys.get(key)
        if known is not None:
            _check(item, known, below, at, found)
        matched = False
        for pattern, sub in (patterns or {}).items():
            if _compiled(pattern).search(key):
                matched = True
                if sub:
                    _check(item, sub, below, at, found)
        if known is not None or matched:
            continue
        if more is False:
            found.append(_unknown(key, path, at, keys))
        elif isinstance(more, dict):
            _check(item, more, below, at, found)
    for key in schema.get("required", ()):
        if key in value:
            continue
        found.append(Problem(f"{dotted(path)}: the key {key!r} is missing", place, path, "missing"))


def _unknown(key: str, path: "Path", place: "Place | None", keys: "dict[str, Any]") -> Problem:
    where = f" in {dotted(path)}" if path else " at the top level"
    problem = Problem(f"{key!r} is no key that can stand{where}", place, (*path, key), "unknown")
    problem.hint = nearest(key, keys)
    return problem


def nearest(word: str, words: "dict[str, Any]") -> str:
    """The known word that `word` was probably meant to be, or ""."""
    from difflib import get_close_matches

    plain = {one.replace("_", "").replace("-", "").lower(): one for one in words}
    exact = plain.get(word.replace("_", "").replace("-", "").lower())
    if exact is not None:
        return exact
    close = get_close_matches(word, words, 1, 0.75)
    return close[0] if close else ""


def _sequence(
    value: Seq, schema: "dict[str, Any]", path: "Path", place: "Place | None", found: list[Problem]
) -> None:
    items = schema.get("items")
    if items is not None:
        for index, item in enumerate(value):
            _check(item, items, (*path, f"[{index}]"), value.place(index), found)
    if schema.get("unique"):
        seen: dict[str, int] = {}
        for index, item in enumerate(value):
            if is_open(item):
                continue
            text = f"{type(item).__name__[:5] if not isinstance(item, str) else 's'}:{shown(item)}"
            if text in seen:
                found.append(
                    Problem(
                        f"{dotted(path)}: {shown(item)} stands there twice",
                        value.place(index) or place,
                        (*path, f"[{index}]"),
                        "twice",
                    )
                )
            seen.setdefault(text, index)


def _scalar(
    value: "str | float",
    schema: "dict[str, Any]",
    path: "Path",
    place: "Place | None",
    found: list[Problem],
) -> None:
    if is_open(value):
        return
    allowed = schema.get("enum")
    if allowed is not None and not any(
        (value == one and type(value) is type(one)) or str(value) == one for one in allowed
    ):
        names = ", ".join(str(one) for one in allowed)
        problem = Problem(f"{dotted(path)} must be one of {names}", place, path, "value")
        problem.hint = nearest(str(value), dict.fromkeys(map(str, allowed)))
        found.append(problem)
    pattern = schema.get("pattern")
    if pattern is not None and isinstance(value, str) and not _compiled(pattern).search(value):
        found.append(
            Problem(f"{dotted(path)}: {value!r} has not the form {pattern}", place, path, "value")
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "min" in schema and value < schema["min"]:
            found.append(
                Problem(f"{dotted(path)} must be at least {schema['min']}", place, path, "value")
            )
        if "max" in schema and value > schema["max"]:
            found.append(
                Problem(f"{dotted(path)} must be at most {schema['max']}", place, path, "value")
            )


def _one(
    value: "Data",
    branches: "tuple[dict[str, Any], ...]",
    path: "Path",
    place: "Place | None",
    found: list[Problem],
) -> None:
    """Exactly one of the forms must fit."""
    fitting = 0
    meant: list[Problem] | None = None
    types: list[str] = []
    for branch in branches:
        problems: list[Problem] = []
        _check(value, branch, path, place, problems)
        if not problems:
            fitting += 1
            continue
        resolved = branch
        while "ref" in resolved:
            resolved = SCHEMA[resolved["ref"]]
        own = resolved.get("type", ())
        types.extend(one for one in own if one not in types)
        if (not own or _is(value, own)) and (meant is None or len(problems) < len(meant)):
            meant = problems
    if fitting == 1:
        return
    if fitting > 1:
        found.append(Problem(f"{dotted(path)} fits more than one form", place, path, "type"))
    elif meant is not None:
        found.extend(meant)
    else:
        found.append(_type(value, tuple(types), path, place))
