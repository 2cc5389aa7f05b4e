"""Globs of the configuration: `*` within a name, `**` over folders, relative to its folder."""

from dockwright.text.lazy import re


def matches(pattern: str, path: str) -> bool:
    """Whether `path` (relative to the configuration's folder) is meant by `pattern`."""
    path = path.replace("\\", "/")
    pattern = pattern.rstrip("/")
    if "/" not in pattern:
        return any(_regex(pattern).fullmatch(part) for part in path.split("/"))
    expression = _regex(pattern.removeprefix("./").removeprefix("/"))
    parts = path.split("/")
    return any(expression.fullmatch("/".join(parts[:size])) for size in range(1, len(parts) + 1))


def _regex(pattern: str) -> "re.Pattern[str]":
    out: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            out.append(".*")
            at += 2
        elif pattern[at] == "*":
            out.append("[^/]*")
            at += 1
        elif pattern[at] == "?":
            out.append("[^/]")
            at += 1
        else:
            out.append(re.escape(pattern[at]))
            at += 1
    return re.compile("".join(out), re.DOTALL)
