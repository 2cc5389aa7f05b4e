"""A small selection of records that covers as much as it can."""

import re
from collections.abc import Iterator
from typing import Any

from bench.compose.compare import compare, is_name

ACCEPTED = 115
REFUSED = 40
# Each was answered differently once.
ALWAYS = (
    "anchors-8 env-316 extends-347 include-267 interpolation-172 interpolation-251 merged-126"
    " names-9 one-blkio-1 one-labels-5 one-ports-19 one-volumes-25 places-96 s2-env-187 yaml-42"
)


def chosen(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Accepted and refused records, without what Compose printed as messages."""
    usable = [
        record
        for record in records
        if "unstable" not in record and compare(record).verdict in {"same", "both refuse"}
    ]
    good = [record for record in usable if record["exit"] == 0]
    bad = [record for record in usable if record["exit"] != 0]
    found = [record for record in usable if record["id"] in ALWAYS.split()]
    kept = {record["id"] for record in found}
    covered = _cover(good, ACCEPTED) + _cover(bad, REFUSED)
    found += [record for record in covered if record["id"] not in kept]
    return [record | {"stderr": ""} for record in sorted(found, key=lambda r: str(r["id"]))]


def _cover(records: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Those that add most for their size, one after the other."""
    left = [(record, frozenset(_features(record)), _size(record)) for record in records]
    seen: set[str] = set()
    found: list[dict[str, Any]] = []
    while left and len(found) < count:
        best = max(left, key=lambda one: (len(one[1] - seen) / one[2], one[0]["id"]))
        found.append(best[0])
        seen |= best[1]
        left = [one for one in left if one is not best and one[1] - seen]
    return found


def _size(record: dict[str, Any]) -> float:
    return 200.0 + sum(len(text) for text in record["files"].values())


def _features(record: dict[str, Any]) -> Iterator[str]:
    kind = record["kind"]
    yield f"kind {kind}"
    yield f"kind {kind} {len(record['files'])}"
    for text in record["files"].values():
        for word in re.findall(r"!\w+|<<|\$\{\w+\W?\W?|\$\$|[|>][-+]|^\w[\w-]+:$", text):
            yield f"text {word}"
    if record["exit"] != 0:
        told = record["stderr"].strip().splitlines()[-1]
        yield "told " + re.sub(r"/case\S*|\"[^\"]*\"|'[^']*'|\d+", "_", told)
        return
    if kind != "single":
        yield f"{kind}: " + str(len(record["answer"].get("services", {})))
    for pattern in _patterns(record["answer"], ()):
        yield pattern
        if kind in {"merged", "tags", "extends", "include", "anchors"}:
            yield f"{kind}: {'.'.join(pattern.split('.')[:3])}"


def _patterns(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.startswith("x-") and key not in {"x-o", "x-v"}:
                continue
            yield from _patterns(inner, (*path, "*" if is_name(path) else key))
    elif isinstance(value, list):
        for inner in value:
            yield from _patterns(inner, (*path, "[]"))
    yield f"{'.'.join(path)} {type(value).__name__}"
