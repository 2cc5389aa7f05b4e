"""
Shell text to `Script`.

tree-sitter-bash reads it; this module turns its nodes into our values once, so that a change of
grammar stays here. What it does not understand makes the script `damaged`, never an exception.
"""

from itertools import pairwise

from dockwright.syntax.shell import grammar, joints
from dockwright.syntax.shell.nodes import Block, Command, Redirect, Script, ShellWord
from dockwright.syntax.shell.words import MAX_DEPTH, WordReader
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeGuard

    from tree_sitter import Node

    from dockwright.syntax.dockerfile.lines import Joined

MAX_CHARACTERS = 262_144
# Two variables in one word: the grammar ends the word `a$V-$V.b` behind its second dollar.
_GLUED = lazy(r"\$\w[^\s\"'`;|&()$]*\$[A-Za-z_]")
_VARIABLE = lazy(r"(?<![\\$])\$([A-Za-z_][A-Za-z_0-9]*)")

_REDIRECTS = ("file_redirect", "heredoc_redirect", "herestring_redirect")
_COMMANDS = frozenset(
    ("command", "declaration_command", "unset_command", "test_command", "variable_assignments")
)
_COMPOUND = {
    "if_statement": "if",
    "while_statement": "while",
    "for_statement": "for",
    "c_style_for_statement": "for",
    "case_statement": "case",
    "function_definition": "function",
    "subshell": "subshell",
    "compound_statement": "group",
}


def parse(joined: "Joined") -> Script:
    """The script whose text is `joined`."""
    script = Script(joined)
    text = joined.text
    if len(text) > MAX_CHARACTERS:
        script.damaged = f"longer than {MAX_CHARACTERS} characters"
        return script
    if text.isascii():
        data = text.encode("ascii")
        place: Callable[[int], int] = int
    else:
        data = text.encode("utf-8", "replace")
        place = _byte_table(text).__getitem__
    root = grammar.parse(data).root_node
    if not root.has_error and text.count("$") > 1 and _GLUED.search(text) is not None:
        braced, table = _braced(text)
        other = grammar.parse(braced).root_node
        if not other.has_error:
            root, place = other, table.__getitem__
    if root.has_error:
        script.damaged = "not understood as a shell script"
    _Reader(script, place).run(root)
    return script


def _redirect(child: "Block | Command | None", redirects: "Sequence[Redirect]") -> None:
    """Give the redirections of a statement to its last command."""
    while isinstance(child, Block) and child.kind in ("list", "pipeline") and child.children:
        child = child.children[-1][1]
    if isinstance(child, Command):
        child.redirects = (*child.redirects, *redirects)


def _is_list(child: "Block | Command | None") -> "TypeGuard[Block]":
    return isinstance(child, Block) and child.kind == "list"


def exec_form(joined: "Joined", words: "Sequence[tuple[str, int, int]]") -> Script:
    """The script of an exec form: one command of literal `words` (value, start, end)."""
    script = Script(joined)
    if words:
        literal = tuple(
            ShellWord(script, value, value, True, start, end, quoted=True)
            for value, start, end in words
        )
        command = Command(script, literal, (), words[0][1], words[-1][2], "", ())
        script.commands = (command,)
        script.body = Block("sequence", (("", command),), command.start, command.end)
    return script


def _braced(text: str) -> tuple[bytes, list[int]]:
    """`text` with `${NAME}` for each `$NAME`, and the place in `text` of each of its bytes."""
    parts: list[bytes] = []
    table: list[int] = []
    at = 0
    for match in _VARIABLE.finditer(text):
        begin, end = match.span(1)
        for piece, first in ((text[at:begin], at), ("{", begin), (text[begin:end], begin)):
            parts.append(piece.encode("utf-8", "replace"))
            table += [first + (one if piece != "{" else 0) for one in _byte_table(piece)[:-1]]
        parts.append(b"}")
        table.append(end)
        at = end
    parts.append(text[at:].encode("utf-8", "replace"))
    table += [at + one for one in _byte_table(text[at:])]
    return b"".join(parts), table


def _byte_table(text: str) -> list[int]:
    table: list[int] = []
    for index, char in enumerate(text):
        table.extend([index] * len(char.encode("utf-8", "replace")))
    table.append(len(text))
    return table


class _Reader(WordReader):
    __slots__ = ("commands",)

    def __init__(self, script: Script, place: "Callable[[int], int]") -> None:
        super().__init__(script, place)
        self.commands: list[Command] = []

    def run(self, root: "Node") -> None:
        children = self.sequence(root.children, (), 0)
        self.script.body = Block("sequence", children, 0, len(self.text))
        self.commands.sort(key=lambda command: command.start)
        self.script.commands = tuple(self.commands)

    # Statements

    def sequence(
        self, nodes: "Sequence[Node]", within: tuple[str, ...], depth: int
    ) -> list[tuple[str, Block | Command]]:
        children: list[tuple[str, Block | Command]] = []
        operator = ""
        for index, node in enumerate(nodes):
            kind = node.type
            if node.is_named:
                if kind in ("comment", "heredoc_body", "heredoc_end", "heredoc_start"):
                    continue
                after = nodes[index + 1].type if index + 1 < len(nodes) else ""
                inside = (*within, "background") if after == "&" else within
                child = self.statement(node, operator, inside, depth)
                if child is not None:
                    children.append((operator, child))
                operator = operator or ";"
                operator = ";" if after != "\n" else "\n"
            elif kind in (";", "\n", "&", ";;"):
                operator = kind if kind != ";;" else ";"
        return children

    def statement(
        self, node: "Node", operator: str, within: tuple[str, ...], depth: int
    ) -> Block | Command | None:
        kind = node.type
        if depth > MAX_DEPTH:
            self.script.damaged = "nested too deeply"
            return None
        if kind in _COMMANDS:
            return self.command(node, operator, within, depth)
        if kind == "variable_assignment":
            return self.assignment_statement(node, operator, within, depth)
        if kind == "list":
            return self.and_or(node, operator, within, depth)
        if kind == "pipeline":
            return self.pipeline(node, operator, within, depth)
        if kind == "redirected_statement":
            return self.redirected(node, operator, within, depth)
        if kind == "negated_command":
            inner = self.named_children(node)
            child = (
                self.statement(inner[0], operator, (*within, "negation"), depth + 1)
                if inner
                else None
            )
            return self.block("negation", [("!", child)] if child is not None else [], node)
        if kind in _COMPOUND:
            return self.compound(node, _COMPOUND[kind], within, depth)
        if kind == "ERROR":
            return self.block("sequence", self.sequence(node.children, within, depth + 1), node)
        if not self.script.damaged:
            self.script.damaged = f"holds a {kind.replace('_', ' ')}"
        return None

    def block(
        self, kind: str, children: "Sequence[tuple[str, Block | Command]]", node: "Node"
    ) -> Block:
        return Block(kind, children, *self.ends(node))

    @staticmethod
    def named_children(node: "Node") -> "list[Node]":
        return [child for child in node.children if child.is_named and child.type != "comment"]

    def and_or(self, node: "Node", operator: str, within: tuple[str, ...], depth: int) -> Block:
        # `a && b && c` nests to the left; a hundred commands must not be a hundred frames.
        pairs: list[tuple[str, Node]] = []
        left: Node = node
        while left.type == "list":
            parts = [child for child in left.children if child.type != "comment"]
            if len(parts) < 3:
                break
            pairs.append((parts[1].type, parts[-1]))
            left = parts[0]
        pairs.append((operator, left))
        pairs.reverse()
        children: list[tuple[str, Block | Command]] = []
        for join, part in pairs:
            child = self.statement(part, join, within, depth + 1)
            grammars = part.type in ("redirected_statement", "pipeline") and not children
            if grammars and _is_list(child):
                # `a && b > f && c`: the grammar takes `a && b` for what is redirected.
                children += child.children
            elif child is not None:
                children.append((join if children else "", child))
        return self.block("list", children, node)

    def pipeline(
        self, node: "Node", operator: str, within: tuple[str, ...], depth: int
    ) -> Block | Command | None:
        parts = self.named_children(node)
        body = parts[0].child_by_field_name("body") if parts else None
        if parts and parts[0].type == "redirected_statement" and body and body.type == "list":
            # `a && b > f | c`: the grammar takes `a && b` for what is redirected.
            found = [one for one in parts[0].children if one.type in _REDIRECTS]
            if all(one.type == "file_redirect" for one in found):
                redirects = [self.redirect(one, within, depth) for one in found]
                after = [("|", part) for part in parts[1:]]
                first = joints.flatten("", body)
                block, last = self.chain(first, after, operator, within, depth, node)
                _redirect(last, redirects)
                return block
        children: list[tuple[str, Block | Command]] = []
        for index, part in enumerate(parts):
            inside = (*within, "pipe" if index < len(parts) - 1 else "pipe-end")
            child = self.statement(part, "|" if index else operator, inside, depth + 1)
            if child is not None:
                children.append(("|" if index else "", child))
        return self.block("pipeline", children, node)

    def redirected(
        self, node: "Node", operator: str, within: tuple[str, ...], depth: int
    ) -> Block | Command | None:
        body = node.child_by_field_name("body")
        redirects: list[Redirect] = []
        after: list[joints.Joint] = []
        for part in node.children:
            if part.type in _REDIRECTS:
                redirects.append(self.redirect(part, within, depth))
            if part.type == "heredoc_redirect":
                after += joints.behind(part)
                redirects += self.inside_heredoc(part, within, depth)
        if body is None:
            start, end = self.ends(node)
            command = Command(self.script, (), (), start, end, operator, within)
            command.redirects = tuple(redirects)
            if after:
                self.commands.append(command)
            return self.chain([("", command)], after, operator, within, depth, node)[0]
        if not after:
            child = self.statement(body, operator, within, depth + 1)
            _redirect(child, redirects)
            return child
        block, last = self.chain(joints.flatten("", body), after, operator, within, depth, node)
        _redirect(last, redirects)
        return block

    def inside_heredoc(self, node: "Node", within: tuple[str, ...], depth: int) -> list[Redirect]:
        """The redirections behind `<<EOF`; the commands in the body are found besides."""
        found: list[Redirect] = []
        for part in node.children:
            if part.type in _REDIRECTS:
                found.append(self.redirect(part, within, depth))
            elif part.type == "heredoc_body":
                self.substitutions(part, within, depth + 1)
        return found

    def chain(
        self,
        first: "Sequence[tuple[str, Node | Command]]",
        after: "Sequence[tuple[str, Node]]",
        operator: str,
        within: tuple[str, ...],
        depth: int,
        node: "Node",
    ) -> "tuple[Block | Command | None, Block | Command | None]":
        """Pipelines joined by `&&` and `||`, and the child that the last of `first` became."""
        parts = [*first, *after]
        groups: list[list[int]] = []
        for index, (join, _) in enumerate(parts):
            if groups and join.startswith("|") and join != "||":
                groups[-1].append(index)
            else:
                groups.append([index])
        blocks: list[tuple[str, Block | Command]] = []
        last: Block | Command | None = None
        for group in groups:
            members: list[tuple[str, Block | Command]] = []
            for index in group:
                join, part = parts[index]
                inside = within
                if len(group) > 1:
                    inside = (*within, "pipe-end" if index == group[-1] else "pipe")
                if isinstance(part, Command):
                    part.within = inside
                    child: Block | Command | None = part
                else:
                    child = self.statement(part, join or operator, inside, depth + 1)
                if index == len(first) - 1:
                    last = child
                if child is not None:
                    members.append((join if members else "", child))
            if not members:
                continue
            joined = members[0][1] if len(group) == 1 else self.block("pipeline", members, node)
            blocks.append((parts[group[0]][0] if blocks else "", joined))
        if not blocks:
            return None, last
        return (blocks[0][1] if len(blocks) == 1 else self.block("list", blocks, node)), last

    def redirect(self, node: "Node", within: tuple[str, ...], depth: int) -> Redirect:
        descriptor = operator = ""
        target: ShellWord | None = None
        for part in node.children:
            if part.type == "file_descriptor":
                descriptor = self.slice(part)
            elif not part.is_named and not operator:
                operator = part.type
            elif part.is_named and target is None and part.type != "heredoc_body":
                target = self.word(part, within, depth)
        return Redirect(operator, descriptor, target)

    def compound(self, node: "Node", kind: str, within: tuple[str, ...], depth: int) -> Block:
        if kind == "while" and node.children and node.children[0].type == "until":
            kind = "until"
        if kind in ("subshell", "group"):
            return self.block(kind, self.sequence(node.children, (*within, kind), depth + 1), node)
        children: list[tuple[str, Block | Command]] = []
        role = "condition" if kind in ("if", "while", "until") else "body"
        for part in node.children:
            if not part.is_named:
                if part.type in ("then", "do"):
                    role = "body"
                elif part.type == "else":
                    role = "else"
                continue
            self.compound_part(part, kind, role, children, within, depth)
        return self.block(kind, children, node)

    def compound_part(
        self,
        part: "Node",
        kind: str,
        role: str,
        children: list[tuple[str, Block | Command]],
        within: tuple[str, ...],
        depth: int,
    ) -> None:
        around = {"if": "branch", "case": "branch", "function": "function"}.get(kind, "loop")
        inside = (*within, "condition" if role == "condition" else around)
        if part.type in ("do_group", "compound_statement"):
            group = self.sequence(part.children, (*within, around), depth + 1)
            children.append(("body", self.block("group", group, part)))
        elif part.type in ("elif_clause", "else_clause", "case_item"):
            block = self.compound(
                part, "case" if part.type == "case_item" else "if", within, depth + 1
            )
            children.append(("else" if part.type != "case_item" else "pattern", block))
        elif (
            part.type in _COMMANDS
            or part.type in _COMPOUND
            or part.type
            in (
                "list",
                "pipeline",
                "redirected_statement",
                "negated_command",
                "variable_assignment",
            )
        ):
            child = self.statement(part, ";" if children else "", inside, depth + 1)
            if child is not None:
                children.append((role, child))
        elif part.type != "comment":
            self.substitutions(part, within, depth + 1)

    # Commands

    def command(self, node: "Node", operator: str, within: tuple[str, ...], depth: int) -> Command:
        words: list[ShellWord] = []
        assignments: list[tuple[str, ShellWord]] = []
        redirects: list[Redirect] = []
        start, _ = self.ends(node)
        end = start
        for part in node.children:
            kind = part.type
            if kind == "variable_assignment" and (node.type != "declaration_command"):
                assignments.append(self.assignment(part, within, depth))
            elif kind in _REDIRECTS:
                redirects.append(self.redirect(part, within, depth))
                continue
            elif kind == "comment":
                continue
            elif kind == "command_name" and part.children:
                words.append(self.word(part.children[0], within, depth))
            elif kind == "variable_assignment":
                name, value = self.assignment(part, within, depth)
                assignments.append((name, value))
                words.append(self.declared(part, name, value))
            else:
                words.append(self.word(part, within, depth))
            end = self.place(part.end_byte)
        if "\\ " in self.text[start:end] and not self.script.damaged:
            self.escaped_blanks(words)
        command = Command(
            self.script, tuple(words), tuple(assignments), start, end, operator, within
        )
        command.redirects = tuple(redirects)
        self.commands.append(command)
        return command

    def escaped_blanks(self, words: "Sequence[ShellWord]") -> None:
        """The grammar loses an escaped blank that begins a word: say so."""
        for left, right in pairwise(words):
            if "\\" in self.text[left.end : right.start].replace("\\\n", ""):
                self.script.damaged = "an escaped blank begins a word"

    def declared(self, node: "Node", name: str, value: ShellWord) -> ShellWord:
        """The word `name=value` of a declaration, whose value has been read already."""
        start, end = self.ends(node)
        return ShellWord(
            self.script,
            self.text[start:end],
            f"{name}={value.shape}",
            value.value is not None,
            start,
            end,
            quoted=value.quoted,
            variables=value.variables,
            substitutes=value.substitutes,
        )

    def assignment_statement(
        self, node: "Node", operator: str, within: tuple[str, ...], depth: int
    ) -> Command:
        start, end = self.ends(node)
        pair = self.assignment(node, within, depth)
        command = Command(self.script, (), (pair,), start, end, operator, within)
        self.commands.append(command)
        return command

    def assignment(
        self, node: "Node", within: tuple[str, ...], depth: int
    ) -> tuple[str, ShellWord]:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        text = self.slice(name) if name is not None else ""
        if value is None:
            end = self.place(node.end_byte)
            return text, ShellWord(self.script, "", "", True, end, end)
        return text, self.word(value, within, depth)

    def nested(self, node: "Node", within: tuple[str, ...], depth: int) -> None:
        self.sequence(node.children, (*within, "substitution"), depth + 1)
