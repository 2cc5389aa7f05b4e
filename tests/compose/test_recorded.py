"""
Generated cases with what Docker Compose 2.40.3 answered.

`data/cases.jsonl` is a selection of `bench/compose_cases.py`, recorded by `bench/compose_oracle.py`
and chosen by `python -m bench.compose_agreement DATA --select FILE`.
"""

from pathlib import Path

import pytest

from bench.compose.case import read_records
from bench.compose.compare import compare

RECORDS = list(read_records(Path(__file__).parent / "data" / "cases.jsonl"))


def test_there_are_cases():
    accepted = sum(record["exit"] == 0 for record in RECORDS)
    assert len(RECORDS) > 140
    assert 100 < accepted < len(RECORDS) - 20


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_the_answer_is_that_of_compose(record):
    outcome = compare(record)
    assert outcome.differences == [], outcome.told
    assert outcome.verdict == ("same" if record["exit"] == 0 else "both refuse"), outcome.told
