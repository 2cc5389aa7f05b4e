"""The fix loop: its obligations, each broken on purpose, and that it comes to an end."""

import re
from collections.abc import Callable

import pytest

from dockwright.check import fix as loop
from dockwright.check.fix import Outcome, fix
from dockwright.findings.finding import SAFE, SHOWN, UNSAFE, Finding, Fix
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source
from dockwright.text.span import Edit, Span
from tests.fix.fragments import looker

F = "FROM debian:12\n"
Fake = Callable[[str], list[Finding]]
NAME = "Dockerfile"


def replacing(
    pattern: str,
    text: str,
    *,
    code: str = "X1",
    safety: str = SAFE,
    changes: tuple[str, ...] = ("run:operands",),
    severity: str = "warning",
) -> Fake:
    """A rule that reports what `pattern` matches and replaces it by `text`."""

    def check(source: str) -> list[Finding]:
        found = []
        for match in re.finditer(pattern, source):
            edit = Edit(NAME, Span(*match.span()), match.expand(text))
            remedy = Fix("mend it", safety, [edit], frozenset(changes))
            found.append(reported(code, Span(*match.span()), severity, (remedy,)))
        return found

    return check


def reporting(pattern: str, code: str, severity: str = "info") -> Fake:
    """A rule without a fix."""
    return lambda source: [
        reported(code, Span(*match.span()), severity, ()) for match in re.finditer(pattern, source)
    ]


def reported(code: str, span: Span, severity: str, fixes: tuple[Fix, ...]) -> Finding:
    return Finding(code, code.lower(), severity, NAME, span, "it is wrong", fixes=fixes)


class Eyes:
    """What the loop looks with; counts how often."""

    def __init__(self, *rules: Fake) -> None:
        self.rules = rules
        self.texts: list[str] = []

    def __call__(self, text: str) -> tuple[Build, list[Finding]]:
        self.texts.append(text)
        found = [finding for rule in self.rules for finding in rule(text)]
        found.sort(key=lambda one: (one.span.start, one.span.end, one.code))
        return Build(parse(Source(NAME, text))), found


def run(text: str, *rules: Fake, safeties: tuple[str, ...] = (SAFE,)) -> Outcome:
    outcome = fix(text, Eyes(*rules), safeties)
    assert outcome.converged
    return outcome


def refusals(outcome: Outcome) -> list[str]:
    return [refused.obligation for refused in outcome.refused]


# The obligations


def test_what_keeps_its_promises_is_made() -> None:
    outcome = run(F + "RUN a bad\n", replacing("bad", "good"))
    assert outcome.text == F + "RUN a good\n"
    assert [finding.code for finding, _ in outcome.applied] == ["X1"]
    assert outcome.refused == ()


def test_new_syntax_error() -> None:
    text = F + "COPY bad b\n"
    outcome = run(text, replacing("COPY bad b", "COPY b", changes=("copy",)))
    assert outcome.text == text
    assert refusals(outcome) == ["the file would no longer parse"]
    assert outcome.applied == ()


def test_old_syntax_errors_do_not_matter() -> None:
    assert run(F + "NONSENSE\nRUN a bad\n", replacing("bad", "good")).text.endswith("good\n")


def test_finding_still_there() -> None:
    outcome = run(F + "RUN a bad\n", replacing("bad", "bad more"))
    assert refusals(outcome) == ["the finding would still be there"]


def test_finding_moved_inside_the_replacement() -> None:
    outcome = run(F + "RUN a bad\n", replacing("bad", "so bad"))
    assert refusals(outcome) == ["the finding would still be there"]


def test_finding_still_there_although_another_has_gone() -> None:
    """Position counts, not the number: the fix of the first takes the second away only."""

    def check(source: str) -> list[Finding]:
        found = reporting("one|two", "X1")(source)
        at = source.find("two")
        if at >= 0:
            remedy = Fix("", SAFE, [Edit(NAME, Span(at, at + 3), "2")], frozenset(["run:operands"]))
            found[0] = reported("X1", found[0].span, "info", (remedy,))
        return found

    outcome = run(F + "RUN a one two\n", check)
    assert refusals(outcome) == ["the finding would still be there"]


def test_another_finding_of_the_rule_may_come_to_the_same_place() -> None:
    text = F + "CMD a\nCMD b\nCMD c\nCMD d\n"
    outcome = run(text, replacing(r"CMD .\n(?=CMD)", "", changes=("dead-instruction",)))
    assert outcome.text == F + "CMD d\n"


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_new_finding_of_any_severity(severity: str) -> None:
    outcome = run(F + "RUN a bad\n", replacing("bad", "worse"), reporting("worse", "X2", severity))
    assert refusals(outcome) == ["it would cause a new finding (X2)"]


def test_meaning_changed() -> None:
    outcome = run(F + "RUN a bad\n", replacing("bad", "good", changes=()))
    assert refusals(outcome) == ["it would change what the image does (run:operands)"]


def test_an_unsafe_fix_may_leave_a_lesser_finding() -> None:
    rule = replacing("bad", "worse", changes=(), safety=UNSAFE)
    for severity, refused in (("error", True), ("warning", True), ("info", False)):
        outcome = run(
            F + "RUN a bad\n", rule, reporting("worse", "X2", severity), safeties=(SAFE, UNSAFE)
        )
        assert bool(refusals(outcome)) is refused


def test_meaning_may_change_in_an_unsafe_fix() -> None:
    rule = replacing("bad", "good", changes=(), safety=UNSAFE)
    assert run(F + "RUN a bad\n", rule).text == F + "RUN a bad\n"
    assert run(F + "RUN a bad\n", rule, safeties=(SAFE, UNSAFE)).text == F + "RUN a good\n"


def test_a_safe_fix_is_held_to_its_word_beside_an_unsafe_one() -> None:
    """Proof of the safe one is not lost because both stand in the same batch."""
    safe = replacing("bad", "good", changes=())
    unsafe = replacing("odd", "even", code="X2", changes=(), safety=UNSAFE)
    outcome = run(F + "RUN a bad\nRUN b odd\n", safe, unsafe, safeties=(SAFE, UNSAFE))
    assert outcome.text == F + "RUN a bad\nRUN b even\n"
    assert refusals(outcome) == ["it would change what the image does (run:operands)"]


def test_what_one_fix_declares_does_not_excuse_another() -> None:
    first = replacing("bad", "good")
    second = replacing("odd", "even", code="X2", changes=())
    outcome = run(F + "RUN a bad\nRUN b odd\n", first, second)
    assert outcome.text == F + "RUN a good\nRUN b odd\n"


def test_comment_lost() -> None:
    text = F + "# why\nRUN a bad\n"
    outcome = run(text, replacing("# why\nRUN a bad", "RUN a good"))
    assert refusals(outcome) == ["a comment would be lost"]


def test_comment_inside_a_continuation_lost() -> None:
    text = F + "RUN a \\\n# why\n  bad\n"
    outcome = run(text, replacing(r" \\\n# why\n  bad", " good"))
    assert refusals(outcome) == ["a comment would be lost"]


def test_comment_that_the_fix_is_about() -> None:
    assert run("# whi\n" + F, replacing("whi", "why")).text == "# why\n" + F


def test_comment_that_silences_may_go() -> None:
    text = F + "# hadolint ignore=DL3000\nRUN a bad\n"
    assert run(text, replacing("# had.*\nRUN a bad", "RUN a good")).text == F + "RUN a good\n"


def test_comments_of_a_whole_stage_may_go() -> None:
    text = "# old\nFROM a AS a\nRUN x\n\n# new\n" + F
    rule = replacing(r"# old\n.*\n.*\n\n", "", safety=UNSAFE)
    assert run(text, rule, safeties=(UNSAFE,)).text == "# new\n" + F


def test_overlapping_edits() -> None:
    def check(source: str) -> list[Finding]:
        at = source.find("bad")
        if at < 0:
            return []
        edits = [Edit(NAME, Span(at, at + 3), "b"), Edit(NAME, Span(at + 1, at + 2), "c")]
        return [reported("X1", Span(at, at + 3), "info", (Fix("", SAFE, edits),))]

    assert refusals(run(F + "RUN a bad\n", check)) == ["its edits overlap"]


def test_edit_outside_the_text() -> None:
    def check(source: str) -> list[Finding]:
        fixes = (Fix("", SAFE, [Edit(NAME, Span(0, len(source) + 1), "")]),)
        return [reported("X1", Span(0, 4), "info", fixes)]

    assert refusals(run(F, check)) == ["its edits overlap"]


def test_nothing_changed() -> None:
    assert refusals(run(F + "RUN a bad\n", replacing("bad", "bad"))) == ["it changes nothing"]


def test_edits_of_another_file_are_not_made() -> None:
    def check(source: str) -> list[Finding]:
        fixes = (Fix("", SAFE, [Edit(".dockerignore", Span(0, 1), "x")]),)
        return [reported("X1", Span(0, 4), "info", fixes)]

    outcome = run(F, check)
    assert (outcome.text, outcome.refused) == (F, ())


def test_shown_fixes_are_not_made() -> None:
    rule = replacing("bad", "good", safety=SHOWN)
    assert run(F + "RUN a bad\n", rule, safeties=(SAFE, UNSAFE)).applied == ()


def test_second_fix_when_the_first_is_refused() -> None:
    def check(source: str) -> list[Finding]:
        at = source.find("bad")
        if at < 0:
            return []
        fixes = tuple(
            Fix("", SAFE, [Edit(NAME, Span(at, at + 3), text)], frozenset(["run:operands"]))
            for text in ("bad", "good")
        )
        return [reported("X1", Span(at, at + 3), "info", fixes)]

    outcome = run(F + "RUN a bad\n", check)
    assert outcome.text == F + "RUN a good\n"
    assert outcome.refused == ()


# Batches and passes


@pytest.mark.parametrize("wrong", range(8))
def test_the_one_that_breaks_a_promise_is_left_out(wrong: int) -> None:
    lines = [f"RUN a{i} {'odd' if i == wrong else 'bad'}\n" for i in range(8)]
    rules = replacing("bad", "good"), replacing("odd", "even", changes=())
    outcome = run(F + "".join(lines), *rules)
    assert outcome.text.count("good") == 7
    assert outcome.text.count("odd") == 1
    assert len(outcome.applied) == 7
    assert len(outcome.refused) == 1


def test_halving_takes_few_looks() -> None:
    lines = [f"RUN a{i} {'odd' if i == 40 else 'bad'}\n" for i in range(64)]
    eyes = Eyes(replacing("bad", "good"), replacing("odd", "even", changes=()))
    assert len(fix(F + "".join(lines), eyes).applied) == 63
    assert len(eyes.texts) <= 20


def test_edits_that_grow_and_shrink() -> None:
    lines = "".join(f"RUN a {'x' * i}bad odd\n" for i in range(9))
    rules = replacing(r"\bx*bad", "longer than it was"), replacing("odd", "o", changes=())
    outcome = run(F + lines, *rules)
    assert outcome.text == F + "RUN a longer than it was odd\n" * 9
    assert len(outcome.refused) == 9


def test_fixes_that_touch_wait_for_the_next_pass() -> None:
    rules = replacing("bad", "good"), replacing("badly", "well", code="X2")
    outcome = run(F + "RUN a badly\n", *rules)
    assert outcome.text == F + "RUN a goodly\n"
    assert outcome.refused == ()


def test_fix_whose_finding_has_gone_with_another_is_not_made() -> None:
    """After the first half of a batch a finding of the second may be mended too."""

    def check(source: str) -> list[Finding]:
        if "fine" in source:
            return []
        return replacing("bad", "fine")(source)

    other = replacing("odd", "even", code="X2", changes=())
    outcome = run(F + "RUN a bad\nRUN b bad\nRUN c odd\n", check, other)
    assert outcome.text == F + "RUN a fine\nRUN b fine\nRUN c odd\n"
    assert refusals(outcome) == ["it would change what the image does (run:operands)"]


def test_refused_for_now_is_tried_again() -> None:
    """X2 hinders the first fix only until its own fix is made."""

    def hinder(source: str) -> list[Finding]:
        if "good" in source and "odd" in source:
            return [reported("X3", Span(0, 4), "info", ())]
        return []

    rules = replacing("bad", "good"), replacing("odd", "even", code="X2"), hinder
    outcome = run(F + "RUN a bad\nRUN a odd\n", *rules)
    assert outcome.text == F + "RUN a good\nRUN a even\n"
    assert outcome.refused == ()


def test_refused_is_told_once() -> None:
    rules = replacing("odd", "even", changes=()), replacing("([a-y])bad", r"\1\1bad", code="X2")
    outcome = fix(F + "RUN a odd\nRUN b xbad\n", Eyes(*rules))
    assert len([one for one in outcome.refused if one.finding.code == "X1"]) == 1


def moving(source: str) -> list[Finding]:
    """A rule whose fix carries what it reports behind the next word: there it is found again."""
    match = re.search(r"bad (\w+)", source)
    if match is None:
        return []
    edits = [Edit(NAME, Span(match.start(), match.start(1)), "")]
    edits.append(Edit(NAME, Span(match.end(), match.end()), " bad"))
    remedy = Fix("mend it", SAFE, edits, frozenset(["run:operands"]))
    return [reported("X1", Span(*match.span()), "warning", (remedy,))]


@pytest.mark.parametrize("words", [loop.MAX_PASSES - 1, 3 * loop.MAX_PASSES])
def test_passes_are_bounded(words: int) -> None:
    """Each fix makes room for the next; `converged` says whether there was an end."""
    eyes = Eyes(moving)
    outcome = fix(F + "RUN a bad" + " x" * words + "\n", eyes)
    made = min(words, loop.MAX_PASSES)
    assert len(outcome.applied) == made
    assert outcome.text == F + "RUN a" + " x" * made + " bad" + " x" * (words - made) + "\n"
    assert outcome.converged == (words < loop.MAX_PASSES)
    assert len(eyes.texts) == made + 1


@pytest.mark.parametrize("size", [10, 900])
def test_looks_are_bounded(size: int) -> None:
    lines = [f"RUN a{i} bad\n" for i in range(size)]
    eyes = Eyes(replacing("bad", "good", changes=()))
    text = F + "".join(lines)
    outcome = fix(text, eyes)
    assert outcome.text == text
    assert len(eyes.texts) <= max(48, 1_000_000 // len(text))
    assert outcome.converged == (size == 10)


# With the real rules


def test_suppressed_findings_are_not_fixed() -> None:
    text = (
        F + "# dockwright: ignore[apt-lists-left] x\nRUN apt-get update && apt-get install -y a\n"
    )
    assert fix(text, looker(select=("DW2104",))).text == text
    assert (
        "rm -rf"
        in fix(text.replace("ignore[apt-lists-left]", "note"), looker(select=("DW2104",))).text
    )


def test_windows_line_endings_stay() -> None:
    text = F + "RUN apt-get update \\\n    && apt-get install -y \\\n        curl \\\n        git\n"
    outcome = fix(text.replace("\n", "\r\n"), looker(select=("DW2104",)))
    assert outcome.applied
    assert outcome.text.count("\n") == outcome.text.count("\r\n") == text.count("\n") + 1


def test_no_newline_at_the_end_stays() -> None:
    assert fix(F + "MAINTAINER a\nCMD a\nCMD b", looker()).text[-1] != "\n"
    assert fix(F + "CMD a\n# the end\nCMD b", looker(select=("DW4001",))).text == (
        F + "# the end\nCMD b"
    )


def test_byte_order_mark_stays() -> None:
    outcome = fix("\ufeff" + F + "ENV a b\n", looker(select=("DW4202",)))
    assert outcome.text == "\ufeff" + F + "ENV a=b\n"


def test_heredoc() -> None:
    text = (
        F
        + "RUN <<EOF\nset -e\n# why\napt-get update\napt-get install -y curl # here\nEOF\nUSER a\n"
    )
    outcome = fix(text, looker(select=("DW2104", "DW2103")), (SAFE, UNSAFE))
    assert outcome.text == F + (
        "RUN <<EOF\nset -e\n# why\napt-get update\n"
        "apt-get install --no-install-recommends -y curl\nrm -rf /var/lib/apt/lists/* # here\nEOF\n"
        "USER a\n"
    )


def test_chomped_heredoc() -> None:
    text = F + "RUN <<-EOF\n\tset -e\n\tapt-get update\n\tapt-get install -y curl\n\tEOF\n"
    outcome = fix(text, looker(select=("DW2104",)))
    assert outcome.text == text.replace("curl\n", "curl\n\trm -rf /var/lib/apt/lists/*\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# note\nCMD a\nCMD b\n", "# note\nCMD b\n"),
        ('CMD [ \\\n# first\n  "a"]\nCMD b\n', "# first\nCMD b\n"),
        ("# hadolint ignore=DL3025\nCMD a\nCMD b\n", "CMD b\n"),
        ("# dockwright: ignore[shell-form] x\n# why\nCMD a\nCMD b\n", "# why\nCMD b\n"),
        ("# why\n# hadolint ignore=DL3025\n\nCMD a\nCMD b\n", "# why\n\nCMD b\n"),
        ("CMD a\n# hadolint ignore=DL3025\nCMD b\n", "# hadolint ignore=DL3025\nCMD b\n"),
    ],
)
def test_comments_of_a_deleted_instruction(before: str, after: str) -> None:
    """They stay, those inside it too; what silences findings of it goes with it."""
    outcome = fix(F + before, looker(select=("DW4001",)))
    assert outcome.text == F + after


def test_layers_are_joined_in_one_go() -> None:
    text = F + "".join(f"RUN a{i} b\n" for i in range(40))
    eyes = looker(select=("DW2010",))
    outcome = fix(text, eyes)
    assert outcome.text == F + "RUN " + " && ".join(f"a{i} b" for i in range(40)) + "\n"
    assert len(outcome.applied) == 39
