"""
Applying fixes to a Compose project, and proving them.

A fix may edit several files; it is made in all of them or in none. The obligations are those of
`check.fix`: nothing that Compose or the engine refuses is new, the finding is gone, no finding is
worse than before, every comment is still there, and a safe fix changes only what it declares.
"""

from collections import Counter

from dockwright.check.fix import Refused
from dockwright.check.suppress import is_pragma
from dockwright.compose.difference import difference
from dockwright.findings.finding import SAFE, SEVERITIES, Finding, Fix
from dockwright.text import patch
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.model.composition import Composition

    Texts = Mapping[str, str]
    Chosen = tuple[Finding, Fix]

    # Texts by name to the project they make and its findings.
    Look = Callable[[Texts], tuple[Composition, Sequence[Finding]]]
    # The differences of a Dockerfile, by its name, before and after; and its new problems.
    Compare = Callable[[str, str, str], tuple[set[str], bool]]

#: Fixes tried one by one in a project: more than any real one has.
MOST = 400


class Outcome(Value):
    """
    What fixing made of a project.

    `texts` are the files that differ, by name; `applied` the fixes made, `refused` those that would
    have broken a promise, `remaining` the findings that are left.
    """

    __slots__ = ("applied", "refused", "remaining", "texts")

    def __init__(
        self,
        texts: "Texts",
        applied: "Sequence[Chosen]",
        refused: "Sequence[Refused]",
        remaining: "Sequence[Finding]",
    ) -> None:
        self.texts = dict(texts)
        self.applied = tuple(applied)
        self.refused = tuple(refused)
        self.remaining = tuple(remaining)


class _State:
    """Some texts with what is seen in them."""

    __slots__ = ("findings", "project", "texts")

    def __init__(self, texts: "Texts", look: "Look") -> None:
        self.texts = dict(texts)
        self.project, self.findings = look(texts)


def fix_project(
    look: "Look",
    read: "Callable[[str], str | None]",
    compare: "Compare",
    safeties: "Sequence[str]" = (SAFE,),
    only: str | None = None,
) -> Outcome:
    """
    The project with the fixes of the given safeties made, one after the other.

    `look` gives the project and its findings when some files have other texts; `read` gives the
    text of a file on disk by the name that findings use. With `only`, no other file is edited.
    """
    state = _State({}, look)
    applied: list[Chosen] = []
    refused: dict[tuple[object, ...], Refused] = {}
    for _ in range(MOST):
        chosen = _next(state.findings, safeties, refused, only)
        if chosen is None:
            break
        after = _try(state, chosen, look, read, compare)
        if isinstance(after, str):
            refused[_identity(*chosen)] = Refused(*chosen, after)
            continue
        applied.append(chosen)
        state = after
        refused = {}
    texts = {name: text for name, text in state.texts.items() if text != read(name)}
    return Outcome(texts, applied, list(refused.values()), state.findings)


def _next(
    findings: "Sequence[Finding]",
    safeties: "Sequence[str]",
    refused: "Mapping[tuple[object, ...], Refused]",
    only: str | None,
) -> "Chosen | None":
    for finding in findings:
        for candidate in finding.fixes:
            elsewhere = only is not None and any(edit.source != only for edit in candidate.edits)
            if candidate.safety in safeties and candidate.edits and not elsewhere:
                if _identity(finding, candidate) not in refused:
                    return finding, candidate
                break
    return None


def _identity(finding: Finding, fix: Fix) -> tuple[object, ...]:
    edits = tuple((edit.source, edit.span.start, edit.text) for edit in fix.edits)
    return finding.code, finding.source, finding.span.start, edits


def _try(
    state: _State,
    chosen: "Chosen",
    look: "Look",
    read: "Callable[[str], str | None]",
    compare: "Compare",
) -> "_State | str":
    finding, fix = chosen
    texts = dict(state.texts)
    changes: set[str] = set()
    for name in sorted({edit.source for edit in fix.edits}):
        before = texts.get(name, read(name))
        if before is None:
            if name.rpartition("/")[2] not in (".dockerignore", ".env"):
                return f"{name} cannot be read"
            before = ""
        own = [edit for edit in fix.edits if edit.source == name]
        if max(edit.span.end for edit in own) > len(before):
            return "its edits do not fit"
        try:
            texts[name] = patch.apply(before, own)
        except ValueError:
            return "its edits overlap"
        if texts[name] == before:
            return "it changes nothing"
        differs, broken = compare(name, before, texts[name])
        if broken:
            return "the file would no longer parse"
        changes |= differs
    after = _State(texts, look)
    new = Counter(one.message for one in after.project.problems)
    if new - Counter(one.message for one in state.project.problems):
        return "Compose would refuse the file"
    if _count(after, finding) >= _count(state, finding):
        return "the finding would still be there"
    worse = _worse(state.findings, after.findings, chosen)
    if worse:
        return f"it would cause a new finding ({worse})"
    if _comments(state) - _comments(after):
        return "a comment would be lost"
    if fix.safety == SAFE and "compose" not in fix.changes:
        changes |= difference(state.project.loaded, after.project.loaded)
        others = changes - fix.changes
        if others:
            return "it would change what the project does (" + ", ".join(sorted(others)) + ")"
    return after


def _worse(now: "Sequence[Finding]", after: "Sequence[Finding]", chosen: "Chosen") -> str:
    """
    The code of a finding that is new and has taken the place of none of its weight, or "".

    What is mended lets more be known of a service, and so the next thing may come to light; of an
    unsafe fix also another one of the same weight.
    """
    finding, fix = chosen
    mended = SEVERITIES.index(finding.severity)
    new = Counter(one.code for one in after) - Counter(one.code for one in now)
    for one in after:
        if one.code in new:
            weight = SEVERITIES.index(one.severity)
            if fix.safety != SAFE and weight >= mended:
                continue
            old, left = (
                sum(SEVERITIES.index(other.severity) <= weight for other in findings)
                for findings in (now, after)
            )
            if left > old:
                return one.code
    return ""


def _count(state: _State, finding: Finding) -> int:
    return sum(one.code == finding.code and one.source == finding.source for one in state.findings)


def _comments(state: _State) -> Counter[str]:
    return Counter(
        comment.text
        for tree in state.project.trees()
        for comment in tree.comments
        if not is_pragma(comment.text)
    )
