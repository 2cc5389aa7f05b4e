"""Joining RUN instructions that follow one another."""

from dockwright.rules.api import Edit, Span, Step

# Programs that change the shell they run in, or leave something running in it.
_STATE = (
    "cd", "pushd", "popd", "export", "set", "unset", "shopt", "umask", "ulimit", "trap", "alias",
    "source", ".", "exec", "exit", "return", "eval", "read", "declare", "local", "readonly",
    "typeset", "service", "systemctl", "newgrp", "su",
)  # fmt: skip


def join(first: Step, second: Step) -> Edit | None:
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


def plain(step: Step) -> bool:
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


def _leaves(step: Step) -> bool:
    """Whether commands of the RUN leave a trace in the shell or start a daemon."""
    return any(
        one.name in _STATE
        or (not one.name and (not one.words or one.assignments))
        or "init.d" in (one.words[0].shape if one.words else "")
        or "function" in one.within
        for one in step.commands
        if "subshell" not in one.within and "substitution" not in one.within
    )
