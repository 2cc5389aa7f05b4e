"""Putting one more command at the end of a RUN, where that is right whatever the others do."""

import re

from dockwright.rules.api import Command, Edit, Step

_REDIRECTS = re.compile(r"(?:[ \t]*(?:\d?[<>]>?|&>>?)(?:&[\d-]|[ \t]*[\w./-]+))*")
_REST = re.compile(r"[ \t]*;?[ \t]*(?:[ \t]#[^\n]*)?\s*")
_LEAVING = frozenset(("exec", "exit", "return"))


def append(run: Step, command: str) -> Edit | None:
    """
    Run `command` after all others of `run`, and only when they succeeded.

    None where that cannot be said: exec form, a script that is not understood, one that ends in
    the background, in a function or with `exit`. Follows the layout of the instruction.
    """
    script = run.script
    node = run.node
    if script is None or script.damaged or node.is_json or not script.body.children:
        return None
    if node.heredocs and (len(node.heredocs) != 1 or not _whole(run)):
        return None
    last = script.body.children[-1][1]
    while not isinstance(last, Command) and last.kind == "list" and last.children:
        last = last.children[-1][1]
    if isinstance(last, Command):
        if last.name in _LEAVING or "background" in last.within:
            return None
        if any(redirect.operator.startswith("<<") for redirect in last.redirects):
            return None
    elif last.kind == "function" or not last.children:
        return None
    text = script.text
    redirects = _REDIRECTS.match(text, last.end)
    end = redirects.end() if redirects is not None else last.end
    if _REST.fullmatch(text, end) is None or end <= 0:
        return None
    offset = script.joined.offset(end - 1) + 1
    return run.insert(offset, _layout(run, offset, command))


def _whole(run: Step) -> bool:
    """Whether the heredoc is the script, not the input of a command."""
    return bool(
        re.fullmatch(r"<<-?\s*[\"']?\w+[\"']?", run.node.rest.text.partition("\n")[0].strip())
    )


def _layout(run: Step, offset: int, command: str) -> str:
    tree = run.stage.build.tree
    source = tree.source
    here = source.line_of(offset)
    first = source.line_of(run.span.start)
    script = run.script
    if run.node.heredocs:
        head = script.commands[0] if script is not None and script.commands else None
        if head is not None and head.name == "set" and head.has("-e"):
            line = source.line(here)
            return f"\n{line[: len(line) - len(line.lstrip())]}{command}"
        return f" && {command}"
    if here == first:
        return f" && {command}"
    for number in range(here, first, -1):
        line = source.line(number)
        stripped = line.strip()
        indent = line[: len(line) - len(line.lstrip())]
        if stripped.startswith("&&"):
            gap = "  " if stripped.startswith("&&  ") else " "
            return f" {tree.escape}\n{indent}&&{gap}{command}"
        above = source.line(number - 1).rstrip()
        if above.endswith(tree.escape) and above[:-1].rstrip().endswith("&&"):
            return f" && {tree.escape}\n{indent}{command}"
    return f" && {command}"
