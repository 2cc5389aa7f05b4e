"""`env_file` and `label_file`, read once the profiles are known."""

from dockwright.compose.dotenv import raw, variables
from dockwright.compose.values import Map, Problem, Refused, Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockwright.compose.values import Place

    Read = Callable[[str], str | None]


class EnvFile:
    """One `env_file` of a service: its absolute path, its place, its values if it is there."""

    __slots__ = ("path", "place", "values")

    def __init__(self, path: str, place: "Place | None") -> None:
        self.path = path
        self.place = place
        self.values: Mapping[str, str | None] | None = None


class VariableFiles:
    """
    Reads the files of services with `read` and puts what they say into the services.

    `shell` is the environment. With `lenient`, a file that is not there is passed over: such files
    are often kept out of the repository. `taken` then says which files each service names.
    """

    __slots__ = ("lenient", "read", "shell", "taken")

    def __init__(self, read: "Read", shell: "Mapping[str, str]", lenient: bool) -> None:
        self.read = read
        self.shell = shell
        self.lenient = lenient
        self.taken: dict[str, list[EnvFile]] = {}

    def apply(self, services: Map) -> list[Problem]:
        """Fill in all services; what cannot be read, as problems."""
        found: list[Problem] = []
        for name, service in services.items():
            assert isinstance(service, Map)
            try:
                self._env_files(name, service)
                self._label_files(service)
            except Refused as refused:
                place = refused.place or services.place(name)
                found.append(
                    Problem(f"services.{name}: {refused.message}", place, ("services", name))
                )

        return found

    def _env_files(self, name: str, service: Map) -> None:
        files = service.get("env_file")
        own = service.get("environment")
        mine = own if isinstance(own, Map) else Map(service.at)
        shell = self.shell
        for key, value in mine.items():
            if value is None and key in shell:
                mine[key] = shell[key]
        if not isinstance(files, Seq):
            return
        set_here = {key: str(value) for key, value in mine.items() if value is not None}
        found = dict(set_here)
        own_keys = set(mine)
        for index, entry in enumerate(files):
            assert isinstance(entry, Map)
            path, place = str(entry.get("path", "")), files.place(index)
            text = self.read(path)
            self.taken.setdefault(name, []).append(EnvFile(path, place))
            if text is None:
                if entry.get("required", True) and not self.lenient:
                    raise Refused(f"the env file {path} is not there", place)
                continue
            kind = entry.get("format", "")
            if kind not in ("", "raw"):
                raise Refused(f"there is no format {kind!r} of env files", place)

            def lookup(key: str) -> str | None:
                return shell.get(key, set_here.get(key))

            try:
                made = (
                    raw(text, lookup)
                    if kind == "raw"
                    else variables(text, lookup, self.lenient, found)
                )
            except Refused as refused:
                raise Refused(f"{path}: {refused.message}", place) from None
            found.update(made)
            self.taken[name][-1].values = made
            for key in made:
                if key not in own_keys:
                    mine.put(key, made[key], place)
        if mine or own is not None:
            service["environment"] = mine
        del service["env_file"]

    def _label_files(self, service: Map) -> None:
        files = service.get("label_file")
        if not isinstance(files, Seq):
            return
        labels = service.get("labels")
        own = labels if isinstance(labels, Map) else Map(service.at)
        made = Map(service.at)
        for index, path in enumerate(files):
            text = self.read(str(path))
            if text is None:
                if self.lenient:
                    continue
                raise Refused(f"the label file {path} is not there", files.place(index))
            known = {key: str(value) for key, value in made.items()}
            for key, value in variables(text, known.get).items():
                made.put(key, value, files.place(index))
        for key in own:
            made.take(own, key)
        service["labels"] = made
        del service["label_file"]
