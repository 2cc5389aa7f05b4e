"""
The images that a Compose project names: `image` of its services, in every file of the project.

A service that has `build` gives its image that name, and what another service builds no registry
has: both are left alone.
"""

from dockwright.compose.scalars import resolve
from dockwright.model.pins import Left, Use, found, same
from dockwright.model.reference import parse
from dockwright.syntax.yaml.comments import comments
from dockwright.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, followed, walk
from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.compose.load import File
    from dockwright.model.composition import Composition
    from dockwright.model.reference import Reference
    from dockwright.syntax.yaml.comments import Comment
    from dockwright.text.source import Source

_LOCAL = ("never", "build")


def built(project: "Composition", builders: "Iterable[str]" = ()) -> "list[Reference]":
    """The images that the services of a project build, those called `builders` also."""
    names = []
    known = set(builders)
    for service in project.every:
        if "build" in service.config or service.name in known:
            names += [service.text("image"), f"{project.loaded.name}-{service.name}"]
    return [one for one in map(parse, filter(None, names)) if one is not None]


def building(project: "Composition") -> set[str]:
    """The names of the services that have `build` in some file of a project."""
    names = {one.name for one in project.every if "build" in one.config}
    names.update(name for _, name, node in _services(project) if node.pair("build"))
    return names


def images(
    project: "Composition",
    *,
    builders: "Iterable[str]" = (),
    made: "Iterable[Reference]" = (),
) -> "list[Use | Left]":
    """
    The images of all files of a project, file by file, each place once.

    `builders` are services that files beside the project build (one laid over it, or under it),
    `made` the images they build.
    """
    return _Finder(project, builders, made).all()


def _services(project: "Composition") -> "Iterator[tuple[str, str, Mapping]]":
    """The services as they stand in the files: path, name, node."""
    for path, file in project.loaded.files.items():
        for root in file.stream.roots:
            section = root.get("services") if isinstance(root, Mapping) else None
            for key, value in section.pairs if isinstance(section, Mapping) else ():
                node = followed(value)
                if isinstance(key, Scalar) and isinstance(node, Mapping):
                    yield path, key.text, node


class _Finder:
    """
    `nodes` are the values of `image` by file and offset, each with the services it stands for;
    `building` the names of services that some file builds; `unsure` the values in services
    that take more from elsewhere, when the project could not be resolved.
    """

    __slots__ = ("building", "built", "nodes", "project", "unsure")

    def __init__(
        self,
        project: "Composition",
        builders: "Iterable[str]",
        made: "Iterable[Reference]",
    ) -> None:
        self.project = project
        self.building = building(project).union(builders)
        self.built = [*built(project), *made]
        self.nodes: dict[tuple[str, int], tuple[Scalar, set[str]]] = {}
        self.unsure: set[tuple[str, int]] = set()

    def all(self) -> "list[Use | Left]":
        complete = self.project.loaded.complete
        for path, name, node in _services(self.project):
            pair = node.pair("image")
            if pair is not None:
                self.add(path, name, pair[1])
                if not complete and (node.pair("<<") or node.pair("extends")):
                    self.unsure.add((path, followed(pair[1]).start))
        # Values that come to a service through an anchor, a merge key or another file's service.
        for service in self.project.every:
            place = service.config.places.get("image")
            if place is not None and isinstance(followed(place.node), Scalar):
                self.add(place.file, service.name, place.node)
        marks: dict[str, dict[int, Comment]] = {}
        result: list[Use | Left] = []
        for (path, _), (value, names) in sorted(self.nodes.items(), key=lambda item: item[0]):
            file = self.project.loaded.files[path]
            if path not in marks:
                marks[path] = {one.line: one for one in comments(file.text, file.stream)}
            result.append(self.one(path, value, names, marks[path]))
        return result

    def add(self, path: str, name: str, node: Node) -> None:
        value = followed(node)
        if not isinstance(value, Scalar) or value.tag == "!reset" or node.tag == "!reset":
            return
        if path in self.project.loaded.files and isinstance(resolve(value), str):
            _, names = self.nodes.setdefault((path, value.start), (value, set()))
            names.add(name)

    def one(
        self, path: str, value: Scalar, names: set[str], marks: "dict[int, Comment]"
    ) -> Use | Left:
        project = self.project
        source = project.source(path)
        if "$" in value.text:
            return self.left(source, value, "it takes variables")
        if names & self.building:
            return self.left(source, value, "the service builds it", quiet=True)
        reference = parse(value.text)
        if reference is not None and any(same(reference, other) for other in self.built):
            return self.left(source, value, "another service builds it", quiet=True)
        if any(self.policy(name) in _LOCAL for name in names):
            return self.left(source, value, "its pull_policy says that no registry has it")
        if (path, value.start) in self.unsure:
            return self.left(source, value, "the project cannot be resolved")
        if value.style in ("|", ">"):
            return self.left(source, value, "it is not written in one piece")
        other = self.other_use(project.loaded.files[path], value)
        if other is not None:
            line = source.line_of(other.start)
            return self.left(source, value, f"line {line} takes it for something else")
        line = source.line_of(value.end)
        here, above = marks.get(line), marks.get(line - 1)
        near = [here.text] if here is not None else []
        if above is not None and not above.inside:
            near.append(above.text)
        return found("image", source, Span(value.start, value.end), value.text, near)

    def policy(self, name: str) -> str:
        service = self.project.service(name)
        return service.text("pull_policy") if service is not None else ""

    def other_use(self, file: "File", value: Scalar) -> Node | None:
        """An alias of the value that is no service's image."""
        if not value.anchor:
            return None
        aliases: list[Node] = []
        images: set[int] = set()
        for root in file.stream.roots:
            for node in walk(root) if root is not None else ():
                if isinstance(node, Alias) and node.target is value:
                    aliases.append(node)
                pair = node.pair("image") if isinstance(node, Mapping) else None
                if pair is not None:
                    images.add(id(pair[1]))
        return next((one for one in aliases if id(one) not in images), None)

    def left(self, source: "Source", value: Scalar, reason: str, *, quiet: bool = False) -> Left:
        return Left(
            "image", source.name, Span(value.start, value.end), value.text, reason, quiet=quiet
        )
