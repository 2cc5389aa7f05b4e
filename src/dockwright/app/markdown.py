"""
Dockerfiles in the code fences of a Markdown file.

Each fence becomes a text of the same length as the file in which everything else is blank, so that
positions and edits hold for the Markdown file as they are. A fence that begins with other
instructions than FROM shows a piece of a Dockerfile, or several: the first gets a FROM in the place
of the fence's opening line. What is found there is left out, and so is what rests on nothing being
known of that base: nobody can say what stands before the piece.
"""

from itertools import pairwise

from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.lazy import lazy, re
from dockwright.text.source import Source
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.findings.finding import Finding

_FENCE = lazy(r"^([ ]{0,3})(`{3,}|~{3,})[ \t]*(dockerfile|containerfile)\b[^\n`]*$", re.IGNORECASE)
# A base with a tag: nothing is to be said of it. It has to be shorter than an opening line.
_BASE = "a:1"
_STAND_IN = f"FROM {_BASE}"


class Fence(Value):
    """
    A Dockerfile, or a piece of one, in a code fence: the file's text with all else blanked, and the
    span that is left.

    `fragment` tells whether it has no FROM of its own.
    """

    __slots__ = ("end", "fragment", "start", "text")

    def __init__(self, text: str, start: int, end: int, fragment: bool) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.fragment = fragment

    def of(self, findings: "Sequence[Finding]") -> "list[Finding]":
        """Those of `findings` that speak of what the fence shows."""
        return [one for one in findings if self._shown(one)]

    def _shown(self, finding: "Finding") -> bool:
        span = finding.span
        if span.start < self.start or not self.text[span.start : span.end].strip():
            return False
        guessed = f"the base image {_BASE}"
        return not (self.fragment and any(guessed in one.text for one in finding.because))


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
        found += _pieces(text, at, body, stop)
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


def _pieces(text: str, opening: int, start: int, end: int) -> list[Fence]:
    """What the body of a fence shows: one Dockerfile, or pieces that have nothing to do with it."""
    tree = parse(Source("", text[start:end]))
    names = [node.name for node in tree.instructions]
    froms = [start + node.start for node in tree.instructions if node.name == "FROM"]
    first = next((name for name in names if name != "ARG"), "")
    if not names or first == "FROM":
        return [_piece(text, start, end)]
    tied = any(
        len(node.args) > 1
        if node.name == "FROM"
        else any(flag.name == "from" for flag in node.flags)
        for node in tree.instructions
    )
    # With names for stages the rest is one Dockerfile; without, each FROM begins another.
    cuts = [*(froms[:1] if tied else froms), end]
    lead = _STAND_IN + " " * (start - opening - len(_STAND_IN) - 1) + "\n"
    pieces = [
        Fence(
            _blank(text[:opening]) + lead + text[start : cuts[0]] + _blank(text[cuts[0] :]),
            start,
            cuts[0],
            True,
        )
    ]
    pieces += [_piece(text, at, stop) for at, stop in pairwise(cuts)]
    return pieces


def _piece(text: str, start: int, end: int) -> Fence:
    return Fence(_blank(text[:start]) + text[start:end] + _blank(text[end:]), start, end, False)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
