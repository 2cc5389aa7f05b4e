"""`extends`: a service that builds on another, in its own file or in another one."""

from posixpath import basename, dirname

from dockwright.compose.locate import absolute, is_remote, locate
from dockwright.compose.merge import extend, reset
from dockwright.compose.values import Map, Refused, cloned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.values import Data, Path, Place

    #: A file in long forms, unchecked, and what it resets.
    Raw = Callable[[str], tuple[Map, list[Path]]]


#: Services that extend each other in a chain.
CHAIN = 100


class Extender:
    """`extends` of the services in one file (`loader/extends.go` of compose-go)."""

    __slots__ = ("folder", "home", "path", "raw")

    def __init__(self, path: str, folder: str, home: str, raw: "Raw") -> None:
        self.path = path
        self.folder = folder
        self.home = home
        self.raw = raw

    def apply(self, model: Map, resets: "list[Path]") -> None:
        services = model.get("services")
        if services is None and "services" not in model:
            return
        if not isinstance(services, Map):
            raise Refused("services must be a mapping", model.place("services"), ("services",))
        for name in list(services):
            services[name] = self._service(name, services, (), [resets])

    def _service(
        self,
        name: str,
        services: Map,
        chain: tuple[tuple[str, str], ...],
        resets: "list[list[Path]]",
    ) -> "Data":
        service = services[name]
        if service is None:
            return None
        place = services.place(name)
        if not isinstance(service, Map):
            raise Refused(f"services.{name} must be a mapping", place, ("services", name))
        if "extends" not in service:
            return service
        extends = service["extends"]
        at = service.place("extends")
        file: Data = None
        if isinstance(extends, Map):
            named = extends.get("service")
            file = extends.get("file")
        else:
            named = extends
        if not isinstance(named, str):
            raise Refused(f"services.{name}.extends names no service", at, ("services", name))
        base_services, base_resets, path = services, [], self.path
        if isinstance(file, str):
            if is_remote(file):
                raise Refused(f"{file} is a remote file, which only Compose fetches", at)
            path = absolute(file, self.folder, self.home)
            base_services, found = self._file(path, at)
            base_resets = [found]
        if named not in base_services:
            raise Refused(
                f"service {name} extends {named}, which is not in {basename(path)}",
                at,
                ("services", name, "extends"),
            )
        step = (path, name)
        if len(chain) > CHAIN:
            raise Refused(f"more than {CHAIN} services extend each other in a chain", at)
        if step in chain:
            raise Refused(
                "services extend each other: " + " -> ".join(one for _, one in (*chain, step)), at
            )
        base = self._service(named, base_services, (*chain, step), base_resets)
        if base is None:
            return service
        source = cloned(base)
        assert isinstance(source, Map)
        wrapped, alone = Map(), Map()
        alone[name] = source
        wrapped["services"] = alone
        for paths in resets:
            reset(wrapped, paths)
        try:
            merged = extend(source, service)
        except Refused as refused:
            raise Refused(refused.message, refused.place or at, refused.path) from None
        merged.at = service.at
        merged.pop("extends", None)
        services[name] = merged
        return merged

    def _file(self, path: str, at: "Place | None") -> "tuple[Map, list[Path]]":
        try:
            model, resets = self.raw(path)
            services = model.get("services")
            if not isinstance(services, Map):
                raise Refused(f"{basename(path)} has no services")
            locate(model, dirname(path), self.home)
        except Refused as refused:
            raise Refused(refused.message, refused.place or at) from None
        return services, resets
