"""
Which stages the instructions of a Dockerfile name with `--from`, and which of that cannot be.

Source of the rules: moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go` (toCommand),
`convert_runmount.go` and `validations.go`.
"""

from dockwright.syntax.dockerfile import flags, imagename, mountcheck, values
from dockwright.syntax.dockerfile.expand import expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.syntax.dockerfile.nodes import Dockerfile, Flag, Instruction
    from dockwright.text.span import Span


def problems(tree: "Dockerfile") -> "Iterator[tuple[int, tuple[Span, str]]]":
    """Index of the instruction, and what is wrong with the stage it names and where."""
    graph = _Graph(tree)
    yield from graph.found
    circles = graph.circles()
    for index, stage, needed, span, message in graph.forward:
        if circles[stage] == circles[needed]:
            message = f"circular dependency detected on stage: {graph.titles[stage]}"  # noqa: PLW2901
        yield index, (span, message)


class _Graph:
    __slots__ = ("edges", "forward", "found", "names", "registered", "titles")

    def __init__(self, tree: "Dockerfile") -> None:
        self.found: list[tuple[int, tuple[Span, str]]] = []
        self.forward: list[tuple[int, int, int, Span, str]] = []
        self.titles: list[str] = []
        self.names: dict[str, int] = {}
        for node in tree.instructions:
            if node.name == "FROM":
                self.stage(node)
        self.edges: list[list[int]] = [[] for _ in self.titles]
        # Each image that is named counts as one more stage from there on.
        self.registered = len(self.titles)
        stage = -1
        for node in tree.instructions:
            if node.name == "FROM":
                stage += 1
            elif stage >= 0 and node.flags and node.name == "COPY":
                self.copy(node, stage, tree.escape)
            elif stage >= 0 and node.flags and node.name == "RUN":
                self.run(node, stage)

    def stage(self, node: "Instruction") -> None:
        args = node.args
        name = args[2].value.lower() if len(args) == 3 else ""
        if name:
            self.names[name] = len(self.titles)
        self.titles.append(name or f"stage-{len(self.titles)}")

    def copy(self, node: "Instruction", stage: int, escape: str) -> None:
        flag = flags.last(node, "from")
        if flag is None or not flag.value:
            return
        name = flag.value
        span = flags.value_span(node, flag)
        value = expand(name, _unset, escape)
        if value.error is not None:
            self.found.append(
                (node.index, (span, f"failed to process {values.quoted(name)}: {value.error}"))
            )
            return
        if value.value != name:
            self.found.append(
                (node.index, (span, "variable expansion is not supported for --from"))
            )
            return
        number = values.integer(name)
        if number is None:
            self.edge(node, stage, name, span, "copy from")
        elif not 0 <= number < self.registered:
            self.found.append((node.index, (span, f"invalid stage index {number}")))
        elif number < len(self.titles):
            self.connect(node, stage, number, name, span, "copy from")

    def run(self, node: "Instruction", stage: int) -> None:
        for flag in node.flags:
            if flag.name == "mount" and flag.value is not None:
                name = mountcheck.source(flag.value) or "scratch"
                self.edge(node, stage, name, _from_span(node, flag), "mount from")

    def edge(self, node: "Instruction", stage: int, name: str, span: "Span", verb: str) -> None:
        needed = self.names.get(name.lower())
        if needed is None:
            self.registered += 1
            wrong = "" if name == "scratch" else imagename.problem(name)
            if wrong:
                message = f"failed to parse stage name {values.quoted(name)}: {wrong}"
                self.found.append((node.index, (span, message)))
        else:
            self.connect(node, stage, needed, name, span, verb)

    def connect(
        self, node: "Instruction", stage: int, needed: int, name: str, span: "Span", verb: str
    ) -> None:
        self.edges[stage].append(needed)
        if needed >= stage:
            message = (
                f"cannot {verb} stage {values.quoted(name)}, it needs to be defined before"
                f" current stage {values.quoted(self.titles[stage])}"
            )
            self.forward.append((node.index, stage, needed, span, message))

    def circles(self) -> list[int]:
        """A number for each stage; stages that need each other have the same (Tarjan)."""
        count = len(self.edges)
        if not self.forward:
            return list(range(count))
        order = [-1] * count
        low = [0] * count
        group = [-1] * count
        stack: list[int] = []
        clock = 0
        for root in range(count):
            if order[root] >= 0:
                continue
            work = [(root, 0)]
            while work:
                at, edge = work.pop()
                if edge == 0:
                    order[at] = low[at] = clock
                    clock += 1
                    stack.append(at)
                elif group[self.edges[at][edge - 1]] < 0:
                    low[at] = min(low[at], low[self.edges[at][edge - 1]])
                if edge < len(self.edges[at]):
                    work.append((at, edge + 1))
                    if order[self.edges[at][edge]] < 0:
                        work.append((self.edges[at][edge], 0))
                elif low[at] == order[at]:
                    while group[at] < 0:
                        group[stack.pop()] = at
        return group


def _unset(_: str) -> None:
    return None


def _from_span(node: "Instruction", flag: "Flag") -> "Span":
    split = mountcheck.fields(flag.value or "")
    offset = len(flag.name) + 3
    for field, start, end in split if not isinstance(split, str) else ():
        if field.lower().startswith("from="):
            return flags.part_span(node, flag, offset + start, offset + end)
    return flag.span
