"""
One model over another: several files, several documents, and `extends`.

The rules are those of `override/merge.go` in compose-go: mappings are merged, sequences appended,
anything else replaced; commands and probes are replaced, and what can be written as a list or as a
mapping is turned into a list first.
"""

from dockwright.compose.gotext import shown
from dockwright.compose.patterns import here, step, trie
from dockwright.compose.values import Map, Refused, Seq, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.patterns import States
    from dockwright.compose.values import Data, Path, Place

    Merger = Callable[["Data", "Data", "Path", "States"], "Data"]


def merge(base: Map, over: Map) -> Map:
    """`over` on top of the whole model `base`, which is changed. Raises `Refused`."""
    return _mappings(base, over, (), (_trie(),))


def extend(base: Map, over: Map) -> Map:
    """A service on top of the service it extends."""
    states = step(step((_trie(),), "services"), "x")
    merged = _merge(base, over, ("services", "x"), states)
    assert isinstance(merged, Map)
    return merged


def _merge(base: "Data", over: "Data", path: "Path", states: "States") -> "Data":
    special = here(states) if states else None
    if special is not None:
        merged: Data = special(base, over, path, states)
        return merged
    if over is None:
        return base
    if isinstance(base, Map):
        if not isinstance(over, Map):
            raise Refused(f"{dotted(path)}: a mapping cannot be overridden by something else")
        return _mappings(base, over, path, states)
    if isinstance(base, Seq):
        if not isinstance(over, Seq):
            raise Refused(f"{dotted(path)}: a list cannot be overridden by something else")
        return _joined(base, over)
    return over


def _mappings(base: Map, over: Map, path: "Path", states: "States") -> Map:
    for key, value in over.items():
        if key not in base:
            base.take(over, key)
            continue
        try:
            merged = _merge(base[key], value, (*path, key), step(states, key) if states else ())
        except Refused as refused:
            if refused.place is None:
                raise Refused(refused.message, over.place(key), refused.path) from None
            raise
        if merged is value or (merged is not base[key] and not isinstance(merged, (Map, Seq))):
            base.put(key, merged, over.places.get(key))
        else:
            base[key] = merged
    return base


def _joined(first: Seq, second: Seq) -> Seq:
    made = Seq(first.at)
    for part in (first, second):
        for index, item in enumerate(part):
            made.put(item, part.place(index))
    return made


def _replace(_base: "Data", over: "Data", _path: "Path", _states: "States") -> "Data":
    return over


def listed(value: "Data", at: "Place | None" = None) -> Seq:
    """A list of `KEY=value` texts, whatever form `value` has."""
    if isinstance(value, Seq):
        return value
    made = Seq(at)
    if isinstance(value, Map):
        made.at = value.at
        entries: list[tuple[str, Place | None]] = []
        for key, item in value.items():
            place = value.place(key)
            if item is None:
                entries.append((key, place))
            elif isinstance(item, list):
                entries.extend((f"{key}={shown(one)}", place) for one in item)
            else:
                entries.append((_pair(key, item), place))
        for text, place in sorted(entries, key=lambda entry: entry[0].encode("utf-8", "replace")):
            made.put(text, place)
    elif isinstance(value, str):
        made.put(value, at)
    return made


def _pair(key: str, value: "Data") -> str:
    from dockwright.compose.values import Filled

    text = f"{key}={shown(value)}"
    if isinstance(value, Filled):
        return Filled.of(text, value.names, value.open)
    return text


def _sequences(base: "Data", over: "Data", _path: "Path", _states: "States") -> "Data":
    return _joined(listed(base), listed(over))


def _hosts(base: "Data", over: "Data", _path: "Path", _states: "States") -> "Data":
    first, second = listed(base), listed(over)
    made = _joined(first, Seq())
    for index, item in enumerate(second):
        if item not in first:
            made.put(item, second.place(index))
    return made


def _mapped(value: "Data", default: "Callable[[], Data]", path: "Path") -> Map:
    if isinstance(value, Map):
        return value
    made = Map()
    if isinstance(value, Seq):
        made.at = value.at
        for index, item in enumerate(value):
            if not isinstance(item, str):
                raise Refused(f"{dotted(path)}: the items must be texts", value.place(index))
            made.put(item, default(), value.place(index))
    return made


def started() -> Map:
    """What a dependency in the short form means."""
    made = Map()
    made["condition"] = "service_started"
    made["required"] = True
    return made


def _nothing() -> "Data":
    return None


def _dependencies(base: "Data", over: "Data", path: "Path", states: "States") -> "Data":
    return _mappings(_mapped(base, started, path), _mapped(over, started, path), path, states)


def _keyed(base: "Data", over: "Data", path: "Path", states: "States") -> "Data":
    return _mappings(_mapped(base, _nothing, path), _mapped(over, _nothing, path), path, states)


def _build(base: "Data", over: "Data", path: "Path", states: "States") -> "Data":
    return _mappings(_context(base), _context(over), path, states)


def _context(value: "Data") -> Map:
    if isinstance(value, Map):
        return value
    made = Map()
    if isinstance(value, str):
        made["context"] = value
    return made


def _logging(base: "Data", over: "Data", path: "Path", states: "States") -> "Data":
    if not isinstance(base, Map) or not isinstance(over, Map):
        raise Refused(f"{dotted(path)} must be a mapping")
    mine, theirs = base.get("driver"), over.get("driver")
    if mine == theirs or "driver" not in base or "driver" not in over:
        return _mappings(base, over, path, states)
    return over


def _pools(base: "Data", over: "Data", path: "Path", _states: "States") -> "Data":
    """Pools of addresses: those with the same subnet are merged."""
    if not isinstance(base, Seq) or not isinstance(over, Seq):
        raise Refused(f"{dotted(path)} must be a list")
    made = Seq(base.at)

    def known(subnet: "Data") -> int:
        for index, pool in enumerate(made):
            if isinstance(pool, Map) and pool.get("subnet") == subnet:
                return index
        return -1

    for original in base:
        mine = _mapped(original, _nothing, path)
        for index, item in enumerate(over):
            theirs = _mapped(item, _nothing, path)
            if theirs.get("subnet") != mine.get("subnet") and known(theirs.get("subnet")) < 0:
                made.put(theirs, over.place(index))
                continue
            mine = _mappings(mine, theirs, path, ())
            at = known(mine.get("subnet"))
            if at >= 0:
                made[at] = mine
            else:
                made.put(mine, mine.at)
    return made


_SEQUENCES = (
    "networks.*.labels volumes.*.labels services.*.annotations services.*.build.args"
    " services.*.build.additional_contexts services.*.build.labels services.*.deploy.labels"
    " services.*.dns services.*.dns_opt services.*.dns_search services.*.env_file"
    " services.*.label_file services.*.environment services.*.labels"
    " services.*.volumes.*.volume.labels services.*.sysctls services.*.tmpfs"
)
_TABLE: "dict[str, Merger]" = {
    **dict.fromkeys(_SEQUENCES.split(), _sequences),
    "networks.*.ipam.config": _pools,
    "services.*.build": _build,
    "services.*.build.extra_hosts": _hosts,
    "services.*.command": _replace,
    "services.*.depends_on": _dependencies,
    "services.*.entrypoint": _replace,
    "services.*.extra_hosts": _hosts,
    "services.*.healthcheck.test": _replace,
    "services.*.logging": _logging,
    "services.*.models": _keyed,
    "services.*.networks": _keyed,
    "services.*.ulimits.*": _replace,
}
_made: "list[dict[str, object]]" = []


def _trie() -> "dict[str, object]":
    if not _made:
        _made.append(trie(_TABLE))
    return _made[0]


def reset(model: "Data", paths: "list[Path]") -> None:
    """Remove from the files before what `!reset` and `!override` stand at."""
    wanted = set(paths)
    if wanted:
        _reset(model, (), wanted)


def _reset(value: "Data", path: "Path", wanted: "set[Path]") -> None:
    if isinstance(value, Map):
        for key in list(value):
            below = (*path, key)
            if below in wanted or _stars(below, wanted):
                del value[key]
            else:
                _reset(value[key], below, wanted)
    elif isinstance(value, Seq):
        for index, item in enumerate(value):
            _reset(item, (*path, f"[{index}]"), wanted)


def _stars(path: "Path", wanted: "set[Path]") -> bool:
    """Whether a tagged path has a key that is `*`, which stands for any."""
    return any(
        "*" in one
        and len(one) == len(path)
        and all(part in ("*", mine) for part, mine in zip(one, path, strict=True))
        for one in wanted
    )
