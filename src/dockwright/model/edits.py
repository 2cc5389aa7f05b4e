"""Edits of scripts that a rule should not have to think about: one command more, two RUN in one."""

from dockwright.syntax.shell.nodes import Command
from dockwright.text.lazy import lazy, re
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.model.steps import Step

_REDIRECTS = lazy(r"(?:[ \t]*(?:\d?[<>]>?|&>>?)(?:&[\d-]|[ \t]*[\w./-]+))*")
_REST = lazy(r"[ \t]*;?[ \t]*(?:[ \t]#[^\n]*)?\s*")
_LEAVING = frozenset(("exec", "exit", "return"))


def append(run: "Step", command: str) -> Edit | None:
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


def _whole(run: "Step") -> bool:
    """Whether the heredoc is the script, not the input of a command."""
    return bool(
        re.fullmatch(r"<<-?\s*[\"']?\w+[\"']?", run.node.rest.text.partition("\n")[0].strip())
    )


def _layout(run: "Step", offset: int, command: str) -> str:
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


# How comments begin that silence findings on the instruction below them: ours and other tools'.
_PRAGMA = lazy(
    r"#[ \t]*(?:dockwright:[ \t]*ignore\[|hadolint[ \t]+ignore=|tally[ \t]+ignore=|trivy:ignore"
    r"|kics-scan[ \t]+ignore-line|nosem)",
    re.IGNORECASE,
)


def delete_lines(step: "Step") -> Edit:
    """Delete an instruction; see `Step.delete_lines`."""
    tree = step.stage.build.tree
    source = tree.source
    first = source.line_of(step.span.start)
    last = source.line_of(max(step.span.start, step.span.end - 1))
    kept: list[str] = []
    if "#" in source.slice(step.span):
        kept += [
            source.text[source.line_starts[one.line - 1] : one.span.end]
            for one in tree.comments
            if one.inside and first < one.line <= last
            if not _PRAGMA.match(source.slice(one.span))
        ]
    above: list[str] = []
    number = first - 1
    while number and (not (line := source.line(number).strip()) or line.startswith("#")):
        if _PRAGMA.match(line):
            kept = above[::-1] + kept
            above = []
            first = number
        else:
            above.append(source.line(number))
        number -= 1
    start = source.line_starts[first - 1] or int(source.text.startswith("\ufeff"))
    end = source.text.find("\n", step.span.end) + 1
    text = source.newline.join([*kept, ""] if end else kept)
    if not end and not kept:
        start = max(0, start - len(source.newline))  # the file still ends without a newline
    return Edit(step.source, Span(start, end or len(source.text)), text)


# Programs that change the shell they run in, or leave something running in it.
_STATE = (
    "cd", "pushd", "popd", "export", "set", "unset", "shopt", "umask", "ulimit", "trap", "alias",
    "source", ".", "exec", "exit", "return", "eval", "read", "declare", "local", "readonly",
    "typeset", "service", "systemctl", "newgrp", "su",
)  # fmt: skip


def join(first: "Step", second: "Step") -> Edit | None:
    """One RUN out of two neighbours, None when that might change what they do."""
    if second.index != first.index + 1 or second.stage is not first.stage:
        return None
    if not plain(first) or not plain(second) or _leaves(first):
        return None
    if [flag.text for flag in first.node.flags] != [flag.text for flag in second.node.flags]:
        return None
    tree = first.stage.build.tree
    start = first.span.end
    node = second.node
    begin = second.commands[0].start if second.commands else 0
    rest = node.rest.text
    if second.script is None or rest[:begin].strip():
        return None
    end = node.rest.offset(len(rest) - len(rest.lstrip()))
    if not start < second.span.start < end:
        return None
    between = tree.source.text[start : second.span.start]
    comments = [line.strip() for line in between.splitlines() if line.strip()]
    # A comment with "=" may be a pragma: its place matters.
    if any("=" in line or not line.startswith("#") for line in comments):
        return None
    text = " && "
    if comments or first.node.first_line != first.node.last_line:
        text = "\n".join([f" && {tree.escape}", *comments, "    "])
    return first.replace(Span(start, end), text)


def plain(step: "Step") -> bool:
    """Whether the RUN is one and-list in shell form, with nothing behind it."""
    script = step.script
    node = step.node
    if script is None or script.damaged or node.is_json or node.heredocs or step.onbuild:
        return False
    children = script.body.children
    if len(children) != 1 or any(one.operator in ("||", "&", ";") for one in script.commands):
        return False
    if any("background" in one.within for one in script.commands):
        return False
    text = script.text.rstrip()
    return not text.endswith((";", "&")) and " #" not in text and "\t#" not in text


def _leaves(step: "Step") -> bool:
    """Whether commands of the RUN leave a trace in the shell or start a daemon."""
    return any(
        one.name in _STATE
        or (not one.name and (not one.words or one.assignments))
        or "init.d" in (one.words[0].shape if one.words else "")
        or "function" in one.within
        for one in step.commands
        if "subshell" not in one.within and "substitution" not in one.within
    )
