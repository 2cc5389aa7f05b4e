"""What is remembered of a list of effects, however many file systems look at it."""

from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dockwright.facts.contents import Effect
    from dockwright.facts.knowledge import Knowledge


class Memory:
    """
    What all views of the same effects share.

    `answers` are, by question, those after so many effects. Few effects have a say in accounts and
    packages, so these are asked alone.
    """

    __slots__ = ("_linked", "_links", "_passing", "_places", "_seen", "answers")

    def __init__(self) -> None:
        self.answers: dict[tuple[str, ...], dict[int, Knowledge]] = {}
        self._seen = 0
        self._places: dict[str, list[int]] = {"account": [], "package": []}
        self._links: list[tuple[int, Sequence[str]]] = []
        self._linked = 0
        self._passing: dict[str, tuple[int, list[int]]] = {}

    def newest(self, method: str, effects: "Sequence[Effect]", count: int) -> "Iterable[int]":
        """The numbers of the effects to ask, of the first `count`, newest first."""
        places = self._places.get(method)
        if places is None:
            return range(count - 1, -1, -1)
        last = self._end(places, effects, count) - 1
        return map(places.__getitem__, range(last, -1, -1))

    def silent(self, method: str, effects: "Sequence[Effect]", count: int) -> bool:
        """Whether none of the first `count` effects has a say."""
        return self._end(self._places[method], effects, count) == 0

    def _end(self, places: "list[int]", effects: "Sequence[Effect]", count: int) -> int:
        while self._seen < count:
            for one, found in self._places.items():
                if effects[self._seen].speaks(one):
                    found.append(self._seen)
            self._seen += 1
        return len(places) if self._seen == count else bisect_left(places, count)

    def passing(
        self, name: str, test: "Callable[[Effect], bool]", effects: "Sequence[Effect]", count: int
    ) -> "Sequence[Effect]":
        """Those of the first `count` effects that pass the test of that name, oldest first."""
        seen, places = self._passing.get(name, (0, []))
        places += [index for index in range(seen, count) if test(effects[index])]
        self._passing[name] = max(seen, count), places
        return [effects[index] for index in places if index < count]

    def links(self, effects: "Sequence[Effect]", count: int) -> "Iterator[str]":
        """The paths at which the first `count` effects put links."""
        while self._linked < count:
            found = effects[self._linked].links()
            if found:
                self._links.append((self._linked, found))
            self._linked += 1
        for index, paths in self._links:
            if index < count:
                yield from paths
