"""More than examples can say about the rules on runtime, health and metadata."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.facts.knowledge import Known
from dockwright.rules.metadata._values import KINDS
from dockwright.text import patch
from tests.support.models import build_of

VALUES = st.text(alphabet="ab \t'\"\\$`{}:-#<=/,é\u00a0x1.\n", min_size=1, max_size=14)


def findings(code: str, text: str):
    entry = registry.find(code)
    assert entry is not None
    return Plan([entry]).run(build_of(text))


@settings(max_examples=1500, deadline=None)
@given(VALUES, st.sampled_from(["", "# escape=`\n"]), st.sampled_from(["ENV", "LABEL"]))
def test_legacy_value_stays(value: str, head: str, keyword: str) -> None:
    """`ENV key value` and its fix set the same value."""
    value = value.replace("\n", "\\\n" if not head else "`\n")
    text = f"{head}FROM scratch\nENV a=1 b='x  y'\n{keyword} key {value}\nENV after=1\n"
    before = build_of(text)
    kinds = {"ENV": "image_env", "LABEL": "labels"}
    for finding in findings("DW4202", text):
        for fix in finding.fixes:
            fixed = patch.apply(text, fix.edits)
            after = build_of(fixed)
            one, two = before.stages[0], after.stages[0]
            assert [p.message for p in after.tree.problems] == []
            assert len(one.steps) == len(two.steps)
            old = one.lookup(kinds[keyword], "key", len(one.steps))
            new = two.lookup(kinds[keyword], "key", len(two.steps))
            assert isinstance(old, Known) == isinstance(new, Known)
            if isinstance(old, Known) and isinstance(new, Known):
                assert old.value == new.value
            assert findings("DW4202", fixed) == []


@settings(max_examples=600, deadline=None)
@given(VALUES, st.sampled_from(["", "# escape=`\n"]))
def test_maintainer_label_is_the_text(value: str, head: str) -> None:
    """The label of the fix is the maintainer, but for quotes around the whole of it."""
    value = value.replace("\n", " ").strip(" \t\u00a0")
    text = f"{head}FROM scratch\nMAINTAINER {value}\nENV after=1\n"
    written = build_of(text).stages[0].steps[0]
    for finding in findings("DW4201", text):
        for fix in finding.fixes:
            stage = build_of(patch.apply(text, fix.edits)).stages[0]
            label = stage.lookup("labels", "org.opencontainers.image.authors", 9)
            assert isinstance(label, Known)
            plain = written.words[0].value
            assert label.value in (plain, plain[1:-1])
            assert len(stage.steps) == len(written.stage.steps)


@pytest.mark.parametrize(
    ("text", "safety"),
    [
        ("FROM debian:12\nCMD serve --x\n", "safe"),
        ("FROM debian:12\nCMD ./serve\n", "unsafe"),
        ("FROM debian:12\nCMD /usr/local/bin/start.sh\n", "unsafe"),
        ("FROM nginx:1\nCMD nginx -g x\n", "unsafe"),
        ('FROM debian:12\nENTRYPOINT ["tini", "--"]\nCMD serve\n', "safe"),
        ('FROM debian:12\nCMD serve\nENTRYPOINT ["run"]\n', "unsafe"),
        ("FROM debian:12\nENTRYPOINT serve\n", "safe"),
        ('FROM debian:12\nENTRYPOINT serve\nCMD ["-x"]\n', "unsafe"),
        ('FROM debian:12 AS a\nENTRYPOINT serve\nFROM a\nCMD ["-x"]\n', "unsafe"),
        ("FROM debian:12\nHEALTHCHECK CMD probe\n", "safe"),
        ("FROM debian:12\nCMD cd /a && serve\n", "unsafe"),
        ("FROM debian:12\nCMD echo a\n", None),
        ("FROM debian:12\nCMD serve &\n", None),
        ("FROM debian:12\nCMD a || b\n", None),
        ("FROM debian:12\nCMD a; (b)\n", None),
        ("FROM debian:12\nCMD serve # why\n", "unsafe"),
    ],
)
def test_shell_form_safety(text: str, safety: str | None) -> None:
    found = findings("DW4003", text)
    assert len(found) == 1
    assert [fix.safety for fix in found[0].fixes] == ([safety] if safety else [])


@settings(max_examples=800, deadline=None)
@given(st.text(alphabet="ab '\"\\$;&|#-/\n~*{}[]=<", min_size=1, max_size=14))
def test_list_form_is_the_same_command(script: str) -> None:
    """A list made of a shell form has the words that the shell makes of it."""
    script = script.replace("\n", "\\\n  ")
    text = f"FROM debian:12\nCMD serve {script}\n"
    before = build_of(text).stages[0]
    for finding in findings("DW4003", text):
        for fix in finding.fixes:
            after = build_of(patch.apply(text, fix.edits)).stages[0]
            assert after.build.tree.problems == []
            if "list" in fix.title:
                old, new = before.steps[0], after.steps[0]
                assert new.node.is_json
                assert [w.value for w in new.words] == [w.value for w in old.commands[0].words]


LABEL_VALUES = [
    ("url", "https://a.example/b mailto:a@b.example http://[::1]/", "a.example https:// //a /a"),
    (
        "rfc3339",
        "2020-02-29T00:00:00Z 2020-01-01t23:59:60.5+01:00",
        "2020-01-01 2021-02-29T00:00:00Z 2020-01-01T00:00:00+0100 2020-01-01T24:00:00Z",
    ),
    (
        "spdx",
        "MIT apache-2.0 (MIT_OR_ISC)_AND_0BSD LicenseRef-x GPL-2.0-only_WITH_Bison-exception-2.2",
        "GPL-2.0 BSD MIT_OR (MIT MIT) MIT_ISC MIT_WITH_MIT () NONE",
    ),
    ("hash", "0123abc 0123456789abcdef0123456789abcdef01234567", "012345 zzzzzzz"),
    ("semver", "1.0.0 1.0.0-rc.1+b.2", "1.0 v1.0.0 01.0.0 1.0.0-01"),
    ("email", "a@b.example a+b@c", "a a@b@c <a@b.example> a..b@c.example"),
]


@pytest.mark.parametrize(
    ("kind", "good", "bad"), LABEL_VALUES, ids=[row[0] for row in LABEL_VALUES]
)
def test_label_kinds(kind: str, good: str, bad: str) -> None:
    check = KINDS[kind]
    assert [value for value in good.split() if check(value.replace("_", " "))] == []
    assert [value for value in bad.split() if not check(value.replace("_", " "))] == []
