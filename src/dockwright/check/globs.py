"""
The globs of our configuration: `exclude` and `per-file-ignores`.

`*` and `?` stop at `/`, `**` does not. A glob without `/` (but at its end) matches at any depth. A
glob that matches a folder matches all that is below it.
"""

import re
from functools import lru_cache


def matches(glob: str, path: str) -> bool:
    """Whether `glob` matches `path`, which is relative to the configuration and has `/`."""
    return _regex(glob).match(path) is not None


@lru_cache(maxsize=256)
def _regex(glob: str) -> "re.Pattern[str]":
    body = glob.removeprefix("./").rstrip("/")
    parts = [] if "/" in body else ["(?:.*/)?"]
    at = 1 if body.startswith("/") else 0
    while at < len(body):
        if body.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif body.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            one = body[at]
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(one, re.escape(one)))
            at += 1
    return re.compile("".join(parts) + r"(?:/.*)?\Z", re.DOTALL)
