"""Longer cases of the rules on style, syntax, base images and stages."""

import pytest

from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.findings.finding import SAFE
from dockwright.model.compare import compare
from dockwright.rules.api import Bad
from dockwright.text import patch
from tests.support.models import build_of
from tools.examples import findings_of

FOLDERS = ("style.", "syntax.", "base_image.", "stages.")
ENTRIES = [entry for entry in registry.entries() if entry.module.startswith(FOLDERS)]


def marked(name: str, text: str, config=None) -> list[str]:
    entry = registry.find(name)
    assert entry is not None
    return [text[f.span.start : f.span.end] for f in findings_of(entry, text, config or {})]


def fixed(name: str, text: str) -> list[str]:
    entry = registry.find(name)
    assert entry is not None
    return [patch.apply(text, f.fixes[0].edits) for f in findings_of(entry, text, {}) if f.fixes]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_fixes_of_examples(entry: registry.Entry) -> None:
    plan = Plan([one for one in ENTRIES if one.tier == "default"])
    for example in registry.load(entry).examples:
        if not isinstance(example, Bad):
            continue
        before = build_of(example.text)
        codes = [finding.code for finding in plan.run(before)]
        for finding in findings_of(entry, example.text, example.config):
            for fix in finding.fixes:
                assert not patch.overlap(fix.edits)
                after = build_of(patch.apply(example.text, fix.edits))
                assert len(after.problems) <= len(before.problems)
                left = [one.code for one in plan.run(after)]
                assert all(left.count(code) <= codes.count(code) for code in left)
                if fix.safety == SAFE:
                    assert compare(before, after) <= fix.changes


@pytest.mark.parametrize(
    ("list_", "wanted"),
    [
        ("['a' 'b']", '["a", "b"]'),
        ("['a', \\\n  'b',\\\n ]", '["a", \\\n  "b"\\\n ]'),
        ("[“a”, “b c”]", '["a", "b c"]'),
        ("[ 'a\"b', 'c\\d' ]", '[ "a\\"b", "c\\\\d" ]'),
        ('["a", "b c" ,"/d/",]', '["a", "b c" ,"/d/"]'),
        ("['a', b c]", '["a", "b c"]'),
        ("['a', 'b'", '["a", "b"]'),
    ],
)
def test_json_form_mended(list_: str, wanted: str) -> None:
    assert fixed("json-form-malformed", f"FROM a:1\nCMD {list_}\n") == [f"FROM a:1\nCMD {wanted}\n"]


@pytest.mark.parametrize(
    "text",
    [
        "RUN [ -f /etc/x ] && a || b",
        "RUN [ ! -d /x ] && [ 'a', 'b' ]",
        'RUN [ "$(cat a)" ]',
        "RUN [ 'x' ] && a",
        "RUN [[ $A == [ab] ]]",
        "RUN [a-z]*.sh",
        "CMD [",
        "CMD [a",
        'CMD ["a",,"b"]',
        "ENTRYPOINT [ -x /a ]",
        "COPY [a-c].txt [d] /e/",
        "ADD [a] /b",
        'HEALTHCHECK CMD ["a", "b"]',
        "HEALTHCHECK NONE",
        "RUN <<['a']\nx\n['a']",
    ],
)
def test_no_list(text: str) -> None:
    assert marked("json-form-malformed", f"FROM a:1\n{text}\n") == []


def test_variables_stay_unmended_in_the_exec_form() -> None:
    text = "FROM a:1\nCMD [$X, b]\n"
    assert marked("json-form-malformed", text) == ["[$X, b]"]
    assert fixed("json-form-malformed", text) == []


def test_directive_after_directive_and_typo() -> None:
    text = "# syntax=docker/dockerfile:1\n# ecsape=`\nFROM a:1\n"
    assert fixed("syntax-directive-typo", text) == [text.replace("ecsape", "escape")]
    late = "# hello\n# ecsape=`\nFROM a:1\n"
    assert marked("syntax-directive-typo", late) == ["# ecsape=`"]
    assert fixed("syntax-directive-typo", late) == []


def test_case_of_heredocs_and_onbuild_is_left_alone() -> None:
    text = "FROM a:1\nRUN <<EOF\nfrom x\nEOF\nONBUILD run x\nENV a=b\n"
    assert marked("instruction-case", text) == []


def test_empty_continuation_at_the_end_of_the_file() -> None:
    assert fixed("continuation-empty-line", "FROM a:1\nRUN a \\\n\n") == ["FROM a:1\nRUN a \\\n"]
    text = "FROM a:1\r\nRUN a \\\r\n\r\n  b\r\n"
    assert fixed("continuation-empty-line", text) == ["FROM a:1\r\nRUN a \\\r\n  b\r\n"]


@pytest.mark.parametrize("code", ["DW1104", "DW1105", "DW1109"])
def test_numbers_of_stages_count_for_copy_only(code: str) -> None:
    text = "FROM a:1 AS x\nRUN --mount=from=0,target=/a b\n"
    assert marked(code, text) == (["0"] if code == "DW1104" else [])


def test_cycle_is_reported_once() -> None:
    text = (
        "FROM a:1 AS a\nRUN --mount=type=bind,from=c,target=/c x\n"
        "FROM a:1 AS b\nCOPY --from=a /a /a\nFROM b AS c\nCOPY --from=b /a /a\n"
    )
    assert marked("copy-from-self", text) == ["c"]
    assert marked("copy-from-unknown", text) == []


def test_forward_reference_by_duplicate_name() -> None:
    text = "FROM a:1 AS x\nFROM b:1\nCOPY --from=x /a /a\nFROM c:1 AS x\n"
    assert marked("copy-from-unknown", text) == ["x"]


def test_quoted_mount_marks_the_flag() -> None:
    text = 'FROM a:1 AS x\nRUN --mount=type=bind,"from=x",target=/a b\n'
    assert marked("copy-from-self", text) == ['--mount=type=bind,"from=x",target=/a']
    assert fixed("stage-name-case", text.replace(" x", " X")) == [text]


def test_undefined_argument_is_reported_once_per_word() -> None:
    text = "FROM --platform=$P ${A}/${A:-b}:${B}\n"
    assert sorted(marked("from-arg-undefined", text)) == ["$P", "${A}", "${B}"]


def test_stage_deletion_keeps_numbers_and_names() -> None:
    numbers = "FROM a:1\nFROM b:1\nFROM c:1\nCOPY --from=1 /a /a\n"
    assert marked("stage-unreachable", numbers) == ["FROM a:1"]
    assert fixed("stage-unreachable", numbers) == []
    chain = "FROM a:1 AS a\nFROM a AS b\n\n# last\nFROM c:1\n"
    assert fixed("stage-unreachable", chain) == ["FROM a:1 AS a\n# last\nFROM c:1\n"]


def test_shell_through_relative_and_unknown_targets() -> None:
    head = "FROM scratch\nARG T\n"
    assert marked("run-in-scratch", head + "COPY a $T\nRUN b\n") == []
    assert marked("run-in-scratch", head + "COPY a ${T:-/opt}/a\nRUN b\n") == []
    assert marked("run-in-scratch", head + "WORKDIR /bin\nCOPY sh .\nRUN b\n") == []
    assert marked("run-in-scratch", head + "WORKDIR /opt\nCOPY a .\nRUN b\n") == ["b"]
    assert marked("run-in-scratch", head + "COPY a /opt/../bin/\nRUN b\n") == []
