"""
The globs of `${x#glob}`, `${x%glob}` and `${x/glob/text}`, where `*` and `?` are special.

Source of the rules: moby/buildkit `frontend/dockerfile/shell/lex.go`
(convertShellPatternToRegex, trimPrefix, trimSuffix).
"""

from dockwright.text.lazy import lazy, re

_MAX_STEPS = 100_000_000
_STARS = lazy(r"\*+")
_REFERENCE = lazy(r"\$(\$|\{\w+\}|\w+)")


class UnknownValue(Exception):
    """Raised by a lookup whose variable exists with a value nobody knows before the build."""


class BadText(Exception):
    """What BuildKit would say of the text."""


def replace_every(expression: "re.Pattern[str]", replacement: str, value: str) -> str:
    # As Go does it: an empty match right behind another match is none.
    pieces: list[str] = []
    at = last = 0
    for match in expression.finditer(value):
        start, end = match.span()
        if end > last or start == 0:
            pieces.append(value[at:start])
            pieces.append(_template(replacement, match[0]))
            at = end
        last = end
    pieces.append(value[at:])
    return "".join(pieces)


def _template(replacement: str, found: str) -> str:
    # Go's ReplaceAllString expands $0 and ${name}; globs have no groups, so the others are "".
    return _REFERENCE.sub(
        lambda m: "$" if m[1] == "$" else found if m[1] in ("0", "{0}") else "", replacement
    )


def compiled(
    pattern: str, *, greedy: bool, value: str, anchored: bool = False
) -> "re.Pattern[str]":
    stars = len(_STARS.findall(pattern))
    steps = len(value) ** (stars if anchored else stars + 1)
    if stars and steps > _MAX_STEPS:
        # Python's expressions backtrack, Go's do not.
        raise UnknownValue
    out = ["^"] if anchored else []
    at = 1 if pattern.startswith("\ufeff") else 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            if out[-1:] not in ([".*"], [".*?"]):
                out.append(".*" if greedy else ".*?")
        elif char == "?":
            out.append(".")
        elif char == "\\":
            following = pattern[at : at + 1]
            if following in ("}", "/"):
                continue
            if following not in ("*", "?", "\\") or not following:
                shown = following or chr(0xFFFD)
                reason = f"invalid pattern ({pattern}) in substitution: invalid escape '\\{shown}'"
                raise BadText(reason)
            out.append("\\" + following)
            at += 1
        else:
            out.append(re.escape(char))
    return re.compile("".join(out))


def trim(pattern: str, value: str, greedy: bool, *, from_end: bool) -> str:
    if not from_end:
        match = compiled(pattern, greedy=greedy, value=value, anchored=True).match(value)
        return value[match.end() :] if match else value
    # The shortest match that ends the value cannot be asked of a regular expression: turn both.
    units: list[str] = []
    at = 0
    while at < len(pattern):
        size = 2 if pattern[at] == "\\" and at + 1 < len(pattern) else 1
        units.append(pattern[at : at + size])
        at += size
    backwards = "".join(reversed(units))
    turned = compiled(backwards, greedy=greedy, value=value, anchored=True).match(value[::-1])
    return value[: len(value) - turned.end()] if turned else value
