"""A Dockerfile's tree as plain data."""

from dockwright.syntax.dockerfile import validate
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.tree import KIND_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.syntax.dockerfile.nodes import Heredoc, Instruction
    from dockwright.text.source import Source


def describe(source: "Source", *, tokens: bool = False) -> "dict[str, Any]":
    """
    The tree of a Dockerfile as a JSON value.

    Each instruction has `name` (upper case), `keyword` (as written), `flags`, `args` (as BuildKit's
    parser gives them), `json` (whether it is in JSON form), `heredocs`, `first_line` and
    `last_line`; ONBUILD has its inner instruction as `trigger`. `problems` is what BuildKit would
    refuse.
    """
    tree = parse(source)
    document: dict[str, Any] = {
        "file": source.name,
        "escape": tree.escape,
        "directives": [
            {"name": one.name, "value": one.value, "line": source.line_of(one.span.start)}
            for one in tree.directives
        ],
        "instructions": [_instruction(node) for node in tree.instructions],
        "problems": [
            {
                "message": problem.message,
                "level": problem.level,
                "line": source.position(problem.span.start)[0],
                "column": source.position(problem.span.start)[1],
            }
            for problem in (*tree.problems, *validate.problems(tree))
        ],
    }
    if tokens:
        document["tokens"] = [
            {"kind": KIND_NAMES[t.kind], "start": t.start, "end": t.end} for t in tree.tokens
        ]
    return document


def _instruction(node: "Instruction") -> "dict[str, Any]":
    found: dict[str, Any] = {
        "name": node.name,
        "keyword": node.keyword,
        "flags": [flag.text for flag in node.flags],
        "args": _arguments(node),
        "json": node.is_json,
        "heredocs": [_heredoc(heredoc) for heredoc in node.heredocs],
        "first_line": node.first_line,
        "last_line": node.last_line,
    }
    if node.trigger is not None:
        found["trigger"] = _instruction(node.trigger)
    return found


def _arguments(node: "Instruction") -> "list[str]":
    if node.name in ("ENV", "LABEL"):
        return [part for pair in node.pairs for part in (pair.key, pair.value or "")]
    return [word.value for word in node.args]


def _heredoc(heredoc: "Heredoc") -> "dict[str, Any]":
    return {
        "name": heredoc.name,
        "descriptor": heredoc.descriptor,
        "expand": heredoc.expand,
        "chomp": heredoc.chomp,
        "content": heredoc.content,
    }
