"""
Applying fixes, and proving them.

After each pass five obligations are checked: no new syntax error; the finding is gone; no new
finding, whatever its severity; every comment is still there; for a safe fix, the model shows no
difference in meaning but those the rule declares. A fix that breaks one is left out, and said so.

Bounded by construction: at most `MAX_PASSES` passes, and the texts looked at are together no longer
than `_most_looks` allows.
"""

from bisect import bisect_left, bisect_right
from collections import Counter

from dockwright.check.suppress import is_pragma
from dockwright.findings.finding import SAFE, Finding, Fix
from dockwright.model.compare import compare
from dockwright.text import patch
from dockwright.text.span import Edit
from dockwright.text.value import Value

_WEIGHT = {"info": 0, "warning": 1, "error": 2}
# Rules on what stops a build: only the first failure of an instruction is reported.
_HIDDEN = "DW50"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from typing import Any

    from dockwright.model.ignoring import Ignore
    from dockwright.model.stages import Build

    Chosen = tuple[Finding, Fix]
    # A text to its model, and the findings that may be fixed in it.
    Look = Callable[[str], tuple[Build | Ignore, Sequence[Finding]]]

MAX_PASSES = 20
_LOOKS, _CHARACTERS = 48, 1_000_000


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
    found in); `refused` those that would have broken a promise and whose findings are still there;
    `converged` is False when findings with fixes were left because there was no end to them.
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

    __slots__ = ("build", "findings", "text")

    def __init__(self, text: str, look: "Look") -> None:
        self.text = text
        self.build, self.findings = look(text)


class _Spent(Exception):
    """No more texts may be looked at."""


class _Eyes:
    """Looks at texts, as often as the length of the file allows."""

    __slots__ = ("_left", "_look", "differ")

    def __init__(
        self, text: str, look: "Look", differ: "Callable[[Any, Any], AbstractSet[str]]"
    ) -> None:
        self._look = look
        self.differ = differ
        self._left = _most_looks(len(text))

    def __call__(self, text: str) -> _Seen:
        if not self._left:
            raise _Spent
        self._left -= 1
        return _Seen(text, self._look)


def _most_looks(size: int) -> int:
    return max(_LOOKS, _CHARACTERS // max(size, 1000))


class _Moves:
    """Where the offsets of a text are once edits that do not overlap are made."""

    __slots__ = ("_edits", "_shifts", "_starts")

    def __init__(self, edits: "Iterable[Edit]") -> None:
        self._edits = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
        self._starts = [edit.span.start for edit in self._edits]
        self._shifts = [0]
        for edit in self._edits:
            grown = len(edit.text) - (edit.span.end - edit.span.start)
            self._shifts.append(self._shifts[-1] + grown)

    def where(self, offset: int) -> tuple[int, int]:
        """The first and the last place where what stood at `offset` may be."""
        at = bisect_right(self._starts, offset)
        last = offset + self._shifts[at]
        while at and self._edits[at - 1].span.end >= offset:
            at -= 1
            edit = self._edits[at]
            if edit.span.end > offset:
                last = edit.span.start + self._shifts[at] + len(edit.text)
        first = self._starts[at] if at < len(self._starts) else offset
        return min(first, offset) + self._shifts[at], last


def fix(
    text: str,
    look: "Look",
    safeties: "Sequence[str]" = (SAFE,),
    differ: "Callable[[Any, Any], AbstractSet[str]]" = compare,
) -> Outcome:
    """
    `text` with the fixes of the given safeties made, to a fixed point.

    `look` gives the model of a text and its findings, those that comments suppress left out;
    `differ` names the differences in meaning of two such models.
    """
    eyes = _Eyes(text, look, differ)
    seen = eyes(text)
    applied: list[tuple[Finding, Fix]] = []
    refused: dict[tuple[str, int, str], Refused] = {}
    converged = progress = False
    newline = seen.build.tree.source.newline
    for _ in range(MAX_PASSES):
        wanted = [
            (finding, chosen)
            for finding in seen.findings
            if (chosen := _choose(finding, safeties, refused, newline)) is not None
        ]
        batch = _disjoint(wanted)
        if not batch:
            if not (refused and progress):
                converged = True
                break
            # What has been made since may have taken away why others were refused.
            refused, progress = {}, False
            continue
        work = _Pass(seen, eyes)
        spent = False
        try:
            for group in _alike(batch):
                work.make(group)
        except _Spent:
            spent = True
        applied += work.made
        progress = progress or bool(work.made)
        refused = _carried(refused, work)
        seen = work.now
        if spent:
            break
    left = {_place(finding) for finding in seen.findings}
    still = [one for key, one in refused.items() if key[:2] in left]
    return Outcome(seen.text, applied, still, converged)


def _place(finding: Finding) -> tuple[str, int]:
    return finding.code, finding.span.start


def _carried(
    refused: "dict[tuple[str, int, str], Refused]", work: "_Pass"
) -> "dict[tuple[str, int, str], Refused]":
    """What is refused, by where it stands after the pass; what was made in the end is not."""
    moves = _Moves(work.edits)
    done = {_place(finding) for finding, _ in work.made}
    found = {}
    for (code, start, shape), one in refused.items():
        if (code, start) not in done:
            found[code, moves.where(start)[1], shape] = one
    for one in work.refused:
        code, start = _place(one.finding)
        found[code, moves.where(start)[1], _shape(one.fix)] = one
    return found


def _shape(chosen: Fix) -> str:
    """What a fix does, wherever it stands: a fix that was refused is not tried again."""
    first = min(edit.span.start for edit in chosen.edits)
    return repr([(e.span.start - first, e.span.end - first, e.text) for e in chosen.edits])


class _Pass:
    """One round: fixes that do not touch one another, made as far as they keep their promises."""

    __slots__ = ("_eyes", "before", "made", "now", "refused")

    def __init__(self, seen: _Seen, eyes: _Eyes) -> None:
        self.before = self.now = seen
        self.made: list[Chosen] = []
        self.refused: list[Refused] = []
        self._eyes = eyes

    @property
    def edits(self) -> list[Edit]:
        """The edits made, as offsets into the text before the pass."""
        return [edit for _, chosen in self.made for edit in chosen.edits]

    def make(self, batch: "Sequence[Chosen]") -> None:
        """
        Make the fixes of `batch`; when something in it breaks a promise, each half for itself.

        They are all unsafe, or all safe with the same changes: no word excuses another's deed.
        """
        batch = self._wanted(batch)
        if not batch:
            return
        after = self._try(batch)
        if isinstance(after, _Seen):
            self.now = after
            self.made += batch
        elif len(batch) == 1:
            self.refused.append(Refused(*batch[0], after))
        else:
            middle = len(batch) // 2
            self.make(batch[:middle])
            self.make(batch[middle:])

    def _wanted(self, batch: "Sequence[Chosen]") -> "Sequence[Chosen]":
        """Those whose finding has not gone with what the pass has already made."""
        if not self.made:
            return batch
        moves = _Moves(self.edits)
        starts: dict[str, list[int]] = {}
        for finding in self.now.findings:
            starts.setdefault(finding.code, []).append(finding.span.start)
        for several in starts.values():
            several.sort()
        found = []
        for finding, chosen in batch:
            first, last = moves.where(finding.span.start)
            if _between(starts.get(finding.code, []), first, last):
                found.append((finding, chosen))
        return found

    def _try(self, batch: "Sequence[Chosen]") -> _Seen | str:
        """The text with `batch` made also, or the promise that would be broken."""
        added = [edit for _, chosen in batch for edit in chosen.edits]
        try:
            text = patch.apply(self.before.text, self.edits + added)
        except ValueError:
            return "its edits overlap"
        if text == self.now.text:
            return "it changes nothing"
        return self._broken(after := self._eyes(text), batch) or after

    def _broken(self, after: _Seen, batch: "Sequence[Chosen]") -> str | None:
        now = self.now
        if _problems(after) - _problems(now):
            return "the file would no longer parse"
        if self._there(after, batch):
            return "the finding would still be there"
        worse = is_worse(now.findings, after.findings, batch)
        if worse:
            return f"it would cause a new finding ({worse})"
        if self._comments_lost(after, batch):
            return "a comment would be lost"
        first = batch[0][1]
        if first.safety == SAFE:
            others = self._eyes.differ(now.build, after.build) - first.changes
            if others:
                return "it would change what the image does (" + ", ".join(sorted(others)) + ")"
        return None

    def _there(self, after: _Seen, batch: "Sequence[Chosen]") -> bool:
        """
        Whether a finding of `batch` is still where it was.

        What is there instead may be another of the same rule that moved to this place.
        """
        codes = {finding.code for finding, _ in batch}
        fixed = {id(finding) for finding, _ in (*self.made, *batch)}
        moves = _Moves(edit for _, chosen in (*self.made, *batch) for edit in chosen.edits)
        for code in codes:
            left = sorted(f.span.start for f in after.findings if f.code == code)
            others = [
                moves.where(f.span.start)
                for f in self.before.findings
                if f.code == code and id(f) not in fixed
            ]
            # Each takes the first place that it may have come to, in order: nobody is robbed.
            taken = [False] * len(left)
            following = 0
            for first, last in sorted(others, key=lambda place: place[1]):
                at = max(following, bisect_left(left, first))
                if at < len(left) and left[at] <= last:
                    taken[at] = True
                    following = at + 1
            free = [start for start, gone in zip(left, taken, strict=True) if not gone]
            for first, last in (moves.where(f.span.start) for f, _ in batch if f.code == code):
                if _between(free, first, last):
                    return True
        return False

    def _comments_lost(self, after: _Seen, batch: "Sequence[Chosen]") -> bool:
        """
        Whether the author's words would be gone.

        A comment that silences findings may go with what it speaks of; one that the fix is about
        may be rewritten; those of a whole stage may go with the stage.
        """
        tree = self.before.build.tree
        if not tree.comments or len(after.build.stages) < len(self.now.build.stages):
            return False
        edits = [
            edit
            for _, chosen in (*self.made, *batch)
            for edit in chosen.edits
            if edit.span.start < edit.span.end
        ]
        begins = [comment.span.start for comment in tree.comments]
        rewritten = set()
        for edit in edits:
            at = bisect_right(begins, edit.span.start) - 1
            if at >= 0 and tree.comments[at].span.covers(edit.span):
                rewritten.add(begins[at])
        wanted = Counter(
            comment.text
            for comment in tree.comments
            if comment.span.start not in rewritten and not is_pragma(comment.text)
        )
        # What went with a whole stage in this pass stays away.
        return bool((wanted & _comments(self.now)) - _comments(after))


def _between(starts: "Sequence[int]", first: int, last: int) -> bool:
    """Whether one of the sorted `starts` lies from `first` to `last`."""
    at = bisect_left(starts, first)
    return at < len(starts) and starts[at] <= last


def _comments(seen: _Seen) -> Counter[str]:
    return Counter(comment.text for comment in seen.build.tree.comments)


def is_worse(
    now: "Sequence[Finding]", after: "Sequence[Finding]", batch: "Sequence[Chosen]"
) -> str:
    """The code of a new finding that is a fault of the fixes in `batch`, "" when there is none."""
    old = Counter(finding.code for finding in now)
    new = Counter(finding.code for finding in after)
    for code, count in sorted(new.items()):
        if count > old[code] and _worse(now, after, code, batch):
            return code
    return ""


def _worse(
    now: "Sequence[Finding]", after: "Sequence[Finding]", code: str, batch: "Sequence[Chosen]"
) -> bool:
    """
    Whether a new finding of `code` is a fault of the fixes in `batch`.

    Not when it weighs less than what is mended, and the fix is unsafe (an installed package may
    lack its version) or the finding has a safe fix itself, which comes next (two RUN that now stand
    side by side). And one failure of a RUN may hide the next, which then takes its place.
    """
    new = [finding for finding in after if finding.code == code]
    weight = _WEIGHT[new[0].severity]
    mended = all(any(one.safety == SAFE for one in finding.fixes) for finding in new)
    if (mended or batch[0][1].safety != SAFE) and weight < max(
        _WEIGHT[finding.severity] for finding, _ in batch
    ):
        return False
    if not code.startswith(_HIDDEN):
        return True
    return sum(_WEIGHT[finding.severity] >= weight for finding in after) > sum(
        _WEIGHT[finding.severity] >= weight for finding in now
    )


def _problems(seen: _Seen) -> Counter[str]:
    return Counter(problem.message for problem in seen.build.problems)


def _choose(
    finding: Finding,
    safeties: "Sequence[str]",
    refused: "dict[tuple[str, int, str], Refused]",
    newline: str,
) -> Fix | None:
    """The first fix of one of the safeties that was not refused here, as the file ends lines."""
    for candidate in finding.fixes:
        if candidate.safety not in safeties or not candidate.edits:
            continue
        if any(edit.source != finding.source for edit in candidate.edits):
            continue  # another file's text is not ours to change
        chosen = candidate if newline == "\n" else _with_newline(candidate, newline)
        if (*_place(finding), _shape(chosen)) not in refused:
            return chosen
    return None


def _with_newline(chosen: Fix, newline: str) -> Fix:
    edits = [
        Edit(e.source, e.span, e.text.replace("\r\n", "\n").replace("\n", newline))
        for e in chosen.edits
    ]
    return Fix(chosen.title, chosen.safety, edits, chosen.changes)


def _disjoint(wanted: "Sequence[Chosen]") -> "list[Chosen]":
    """The fixes, in the order of the file, that do not touch one another."""
    batch: list[Chosen] = []
    end = -1
    for finding, chosen in sorted(wanted, key=lambda pair: _extent(pair[1])):
        first, last = _extent(chosen)
        if first > end:
            batch.append((finding, chosen))
            end = last
    return batch


def _alike(batch: "Sequence[Chosen]") -> "list[list[Chosen]]":
    """The fixes in groups that declare the same, so that each is held to its own word."""
    groups: dict[frozenset[str] | None, list[Chosen]] = {}
    for one in batch:
        groups.setdefault(one[1].changes if one[1].safety == SAFE else None, []).append(one)
    return list(groups.values())


def _extent(chosen: Fix) -> tuple[int, int]:
    starts = [edit.span.start for edit in chosen.edits]
    return min(starts), max(edit.span.end for edit in chosen.edits)
