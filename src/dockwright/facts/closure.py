"""
What else comes along when packages of the Debian archive are installed.

apt takes, of a dependency's alternatives, the first that can be installed, unless one of the others
is installed already or comes for another reason (apt's DepCache::MarkInstall; `bench/
facts_closure.py` compares with what apt says). It takes another one when the first conflicts with
what is there or comes along. Versions play no part here: an installed package is taken to be new
enough, and alternatives that their own suite cannot install are not in the data.
"""

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

    from dockwright.facts.dependencies import Graph

    Has = Callable[[str], bool | None]


class Closure(Value):
    """
    What is installed afterwards.

    `surely`: the packages that were asked for, and what they depend on without a choice. `perhaps`:
    nothing else can come (`surely` is a part of it; recommended packages are in here only, and
    whatever might be picked of several). `likely` lies between: what apt picks when no package
    conflicts with another; often it is all of `perhaps`. With `complete` False that is no limit: of
    a package its dependencies or its files are not known. `unknown` are the names that were asked
    for of which no package to install is known, or several ("is provided by", which apt refuses).
    `expected` is `surely` and the recommended packages that nothing keeps apt from installing.
    """

    __slots__ = ("complete", "expected", "likely", "perhaps", "surely", "unknown")

    def __init__(
        self,
        surely: frozenset[str],
        likely: frozenset[str],
        perhaps: frozenset[str],
        *,
        complete: bool,
        unknown: tuple[str, ...],
        expected: frozenset[str] | None = None,
    ) -> None:
        self.surely = surely
        self.expected = surely if expected is None else expected
        self.likely = likely
        self.perhaps = perhaps
        self.complete = complete
        self.unknown = unknown


def closure(
    graph: "Graph",
    names: "Iterable[str]",
    recommends: bool,
    installed: "AbstractSet[str] | Has",
) -> Closure:
    """
    What is installed after `apt-get install` of `names`.

    `installed` is the set of all packages that are there already, or answers for each name whether
    it is: True, False, or None for "not known".
    """
    has = _remembering(installed)
    asked: list[str] = []
    unknown: list[str] = []
    for name in names:
        if graph.has(name):
            asked.append(name)
        elif len(graph.providers(name)) == 1:
            asked += graph.providers(name)
        else:
            unknown.append(name)
    walk = _Walk(graph, has, recommends=recommends)
    likely = walk.reach(asked, every=False)
    settled = graph.steady and not unknown and walk.settled(likely)
    perhaps = likely if settled else walk.reach(asked, every=True)
    surely = walk.surely(asked, likely)
    expected = surely
    if settled and recommends:
        expected = walk.surely(asked, likely, recommended=True)
    return Closure(
        frozenset(surely),
        frozenset(likely | surely),
        frozenset(perhaps | likely | surely),
        complete=not unknown and not walk.open and all(map(graph.listed, perhaps)),
        unknown=tuple(unknown),
        expected=frozenset(expected | surely),
    )


class _Walk:
    """Goes along the dependencies; `open` says that those of some package are not known."""

    __slots__ = ("graph", "has", "open", "recommends")

    def __init__(self, graph: "Graph", has: "Has", *, recommends: bool) -> None:
        self.graph = graph
        self.has = has
        self.recommends = recommends
        self.open = False

    def reach(self, names: list[str], *, every: bool) -> set[str]:
        """Whatever can come: with `every` any alternative, else those that apt prefers."""
        found = set(names)
        todo = list(names)
        while todo:
            clauses = self.graph.clauses(todo.pop())
            if clauses is None:
                self.open = True
                continue
            for clause in clauses:
                if not clause.needed and not self.recommends:
                    continue
                picked = clause.every if every else clause.first
                if found.issuperset(picked) or any(map(self.has, clause.every)):
                    continue
                todo += (one for one in picked if one not in found)
                found.update(picked)
        return found

    def settled(self, likely: set[str]) -> bool:
        """Whether nothing can keep apt from what it prefers: no conflict, also not with the old."""
        return not self.open and not any(
            other in likely or self.has(other) is not False
            for one in likely
            for other in self.graph.conflicts(one)
        )

    def surely(self, names: list[str], likely: set[str], *, recommended: bool = False) -> set[str]:
        """Whatever must come, given what can come when apt gets what it prefers."""
        found = set(names)
        todo = [name for name in names if not self.has(name)]
        while todo:
            for clause in self.graph.clauses(todo.pop()) or ():
                if not (clause.needed or recommended) or len(clause.first) != 1:
                    continue
                one = clause.first[0]
                others = [other for other in clause.every if other != one]
                if one in found or self.has(one):
                    continue
                if any(other in likely or self.has(other) is not False for other in others):
                    continue
                found.add(one)
                todo.append(one)
        return found


def _remembering(installed: "AbstractSet[str] | Has") -> "Has":
    if not callable(installed):
        return installed.__contains__
    ask = installed
    known: dict[str, bool | None] = {}

    def has(name: str) -> bool | None:
        if name not in known:
            known[name] = ask(name)
        return known[name]

    return has
