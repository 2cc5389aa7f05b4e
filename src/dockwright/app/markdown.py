"""
Dockerfiles in the code fences of a Markdown file.

Each fence becomes a text of the same length as the file in which everything else is blank, so that
positions and edits hold for the Markdown file as they are. A fence that shows only some
instructions gets a FROM in the place of its opening line; what is found there is left out.
"""

import re

from dockwright.text.lazy import lazy
from dockwright.text.value import Value

_FENCE = lazy(r"^([ ]{0,3})(`{3,}|~{3,})[ \t]*(dockerfile|containerfile)\b[^\n`]*$", re.IGNORECASE)
_FIRST = lazy(r"(?im)^[ \t]*(?!#)(\w+)")
# A base with tag and digest-like certainty: nothing is to be said of it.
_STAND_IN = "FROM a:1"


class Fence(Value):
    """
    One code fence: the file's text with all but the fence's body blanked, and the span of the body.

    `fragment` tells whether the body has no FROM of its own.
    """

    __slots__ = ("end", "fragment", "start", "text")

    def __init__(self, text: str, start: int, end: int, fragment: bool) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.fragment = fragment


def fences(text: str) -> list[Fence]:
    """The Dockerfile fences of a Markdown text, in order."""
    found: list[Fence] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        opening = _FENCE.match(text[at:end].rstrip("\r"))
        if opening is None:
            at = end + 1
            continue
        body = min(end + 1, len(text))
        stop = _closing(text, body, opening[2])
        found.append(_fence(text, at, body, stop))
        newline = text.find("\n", stop)
        at = len(text) if newline < 0 else newline + 1
    return found


def _closing(text: str, at: int, marker: str) -> int:
    """Where the line begins that closes a fence, or the end of the text."""
    close = re.compile(
        rf"^[ ]{{0,3}}{re.escape(marker[0])}{{{len(marker)},}}[ \t]*\r?$", re.MULTILINE
    )
    match = close.search(text, at)
    return match.start() if match else len(text)


def _fence(text: str, opening: int, start: int, end: int) -> Fence:
    body = text[start:end]
    first = _FIRST.search(body)
    fragment = first is not None and first[1].upper() not in ("FROM", "ARG")
    before = _blank(text[:opening]) + (
        _STAND_IN + " " * (start - opening - len(_STAND_IN) - 1) + "\n"
        if fragment
        else _blank(text[opening:start])
    )
    return Fence(before + body + _blank(text[end:]), start, end, fragment)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
