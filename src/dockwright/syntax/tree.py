"""What every syntax tree of ours shares: tokens that tile the text, and problems as values."""

from sys import intern

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.text.span import Span

# Token kinds, as stored in `Tokens.kinds`.
BOM, BLANK, NEWLINE, COMMENT, DIRECTIVE, KEYWORD, FLAG, TEXT, CONTINUATION, BODY, TERMINATOR = (
    range(11)
)
KIND_NAMES = (
    "bom",
    "blank",
    "newline",
    "comment",
    "directive",
    "keyword",
    "flag",
    "text",
    "continuation",
    "heredoc-body",
    "heredoc-end",
)


class Token(Value):
    """A piece of the text: `text[start:end]`, of one of `KIND_NAMES`."""

    __slots__ = ("end", "kind", "start")

    def __init__(self, kind: int, start: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end


class Tokens:
    """
    The tokens of a text, in order, each beginning where the one before it ends.

    Stored flat, not as objects. (`array` would be smaller still, but imports `collections`: 2 ms.)
    """

    __slots__ = ("ends", "kinds")

    def __init__(self) -> None:
        self.kinds = bytearray()
        self.ends: list[int] = []

    def add(self, kind: int, end: int) -> None:
        """Add the token from the end of the last one to `end`; an empty one is left out."""
        if end > (self.ends[-1] if self.ends else 0):
            self.kinds.append(kind)
            self.ends.append(end)

    def __len__(self) -> int:
        return len(self.ends)

    def __iter__(self) -> "Iterator[Token]":
        start = 0
        for kind, end in zip(self.kinds, self.ends, strict=True):
            yield Token(kind, start, end)
            start = end


class Problem(Value):
    """
    Something the reference implementation would refuse.

    `level` says who refuses it: "parse" (the text has no tree), "instruction" (an instruction's
    flags or arguments are wrong) or "build" (stages and variables do not fit together).
    """

    __slots__ = ("level", "message", "span")

    def __init__(self, span: "Span", message: str, level: str) -> None:
        self.span = span
        self.message = intern(message)  # a broken file says the same thing many times
        self.level = level
