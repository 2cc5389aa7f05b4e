"""
A Compose project from its files: the steps of the reference, in its order.

`load` never raises and reads nothing itself: files come from the caller's `read`, which answers
None for what is not there. What the reference would refuse is in `Loaded.errors`; what could be
made of the rest is in `Loaded.model`.
"""

from posixpath import basename, dirname, join, normpath

from dockwright.compose.bind import bind
from dockwright.compose.consistency import inconsistent
from dockwright.compose.convert import Converter
from dockwright.compose.dotenv import variables
from dockwright.compose.envfiles import VariableFiles
from dockwright.compose.extends import Extender
from dockwright.compose.forms import canonical, defaults, without_blanks
from dockwright.compose.interpolate import interpolate
from dockwright.compose.locate import absolute, is_remote, locate
from dockwright.compose.merge import merge, reset
from dockwright.compose.mounts import without_open
from dockwright.compose.normalize import normalize, resolve_environment
from dockwright.compose.schema import validate
from dockwright.compose.template import Filler
from dockwright.compose.unique import unique
from dockwright.compose.values import Map, Place, Problem, Refused, Seq
from dockwright.compose.verify import verify
from dockwright.syntax.yaml.nodes import Mapping as Block
from dockwright.syntax.yaml.nodes import Scalar
from dockwright.syntax.yaml.parser import parse
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockwright.compose.envfiles import EnvFile
    from dockwright.compose.values import Data, Path
    from dockwright.syntax.yaml.nodes import Stream

    Read = Callable[[str], str | None]

_NAME = lazy(r"[a-z0-9_-]")
#: Files that one project may read: a chain of includes is a handful.
FILES = 1000
#: Files that include each other in a chain.
CHAIN = 50


class File:
    """One file that was read: its path, its text and its nodes."""

    __slots__ = ("path", "stream", "text")

    def __init__(self, path: str, text: str, stream: "Stream") -> None:
        self.path = path
        self.text = text
        self.stream = stream


class Loaded:
    """
    What became of the files.

    `model` is the normal form, as far as it could be made; `complete` says whether every step was
    done. `environment` is what variables were looked up in, with `.env` and the project's name;
    `included` the paths of the files that others include; `env_files` the files that each service
    names; `variable_files` those that may give variables: `.env`, or others in its place.
    """

    __slots__ = (
        "complete", "disabled", "env_files", "environment", "errors", "files", "folder",
        "included",
        "model", "name", "variable_files", "warnings",
    )  # fmt: skip

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.name = ""
        self.model = Map()
        self.disabled = Map()
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        self.env_files: dict[str, list[EnvFile]] = {}
        self.files: dict[str, File] = {}
        self.included: set[str] = set()
        self.environment: dict[str, str] = {}
        self.variable_files: list[str] = []
        self.complete = False


class Options:
    """How to load; see `load`."""

    __slots__ = (
        "env_files", "environment", "home", "is_folder", "lenient", "name", "profiles", "read",
    )  # fmt: skip

    def __init__(
        self,
        read: "Read",
        environment: "Mapping[str, str]",
        env_files: "list[str] | None",
        profiles: tuple[str, ...],
        name: str | None,
        home: str,
        lenient: bool,
        is_folder: "Callable[[str], bool]",
    ) -> None:
        self.read = read
        self.is_folder = is_folder
        self.environment = environment
        self.env_files = env_files
        self.profiles = profiles
        self.name = name
        self.home = home
        self.lenient = lenient


def load(
    paths: "list[str]",
    *,
    folder: str,
    read: "Read",
    environment: "Mapping[str, str] | None" = None,
    env_files: "list[str] | None" = None,
    profiles: tuple[str, ...] = (),
    project_name: str | None = None,
    home: str = "",
    lenient: bool = False,
    is_folder: "Callable[[str], bool]" = lambda _: True,
) -> Loaded:
    """
    Load the files `paths`, the later over the earlier, of the project in `folder`.

    `is_folder` tells whether there is a folder of that path, for the `project_directory` of an
    include. `environment` is the shell's; `env_files` are those of `--env-file`, None for the
    `.env` of the folder. With `lenient`, what hangs on an environment nobody knows here (a required
    variable, a missing env_file) is open instead of refused.
    """
    options = Options(
        read, environment or {}, env_files, profiles, project_name, home, lenient, is_folder
    )
    loaded = Loaded(normpath(folder))
    _Loader(options, loaded).project(paths)
    return loaded


class _Loader:
    """Loads one project; `_base` are the models of the files so far."""

    __slots__ = ("filler", "loaded", "options")

    def __init__(self, options: Options, loaded: Loaded) -> None:
        self.options = options
        self.loaded = loaded
        self.filler = Filler(loaded.environment.get, options.lenient)

    def project(self, paths: list[str]) -> None:
        loaded = self.loaded
        try:
            self._environment()
            self._name(paths)
            model = self.files(paths, loaded.folder, self.filler, ())
            if not loaded.errors and not model:
                raise Refused("the Compose file is empty")
            if not loaded.name:
                raise Refused("the project has no name: set `name`")
            loaded.model = model
            normalize(model, loaded.name, loaded.environment.get)
            if loaded.errors:
                return
            self._finish(model)
        except Refused as refused:
            loaded.errors.append(_problem(refused))

    def _finish(self, model: Map) -> None:
        loaded = self.loaded
        bound, problems = bind(model)
        loaded.model = bound
        if problems:
            loaded.errors.extend(problems)
            return
        profiles = self.options.profiles
        if not profiles:
            named = loaded.environment.get("COMPOSE_PROFILES", "")
            profiles = tuple(part.strip() for part in named.split(","))
        services = bound.get("services")
        assert isinstance(services, Map)
        for name in list(services):
            service = services[name]
            assert isinstance(service, Map)
            own = service.get("profiles")
            if isinstance(own, Seq) and own and not {"*", *own}.intersection(profiles):
                loaded.disabled.take(services, name)
                del services[name]
        loaded.errors.extend(inconsistent(bound, loaded.disabled))
        if not loaded.errors:
            reader = VariableFiles(self.options.read, loaded.environment, self.options.lenient)
            loaded.errors.extend(reader.apply(services))
            loaded.env_files = reader.taken
        loaded.complete = not loaded.errors

    # --- the environment and the name ----------------------------------------------------------

    def _environment(self) -> None:
        """The shell's variables, then those of `.env` or `--env-file` that it does not set."""
        loaded, options = self.loaded, self.options
        values = loaded.environment
        values.update(options.environment)
        values.setdefault("PWD", loaded.folder)
        names = [".env"] if options.env_files is None else options.env_files
        files = [normpath(join(loaded.folder, name)) for name in names]
        loaded.variable_files = files
        if options.env_files is not None or options.read(files[0]) is not None:
            self._add_variables(files, values)

    def _add_variables(self, paths: list[str], values: dict[str, str]) -> None:
        """The variables of some files among `values`, which win."""
        found: dict[str, str] = {}
        for path in paths:
            text = self.options.read(path)
            if text is None:
                if self.options.lenient:
                    continue
                raise Refused(f"there is no env file {path}")
            try:
                found.update(variables(text, values.get, self.options.lenient, found))
            except Refused as refused:
                raise Refused(f"{path}: {refused.message}") from None
        for key, value in found.items():
            values.setdefault(key, value)

    def _name(self, paths: list[str]) -> None:
        loaded, options = self.loaded, self.options
        given = options.name or loaded.environment.get("COMPOSE_PROJECT_NAME", "")
        if given:
            if project_name(given) != given:
                raise Refused(f"{given!r} is no name of a project: lower case letters and digits")
            loaded.name = given
        else:
            loaded.name = project_name(basename(loaded.folder))
            named = ""
            for path in paths:
                file = self._read(path)
                for root in file.stream.roots:
                    node = root.get("name") if isinstance(root, Block) else None
                    named = node.text or named if isinstance(node, Scalar) else named
            if named:
                loaded.name = project_name(str(self.filler.fill(named)))
        loaded.environment["COMPOSE_PROJECT_NAME"] = loaded.name

    # --- files ---------------------------------------------------------------------------------

    def _read(self, path: str) -> File:
        loaded = self.loaded
        known = loaded.files.get(path)
        if known is not None:
            return known
        if len(loaded.files) >= FILES:
            raise Refused(f"more than {FILES} files")
        text = self.options.read(path)
        if text is None:
            raise Refused(f"there is no file {path}")
        stream = parse(text)
        file = loaded.files[path] = File(path, text, stream)
        if stream.problem is not None:
            at = stream.problem.at
            loaded.errors.append(
                Problem(stream.problem.message, Place(path, None, Scalar(at, at, "")), (), "syntax")
            )
        return file

    def files(
        self, paths: list[str], folder: str, filler: Filler, included: tuple[str, ...]
    ) -> Map:
        """The merged model of some files in long forms, with absolute paths."""
        model = Map()
        for path in paths:
            model = self._file(path, model, folder, filler, included)
        defaults(model)
        self.loaded.errors.extend(verify(model))
        locate(model, folder, self.options.home)
        resolve_environment(model, filler.lookup)
        return model

    def _file(
        self, path: str, model: Map, folder: str, filler: Filler, included: tuple[str, ...]
    ) -> Map:
        file = self._read(path)
        for root in file.stream.roots:
            converter = Converter(path)
            value = converter.document(root)
            self.loaded.errors.extend(converter.problems)
            if not isinstance(value, Map):
                if file.stream.problem:
                    continue
                at = Place(path, None, root) if root is not None else None
                raise Refused("a Compose file must be a mapping at the top", at)
            filled = self._fill(value, filler)
            home = self.options.home
            Extender(path, folder, home, lambda other: self._raw(other, filler)).apply(
                filled, converter.resets
            )
            reset(model, converter.resets)
            self._include(filled, folder, filler, (*included, path))
            model = unique(merge(model, filled))
            problems = validate(model)
            self.loaded.errors.extend(problems)
            if "version" in model:
                self.loaded.warnings.append(
                    Problem(
                        "`version` is obsolete", model.place("version"), ("version",), "version"
                    )
                )
                del model["version"]
            if problems:
                _drop(model, problems)
            model = unique(without_blanks(canonical(model)))
        return model

    def _fill(self, value: Map, filler: Filler) -> Map:
        filled = interpolate(value, filler)
        assert isinstance(filled, Map)
        if self.options.lenient:
            without_open(filled)
        return filled

    def _raw(self, path: str, filler: Filler) -> "tuple[Map, list[Path]]":
        """A file that services are extended from: in long forms, unchecked."""
        file = self._read(path)
        model = Map()
        resets: list[Path] = []
        for root in file.stream.roots:
            converter = Converter(path)
            value = converter.document(root)
            self.loaded.errors.extend(converter.problems)
            if not isinstance(value, Map):
                raise Refused(f"{path}: a Compose file must be a mapping at the top")
            filled = self._fill(value, filler)
            reset(model, converter.resets)
            resets = converter.resets
            model = unique(without_blanks(canonical(unique(merge(model, filled)))))
        return model, resets

    # --- include -------------------------------------------------------------------------------

    def _include(self, model: Map, folder: str, filler: Filler, included: tuple[str, ...]) -> None:
        entries = model.pop("include", None)
        if entries is None:
            return
        if not isinstance(entries, Seq):
            raise Refused("`include` must be a list", model.place("include"), ("include",))
        home = self.options.home
        for entry in entries:
            named = texts(entry.get("path") if isinstance(entry, Map) else entry)
            self.loaded.included.update(absolute(one, folder, home) for one in named)
        for index, entry in enumerate(entries):
            place = entries.place(index)
            try:
                self._included(model, entry, folder, filler, included)
            except Refused as refused:
                told = Refused(
                    refused.message, refused.place or place, refused.path or ("include",)
                )
                if not self.options.lenient:
                    raise told from None
                self.loaded.errors.append(_problem(told))

    def _included(
        self, model: Map, entry: "Data", folder: str, filler: Filler, included: tuple[str, ...]
    ) -> None:
        options = self.options
        if not isinstance(entry, (str, Map)):
            raise Refused("an entry of `include` must be a text or a mapping")
        paths = texts(entry.get("path") if isinstance(entry, Map) else entry)
        if not paths:
            return
        for path in paths:
            if is_remote(path):
                raise Refused(f"{path} is a remote file, which only Compose fetches")
        files = [absolute(path, folder, options.home) for path in paths]
        where = dirname(files[0])
        env_files: list[str] = []
        if isinstance(entry, Map):
            given = entry.get("project_directory")
            if isinstance(given, str) and given:
                where = absolute(given, folder, options.home)
                # The reference takes a path that is no folder for a file in the one it means.
                where = where if options.is_folder(where) else dirname(where)
            env_files = [
                absolute(one, folder, options.home) for one in texts(entry.get("env_file"))
            ]
        if len(included) > CHAIN:
            raise Refused(f"more than {CHAIN} files include each other in a chain")
        if files[0] in included:
            chain = " includes ".join(map(basename, (*included, files[0])))
            raise Refused(f"the files include each other: {chain}")
        values = dict(self.loaded.environment if filler is self.filler else filler.values)
        if not env_files and options.read(join(where, ".env")) is not None:
            env_files = [join(where, ".env")]
        self._add_variables(env_files, values)
        inner = Filler(values.get, options.lenient)
        inner.values = values
        imported = self.files(files, where, inner, included)
        for section in ("services", "volumes", "networks", "secrets", "configs", "models"):
            _import(imported, model, section)


def project_name(text: str) -> str:
    """A text as the name of a project: what may not be in it left out."""
    return "".join(_NAME.findall(text.lower())).lstrip("_-")


def texts(value: "Data") -> list[str]:
    """A text or a list of texts as a list."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, Seq) else []


def _import(source: Map, target: Map, section: str) -> None:
    entries = source.get(section)
    if not isinstance(entries, Map):
        return
    own = target.get(section)
    into = own if isinstance(own, Map) else Map(target.at)
    for name in entries:
        if name in into:
            if into[name] == entries[name]:
                continue
            raise Refused(
                f"{section}.{name} is in the included file too", into.place(name), (section, name)
            )
        into.take(entries, name)
    target[section] = into


def _drop(model: Map, problems: list[Problem]) -> None:
    """Take out what the schema refuses, so that the rest can still be understood."""
    for problem in problems:
        value: Data = model
        for part in problem.path[:-1]:
            if isinstance(value, Map):
                value = value.get(part)
            elif isinstance(value, Seq) and part.startswith("["):
                index = int(part[1:-1])
                value = value[index] if index < len(value) else None
        if isinstance(value, Map) and problem.path and problem.kind != "missing":
            value.pop(problem.path[-1], None)


def _problem(refused: Refused) -> Problem:
    return Problem(refused.message, refused.place, refused.path)
