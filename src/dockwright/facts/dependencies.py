"""
The dependencies between the Debian archive's packages, one suite at a time.

Data: the sections "dependencies", "clauses", "provided" and "conflicts" of `bundled/debian.bin`.
"""

from dockwright.facts.bundled.debian import GRAPH_BLOCK, OPTIONAL, PROVIDED, USERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.facts.bundled.debian import Book

_ALTERNATIVES = 0x8000


class Clause:
    """
    One dependency, as packages of the suite.

    `first` is what apt picks when nothing else decides: one package, or all providers of a virtual
    one. `every` are all packages that satisfy it.
    """

    __slots__ = ("every", "first", "needed")

    def __init__(self, first: tuple[str, ...], every: tuple[str, ...], *, needed: bool) -> None:
        self.first = first
        self.every = every
        self.needed = needed


class Graph:
    """The dependencies of one suite."""

    __slots__ = (
        "_bit", "_book", "_clauses", "_conflicts", "_made", "_nodes", "_others", "_provided",
        "_several", "_starts", "_total", "_virtual", "steady",
    )  # fmt: skip

    def __init__(self, book: "Book", suite: int) -> None:
        self._book = book
        self._bit = suite
        self._conflicts: dict[str, list[str]] | None = None
        # In the suites that move, the packages of an image are not those of the data, and apt has
        # another resolver.
        self.steady = book.suites[suite] not in ("forky", "sid")
        self._nodes: dict[int, memoryview] = {}
        self._starts: dict[int, list[int]] = {}
        self._clauses: dict[str, tuple[Clause, ...]] = {}
        self._made: dict[int, Clause] = {}
        last = book.graph_blocks - 1
        self._total = last * GRAPH_BLOCK + len(book.lines("names", last))
        self._several: list[str] | None = None
        self._virtual: list[str] | None = None
        self._others = ""
        self._provided: dict[str, tuple[str, ...]] = {}

    # --- what is in the data ---

    def _node(self, block: int, place: int) -> memoryview | None:
        """The numbers of a package's node, if this suite has the package."""
        words = self._nodes.get(block)
        if words is None:
            words = memoryview(self._book.table("dependencies")[block]).cast("H")
            self._nodes[block] = words
            self._starts[block] = [0]
        starts = self._starts[block]
        while len(starts) <= place:
            at = starts[-1]
            starts.append(at + 2 + words[at + 1])
        start = starts[place]
        if not words[start] >> self._bit & 1:
            return None
        return words[start : start + 2 + words[start + 1]]

    def _named(self, name: str) -> memoryview | None:
        entry = self._book.entry(name)
        if entry is None or entry.block >= self._book.graph_blocks:
            return None
        return self._node(entry.block, entry.place)

    def has(self, name: str) -> bool:
        """Whether it is a package of this suite whose dependencies are known."""
        return self._named(name) is not None

    def makes_users(self, name: str) -> bool | None:
        """Whether its installation may add users; None when it is not in the graph."""
        node = self._named(name)
        return None if node is None else bool(node[0] // USERS >> self._bit & 1)

    def listed(self, name: str) -> bool:
        """Whether the files of the package are known in this suite."""
        entry = self._book.entry(name)
        return entry is not None and bool(entry.known >> self._bit & 1)

    def _lines(self) -> list[str]:
        if self._virtual is None:
            self._others = f"\n{self._book.text('provided')}\n"
            self._virtual = self._others[1 : self._others.index("\n\n")].split("\n")
        return self._virtual

    def providers(self, name: str) -> tuple[str, ...]:
        """The other packages that provide `name` in this suite."""
        found = self._provided.get(name)
        if found is None:
            self._lines()
            at = self._others.rfind(f"\n{name}\t") + 1
            line = self._others[at : self._others.index("\n", at)] if at else ""
            found = self._provided[name] = tuple(
                package
                for group in line.split("\t")[1:]
                if (ord(group[0]) - 64) >> self._bit & 1
                for package in group[1:].split(" ")
            )
        return found

    def conflicts(self, name: str) -> list[str]:
        """The packages of the graph that cannot be installed beside it."""
        if self._conflicts is None:
            self._conflicts = {}
            for line in self._book.text("conflicts").split("\n"):
                one, *groups = line.split("\t")
                for group in groups:
                    if (ord(group[0]) - 64) >> self._bit & 1:
                        for other in group[1:].split(" "):
                            self._conflicts.setdefault(one, []).append(other)
                            self._conflicts.setdefault(other, []).append(one)
        return self._conflicts.get(name, [])

    def _package(self, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What apt picks for a name of the graph, and whatever satisfies it."""
        if number >= self._total:
            name = self._lines()[number - self._total].partition("\t")[0]
            providers = self.providers(name)
            return providers, providers
        node = self._node(*divmod(number, GRAPH_BLOCK))
        name = self._book.name(number)
        if node is None:
            providers = self.providers(name)
            return providers, providers
        return (name,), (name, *(self.providers(name) if node[0] & PROVIDED else ()))

    def _clause(self, number: int, *, needed: bool) -> Clause:
        key = number if needed else ~number
        made = self._made.get(key)
        if made is not None:
            return made
        if number < _ALTERNATIVES:
            first, every = self._package(number)
        else:
            if self._several is None:
                self._several = self._book.text("clauses").split("\n")
            first = every = ()
            for one in self._several[number - _ALTERNATIVES].split(" "):
                picked, satisfying = self._package(int(one))
                first = first or picked
                every += satisfying
            every = tuple(dict.fromkeys(every))
        made = self._made[key] = Clause(first, every, needed=needed)
        return made

    def clauses(self, name: str) -> tuple[Clause, ...] | None:
        """The dependencies of a package; None when they are not known in this suite."""
        found = self._clauses.get(name)
        if found is not None:
            return found
        node = self._named(name)
        if node is None:
            return None
        clauses = []
        at = 2
        while at < len(node):
            head, count = divmod(node[at], 256)
            if head >> self._bit & 1:
                needed = not head & OPTIONAL
                clauses += [
                    self._clause(number, needed=needed) for number in node[at + 1 : at + 1 + count]
                ]
            at += 1 + count
        self._clauses[name] = tuple(clauses)
        return self._clauses[name]
