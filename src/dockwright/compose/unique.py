"""Redefinitions in lists removed: the last one wins, at the place of the first."""

from dockwright.compose.mounts import target_of
from dockwright.compose.patterns import here, step, trie, under
from dockwright.compose.values import Map, Refused, Seq, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.patterns import States
    from dockwright.compose.values import Data, Path

    Indexer = Callable[[Data, "Path"], str]


def unique(model: Map) -> Map:
    """The model with its lists made unique, in place. Raises `Refused`."""
    _walk(model, (), (_TRIE,))
    return model


def _walk(value: "Data", path: "Path", states: "States") -> "Data":
    if isinstance(value, Map):
        for key, item in value.items():
            below = step(states, key)
            if below and isinstance(item, (Map, Seq)):
                value[key] = _walk(item, (*path, key), below)
        return value
    if isinstance(value, Seq):
        indexer = here(states)
        if indexer is not None and len(value) > 1:
            return _once(value, indexer, path)
        if indexer is not None and value:
            indexer(value[0], (*path, "[0]"))
    return value


def _once(value: Seq, indexer: "Indexer", path: "Path") -> Seq:
    made = Seq(value.at)
    at: dict[str, int] = {}
    for index, item in enumerate(value):
        try:
            key = indexer(item, (*path, f"[{index}]"))
        except Refused as refused:
            raise Refused(refused.message, value.place(index), path) from None
        if key in at:
            made[at[key]] = item
            made.places[at[key]] = value.place(index)
        else:
            at[key] = len(made)
            made.put(item, value.place(index))
    return made


def _name(value: "Data", path: "Path") -> str:
    if not isinstance(value, str):
        raise Refused(f"{dotted(path)} must be a text")
    return value.partition("=")[0]


def _exposed(value: "Data", path: "Path") -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Refused(f"{dotted(path)} must be a port")
    return str(value)


def _volume(value: "Data", path: "Path") -> str:
    if isinstance(value, Map):
        target = value.get("target")
        if not isinstance(target, str):
            raise Refused(f"{dotted(path)}: the volume has no target")
        return target
    return target_of(value) if isinstance(value, str) else ""


def _device(value: "Data", path: "Path") -> str:
    if isinstance(value, Map):
        target = value.get("target")
        if not isinstance(target, str):
            raise Refused(f"{dotted(path)}: the device has no target")
        return target
    if isinstance(value, str):
        parts = value.split(":")
        return parts[0] if len(parts) == 1 else parts[1]
    return ""


def _mounted(folder: str) -> "Indexer":
    def index(value: "Data", path: "Path") -> str:
        if isinstance(value, str):
            return f"{folder}/{value}"
        if isinstance(value, Map):
            target = value.get("target")
            return str(target) if target is not None else f"{folder}/{value.get('source')}"
        raise Refused(f"{dotted(path)} must be a text or a mapping")

    return index


def _port(value: "Data", path: "Path") -> str:
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Map):
        if "target" not in value:
            raise Refused(f"{dotted(path)}: the port has no target")
        host = value.get("host_ip", "0.0.0.0")  # noqa: S104 - what Compose takes when nothing is said
        protocol = value.get("protocol", "tcp")
        return f"{host}:{value.get('published')}:{value['target']}/{protocol}"
    return value if isinstance(value, str) else ""


def _env_file(value: "Data", path: "Path") -> str:
    if isinstance(value, Map):
        at = value.get("path")
        if not isinstance(at, str):
            raise Refused(f"{dotted(path)}: the file has no path")
        return at
    return value if isinstance(value, str) else ""


_S = "services.*."
_NAMED = under(
    "services.*",
    "annotations build.args build.additional_contexts build.platform build.tags build.labels"
    " cap_add cap_drop deploy.labels dns dns_opt dns_search environment labels links"
    " networks.*.aliases networks.*.link_local_ips profiles sysctls tmpfs",
)
_TABLE: "dict[str, Indexer]" = {
    "networks.*.labels": _name,
    "networks.*.ipam.options": _name,
    **dict.fromkeys(_NAMED, _name),
    _S + "devices": _device,
    _S + "configs": _mounted(""),
    _S + "env_file": _env_file,
    _S + "expose": _exposed,
    _S + "ports": _port,
    _S + "secrets": _mounted("/run/secrets"),
    _S + "volumes": _volume,
}
_TRIE = trie(_TABLE)
