"""Loading the bash grammar leaves nothing behind, and works whatever is loaded already."""

import subprocess
import sys

import pytest

PROBE = """
import sys
{before}
from dockwright.syntax.shell import grammar
tree = grammar.parse(b"a && b")
assert [node.type for node in tree.root_node.children] == ["list"], tree
{after}
import re, enum
assert re.compile("a") and enum.IntEnum and enum.Enum and re.sub("a", "b", "a") == "b"
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "assert 're' not in sys.modules and 'enum' not in sys.modules"),
        ("import re", ""),
        ("import enum", "assert 're' not in sys.modules"),
    ],
)
def test_what_stands_in_is_taken_away(before: str, after: str) -> None:
    probe = PROBE.format(before=before, after=after)
    # -S: site may import anything.
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{probe}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_binding_that_asks_for_more_gets_the_modules() -> None:
    probe = """
import sys
from dockwright.syntax.shell import grammar
grammar._compile = None
real = grammar._load
def load(package, name):
    import re
    re.sub
    return real(package, name)
grammar._load = load
assert grammar.parse(b"a").root_node.child_count == 1
import re
assert re.sub("a", "b", "a") == "b"
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{probe}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
