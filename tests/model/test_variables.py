"""Variables: the model against hand-written values and real builds, in every form and scope."""

import pytest

from dockwright.facts.knowledge import Known
from tests.model.test_variables_data import CASES, built, knowledge, mismatches, plain


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_model(case):
    for what, ours, expected in knowledge(case):
        if isinstance(ours, Known):
            value = plain(ours.value)
            if what == "healthcheck":
                assert isinstance(value, list)
                value = ["CMD", *value]
            assert value == expected, what
        elif ours is None:
            assert expected is None, what
        else:
            assert what in case.unsure, f"{what}: {ours}"


@pytest.mark.engine
@pytest.mark.parametrize("case", CASES, ids=repr)
def test_engine(case, engine):
    assert not mismatches(case, built(case))
