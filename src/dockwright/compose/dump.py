"""The normal form as `docker compose config --format json` prints it."""

from dockwright.compose.values import Map, Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.compose.load import Loaded
    from dockwright.compose.values import Data


def dump(loaded: "Loaded") -> "dict[str, object]":
    """Plain dicts and lists; resources that no service uses are left out, `$` is doubled."""
    model = loaded.model
    used = _used(model)
    out: dict[str, object] = {"name": loaded.name}
    for key, value in model.items():
        if key == "services":
            assert isinstance(value, Map)
            out[key] = {name: _service(value[name]) for name in value}
        elif key in used:
            assert isinstance(value, Map)
            kept = {name: _shown(key, value[name]) for name in value if name in used[key]}
            if kept:
                out[key] = kept
        elif key.startswith("x-"):
            out[key] = _plain(value, empty=None)
    return out


def _service(value: "Data") -> object:
    made = _plain(value)
    blkio = made.get("blkio_config") if isinstance(made, dict) else None
    for devices in blkio.values() if isinstance(blkio, dict) else ():
        if isinstance(devices, list):
            # The types of these have no names for JSON: Go takes those of the fields.
            devices[:] = [{key.capitalize(): one[key] for key in one} for one in devices]
    return made


def _shown(section: str, value: "Data") -> object:
    made = _plain(value)
    from_shell = isinstance(made, dict) and made.get("environment")
    if isinstance(made, dict) and (section == "secrets" or (section == "configs" and from_shell)):
        made.pop("content", None)
    return made


def _plain(value: "Data", empty: "list[object] | None" = []) -> object:  # noqa: B006 - a marker
    """The value without places; empty lists below `x-` keys of the top level print as null."""
    if isinstance(value, Map):
        return {key.replace("$", "$$"): _plain(item, empty) for key, item in value.items()}
    if isinstance(value, Seq):
        return [_plain(item, empty) for item in value] or (None if empty is None else [])
    if isinstance(value, str):
        return str(value).replace("$", "$$")
    return value


def _used(model: Map) -> dict[str, set[str]]:
    """The names of resources that services ask for, by section."""
    used: dict[str, set[str]] = {
        "networks": set(), "volumes": set(), "secrets": set(), "configs": set(), "models": set()
    }  # fmt: skip
    services = model.get("services")
    for service in services.values() if isinstance(services, Map) else ():
        if not isinstance(service, Map):
            continue
        for section in ("networks", "models"):
            own = service.get(section)
            used[section].update(own if isinstance(own, Map) else ())
        for volume in _maps(service.get("volumes")):
            if volume.get("type") == "volume" and volume.get("source"):
                used["volumes"].add(str(volume["source"]))
        build = service.get("build")
        if isinstance(build, Map):
            used["secrets"].update(
                str(one.get("source", "")) for one in _maps(build.get("secrets"))
            )
        for section in ("secrets", "configs"):
            used[section].update(str(one.get("source", "")) for one in _maps(service.get(section)))
    used.pop("models")
    return used


def _maps(value: "Data") -> list[Map]:
    return [item for item in value if isinstance(item, Map)] if isinstance(value, Seq) else []
