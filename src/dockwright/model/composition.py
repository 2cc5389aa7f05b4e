"""
A Compose project joined with what it builds on: each service with its final image.

`Composition` is what rules over Compose files ask. A `Service` knows its configuration (the normal
form of `compose.load`), where each part of it stands, and the stage its image comes from: of the
Dockerfile it builds, or of the image it names.
"""

from dockwright.compose.values import Map, Place, Seq, is_open
from dockwright.syntax.yaml import edits as yaml
from dockwright.syntax.yaml.comments import comments
from dockwright.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, walk
from dockwright.text.source import Source
from dockwright.text.span import Edit, Span, Spot
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from dockwright.compose.load import File, Loaded
    from dockwright.compose.values import Data, Problem
    from dockwright.model.stages import Build, Stage
    from dockwright.model.state import State
    from dockwright.syntax.yaml.comments import Comment

    Key = str | int


class Surroundings:
    """
    What lies around a project, as far as it is known; this base knows nothing.

    Paths are absolute, as `Loaded` has them.
    """

    __slots__ = ()

    def shown(self, path: str) -> str:
        """What messages call a file."""
        return path

    def build(self, _service: "Service") -> "Build | None":
        """The model of the Dockerfile that a service builds, None when it is not there."""
        return None

    def image(self, _reference: str) -> "Stage | None":
        """A stage that is nothing but the image."""
        return None

    def exists(self, _path: str) -> bool | None:
        """Whether there is such a file or folder; None when that is not known."""
        return None

    def read(self, _path: str) -> str | None:
        """The text of a small file, None when there is none."""
        return None

    def names(self, _path: str) -> "Sequence[str] | None":
        """The names in a folder; None when there is no such folder, or nobody knows."""
        return None


class Service:
    """
    One service.

    `config` is its normal form; `enabled` is False when its profiles are off. Asking for the image
    reads the Dockerfile at the first question.
    """

    __slots__ = ("_build", "_known", "_stage", "config", "enabled", "memo", "name", "project")

    def __init__(self, project: "Composition", name: str, config: Map, enabled: bool) -> None:
        self.project = project
        self.name = name
        self.config = config
        self.enabled = enabled
        # What other modules worked out about the service, by their names for it.
        self.memo: dict[str, object] = {}
        self._known = False
        self._build: Build | None = None
        self._stage: Stage | None = None

    def __repr__(self) -> str:
        return f"Service({self.name})"

    # Configuration

    def get(self, *keys: "Key") -> "Data":
        """What stands at this path of the configuration, None when nothing does."""
        value: Data = self.config
        for key in keys:
            if isinstance(value, Map) and isinstance(key, str):
                value = value.get(key)
            elif isinstance(value, Seq) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                return None
        return value

    def text(self, *keys: "Key") -> str:
        """The text at this path; "" when there is none or it hangs on an unknown variable."""
        value = self.get(*keys)
        return str(value) if isinstance(value, str) and known(value) else ""

    def mapping(self, *keys: "Key") -> Map:
        """The mapping at this path, an empty one when there is none."""
        value = self.get(*keys)
        return value if isinstance(value, Map) else Map()

    def items(self, *keys: "Key") -> Seq:
        """The list at this path, an empty one when there is none."""
        value = self.get(*keys)
        return value if isinstance(value, Seq) else Seq()

    def place(self, *keys: "Key") -> Place | None:
        """Where the entry at this path stands, or the nearest thing above it that does."""
        found = self.project.service_place(self)
        value: Data = self.config
        for key in keys:
            if isinstance(value, Map) and isinstance(key, str):
                found = value.places.get(key, found)
                value = value.get(key)
            elif isinstance(value, Seq) and isinstance(key, int) and key < len(value):
                found = value.place(key) or found
                value = value[key]
            else:
                break
        return found

    def key(self, *keys: "Key") -> Spot:
        """The key of an entry (the service's name without `keys`), the item in a list."""
        return self.project.spot(self.place(*keys), key=True)

    def value(self, *keys: "Key") -> Spot:
        """The value of an entry."""
        return self.project.spot(self.place(*keys))

    # The image

    @property
    def build(self) -> "Build | None":
        """The model of the Dockerfile it builds; None without one, or when it cannot be read."""
        self._find()
        return self._build

    @property
    def stage(self) -> "Stage | None":
        """The stage that its containers run: the target of its build, or its image."""
        self._find()
        return self._stage

    @property
    def state(self) -> "State | None":
        """The configuration of its image."""
        stage = self.stage
        return stage.state if stage is not None else None

    def _find(self) -> None:
        if self._known:
            return
        self._known = True
        around = self.project.around
        if "build" in self.config:
            self._build = build = around.build(self)
            if build is None or not known(self.get("build", "target")):
                return
            target = self.text("build", "target")
            self._stage = build.stage_named(target) if target else build.final
        elif self.text("image"):
            self._stage = around.image(self.text("image"))

    # Edits

    @property
    def node(self) -> Mapping | None:
        """The mapping that a new key can be added to; None when others share it."""
        place = self.project.service_place(self)
        if place is None or self.project.shared(place):
            return None
        return place.node if isinstance(place.node, Mapping) else None

    def add(self, key: str, value: str) -> Edit | None:
        """
        A key that the service does not have.

        `value` is one line, or a block that begins with a line break and is indented by two blanks.
        """
        place = self.project.service_place(self)
        node = self.node
        if place is None or node is None or key in self.config:
            return None
        return self.project.edit(place.file, yaml.add_key(self._text(place), node, key, value))

    def add_to(self, path: "Sequence[Key]", key: str, value: str) -> Edit | None:
        """A key in a mapping further down that stands there itself."""
        place = self.own(*path)
        if place is None or key in self.mapping(*path):
            return None
        pieces = yaml.add_key(self._text(place), place.node, key, value)
        return self.project.edit(place.file, pieces)

    def replace(self, value: str, *keys: "Key") -> Edit | None:
        """Another one-line value for an entry that stands there itself, not behind an anchor."""
        place = self.own(*keys)
        if place is None:
            return None
        text = self._text(place)
        return self.project.edit(place.file, yaml.replace_any(text, place.node, value))

    def add_item(self, value: str, *keys: "Key") -> Edit | None:
        """A text as the last item of a list that stands there itself."""
        place = self.own(*keys)
        if place is None:
            return None
        return self.project.edit(place.file, yaml.add_item(self._text(place), place.node, value))

    def delete(self, *keys: "Key") -> Edit | None:
        """An entry gone; None when it is the last one, or stands behind an anchor or a merge."""
        place = self.own(*keys)
        parent = self.own(*keys[:-1]) if keys[:-1] else self.project.service_place(self)
        if place is None or parent is None or place.file != parent.file:
            return None
        text = self._text(place)
        last = keys[-1]
        if isinstance(parent.node, Mapping) and (
            parent.node.pair("<<") is not None or parent.node.pair("extends") is not None
        ):
            return None  # what stands there instead would come to light
        if isinstance(last, str) and isinstance(parent.node, Mapping):
            return self.project.edit(place.file, yaml.delete_key(text, parent.node, last))
        items = getattr(parent.node, "items", ())
        index = next((i for i, item in enumerate(items) if item is place.node), -1)
        if index < 0:
            return None
        return self.project.edit(place.file, yaml.delete_item(text, parent.node, index))

    def own(self, *keys: "Key") -> Place | None:
        """The place of an entry when it stands below the service itself in its file."""
        place = self.place(*keys)
        around = self.project.service_place(self)
        if place is None or around is None or place.file != around.file or place is around:
            return None
        node, inside = place.node, around.node
        within = inside.start <= node.start and node.end <= inside.end
        return place if within and not self.project.shared(place) else None

    def _text(self, place: Place) -> str:
        return self.project.loaded.files[place.file].text


class Composition:
    """A Compose project: its files, its services and what is around it."""

    __slots__ = (
        "_shared",
        "_sources",
        "around",
        "disabled",
        "loaded",
        "main",
        "memo",
        "services",
        "standalone",
    )

    def __init__(
        self,
        loaded: "Loaded",
        around: Surroundings | None = None,
        *,
        main: str = "",
        standalone: bool = True,
    ) -> None:
        self.loaded = loaded
        self.around = around or Surroundings()
        self.main = main or next(iter(loaded.files), "")
        self.standalone = standalone
        # What other modules worked out about the project, by their names for it.
        self.memo: dict[str, dict[str, Any]] = {}
        self._sources: dict[str, Source] = {}
        self._shared: dict[str, list[tuple[int, int]]] = {}
        self.services = list(self._services(loaded.model.get("services"), True))
        self.disabled = list(self._services(loaded.disabled, False))

    def _services(self, entries: "Data", enabled: bool) -> "Iterator[Service]":
        for name, config in entries.items() if isinstance(entries, Map) else ():
            if isinstance(config, Map):
                yield Service(self, name, config, enabled)

    @property
    def every(self) -> list[Service]:
        """All services, those whose profiles are off at the end."""
        return self.services + self.disabled

    def service(self, name: str) -> Service | None:
        """The service of that name."""
        return next((one for one in self.every if one.name == name), None)

    @property
    def problems(self) -> "Sequence[Problem]":
        """What Compose would refuse."""
        return self.loaded.errors

    @property
    def templated(self) -> bool:
        """Whether the main file is a template that something else makes a Compose file of."""
        file = self.loaded.files.get(self.main)
        return file is not None and ("{%" in file.text or "{{" in file.text)

    def section(self, name: str) -> Map:
        """A top-level section, an empty mapping when it is not there."""
        entries = self.loaded.model.get(name)
        return entries if isinstance(entries, Map) else Map()

    def service_place(self, service: Service) -> Place | None:
        """Where a service stands."""
        entries = self.loaded.model.get("services") if service.enabled else self.loaded.disabled
        return entries.places.get(service.name) if isinstance(entries, Map) else None

    # Places and edits

    @property
    def name(self) -> str:
        """The name of the main file."""
        return self.source(self.main).name

    def source(self, path: str) -> Source:
        """A file as a source, by its absolute path."""
        known_source = self._sources.get(path)
        if known_source is None:
            file = self.loaded.files.get(path)
            text = file.text if file is not None else ""
            known_source = self._sources[path] = Source(self.around.shown(path), text)
        return known_source

    def spot(self, place: Place | None, *, key: bool = False) -> Spot:
        """A place as a spot of its source: the value, or with `key` the key it stands at."""
        if place is None:
            return Spot(self.source(self.main).name, Span(0, 0))
        node: Node = place.node
        if (key and place.key is not None) or (place.key is not None and node.end == node.start):
            node = place.key
        return Spot(self.source(place.file).name, Span(node.start, self._end(place.file, node)))

    def _end(self, path: str, node: Node) -> int:
        """The end of a short node; of a collection, the end of its first line."""
        text = self.source(path).text
        if node.end == node.start:
            end = node.start
            while end < len(text) and text[end] not in " \t\r\n:,":
                end += 1
            return end
        if isinstance(node, Scalar) or getattr(node, "flow", False):
            return node.end
        end = text.find("\n", node.start, node.end)
        return node.end if end < 0 else end

    def shared(self, place: Place) -> bool:
        """Whether something else stands on the same text: it is an alias, or below an anchor."""
        if isinstance(place.node, Alias):
            return True
        spans = self._shared.get(place.file)
        if spans is None:
            file = self.loaded.files[place.file]
            spans = self._shared[place.file] = [
                (one.target.start, one.target.end)
                for root in file.stream.roots
                if root is not None and file.stream.anchors
                for one in walk(root)
                if isinstance(one, Alias)
            ]
        node = place.node
        return any(start <= node.start and node.end <= end for start, end in spans)

    def edit(self, path: str, pieces: "list[yaml.Piece] | None") -> Edit | None:
        """One edit of a file out of pieces; None when there are none."""
        if not pieces or len(pieces) != 1:
            return None
        start, end, text = pieces[0]
        return Edit(self.source(path).name, Span(start, end), text)

    def add(self, section: str, key: str, value: str) -> Edit | None:
        """A key in a top-level section of the main file, which is made when it is not there."""
        file = self.loaded.files.get(self.main)
        root = file.stream.roots[0] if file is not None and file.stream.roots else None
        if file is None or not isinstance(root, Mapping):
            return None
        node = root.get(section)
        if isinstance(node, Mapping):
            return self.edit(self.main, yaml.add_key(file.text, node, key, value))
        if root.pair(section) is not None:
            return None
        block = f"\n  {key}:" + (value.replace("\n", "\n  ") if value else "")
        return self.edit(self.main, yaml.add_key(file.text, root, section, block))

    def delete(self, section: str, key: str) -> Edit | None:
        """An entry of a top-level section gone; the whole section when it was the only one."""
        place = self.section(section).places.get(key)
        file = self.loaded.files.get(place.file) if place is not None else None
        root = file.stream.roots[0] if file is not None and file.stream.roots else None
        if place is None or file is None or not isinstance(root, Mapping):
            return None
        node = root.get(section)
        if not isinstance(node, Mapping):
            return None
        if len(node.pairs) == 1:
            return self.edit(place.file, yaml.delete_key(file.text, root, section))
        return self.edit(place.file, yaml.delete_key(file.text, node, key))

    def rename(self, place: Place, key: str) -> Edit | None:
        """Another key for the entry at a place."""
        if place.key is None or not place.key.plain:
            return None
        return Edit(
            self.source(place.file).name, Span(place.key.start, place.key.end), yaml.quoted(key)
        )

    def without(self, place: Place) -> Edit | None:
        """A top-level entry gone."""
        file = self.loaded.files.get(place.file)
        if file is None or place.key is None:
            return None
        for root in file.stream.roots:
            if isinstance(root, Mapping) and any(key is place.key for key, _ in root.pairs):
                return self.edit(place.file, yaml.delete_key(file.text, root, place.key.text))
        return None

    # Comments

    def trees(self) -> "list[Tree]":
        """The files with their comments, for what silences findings."""
        return [Tree(self, path, file) for path, file in self.loaded.files.items()]


class Instruction(Value):
    """An entry of a mapping as a unit that a comment can speak of; "FROM" is a service."""

    __slots__ = ("end", "name", "start")

    def __init__(self, name: str, start: int, end: int) -> None:
        self.name = name
        self.start = start
        self.end = end


class Tree:
    """A Compose file as `check.suppress` reads one: `stage` in a comment means a service."""

    __slots__ = ("comments", "instructions", "source")

    def __init__(self, project: Composition, path: str, file: "File") -> None:
        self.source = project.source(path)
        self.comments: Sequence[Comment] = comments(file.text, file.stream)
        self.instructions: list[Instruction] = []
        if self.comments:
            for root in file.stream.roots:
                if root is not None:
                    self._read(root, ())
            self.instructions.sort(key=lambda one: one.start)

    def directive(self, _name: str) -> None:
        """Compose files have no directives."""

    def _read(self, node: Node, path: tuple[str, ...]) -> None:
        if isinstance(node, Mapping):
            for key, value in node.pairs:
                name = key.text if isinstance(key, Scalar) else ""
                kind = "FROM" if path == ("services",) else "KEY"
                end = max(key.end, value.end)
                self.instructions.append(Instruction(kind, key.start, end))
                self._read(value, (*path, name))
        else:
            for item in getattr(node, "items", ()):
                if isinstance(item, (Scalar, Alias)):
                    self.instructions.append(Instruction("KEY", item.start, item.end))
                else:
                    self._read(item, (*path, "[]"))


def known(value: "Data") -> bool:
    """Whether a value does not hang on a variable that nothing is known of."""
    return not is_open(value)
