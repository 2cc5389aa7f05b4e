"""What comments silence, and what is said of those that silence nothing."""

from typing import Any

import pytest

from dockwright.check import registry
from dockwright.check.registry import Entry
from dockwright.check.select import choose
from dockwright.check.suppress import Suppressions, read
from dockwright.config.schema import Config
from dockwright.findings.finding import Finding
from dockwright.rules.api import Good
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text import patch
from dockwright.text.source import Source
from dockwright.text.span import Span
from tools.examples import findings_of

TODAY = (2026, 9, 1)


def entry(code: str, name: str, subject: str = "RUN", also: str = "") -> Entry:
    words = ((), tuple(also.split()))
    return Entry(code, name, "m", subject, (), (), "", "default", "warning", "0.1", False, *words)


ENTRIES = (
    entry("DW0002", "suppression-unused", "Runner"),
    entry("DW0003", "suppression-malformed", "Runner"),
    entry("DW0004", "suppression-forbidden", "Runner"),
    entry("DW2104", "apt-lists-left", also="hadolint:DL3009 kics:df746b39 semgrep:lists"),
    entry(
        "DW3001",
        "user-missing",
        also="trivy:DS-0002 checkov:CKV_DOCKER_3 buildkit:UserMissing tally:users/missing"
        " hadolint:DL3002",
    ),
    entry("DW4001", "ours-alone"),
)


def suppressions(text: str, ran: tuple[Entry, ...] = ENTRIES, **config: Any) -> Suppressions:
    tree = parse(Source("Dockerfile", text))
    return read(tree, ran, config=Config(**config), today=TODAY, entries=ENTRIES)


def everywhere(text: str, codes: str) -> list[Finding]:
    """A finding of each code at each instruction."""
    return [
        Finding(code, "x", "warning", "Dockerfile", node.span, "m")
        for node in parse(Source("Dockerfile", text)).instructions
        for code in codes.split()
    ]


def silenced(text: str, codes: str, **config: Any) -> str:
    """`code@instruction` of what is silenced when each code is found at each instruction."""
    source = Source("Dockerfile", text)
    comments = suppressions(text, **config)
    return " ".join(
        f"{one.code}@{source.slice(one.span).split()[1]}"
        for one in everywhere(text, codes)
        if comments.covers(one)
    )


# Instructions are told apart by their first argument.
STAGES = "FROM a\nRUN 1\n{}\nRUN 2\nRUN 3\nFROM b\nRUN 4\n"
LISTS, USER = "DW2104", "DW3001"

# comment between RUN 1 and RUN 2 of STAGES: the codes to look at, what is silenced
COMMENTS = {
    "# dockwright: ignore[DW2104]": (LISTS, "DW2104@2"),
    "# dockwright: ignore[apt-lists-left]": (LISTS, "DW2104@2"),
    "# dockwright: ignore[ DW2104 , user-missing ] why": (f"{LISTS} {USER}", "DW2104@2 DW3001@2"),
    "# dockwright:ignore[DL3009]": (LISTS, "DW2104@2"),
    "#dockwright: IGNORE[dw2104]": (LISTS, "DW2104@2"),
    "# dockwright: ignore[SC2086]": ("SC2086 SC2001", "SC2086@2"),
    "# dockwright: ignore[DW2104]\n# a word\n\n# another": (LISTS, "DW2104@2"),
    "# dockwright: ignore[DW2104] until=2026-09-01 why": (LISTS, "DW2104@2"),
    "# dockwright: ignore[DW2104] until=2026-08-31 why": (LISTS, ""),
    "# dockwright: ignore-stage[DW2104]": (LISTS, "DW2104@a DW2104@1 DW2104@2 DW2104@3"),
    "# dockwright: ignore-file[DW2104]": (
        LISTS,
        "DW2104@a DW2104@1 DW2104@2 DW2104@3 DW2104@b DW2104@4",
    ),
    "# dockwright: ignore": (LISTS, ""),
    "# dockwright: ignore[nope, DW2104]": (LISTS, "DW2104@2"),
    "# dockwright: ignore[DW2104": (LISTS, ""),
    "# we use dockwright: ignore[DW2104]": (LISTS, ""),
    "# hadolint ignore=DL3009": (LISTS, "DW2104@2"),
    "#hadolint ignore=DL3009": (LISTS, "DW2104@2"),
    "# hadolint  ignore=DL3006 , DL3009 # because": (LISTS, "DW2104@2"),
    "# hadolint ignore=SC2086": ("SC2086", "SC2086@2"),
    "# hadolint ignore=DL3006": (LISTS, ""),
    "# hadolint stage ignore=DL3009": (LISTS, "DW2104@a DW2104@1 DW2104@2 DW2104@3"),
    "# hadolint global ignore=DL3009": (
        LISTS,
        "DW2104@a DW2104@1 DW2104@2 DW2104@3 DW2104@b DW2104@4",
    ),
    "# hadolint shell=powershell": (LISTS, ""),
    "# check=skip=UserMissing": (USER, "DW3001@2"),
    "# check=skip=all": (f"{USER} {LISTS}", "DW3001@2"),
    "# check=error=true;skip=UserMissing": (USER, "DW3001@2"),
    "# tally ignore=hadolint/DL3009;reason=because": (LISTS, "DW2104@2"),
    "# tally ignore=DL3009": (LISTS, "DW2104@2"),
    "# tally ignore=tally/users/missing": (USER, "DW3001@2"),
    "# tally ignore=users/missing": (USER, "DW3001@2"),
    "# tally ignore=shellcheck/SC2086": ("SC2086", "SC2086@2"),
    "# tally ignore=all": (f"{LISTS} {USER} DW4001", "DW2104@2 DW3001@2"),
    "# tally global ignore=DL3009": (
        LISTS,
        "DW2104@a DW2104@1 DW2104@2 DW2104@3 DW2104@b DW2104@4",
    ),
    "# trivy:ignore:DS-0002": (USER, "DW3001@2"),
    "#trivy:ignore:AVD-DS-0002 trivy:ignore:DS-0001": (USER, "DW3001@2"),
    "#trivy:ignore:DS002:exp:2026-09-01": (USER, "DW3001@2"),
    "#trivy:ignore:DS-0002:exp:2026-08-31": (USER, ""),
    "# trivy:ignore:DS-0002 [exp:2026-12-31]": (USER, "DW3001@2"),
    "# trivy:ignore:DS-0002[exp:2026-08-31]": (USER, ""),
    "# trivy:ignore:*": (f"{USER} {LISTS}", "DW3001@2"),
    "#checkov:skip=CKV_DOCKER_3:we know": (
        USER,
        "DW3001@a DW3001@1 DW3001@2 DW3001@3 DW3001@b DW3001@4",
    ),
    "# kics-scan ignore-line": (f"{USER} {LISTS}", "DW2104@2"),
    "# kics-scan ignore-block": (LISTS, "DW2104@a DW2104@1 DW2104@2 DW2104@3"),
    "# kics-scan disable=df746b39-6564-4fed-bf85-e9c44382303c": (
        LISTS,
        "DW2104@a DW2104@1 DW2104@2 DW2104@3 DW2104@b DW2104@4",
    ),
    "# kics-scan ignore": (LISTS, "DW2104@a DW2104@1 DW2104@2 DW2104@3 DW2104@b DW2104@4"),
    "# nosemgrep: dockerfile.best-practice.lists.lists": (LISTS, "DW2104@2"),
    "# nosemgrep": (f"{LISTS} {USER}", "DW2104@2"),
    "# nosem": (LISTS, "DW2104@2"),
    "# a comment": (LISTS, ""),
}


@pytest.mark.parametrize("comment", COMMENTS)
def test_silenced(comment: str) -> None:
    codes, wanted = COMMENTS[comment]
    assert silenced(STAGES.format(comment), codes) == wanted


PLACES = {
    "above FROM, the FROM only": (
        "# dockwright: ignore[DW2104]\nFROM a\nRUN 1\n",
        "DW2104@a",
    ),
    "inside a continuation": (
        "FROM a\nRUN 1 \\\n  # dockwright: ignore[DW2104]\n  && x\nRUN 2\n",
        "DW2104@1",
    ),
    "after a continuation that has no end": (
        "FROM a\nRUN 1 \\\n# dockwright: ignore[DW2104]\n",
        "DW2104@1",
    ),
    "stage, above its FROM": (
        "FROM a\nRUN 1\n# dockwright: ignore-stage[DW2104]\nFROM b\nRUN 2\nFROM c\n",
        "DW2104@b DW2104@2",
    ),
    "stage, above the first ARG": (
        "# dockwright: ignore-stage[DW2104]\nARG X\nFROM b\nRUN 2\nFROM c\n",
        "DW2104@X DW2104@b DW2104@2",
    ),
    "stage, at the end of the file": (
        "FROM a\nFROM b\nRUN 2\n# dockwright: ignore-stage[DW2104]\n",
        "DW2104@b DW2104@2",
    ),
    "file, at the end of the file": (
        "FROM a\nRUN 1\n# dockwright: ignore-file[DW2104]\n",
        "DW2104@a DW2104@1",
    ),
    "nothing follows": ("FROM a\n# dockwright: ignore[DW2104]\n", ""),
    "no newline at the end": ("FROM a\n# dockwright: ignore[DW2104]\nRUN 1", "DW2104@1"),
    "CRLF": ("FROM a\r\n# dockwright: ignore[DW2104]\r\nRUN 1\r\nRUN 2\r\n", "DW2104@1"),
    "BOM": ("\ufeff# dockwright: ignore[DW2104]\nFROM a\nRUN 1\n", "DW2104@a"),
    "not in a heredoc": ("FROM a\nRUN <<E\n# dockwright: ignore[DW2104]\nE\nRUN 2\n", ""),
    "twice": (
        "FROM a\n# dockwright: ignore[DW2104]\n# hadolint ignore=DL3009\nRUN 1\n",
        "DW2104@1",
    ),
    "BuildKit's directive": ("# check=skip=all\nFROM a\nRUN 1\n", ""),
}


@pytest.mark.parametrize("case", PLACES)
def test_place(case: str) -> None:
    text, wanted = PLACES[case]
    assert silenced(text, LISTS) == wanted


def test_directive_of_buildkit_speaks_for_the_file() -> None:
    text = "# syntax=docker/dockerfile:1\n# check=skip=UserMissing;error=true\nFROM a\nRUN 1\n"
    assert silenced(text, f"{USER} {LISTS}") == "DW3001@a DW3001@1"


def test_a_heredoc_body_belongs_to_its_instruction() -> None:
    text = "FROM a\n# dockwright: ignore[DW2104]\nRUN <<E\napt-get update\nE\n"
    at = text.index("apt-get")
    finding = Finding(LISTS, "x", "info", "Dockerfile", Span(at, at + 7), "m")
    assert suppressions(text).covers(finding)


def test_only_findings_of_the_same_file_are_silenced() -> None:
    finding = Finding(LISTS, "x", "info", "compose.yaml", Span(0, 1), "m")
    assert not suppressions("# dockwright: ignore-file[DW2104]\nFROM a\n").covers(finding)


# text, codes found at every instruction: (code, marked text, part of the message, after the fix)
LEFTOVERS: dict[str, tuple[str, str, list[tuple[str, str, str, str | None]]]] = {
    "used": ("# dockwright: ignore[DW2104]\nFROM a\n", LISTS, []),
    "unused": (
        "FROM a\n  # dockwright: ignore[DW2104] why\nRUN 1\n",
        "",
        [("DW0002", "# dockwright: ignore[DW2104] why", "no finding of DW2104", "FROM a\nRUN 1\n")],
    ),
    "partly unused": (
        "FROM a\n# dockwright: ignore[user-missing, DW2104, ours-alone] why\nRUN 1\n",
        USER,
        [
            (
                "DW0002",
                "DW2104, ours-alone",
                "DW2104, ours-alone",
                "FROM a\n# dockwright: ignore[user-missing] why\nRUN 1\n",
            )
        ],
    ),
    "unused at the end": (
        "FROM a\n# dockwright: ignore[DW2104]",
        LISTS,
        [("DW0002", "# dockwright: ignore[DW2104]", "", "FROM a\n")],
    ),
    "unused in a continuation": (
        "FROM a\nRUN 1 \\\n # dockwright: ignore[DW2104]\n 2\n",
        "",
        [("DW0002", "# dockwright: ignore[DW2104]", "", "FROM a\nRUN 1 \\\n 2\n")],
    ),
    "no fix that would make a directive": (
        "# dockwright: ignore[DW2104]\n# escape=`\nFROM a\n",
        "",
        [("DW0002", "# dockwright: ignore[DW2104]", "", None)],
    ),
    "unused: another tool's comment is not ours to judge": (
        "# hadolint ignore=DL3009\n#checkov:skip=CKV_DOCKER_3\n# nosemgrep\nFROM a\n",
        "",
        [],
    ),
    "unused: ShellCheck may not have run": ("# dockwright: ignore[SC2086]\nFROM a\n", "", []),
    "expired": (
        "# dockwright: ignore[DW2104] until=2026-08-31\nFROM a\n",
        LISTS,
        [("DW0002", "# dockwright: ignore[DW2104] until=2026-08-31", "2026-08-31", "FROM a\n")],
    ),
    "expired: another tool's": ("# trivy:ignore:DS-0002:exp:2020-01-01\nFROM a\n", USER, []),
    "no list": (
        "# dockwright: ignore\nFROM a\n",
        "",
        [("DW0003", "# dockwright: ignore", "`ignore[rule]`", None)],
    ),
    "empty list": (
        "# dockwright: ignore-file[ , ]\nFROM a\n",
        "",
        [("DW0003", "# dockwright: ignore-file[ , ]", "empty", None)],
    ),
    "open list": (
        "# dockwright: ignore[DW2104\nFROM a\n",
        "",
        [("DW0003", "# dockwright: ignore[DW2104", "no end", None)],
    ),
    "another verb": (
        "# dockwright: disable[DW2104]\nFROM a\n",
        "",
        [("DW0003", "# dockwright: disable[DW2104]", "`disable` is no pragma", None)],
    ),
    "no verb": ("# dockwright:\nFROM a\n", "", [("DW0003", "# dockwright:", "says nothing", None)]),
    "no colon": (
        "# dockwright ignore[DW2104]\nFROM a\n",
        "",
        [("DW0003", "# dockwright ignore[DW2104]", "colon", None)],
    ),
    "prose": ("# dockwright checks this file\n# dockwright is fine\nFROM a\n", "", []),
    "unknown name": (
        "# dockwright: ignore[apt-list-left]\nFROM a\n",
        "",
        [("DW0003", "apt-list-left", "did you mean 'apt-lists-left'", None)],
    ),
    "a tag is no rule": (
        "# dockwright: ignore[apt]\nFROM a\n",
        "",
        [("DW0003", "apt", "apt names no rule", None)],
    ),
    "no such day": (
        "# dockwright: ignore[DW2104] until=2026-02-29\nFROM a\n",
        "",
        [("DW0003", "# dockwright: ignore[DW2104] until=2026-02-29", "no date", None)],
    ),
    "a leap day": (
        "# dockwright: ignore[DW2104] until=2028-02-29\nFROM a\n",
        LISTS,
        [],
    ),
    "silenced itself": (
        "# dockwright: ignore[DW2104, suppression-unused]\nFROM a\n",
        "",
        [],
    ),
    "silenced itself, in the file": (
        "# dockwright: ignore-file[DW0003]\n# dockwright: ignore\nFROM a\n",
        "",
        [],
    ),
}


def leftovers(text: str, codes: str, **config: Any) -> list[tuple[str, str, str, str | None]]:
    comments = suppressions(text, **config)
    comments.kept(everywhere(text, codes))
    return [
        (
            one.code,
            text[one.span.start : one.span.end],
            one.message,
            patch.apply(text, one.fixes[0].edits) if one.fixes else None,
        )
        for one in comments.leftovers()
    ]


@pytest.mark.parametrize("case", LEFTOVERS)
def test_leftovers(case: str) -> None:
    text, codes, wanted = LEFTOVERS[case]
    found = leftovers(text, codes)
    assert [one[:2] for one in found] == [one[:2] for one in wanted]
    for (*_, message, fixed), (*_, part, result) in zip(found, wanted, strict=True):
        assert part in message
        assert fixed == result


def test_reason_required() -> None:
    text = "# dockwright: ignore[DW2104]\nFROM a\n# dockwright: ignore[DW2104] -- why\nRUN 1\n"
    found = leftovers(text, LISTS, require_reason=True)
    assert [(code, at) for code, at, *_ in found] == [("DW0003", "# dockwright: ignore[DW2104]")]
    assert silenced(text, LISTS, require_reason=True) == "DW2104@a DW2104@1"


@pytest.mark.parametrize("nothing", ["--", " - ", "# ", ":", "until=2030-01-01 --"])
def test_punctuation_is_no_reason(nothing: str) -> None:
    text = f"# dockwright: ignore[DW2104] {nothing}\nFROM a\n"
    assert [code for code, *_ in leftovers(text, LISTS, require_reason=True)] == ["DW0003"]


def test_forbidden() -> None:
    text = (
        "# check=skip=UserMissing\n# dockwright: ignore-file[DW2104, DW0004]\n"
        "# hadolint ignore=DL3009\n# a word\nFROM a\n"
    )
    found = leftovers(text, f"{LISTS} {USER}", allow_inline_ignores=False)
    assert [(code, at) for code, at, *_ in found] == [
        ("DW0004", "# check=skip=UserMissing"),
        ("DW0004", "# dockwright: ignore-file[DW2104, DW0004]"),
        ("DW0004", "# hadolint ignore=DL3009"),
    ]
    assert silenced(text, f"{LISTS} {USER}", allow_inline_ignores=False) == ""


def test_unused_is_not_said_of_rules_that_did_not_run() -> None:
    text = "# dockwright: ignore[DW2104, ours-alone]\nFROM a\n"
    ran = tuple(one for one in ENTRIES if one.code != LISTS)
    found = suppressions(text, ran).leftovers()
    assert [text[one.span.start : one.span.end] for one in found] == ["ours-alone"]


@pytest.mark.parametrize("code", ["DW0002", "DW0003", "DW0004"])
def test_rules_about_comments_can_be_off(code: str) -> None:
    text = "# dockwright: ignore[DW2104]\n# dockwright: ignore\nFROM a\n"
    ran = tuple(one for one in ENTRIES if one.code != code)
    allow = code != "DW0004"
    found = suppressions(text, ran, allow_inline_ignores=allow).leftovers()
    assert [one.code for one in found] == {"DW0002": ["DW0003"], "DW0003": ["DW0002"]}.get(code, [])


def test_severity_of_the_configuration() -> None:
    config = Config(severity={"suppression-unused": "error"})
    tree = parse(Source("Dockerfile", "# dockwright: ignore[DW0001]\nFROM a\n"))
    found = read(tree, choose(config), config=config).leftovers()
    assert [(one.code, one.severity) for one in found] == [("DW0002", "error")]


def test_dated() -> None:
    assert suppressions("# dockwright: ignore[DW2104] until=2030-01-01\nFROM a\n").dated
    assert not suppressions("# dockwright: ignore[DW2104]\nFROM a\n").dated


# The examples of the rules whose findings `suppress` makes.

EXAMPLES = [
    pytest.param(one, example, id=f"{one.code}-{number}")
    for one in registry.entries()
    if one.subject == "Runner"
    for number, example in enumerate(registry.load(one).examples)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Entry, example: Any) -> None:
    found = findings_of(rule, example.text, example.config)
    if isinstance(example, Good):
        assert found == []
        return
    assert [example.text[one.span.start : one.span.end] for one in found] == [example.at]
    fixes = [fix for one in found for fix in one.fixes]
    assert bool(fixes) == (example.fixed is not None)
    if fixes:
        assert patch.apply(example.text, fixes[0].edits) == example.fixed
        assert findings_of(rule, example.fixed, example.config) == []
