"""
The images that a Compose project names: `image` of its services, in every file of the project.

A service that has `build` gives its image that name, and what another service builds no registry
has: both are left alone.
"""

from dockwright.compose.scalars import resolve
from dockwright.model.pins import Left, Use, found, identity
from dockwright.model.reference import parse
from dockwright.syntax.yaml.comments import comments
from dockwright.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, followed, walk
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
    names.update(name for _, name, node in _services(project) if _builds(node))
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


def _builds(node: Node) -> bool:
    """Whether a service has `build`, itself or by its merge keys."""
    pending = [node]
    seen = set()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Sequence):
            pending += [followed(item) for item in one.items]
        elif isinstance(one, Mapping):
            if one.pair("build") is not None:
                return True
            merged = one.get("<<")
            if merged is not None:
                pending.append(merged)
    return False


class _Finder:
    """
    `nodes` are the values of `image` by file and offset, each with the services it stands for;
    `building` the names of services that a file of the project builds, `builders` of those that
    another file does; `built` and `made` are their images; `unsure` the values in services that
    extend others, when the project could not be resolved; `elsewhere` the aliases
    that are no image, by what they stand for; `local` the services whose images no registry has.
    """

    __slots__ = (
        "builders", "building", "built", "elsewhere", "local", "made", "nodes", "project", "unsure",
    )  # fmt: skip

    def __init__(
        self,
        project: "Composition",
        builders: "Iterable[str]",
        made: "Iterable[Reference]",
    ) -> None:
        self.project = project
        self.building = building(project)
        self.builders = set(builders)
        self.built = {identity(one) for one in built(project, self.building)}
        self.made = {identity(one) for one in made}
        self.local = {one.name for one in project.every if one.text("pull_policy") in _LOCAL}
        self.nodes: dict[tuple[str, int], tuple[Scalar, set[str]]] = {}
        self.unsure: set[tuple[str, int]] = set()
        self.elsewhere: dict[int, Alias] = {}
        for file in project.loaded.files.values():
            if file.stream.anchors:
                self.elsewhere.update(_elsewhere(file))

    def all(self) -> "list[Use | Left]":
        complete = self.project.loaded.complete
        resolved = {service.name for service in self.project.every}
        for path, name, node in _services(self.project):
            pair = node.pair("image")
            if pair is not None:
                self.add(path, name, pair[1])
                if not complete and name not in resolved and node.pair("extends"):
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
        if reference is not None and identity(reference) in self.built:
            return self.left(source, value, "another service builds it", quiet=True)
        if names & self.builders or (reference is not None and identity(reference) in self.made):
            return self.left(source, value, "another Compose file here builds it")
        if names & self.local:
            return self.left(source, value, "its pull_policy says that no registry has it")
        if (path, value.start) in self.unsure:
            errors = [one.message for one in project.problems]
            return self.left(
                source, value, ": ".join(["the project cannot be resolved", *errors[:1]])
            )
        if value.style in ("|", ">"):
            return self.left(source, value, "it is not written in one piece")
        other = self.elsewhere.get(id(value))
        if other is not None:
            line = source.line_of(other.start)
            return self.left(source, value, f"line {line} takes it for something else")
        line = source.line_of(value.end)
        here, above = marks.get(line), marks.get(line - 1)
        near = [here.text] if here is not None else []
        if above is not None and not above.inside:
            near.append(above.text)
        return found("image", source, Span(value.start, value.end), value.text, near)

    def left(self, source: "Source", value: Scalar, reason: str, *, quiet: bool = False) -> Left:
        # As with a use: what stands between the quotes.
        inset = 1 if value.style in ("'", '"') else 0
        span = Span(value.start + inset, value.end - inset)
        return Left("image", source.name, span, value.text, reason, quiet=quiet)


def _elsewhere(file: "File") -> dict[int, Alias]:
    """The first alias of each node that is no service's image."""
    aliases: list[Alias] = []
    images: set[int] = set()
    for root in file.stream.roots:
        for node in walk(root) if root is not None else ():
            if isinstance(node, Alias):
                aliases.append(node)
            pair = node.pair("image") if isinstance(node, Mapping) else None
            if pair is not None:
                images.add(id(pair[1]))
    found: dict[int, Alias] = {}
    for one in aliases:
        if id(one) not in images:
            found.setdefault(id(one.target), one)
    return found
