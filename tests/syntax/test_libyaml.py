"""The C parser of PyYAML with stand-ins for the rest of its package."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from dockwright.text import process
process.own = {own}
from dockwright.syntax.yaml.parser import parse

for text in {texts}:
    stream = parse(text)
    problem = stream.problem
    print(len(stream.roots), problem and (problem.message, problem.at))
print(sorted(name for name in sys.modules if name.partition(".")[0] == "yaml")[:3])
"""
TEXTS = [
    "a: [1, b]\n",
    "a: [1, 'b'\nc",
    "a: \x00\x01",
    "%YAML 1.2\n--- a\n",
    "&x",
    "*y",
    "\ud800: a",
]


def told(own: bool) -> list[str]:
    program = PROGRAM.format(own=own, texts=ascii(TEXTS))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.splitlines()


def test_with_and_without_the_rest_of_the_package():
    bare, whole = told(own=True), told(own=False)
    assert bare[:-1] == whole[:-1]
    assert bare[-1] == "['yaml._yaml']"
    assert whole[-1] != bare[-1]


@pytest.mark.parametrize("broken", ["error", "tokens"])
def test_a_package_that_is_otherwise_is_imported_as_a_whole(broken: str):
    program = (
        "import sys\n"
        f"sys.modules['yaml.{broken}'] = None\n"
        "from dockwright.text import process\n"
        "process.own = True\n"
        "from dockwright.syntax.yaml import libyaml\n"
        f"assert libyaml._bare() is None\n"
        f"sys.modules.pop('yaml.{broken}', None)\n"
        "libyaml._loaded = None\n"
        "process.own = False\n"
        "assert libyaml.events('a: b', lambda event: True) is None\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
