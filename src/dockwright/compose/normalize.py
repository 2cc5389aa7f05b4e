"""Implicit networks, dependencies and names written out (compose-go: `loader/normalize.go`)."""

from dockwright.compose.forms import cleaned
from dockwright.compose.gotext import shown
from dockwright.compose.values import Filled, Map, Refused, Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.values import Data, Place

    Lookup = Callable[[str], str | None]


def resolve_environment(model: Map, lookup: "Lookup") -> None:
    """Variables without a value are taken over from the environment (`loader/environment.go`)."""
    for service in maps(model, "services"):
        listed = service.get("environment")
        if not isinstance(listed, Seq):
            continue
        made = Seq(listed.at)
        for index, item in enumerate(listed):
            if isinstance(item, str):
                value = lookup(item)
                text = item if value is None else Filled.of(f"{item}={value}", (item,), ())
                made.put(text, listed.place(index))
        service["environment"] = made
    for config in maps(model, "configs"):
        name = config.get("environment")
        value = lookup(name) if isinstance(name, str) else None
        if value is not None:
            config["content"] = value


def maps(model: Map, section: str) -> list[Map]:
    """The mappings of a section."""
    entries = model.get(section)
    if not isinstance(entries, Map):
        return []
    return [entry for entry in entries.values() if isinstance(entry, Map)]


def normalize(model: Map, project: str, lookup: "Lookup") -> Map:
    """The model in normal form, changed in place. Raises `Refused`."""
    _networks(model)
    services = model.get("services")
    if isinstance(services, Map):
        for name, service in services.items():
            if not isinstance(service, Map):
                raise Refused(f"services.{name} must be a mapping", services.place(name))
            _service(service, lookup)
    for section in ("networks", "volumes", "configs", "secrets"):
        entries = model.get(section)
        if isinstance(entries, Map):
            _names(entries, project)
    return model


def _service(service: Map, lookup: "Lookup") -> None:
    if service.get("pull_policy") == "if_not_present":
        service["pull_policy"] = "missing"
    build = service.get("build")
    if isinstance(build, Map):
        if build.get("context") is None:
            build["context"] = "."
        if build.get("dockerfile") is None and build.get("dockerfile_inline") is None:
            build["dockerfile"] = "Dockerfile"
        if "args" in build:
            build["args"] = _resolved(build["args"], lookup, keep=False)
    if "environment" in service:
        service["environment"] = _resolved(service["environment"], lookup, keep=True)
    _dependencies(service)
    volumes = service.get("volumes")
    if isinstance(volumes, Seq):
        for index, volume in enumerate(volumes):
            target = volume.get("target") if isinstance(volume, Map) else None
            if not isinstance(volume, Map) or not isinstance(target, str):
                raise Refused("the volume has no target", volumes.place(index))
            volume["target"] = cleaned(target)


def _dependencies(service: Map) -> None:
    depends = service.get("depends_on")
    made = depends if isinstance(depends, Map) else Map(service.at)

    def add(name: str, restart: bool, place: "Place | None") -> None:
        if name not in made:
            entry = Map(place)
            entry.update({"condition": "service_started", "restart": restart, "required": True})
            made.put(name, entry, place)

    links = service.get("links")
    if isinstance(links, Seq):
        for index, link in enumerate(links):
            parts = str(link).split(":")
            add(parts[0] if len(parts) == 2 else str(link), True, links.place(index))
    for key in ("network_mode", "ipc", "pid", "uts", "cgroup"):
        mode = service.get(key)
        if isinstance(mode, str) and mode.startswith("service:"):
            add(mode.removeprefix("service:"), True, service.place(key))
    shared = service.get("volumes_from")
    if isinstance(shared, Seq):
        for index, item in enumerate(shared):
            if not str(item).startswith("container:"):
                add(str(item).split(":")[0], False, shared.place(index))
    if made:
        service["depends_on"] = made


def _networks(model: Map) -> None:
    entries = model.get("networks")
    networks = entries if isinstance(entries, Map) else Map(model.at)
    implicit = False
    for service in maps(model, "services"):
        if "provider" in service or "network_mode" in service:
            continue
        own = service.get("networks")
        if not isinstance(own, Map) or not own:
            made = Map(service.at)
            made["default"] = None
            service["networks"] = made
            implicit = True
        elif "default" in own:
            implicit = True
    if implicit and "default" not in networks:
        networks["default"] = None
    if networks:
        model["networks"] = networks


def _resolved(value: "Data", lookup: "Lookup", keep: bool) -> "Data":
    if isinstance(value, Map):
        made = Map(value.at)
        for key, item in value.items():
            if item is not None:
                made.take(value, key)
                continue
            found = lookup(key)
            if found is not None:
                made.put(key, Filled.of(found, (key,), ()), value.place(key))
            elif keep:
                made.take(value, key)
        return made
    if isinstance(value, Seq):
        listed = Seq(value.at)
        for index, item in enumerate(value):
            text = shown(item)
            if isinstance(item, str) and "=" not in item:
                found = lookup(item)
                if found is not None:
                    listed.put(Filled.of(f"{text}={found}", (text,), ()), value.place(index))
                elif keep:
                    listed.put(item, value.place(index))
                continue
            listed.put(item, value.place(index))
        return listed
    return value


def _names(entries: Map, project: str) -> None:
    for key, entry in list(entries.items()):
        resource = entry if isinstance(entry, Map) else Map(entries.place(key))
        if resource.get("name") is None:
            outside = resource.get("external")
            resource["name"] = key if _true(outside) else f"{project}_{key}"
        entries[key] = resource


def _true(value: "Data") -> bool:
    return shown(value) in ("1", "t", "T", "TRUE", "true", "True")
