"""A finding: what is wrong, where, why we know, and how to mend it."""

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.facts.knowledge import Reason
    from dockwright.text.span import Edit, Span

SEVERITIES = ("error", "warning", "info")

SAFE, UNSAFE, SHOWN = "safe", "unsafe", "shown"


class Fix(Value):
    """
    A way to mend a finding: `edits` are made together or not at all, and may span files.

    `safety` is `SAFE` (the image's meaning stays but for `changes`), `UNSAFE` (a person should
    look) or `SHOWN` (never applied). `changes` names the differences of meaning the rule declares,
    as `model.compare` names them.
    """

    __slots__ = ("changes", "edits", "safety", "title")

    def __init__(
        self,
        title: str,
        safety: str,
        edits: "Sequence[Edit]",
        changes: "frozenset[str]" = frozenset(),
    ) -> None:
        self.title = title
        self.safety = safety
        self.edits = tuple(edits)
        self.changes = changes


class Finding(Value):
    """
    One thing that is wrong.

    `confidence` is "certain" or "likely": the latter when a reason in `because` holds only by
    default, or the script was not understood in full. `severity` is what the configuration makes
    of the rule's own.
    """

    __slots__ = (
        "because",
        "code",
        "confidence",
        "fixes",
        "message",
        "name",
        "severity",
        "source",
        "span",
    )

    def __init__(
        self,
        code: str,
        name: str,
        severity: str,
        source: str,
        span: "Span",
        message: str,
        because: "Sequence[Reason]" = (),
        confidence: str = "certain",
        fixes: "Sequence[Fix]" = (),
    ) -> None:
        self.code = code
        self.name = name
        self.severity = severity
        self.source = source
        self.span = span
        self.message = message
        self.because = tuple(because)
        self.confidence = confidence
        self.fixes = tuple(fixes)


def at_least(severity: str, threshold: str) -> bool:
    """Whether `severity` reaches `threshold` ("never" is never reached)."""
    return threshold in SEVERITIES and SEVERITIES.index(severity) <= SEVERITIES.index(threshold)
