"""What Compose refuses in the long forms (`validation/` of compose-go), before the normal form."""

from dockwright.compose.mounts import is_address
from dockwright.compose.patterns import ITEM, here, step, trie
from dockwright.compose.values import Map, Problem, Seq, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.patterns import States
    from dockwright.compose.values import Data, Path, Place

    Check = Callable[["Data", "Path", "Place | None"], "str"]


def verify(model: Map) -> list[Problem]:
    """The problems, in the order of the keys."""
    found: list[Problem] = []
    _walk(model, (), (_TRIE,), None, found)
    return found


def _walk(
    value: "Data", path: "Path", states: "States", place: "Place | None", found: list[Problem]
) -> None:
    check = here(states)
    if check is not None:
        message = check(value, path, place)
        if message:
            found.append(Problem(f"{dotted(path)}: {message}", place, path))
        return
    if isinstance(value, Map):
        for key, item in value.items():
            below = step(states, key)
            if below:
                _walk(item, (*path, key), below, value.place(key), found)
    elif isinstance(value, Seq):
        below = step(states, ITEM)
        if below:
            for index, item in enumerate(value):
                _walk(item, (*path, f"[{index}]"), below, value.place(index), found)


def _volume(value: "Data", _path: "Path", _place: "Place | None") -> str:
    if value is None:
        return ""
    if not isinstance(value, Map):
        return "a volume must be a mapping"
    if value.get("external") is not True:
        return ""
    for key in value:
        if key not in ("name", "external") and not key.startswith("x-"):
            return f"`external` and `{key}` exclude each other"
    return ""


def _file_object(*keys: str) -> "Check":
    def check(value: "Data", _path: "Path", _place: "Place | None") -> str:
        if not isinstance(value, Map):
            return "must be a mapping"
        given = [key for key in keys if key in value]
        if len(given) > 1:
            return f"{' and '.join(given)} exclude each other"
        if not given and "driver" not in value and "external" not in value:
            return f"one of {', '.join(keys)} must be given"
        return ""

    return check


def _address(value: "Data", _path: "Path", _place: "Place | None") -> str:
    host = value.get("host_ip") if isinstance(value, Map) else None
    if isinstance(host, str) and not is_address(host):
        return f"{host!r} is no address"
    return ""


def _watched(value: "Data", _path: "Path", _place: "Place | None") -> str:
    return "the path is empty" if value == "" else ""


def _device(value: "Data", _path: "Path", _place: "Place | None") -> str:
    if isinstance(value, Map) and "count" in value and "device_ids" in value:
        return "`count` and `device_ids` exclude each other"
    return ""


_TABLE: "dict[str, Check]" = {
    "volumes.*": _volume,
    "configs.*": _file_object("file", "environment", "content"),
    "secrets.*": _file_object("file", "environment"),
    "services.*.ports.*": _address,
    "services.*.develop.watch.*.path": _watched,
    "services.*.deploy.resources.reservations.devices.*": _device,
    "services.*.gpus.*": _device,
}
_TRIE = trie(_TABLE)
