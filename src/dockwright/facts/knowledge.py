"""Three-valued answers: known, one of several, or unknown, and always why."""

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from dockwright.text.span import Span

    Knowledge: TypeAlias = "Known | OneOf | Unknown"


class Reason(Value):
    """
    One link in a chain of reasons.

    `source` and `span` say where it can be seen, both None for a fact from outside the files.
    `firm` is False when it holds only by default: a build argument's default that a build may
    override, or what nearly every base image does.
    """

    __slots__ = ("firm", "source", "span", "text")

    def __init__(
        self,
        text: str,
        source: str | None = None,
        span: "Span | None" = None,
        *,
        firm: bool = True,
    ) -> None:
        self.text = text
        self.source = source
        self.span = span
        self.firm = firm


class Known(Value):
    """A value, and the reason why it is that."""

    __slots__ = ("reason", "value")

    def __init__(self, value: "Any", reason: Reason) -> None:
        self.value = value
        self.reason = reason

    @property
    def firm(self) -> bool:
        """Whether nothing outside the files can change the value."""
        return self.reason.firm


class OneOf(Value):
    """One of several values: the build decides."""

    __slots__ = ("reason", "values")

    def __init__(self, values: "frozenset[Any]", reason: Reason) -> None:
        self.values = values
        self.reason = reason


class Unknown(Value):
    """Not known, and why: never a bare "don't know"."""

    __slots__ = ("reason",)

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
