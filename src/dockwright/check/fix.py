"""
Applying fixes, and proving them.

After each pass four obligations are checked: no new syntax error; the finding is gone; no new
finding of equal or higher severity; for a safe fix, the model shows no difference in meaning but
those the rule declares. A fix that breaks one is left out, and said so.
"""

from collections import Counter

from dockwright.findings.finding import SAFE, SEVERITIES, Finding, Fix
from dockwright.model.compare import compare
from dockwright.text import patch
from dockwright.text.span import Edit, Span
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.stages import Build

    Chosen = tuple[Finding, Fix]
    # A text to its model, and the findings that may be fixed in it.
    Look = Callable[[str], tuple[Build, Sequence[Finding]]]

MAX_PASSES = 10


class Refused(Value):
    """A fix that was not made: `obligation` says which promise it would have broken."""

    __slots__ = ("finding", "fix", "obligation")

    def __init__(self, finding: Finding, fix: Fix, obligation: str) -> None:
        self.finding = finding
        self.fix = fix
        self.obligation = obligation


class Outcome(Value):
    """
    What fixing made of a text.

    `applied` are the fixes made, each with its finding (whose span is that of the pass it was
    found in); `refused` those that would have broken a promise; `converged` is False when findings
    with fixes were left after `MAX_PASSES`.
    """

    __slots__ = ("applied", "converged", "refused", "text")

    def __init__(
        self,
        text: str,
        applied: "Sequence[tuple[Finding, Fix]]",
        refused: "Sequence[Refused]",
        converged: bool,
    ) -> None:
        self.text = text
        self.applied = tuple(applied)
        self.refused = tuple(refused)
        self.converged = converged


class _Seen:
    """A text with its model and findings."""

    __slots__ = ("build", "findings", "problems", "text")

    def __init__(self, text: str, look: "Look") -> None:
        self.text = text
        self.build, self.findings = look(text)
        self.problems = Counter(p.message for p in self.build.problems)


def fix(text: str, look: "Look", safeties: "Sequence[str]" = (SAFE,)) -> Outcome:
    """
    `text` with the fixes of the given safeties made, to a fixed point.

    `look` gives the model of a text and its findings, those that comments suppress left out.
    """
    seen = _Seen(text, look)
    applied: list[tuple[Finding, Fix]] = []
    refused: dict[tuple[str, str], Refused] = {}
    for _ in range(MAX_PASSES):
        wanted = [
            (finding, chosen)
            for finding in seen.findings
            if (chosen := _choose(finding, safeties)) is not None
            and (finding.code, _marked(seen.text, finding)) not in refused
        ]
        batch = _disjoint(wanted)
        if not batch:
            return Outcome(seen.text, applied, tuple(refused.values()), True)
        for one in _make(seen, batch, look):
            if isinstance(one, Refused):
                refused[one.finding.code, _marked(seen.text, one.finding)] = one
            elif isinstance(one, _Seen):
                after = one
            else:
                applied.append(one)
        seen = after
    return Outcome(seen.text, applied, tuple(refused.values()), False)


def _make(
    seen: _Seen, batch: "Sequence[Chosen]", look: "Look"
) -> "list[_Seen | Refused | Chosen]":
    """
    Make the fixes of `batch`: those made, those refused, and what the text looks like then.

    When something in the batch breaks a promise, each half is made for itself; the fixes are
    disjoint and in order, so the second half only moves.
    """
    after = _try(seen, batch, look)
    if isinstance(after, _Seen):
        return [*batch, after]
    if len(batch) == 1:
        return [Refused(*batch[0], after), seen]
    middle = len(batch) // 2
    done = _make(seen, batch[:middle], look)
    between = done.pop()
    assert isinstance(between, _Seen)
    delta = len(between.text) - len(seen.text)
    rest = [(finding, _moved(chosen, delta)) for finding, chosen in batch[middle:]]
    for one in _make(between, rest, look):
        if isinstance(one, Refused):
            original = next(c for f, c in batch[middle:] if f is one.finding)
            done.append(Refused(one.finding, original, one.obligation))
        else:
            done.append(one)
    return done


def _moved(chosen: Fix, delta: int) -> Fix:
    edits = [
        Edit(edit.source, Span(edit.span.start + delta, edit.span.end + delta), edit.text)
        for edit in chosen.edits
    ]
    return Fix(chosen.title, chosen.safety, edits, chosen.changes)


def _choose(finding: Finding, safeties: "Sequence[str]") -> Fix | None:
    for candidate in finding.fixes:
        if candidate.safety in safeties:
            return candidate
    return None


def _marked(text: str, finding: Finding) -> str:
    """What the finding marks, with enough around it to tell it from its like."""
    span = finding.span
    return text[max(0, span.start - 40) : span.end + 40]


def _disjoint(wanted: "Sequence[tuple[Finding, Fix]]") -> "list[tuple[Finding, Fix]]":
    """The fixes, in the order of the file, that do not touch one another."""
    batch: list[tuple[Finding, Fix]] = []
    taken: list[tuple[int, int]] = []
    for finding, chosen in sorted(wanted, key=lambda pair: _extent(pair[1])):
        start, end = _extent(chosen)
        if taken and start <= taken[-1][1]:
            continue
        taken.append((start, end))
        batch.append((finding, chosen))
    return batch


def _extent(chosen: Fix) -> tuple[int, int]:
    starts = [edit.span.start for edit in chosen.edits]
    return min(starts), max(edit.span.end for edit in chosen.edits)


def _try(
    before: _Seen, batch: "Sequence[tuple[Finding, Fix]]", look: "Look"
) -> _Seen | str:
    """The text with `batch` made, or the promise that would be broken."""
    edits = [edit for _, chosen in batch for edit in chosen.edits]
    try:
        text = patch.apply(before.text, edits)
    except ValueError:
        return "its edits overlap"
    if text == before.text:
        return "it changes nothing"
    after = _Seen(text, look)
    if after.problems - before.problems:
        return "the file would no longer parse"
    return _broken(before, after, batch) or after


def _broken(
    before: _Seen, after: _Seen, batch: "Sequence[tuple[Finding, Fix]]"
) -> str | None:
    old = Counter(finding.code for finding in before.findings)
    new = Counter(finding.code for finding in after.findings)
    for code, count in Counter(finding.code for finding, _ in batch).items():
        if new[code] > old[code] - count:
            return "the finding would still be there"
    worst = min(SEVERITIES.index(finding.severity) for finding, _ in batch)
    for code, count in new.items():
        if count > old[code]:
            severity = next(f.severity for f in after.findings if f.code == code)
            if SEVERITIES.index(severity) <= worst:
                return f"it would cause a new finding ({code})"
    if all(chosen.safety == SAFE for _, chosen in batch):
        allowed = frozenset[str]().union(*(chosen.changes for _, chosen in batch))
        others = compare(before.build, after.build) - allowed
        if others:
            return "it would change what the image does (" + ", ".join(sorted(others)) + ")"
    return None
