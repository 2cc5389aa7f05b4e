"""Short forms into long ones (`transform/` of compose-go), and what Compose fills in by default."""

from dockwright.compose.gotext import kind, shown
from dockwright.compose.merge import started
from dockwright.compose.mounts import ports, volume
from dockwright.compose.patterns import ITEM, here, step, trie
from dockwright.compose.values import Map, Refused, Seq, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockwright.compose.patterns import States
    from dockwright.compose.values import Data, Path, Place

    Form = Callable[[Data, "Path", "Place | None"], Data]


def canonical(model: Map) -> Map:
    """The model in long forms, changed in place. Raises `Refused`."""
    made = _apply(model, (), (_FORMS,), None)
    assert isinstance(made, Map)
    return made


def defaults(model: Map) -> Map:
    """The model with what Compose adds to mappings that leave it out, changed in place."""
    made = _apply(model, (), (_DEFAULTS,), None)
    assert isinstance(made, Map)
    return made


def _apply(value: "Data", path: "Path", states: "States", place: "Place | None") -> "Data":
    form = here(states)
    if form is not None:
        try:
            value = form(value, path, place)
        except Refused as refused:
            raise Refused(refused.message, refused.place or place, refused.path or path) from None
    if isinstance(value, Map):
        for key, item in value.items():
            below = step(states, key)
            if below:
                value[key] = _apply(item, (*path, key), below, value.place(key))
    elif isinstance(value, Seq):
        below = step(states, ITEM)
        if below:
            for index, item in enumerate(value):
                value[index] = _apply(item, (*path, f"[{index}]"), below, value.place(index))
    return value


def _wrong(value: "Data", path: "Path") -> Refused:
    return Refused(f"{dotted(path)} cannot be {kind(value)}")


def _below(key: str) -> "Form":
    """A text is a mapping with this one key."""

    def form(value: "Data", path: "Path", place: "Place | None") -> "Data":
        if isinstance(value, str):
            made = Map(place)
            made.put(key, value, place)
            return made
        if isinstance(value, Map):
            return value
        raise _wrong(value, path)

    return form


_build, _extends, _include = _below("context"), _below("service"), _below("path")
_mounted = _below("source")


def _text(value: "Data", _path: "Path", _place: "Place | None") -> "Data":
    return value if isinstance(value, str) else shown(value)


def _pairs(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, Map):
        return value
    if not isinstance(value, Seq):
        raise _wrong(value, path)
    made = Map(place)
    for index, item in enumerate(value):
        name, equals, rest = str(item).partition("=")
        if not equals:
            raise Refused(f"{dotted(path)}: {item!r} is not KEY=value", value.place(index))
        made.put(name, rest, value.place(index))
    return made


def _depends(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, Seq):
        made = Map(place)
        for index, item in enumerate(value):
            made.put(str(item), started(), value.place(index))
        return made
    if not isinstance(value, Map):
        raise _wrong(value, path)
    for name, item in value.items():
        if not isinstance(item, Map):
            raise Refused(f"{dotted((*path, name))} must be a mapping", value.place(name))
        item.setdefault("condition", "service_started")
        item.setdefault("required", True)
    return value


def _env_files(value: "Data", path: "Path", place: "Place | None") -> "Data":
    items = value
    if isinstance(value, str):
        items = Seq(place)
        items.put(value, place)
    if not isinstance(items, Seq):
        raise _wrong(value, path)
    for index, item in enumerate(items):
        if isinstance(item, str):
            made = Map(items.place(index))
            made.put("path", item, items.place(index))
            made["required"] = True
            items[index] = made
        elif isinstance(item, Map):
            item.setdefault("required", True)
    return items


def _listed(value: "Data", _path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, str):
        return value
    made = Seq(place)
    made.put(value, place)
    return made


def _gpus(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, str):
        made = Seq(place)
        one = Map(place)
        one.put("count", "all", place)
        made.put(one, place)
        return made
    if isinstance(value, Seq):
        return value
    raise _wrong(value, path)


def _keyed(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, Seq):
        return value
    made = Map(place)
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise Refused(f"{dotted(path)}: the items must be texts", value.place(index))
        made.put(item, None, value.place(index))
    return made


def _volume(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, Map):
        return value
    if not isinstance(value, str):
        raise _wrong(value, path)
    made = volume(value, place)
    target = made.get("target")
    if isinstance(target, str) and target:
        made["target"] = cleaned(target)
    return made


def cleaned(path: str) -> str:
    """A path as Go's `path.Clean` shortens it."""
    from posixpath import normpath

    made = normpath(path) if path else "."
    return "/" + made.lstrip("/") if made.startswith("//") else made


def _device(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, Map):
        return value
    if not isinstance(value, str):
        raise _wrong(value, path)
    parts = value.split(":")
    if len(parts) > 3:
        raise Refused(f"{value!r} is no device: use the long form", place)
    made = Map(place)
    made.put("source", parts[0], place)
    made.put("target", parts[1] if len(parts) > 1 and parts[1] else parts[0], place)
    made.put("permissions", parts[2] if len(parts) > 2 else "rwm", place)
    return made


def _ports(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, Seq):
        raise _wrong(value, path)
    made = Seq(place)
    for index, item in enumerate(value):
        at = value.place(index)
        if isinstance(item, Map):
            made.put(item, at)
        elif isinstance(item, (str, int)) and not isinstance(item, bool):
            for one in ports(str(item), at):
                made.put(one, at)
        else:
            raise Refused(f"{dotted(path)}: a port cannot be {kind(item)}", at)
    return made


def _ssh(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, Map):
        return value
    if not isinstance(value, Seq):
        raise _wrong(value, path)
    made = Map(place)
    for index, item in enumerate(value):
        name, equals, rest = str(item).partition("=")
        if not equals and name != "default":
            raise Refused(f"{dotted(path)}: {item!r} is no key", value.place(index))
        made.put(name, rest if equals else None, value.place(index))
    return made


def _limit(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, bool) or not isinstance(value, (Map, int)):
        raise _wrong(value, path)
    return value


def _external(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if value is None:
        return None
    if not isinstance(value, Map):
        raise _wrong(value, path)
    outside = value.get("external")
    if isinstance(outside, Map):
        value["external"] = True
        if "name" in outside:
            if "name" in value and value["name"] != outside["name"]:
                raise Refused(f"{dotted(path)}: `name` and `external.name` differ", place)
            if "name" not in value:
                value.take(outside, "name")
    return value


_S = "services.*."
_FORMS = trie(
    {
        _S + "build": _build,
        _S + "build.secrets.*": _mounted,
        _S + "build.provenance": _text,
        _S + "build.sbom": _text,
        _S + "build.additional_contexts": _pairs,
        _S + "build.ssh": _ssh,
        _S + "build.ulimits.*": _limit,
        _S + "depends_on": _depends,
        _S + "env_file": _env_files,
        _S + "label_file": _listed,
        _S + "extends": _extends,
        _S + "gpus": _gpus,
        _S + "networks": _keyed,
        _S + "models": _keyed,
        _S + "volumes.*": _volume,
        _S + "dns": _listed,
        _S + "devices.*": _device,
        _S + "secrets.*": _mounted,
        _S + "configs.*": _mounted,
        _S + "ports": _ports,
        _S + "ulimits.*": _limit,
        _S + "develop.watch.*.ignore": _listed,
        _S + "develop.watch.*.include": _listed,
        "volumes.*": _external,
        "networks.*": _external,
        "secrets.*": _external,
        "configs.*": _external,
        "include.*": _include,
    }
)


def _default_context(value: "Data", _path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, Map):
        value.setdefault("context", ".")
    return value


def _default_secret(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if not isinstance(value, Map):
        raise _wrong(value, path)
    value.setdefault("target", f"/run/secrets/{shown(value.get('source'))}")
    return value


def _default_port(value: "Data", _path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, Map):
        value.setdefault("protocol", "tcp")
        value.setdefault("mode", "ingress")
    return value


def _default_device(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if not isinstance(value, Map):
        raise _wrong(value, path)
    if "count" not in value and "device_ids" not in value:
        value["count"] = "all"
    return value


_DEFAULTS: "dict[str, Any]" = trie(
    {
        _S + "build": _default_context,
        _S + "secrets.*": _default_secret,
        _S + "ports.*": _default_port,
        _S + "deploy.resources.reservations.devices.*": _default_device,
        _S + "gpus.*": _default_device,
    }
)


def without_blanks(model: Map) -> Map:
    """Empty name servers are left out, the one place where Compose drops what is empty."""
    services = model.get("services")
    if isinstance(services, Map):
        for service in services.values():
            servers = service.get("dns") if isinstance(service, Map) else None
            if isinstance(servers, Seq) and any(one is None or one == "" for one in servers):
                made = Seq(servers.at)
                for index, one in enumerate(servers):
                    if one is not None and one != "":
                        made.put(one, servers.place(index))
                assert isinstance(service, Map)
                service["dns"] = made
    return model
