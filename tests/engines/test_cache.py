"""A few of the pairs of `bench/cache_predictions.py`, built for real."""

from collections.abc import Iterator

import pytest

from bench import cache_predictions as bench
from bench.cache.cases import CASES
from dockwright.model.cache import CACHED, PERHAPS, RUNS

pytestmark = pytest.mark.engine

TITLES = (
    "args: value of an unused argument",
    "copies: edit what the glob takes",
    "filters: excluded among globs",
    "greedy: touch",
    "meta: everything without a layer",
    "mounts: bound file",
    "mounts: value of the secret",
    "multi: edit, same output",
    "noarg: proxy",
    "onbuild: file of the trigger",
    "shell: comment in a RUN",
    "stages: edit one that is copied on",
)


@pytest.fixture(scope="module")
def builder(engine: str) -> Iterator[bench.Engine]:
    made = bench.Engine(engine)
    missing = made.missing()
    if missing:
        pytest.skip(f"the engine has no image {', '.join(missing)}")
    yield made
    made.clean()


@pytest.mark.parametrize("title", TITLES)
def test_prediction(title, builder):
    [case] = [case for case in CASES if case.title == title]
    rows = bench.run(case, bench.FIXTURES, builder)
    assert rows
    for row in rows:
        assert row.cached is not None, row
        assert row.step.verdict in ((CACHED, PERHAPS) if row.cached else (RUNS, PERHAPS)), row
    assert {row.cached for row in rows} == ({True} if title in UNCHANGED else {True, False})


UNCHANGED = {
    "greedy: touch",
    "meta: everything without a layer",
    "mounts: value of the secret",
    "noarg: proxy",
    "shell: comment in a RUN",
}


def test_titles_are_unique():
    titles = [case.title for case in CASES]
    assert len(set(titles)) == len(titles) >= 110
