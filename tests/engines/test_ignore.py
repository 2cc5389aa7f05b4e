"""A few of the cases of `bench/ignore_upload.py`, uploaded for real."""

import pytest

from bench import ignore_upload as bench
from bench.ignore_agreement import Case

pytestmark = pytest.mark.engine

TREE = [
    ".dockerignore.bak", ".env", ".git/", ".git/HEAD", "README.md", "api/", "api/.env", "api/a.log",
    "docs/", "docs/README.md", "docs/b.md", "node_modules/", "node_modules/x.js", "src/",
    "src/__pycache__/", "src/__pycache__/a.pyc", "src/a.py", "web/", "web/node_modules/",
    "web/node_modules/y.js",
]  # fmt: skip
FILES = (
    "node_modules\n__pycache__\n*.md\n.git\n",
    "**/node_modules\n**/__pycache__\n.env*\n  # indented\n",
    "*\n!src\n!docs/*.md\nsrc/__pycache__\n",
    "!README.md\n*.md\n/.git/\n./api/\n",
    "*\n!docs/b.md\ndocs\n",
    "docs  # comment\n**/*.log\n!api/a.log\n",
)


def test_explanations(engine: str) -> None:
    cases = [Case(text, TREE) for text in FILES] + bench.made(3, 40, 12)[-12:]
    tally = bench.run(cases, seed=1, probes=1, batch=9, seconds=240)
    assert tally.differences == []
    assert tally.files == len(cases)
    assert all(tally.pairs.values())
    assert all(tally.probes.values())


def test_a_wrong_word_is_noticed() -> None:
    """The comparison itself can fail."""
    tally = bench.Tally()
    upload = bench.Upload("x", "all", Case("a\n", ["a", "b"]), {"a": "sent", "b": "absent"})
    bench.compare(tally, upload, {"x/b": 4})
    assert len(tally.differences) == 2
