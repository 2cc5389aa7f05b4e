"""The words of a shell script: what they are made of and what they expand."""

from dockwright.syntax.shell.nodes import HOLE, Script, ShellWord
from dockwright.text.lazy import lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

MAX_DEPTH = 60

_ESCAPE = lazy(r"\\(.)", re.DOTALL)
_STRING_ESCAPE = lazy(r'\\(["\\$`])')
_PATTERN = lazy(r"(?<!\\)[*?\[]|^~")
_EXPANSIONS = frozenset(
    (
        "simple_expansion",
        "expansion",
        "command_substitution",
        "arithmetic_expansion",
        "process_substitution",
    )
)


class WordReader:
    """Turns the grammar's nodes into words; `place` maps a byte's offset to a character's."""

    __slots__ = ("place", "script", "text")

    def __init__(self, script: Script, place: "Callable[[int], int]") -> None:
        self.script = script
        self.place = place
        self.text = script.joined.text

    def nested(self, node: "Node", within: tuple[str, ...], depth: int) -> None:
        """Read the commands of a substitution."""
        raise NotImplementedError

    def ends(self, node: "Node") -> tuple[int, int]:
        return self.place(node.start_byte), self.place(node.end_byte)

    def slice(self, node: "Node") -> str:
        start, end = self.ends(node)
        return self.text[start:end]

    def word(self, node: "Node", within: tuple[str, ...], depth: int) -> ShellWord:
        start, end = self.ends(node)
        text = self.text[start:end]
        kind = node.type
        if kind in ("word", "number") and not node.child_count:
            if "\\" not in text:
                # A tilde means a home directory at the beginning of a word only.
                exact = text[:1] != "~" and not any(char in text for char in "*?[")
                return ShellWord(self.script, text, text, exact, start, end)
            shape = _ESCAPE.sub(r"\1", text)
            return ShellWord(
                self.script, text, shape, _PATTERN.search(text) is None, start, end, quoted=True
            )
        variables: list[str] = []
        shape, exact, substitutes = self.shape(node, variables, within, depth)
        return ShellWord(
            self.script,
            text,
            shape,
            exact,
            start,
            end,
            quoted=kind in ("string", "raw_string", "ansi_c_string", "concatenation"),
            variables=tuple(variables),
            substitutes=substitutes,
        )

    def shape(
        self, node: "Node", variables: list[str], within: tuple[str, ...], depth: int
    ) -> tuple[str, bool, bool]:
        """The word's value with holes, whether it is exact, whether it substitutes a command."""
        kind = node.type
        if kind in _EXPANSIONS:
            return HOLE, False, self.expansion(node, variables, within, depth)
        text = self.slice(node)
        if kind == "raw_string":
            return text[1:-1], True, False
        if kind == "ansi_c_string":
            return text[2:-1], "\\" not in text, False
        if kind == "string":
            return self.string(node, variables, within, depth)
        if kind == "concatenation" or (kind == "variable_assignment" and node.child_count):
            shapes: list[str] = []
            exact = True
            substitutes = False
            for part in node.children:
                shape, part_exact, part_substitutes = self.shape(part, variables, within, depth)
                shapes.append(shape)
                exact = exact and part_exact
                substitutes = substitutes or part_substitutes
            return "".join(shapes), exact, substitutes
        if node.child_count and kind not in ("word", "variable_name", "subscript"):
            self.substitutions(node, within, depth + 1)
            return text, False, False
        return _ESCAPE.sub(r"\1", text), _PATTERN.search(text) is None, False

    def string(
        self, node: "Node", variables: list[str], within: tuple[str, ...], depth: int
    ) -> tuple[str, bool, bool]:
        start, end = self.ends(node)
        if node.child_count <= 3 and all(
            child.type in ('"', "string_content") for child in node.children
        ):
            inner = self.text[start + 1 : end - 1]
            return _STRING_ESCAPE.sub(r"\1", inner), True, False
        shapes: list[str] = []
        exact = True
        substitutes = False
        at = start + 1
        for part in node.children:
            if part.type not in _EXPANSIONS:
                continue
            a, b = self.ends(part)
            shapes.append(_STRING_ESCAPE.sub(r"\1", self.text[at:a]))
            shapes.append(HOLE)
            substitutes = self.expansion(part, variables, within, depth) or substitutes
            exact = False
            at = b
        shapes.append(_STRING_ESCAPE.sub(r"\1", self.text[at : end - 1]))
        return "".join(shapes), exact, substitutes

    def expansion(
        self, node: "Node", variables: list[str], within: tuple[str, ...], depth: int
    ) -> bool:
        """Note what an expansion reads; whether it runs a command."""
        if node.type in ("command_substitution", "process_substitution"):
            self.nested(node, within, depth)
            return True
        ran = False
        for part in node.children:
            if part.type in ("variable_name", "special_variable_name"):
                variables.append(self.slice(part))
            elif part.child_count:
                ran = self.substitutions(part, within, depth + 1, variables) or ran
        return ran

    def substitutions(
        self,
        node: "Node",
        within: tuple[str, ...],
        depth: int,
        variables: list[str] | None = None,
    ) -> bool:
        """Find the commands that run inside a part of the text that we do not look into."""
        ran = False
        todo = [node]
        while todo:
            inner = todo.pop()
            if inner.type in ("command_substitution", "process_substitution"):
                if depth > MAX_DEPTH:
                    self.script.damaged = "nested too deeply"
                    continue
                self.nested(inner, within, depth)
                ran = True
                continue
            if variables is not None and inner.type == "variable_name":
                variables.append(self.slice(inner))
            todo.extend(inner.children)
        return ran
