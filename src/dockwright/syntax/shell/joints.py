"""
Pipelines and lists that the grammar nests in its own way, as flat sequences.

`cat <<EOF | sh && x` hangs everything after the `<<EOF` below the redirection; here it becomes
cat, | sh, && x.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    Joint = tuple[str, Node]

_OPERATORS = ("|", "|&", "&&", "||")


def flatten(operator: str, node: "Node") -> "list[Joint]":
    """The parts of a list or pipeline, each with the operator before it."""
    found: list[Joint] = []
    todo: list[Joint] = [(operator, node)]
    while todo:
        before, part = todo.pop()
        if part.type not in ("list", "pipeline"):
            found.append((before, part))
            continue
        inner: list[Joint] = []
        for child in part.children:
            if child.type in _OPERATORS:
                before = child.type
            elif child.is_named and child.type != "comment":
                inner.append((before, child))
        todo.extend(reversed(inner))
    return found


def behind(redirect: "Node") -> "list[Joint]":
    """What follows a here-document's operator on its line, below a `heredoc_redirect`."""
    found: list[Joint] = []
    operator = ""
    for child in redirect.children:
        if child.type in _OPERATORS:
            operator = child.type
        elif child.type == "pipeline" or (operator and child.is_named):
            if child.type in ("heredoc_body", "heredoc_end", "heredoc_content", "ERROR", "comment"):
                continue
            found.extend(flatten(operator, child))
    return found
