"""What Compose refuses in the normal form (compose-go: `loader/validate.go`, `graph/`)."""

from dockwright.compose.values import Map, Problem, Seq, is_open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.compose.values import Data


def inconsistent(model: Map, disabled: Map) -> list[Problem]:
    """The problems of all enabled services; `disabled` are those whose profiles are off."""
    services = model.get("services")
    assert isinstance(services, Map)
    found: list[Problem] = []
    for name, service in services.items():
        assert isinstance(service, Map)
        for key, message in _service(name, service, services, disabled, model):
            place = service.place(key) if key else services.place(name)
            path = ("services", name, key) if key else ("services", name)
            found.append(Problem(message, place or services.place(name), path))
    found.extend(_secrets(model))
    found.extend(_names(services))
    if not found:
        cycle = _cycle(services)
        if cycle:
            first = services[cycle[0]]
            assert isinstance(first, Map)
            chain = " -> ".join(cycle)
            found.append(
                Problem(
                    f"services depend on each other: {chain}",
                    first.place("depends_on"),
                    ("services", cycle[0], "depends_on"),
                )
            )
    return found


def _service(
    name: str, service: Map, services: Map, disabled: Map, model: Map
) -> "Iterator[tuple[str, str]]":
    build = service.get("build")
    image = service.get("image")
    if build is None and not image and not is_open(image) and service.get("provider") is None:
        yield "", f"service {name} has neither an image nor a build"
    if isinstance(build, Map):
        yield from _build(name, service, build, services)
    own = service.get("networks")
    if service.get("network_mode") and own:
        yield "network_mode", f"service {name}: `network_mode` and `networks` exclude each other"
    known = model.get("networks")
    for network in own if isinstance(own, Map) else ():
        if not isinstance(known, Map) or network not in known:
            yield "networks", f"service {name} uses the network {network}, which is not defined"
    yield from _health(service)
    depends = service.get("depends_on")
    for other, entry in depends.items() if isinstance(depends, Map) else ():
        required = not isinstance(entry, Map) or entry.get("required") is not False
        if other not in services and (other not in disabled or required):
            why = "whose profile is off" if other in disabled else "which is not defined"
            yield "depends_on", f"service {name} depends on {other}, {why}"
    mode = service.get("network_mode")
    if isinstance(mode, str) and mode.startswith("service:"):
        other = mode.removeprefix("service:")
        if other not in services:
            yield (
                "network_mode",
                f"service {name} shares the network of {other}, which is not there",
            )
    yield from _references(name, service, model)
    yield from _limits(name, service)
    yield from _mounts(service)


def _build(name: str, service: Map, build: Map, services: Map) -> "Iterator[tuple[str, str]]":
    if build.get("dockerfile_inline") and build.get("dockerfile"):
        yield "build", f"service {name}: `dockerfile` and `dockerfile_inline` exclude each other"
    contexts = build.get("additional_contexts")
    for key, context in contexts.items() if isinstance(contexts, Map) else ():
        if isinstance(context, str) and context.startswith("service:"):
            other = services.get(context.removeprefix("service:"))
            if not isinstance(other, Map):
                yield "build", f"service {name}: the context {key} is an unknown service"
            elif other.get("build") is None:
                yield "build", f"service {name}: the context {key} is a service without a build"
    platforms = build.get("platforms")
    platform = service.get("platform")
    if platforms and platform and platform not in platforms:  # type: ignore[operator]
        yield "platform", f"service {name}: `build.platforms` lacks {platform}"


def _health(service: Map) -> "Iterator[tuple[str, str]]":
    check = service.get("healthcheck")
    test = check.get("test") if isinstance(check, Map) else None
    if isinstance(test, Seq) and test and test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        yield "healthcheck", "healthcheck.test must begin with CMD, CMD-SHELL or NONE"


def _references(name: str, service: Map, model: Map) -> "Iterator[tuple[str, str]]":
    def defined(section: str, key: "Data") -> bool:
        entries = model.get(section)
        return isinstance(entries, Map) and key in entries

    for volume in _items(service.get("volumes")):
        source = volume.get("source")
        if is_open(source):
            continue
        if volume.get("type") == "volume" and source and not defined("volumes", source):
            yield "volumes", f"service {name} uses the volume {source}, which is not defined"
    build = service.get("build")
    if isinstance(build, Map):
        for secret in _items(build.get("secrets")):
            if not defined("secrets", secret.get("source", "")):
                yield (
                    "build",
                    f"service {name}: the build secret {secret.get('source')} is not defined",
                )
    for section in ("configs", "secrets"):
        for entry in _items(service.get(section)):
            source = entry.get("source", "")
            if not defined(section, source):
                yield (
                    section,
                    f"service {name} uses the {section[:-1]} {source}, which is not defined",
                )
    models = service.get("models")
    for key in models if isinstance(models, Map) else ():
        if not defined("models", key):
            yield "models", f"service {name} uses the model {key}, which is not defined"


def _items(value: "Data") -> "list[Map]":
    return [item for item in value if isinstance(item, Map)] if isinstance(value, Seq) else []


def _limits(name: str, service: Map) -> "Iterator[tuple[str, str]]":
    deploy = service.get("deploy")
    deploy = deploy if isinstance(deploy, Map) else None
    scale = service.get("scale")
    replicas = deploy.get("replicas") if deploy is not None else None
    if scale is not None and replicas is not None and scale != replicas:
        yield "scale", f"service {name}: `scale` and `deploy.replicas` differ"
    for key, number in (("scale", scale), ("deploy", replicas)):
        if isinstance(number, int) and number < 0:
            yield key, f"service {name}: {number} replicas"
    if deploy is not None:
        resources = deploy.get("resources")
        for key, group, other in (
            ("cpus", "limits", "cpus"),
            ("mem_limit", "limits", "memory"),
            ("mem_reservation", "reservations", "memory"),
            ("pids_limit", "limits", "pids"),
        ):
            mine = service.get(key)
            theirs = resources.get(group) if isinstance(resources, Map) else None
            zero: Data = "0" if other == "memory" else 0
            if mine and isinstance(theirs, Map) and theirs.get(other, zero) != mine:
                yield key, f"service {name}: `{key}` and `deploy.resources.{group}.{other}` differ"
    count = scale if scale is not None else replicas
    if isinstance(count, int) and count > 1 and service.get("container_name"):
        yield "container_name", f"service {name}: {count} containers cannot have one name"
    develop = service.get("develop")
    for watch in _items(develop.get("watch")) if isinstance(develop, Map) else []:
        if not watch.get("target") and watch.get("action") not in ("rebuild", "restart"):
            yield "develop", f"service {name}: `{watch.get('action')}` needs a target"


def _mounts(service: Map) -> "Iterator[tuple[str, str]]":
    seen: set[str] = set()
    tmpfs = service.get("tmpfs")
    for entry in tmpfs if isinstance(tmpfs, Seq) else ():
        if is_open(entry):
            continue
        target = str(entry).partition(":")[0]
        if target in seen:
            yield "tmpfs", f"{target} is mounted twice"
        seen.add(target)
    for volume in _items(service.get("volumes")):
        if is_open(volume.get("target")):
            continue
        target = str(volume.get("target", ""))
        if target in seen:
            yield "volumes", f"{target} is mounted twice"
        seen.add(target)


def _secrets(model: Map) -> list[Problem]:
    entries = model.get("secrets")
    found: list[Problem] = []
    for name, secret in entries.items() if isinstance(entries, Map) else ():
        keys = ("external", "file", "environment")
        if isinstance(secret, Map) and not any(secret.get(key) for key in keys):
            message = f"secret {name} has neither `file` nor `environment`"
            found.append(Problem(message, secret.at, ("secrets", name)))
    return found


def _names(services: Map) -> list[Problem]:
    seen: dict[str, str] = {}
    found: list[Problem] = []
    for name, service in services.items():
        own = service.get("container_name") if isinstance(service, Map) else None
        if not isinstance(own, str) or not own or is_open(own):
            continue
        if own in seen:
            assert isinstance(service, Map)
            found.append(
                Problem(
                    f"services {seen[own]} and {name} have one container name, {own}",
                    service.place("container_name"),
                    ("services", name, "container_name"),
                )
            )
        seen.setdefault(own, name)
    return found


def _cycle(services: Map) -> list[str]:
    """The first cycle of dependencies, its first service again at its end; empty without one."""
    done: set[str] = set()
    for root in sorted(services):
        path: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = []
        if root in done:
            continue
        stack.append((root, iter(_depends(services, root))))
        path.append(root)
        while stack:
            name, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                path.pop()
                done.add(name)
            elif child in path:
                return [*path[path.index(child) :], child]
            elif child not in done and child in services:
                stack.append((child, iter(_depends(services, child))))
                path.append(child)
    return []


def _depends(services: Map, name: str) -> list[str]:
    service = services.get(name)
    depends = service.get("depends_on") if isinstance(service, Map) else None
    return sorted(depends) if isinstance(depends, Map) else []
