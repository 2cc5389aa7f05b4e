"""What the words of `EXPOSE` say: `[address:][host:]port[-port][/protocol]`."""

from dockwright.rules.api import Known, Reason, Span, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Port:
    """
    One port specification of word number `index`.

    `text` is the whole of it, `outer` what stands before the container's part (host address and
    port with the colon), `number` the port or range, `protocol` as written. `literal` tells whether
    the word in the file is just this text, `because` where its value comes from if not.
    """

    __slots__ = ("because", "index", "literal", "number", "outer", "protocol", "step", "text")

    def __init__(self, text: str, step: Step, index: int, reason: Reason) -> None:
        outer, colon, inner = text.rpartition(":")
        self.text = text
        self.outer = outer + colon
        self.number, _, self.protocol = inner.partition("/")
        self.step = step
        self.index = index
        self.literal = step.words[index].value == text
        self.because = () if self.literal else (reason,)

    @property
    def span(self) -> Span:
        """Where the word stands."""
        return self.step.words[self.index].span

    def part(self, start: int, end: int) -> Span:
        """Where `text[start:end]` of a literal word stands."""
        return self.step.node.value_span(self.step.words[self.index], start, end)

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The first and the last port, None when they are no numbers."""
        first, dash, last = self.number.partition("-")
        last = last if dash else first
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
            return None
        return int(first[:9]), int(last[:9])


def ports(step: Step) -> "Iterator[Port]":
    """The specifications of an EXPOSE whose value is known."""
    for index, word in enumerate(step.words):
        value = step.expand(word.value)
        if isinstance(value, Known):
            for text in value.value.split():
                yield Port(text, step, index, value.reason)
