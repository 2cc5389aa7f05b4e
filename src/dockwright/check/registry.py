"""What the generated index says of each rule, and the rule itself on request."""

import sys

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Rule


class Entry(Value):
    """
    One row of the index.

    `subject` is the subscription ("Build", "Stage", "Any" or an instruction's name); `programs`
    the commands a rule on RUN waits for, () for any; `mentions` words of which the file's text must
    hold one, () for none; `needs` what else there must be, see `Rule`; `fixable` whether an example
    shows a fix.
    """

    __slots__ = (
        "also",
        "code",
        "fixable",
        "mentions",
        "module",
        "name",
        "needs",
        "programs",
        "severity",
        "since",
        "subject",
        "tags",
        "tier",
    )

    def __init__(
        self,
        code: str,
        name: str,
        module: str,
        subject: str,
        programs: tuple[str, ...],
        mentions: tuple[str, ...],
        needs: str,
        tier: str,
        severity: str,
        since: str,
        fixable: bool,
        tags: tuple[str, ...],
        also: tuple[str, ...],
    ) -> None:
        self.code = code
        self.name = name
        self.module = module
        self.subject = subject
        self.programs = programs
        self.mentions = mentions
        self.needs = needs
        self.tier = tier
        self.severity = severity
        self.since = since
        self.fixable = fixable
        self.tags = tags
        self.also = also


_entries: tuple[Entry, ...] = ()


def entries() -> tuple[Entry, ...]:
    """Every rule, by code."""
    global _entries
    if not _entries:
        from dockwright.rules._index import ROWS

        _entries = tuple(Entry(*row) for row in ROWS)
    return _entries


def fingerprint() -> str:
    """A text that changes when a rule does: part of the key of cached findings."""
    from dockwright.rules._index import DIGEST

    return DIGEST


def find(name: str) -> Entry | None:
    """The rule whose code or name is `name`."""
    for entry in entries():
        if name in (entry.code, entry.name):
            return entry
    return None


def load(entry: Entry) -> "type[Rule]":
    """The rule's class; imports its module."""
    name = f"dockwright.rules.{entry.module}"
    module = sys.modules.get(name)
    if module is None:
        __import__(name)
        module = sys.modules[name]
    for value in vars(module).values():
        if isinstance(value, type) and getattr(value, "code", None) == entry.code:
            return value
    raise LookupError(f"{name} has no rule {entry.code}: run `make generate`")
