"""
Nodes of one YAML document to values.

Aliases and merge keys (`<<`) are resolved here, before any variable is filled in. `!reset` removes
an entry, `!override` replaces one: both are taken down by their path, for the merge with the files
before (`loader/reset.go` of compose-go).
"""

from dockwright.compose.scalars import resolve
from dockwright.compose.values import Map, Place, Problem, Refused, Seq
from dockwright.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.compose.values import Data, Path

#: Nodes that aliases may copy. A file is a few thousand; "billion laughs" files want billions.
LIMIT = 200_000

_MERGE_TAGS = ("", "!", "tag:yaml.org,2002:merge")


class Converter:
    """Turns the nodes of the file `file` into values; `resets` collects tagged paths."""

    __slots__ = ("_left", "_open", "_replaced", "file", "problems", "resets")

    def __init__(self, file: str) -> None:
        self.file = file
        self.resets: list[Path] = []
        self.problems: list[Problem] = []
        self._left = LIMIT
        self._replaced = 0
        self._open: set[int] = set()

    def document(self, root: Node | None) -> "Data":
        """The value of one document. Raises `Refused` for what go-yaml would not decode."""
        if root is None:
            return None
        return self._value(root, (), Place(self.file, None, root))

    def _value(self, node: Node, path: "Path", place: Place) -> "Data":
        self._left -= 1
        if self._left < 0:
            raise Refused(f"aliases expand to more than {LIMIT:,} values", place, path)
        if isinstance(node, Alias):
            if id(node.target) in self._open:
                raise Refused(f"the anchor &{node.name} contains itself", place, path)
            return self._value(node.target, path, place)
        if isinstance(node, Scalar):
            return resolve(node)
        self._open.add(id(node))
        # Inside of what is overridden, tags have no meaning of their own.
        replaced = node.tag == "!override"
        self._replaced += replaced
        try:
            if isinstance(node, Mapping):
                return self._mapping(node, path, place)
            if isinstance(node, Sequence):
                return self._sequence(node, path, place)
        finally:
            self._replaced -= replaced
            self._open.discard(id(node))
        raise AssertionError(type(node).__name__)

    def _tagged(self, node: Node, path: "Path") -> bool:
        """Whether the entry is reset; takes down what `!reset` and `!override` stand at."""
        if self._replaced:
            return False
        while isinstance(node, Alias):
            node = node.target
        if node.tag in ("!reset", "!override"):
            self.resets.append(path)
        return node.tag == "!reset"

    def _sequence(self, node: Sequence, path: "Path", place: Place) -> Seq:
        made = Seq(place)
        for index, item in enumerate(node.items):
            below = (*path, str(index))
            if self._tagged(item, below):
                continue
            at = Place(self.file, None, item)
            made.put(self._value(item, below, at), at)
        return made

    def _mapping(self, node: Mapping, path: "Path", place: Place) -> Map:
        made = Map(place)
        merges: list[tuple[Node, Place]] = []
        seen: dict[str, Scalar] = {}
        for name, value in node.pairs:
            if isinstance(name, Alias):
                name = name.target  # noqa: PLW2901 - an alias may stand as a key
            if not isinstance(name, Scalar):
                raise Refused("a key must be a text", Place(self.file, None, name), path)
            at = Place(self.file, name, value)
            if name.text in seen:
                first = seen[name.text]
                problem = Problem(
                    f"the key {name.text!r} stands here twice", at, (*path, name.text), "duplicate"
                )
                problem.hint = str(first.start)
                self.problems.append(problem)
                continue
            seen[name.text] = name
            if name.text == "<<" and name.tag in _MERGE_TAGS and name.plain:
                if not self._tagged(value, path):
                    merges.append((value, at))
                continue
            key = resolve(name)
            if not isinstance(key, str):
                raise Refused(f"the key {name.text} is no text: put it in quotes", at, path)
            below = (*path, key)
            if self._tagged(value, below):
                continue
            made.put(key, self._value(value, below, at), at)
        for value, at in merges:
            self._merge(made, value, at, path)
        return made

    def _merge(self, made: Map, node: Node, place: Place, path: "Path") -> None:
        """`<<`: keys of the mapping itself win, then those of earlier mappings in the list."""
        while isinstance(node, Alias):
            if id(node.target) in self._open:
                raise Refused(f"the anchor &{node.name} contains itself", place, path)
            node = node.target
        if isinstance(node, Sequence):
            for item in node.items:
                target = item.target if isinstance(item, Alias) else item
                if not isinstance(target, Mapping):
                    raise Refused("`<<` takes a mapping or a list of mappings", place, path)
                self._merge(made, item, place, path)
            return
        if not isinstance(node, Mapping):
            raise Refused("`<<` takes a mapping or a list of mappings", place, path)
        other = self._value(node, path, place)
        assert isinstance(other, Map)
        for key in other:
            if key not in made:
                made.take(other, key)
