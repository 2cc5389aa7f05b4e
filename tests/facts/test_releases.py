"""Releases, the ends of their support, and where archives went."""

import timeit

import pytest

from dockwright.facts.archives import archive_gone
from dockwright.facts.knowledge import Known, Unknown
from dockwright.facts.releases import (
    ended,
    latest,
    products,
    release,
    rows_of,
    updates_ended,
)

NOW = "2026-11-23"
JUNE_2020 = "2020-06-15"


@pytest.mark.parametrize(
    ("product", "version", "cycle", "eol"),
    [
        ("debian", "12", "12", "2026-07-11"),
        ("debian", "bookworm", "12", "2026-07-11"),
        ("debian", "9.13", "9", "2020-07-18"),
        ("debian", "6", "6.0", "2014-05-31"),
        ("alpine", "3.18", "3.18", "2025-05-09"),
        ("alpine", "3.18.4", "3.18", "2025-05-09"),
        ("ubuntu", "18.04", "18.04", "2023-05-31"),
        ("ubuntu", "bionic", "18.04", "2023-05-31"),
        ("ubuntu", "20.04.3", "20.04", "2025-05-29"),
        ("ubuntu", "18.10", "18.10", "2019-07-18"),
        ("centos", "7", "7", "2024-06-30"),
        ("python", "3.6.9", "3.6", "2021-12-23"),
        ("python", "3.10", "3.10", "2026-10-31"),
        ("golang", "1.21", "1.21", "2024-08-13"),
        ("php", "7.4-fpm", "7.4", "2022-11-28"),
        ("openjdk", "1.8", "8", "2030-12-31"),
        ("postgres", "9.6.2", "9.6", "2021-11-11"),
        ("node", "18.19.0", "18", "2025-04-30"),
    ],
)
def test_release(product: str, version: str, cycle: str, eol: str) -> None:
    found = release(product, version)
    assert found is not None
    assert (found.cycle, found.eol) == (cycle, eol)
    assert found.source


@pytest.mark.parametrize(
    ("product", "version"),
    [
        *(("python", "3"), ("mongo", "4"), ("perl", "5"), ("ubuntu", "16.4"), ("ubuntu", "")),
        *(("debian", "bookwurm"), ("nothing", "1"), ("python", "3.1000"), ("python", "3.6x9")),
    ],
)
def test_no_release(product: str, version: str) -> None:
    assert release(product, version) is None
    assert ended(product, version, NOW) is None


def test_the_last_day_is_still_supported() -> None:
    assert ended("debian", "12", "2026-07-11") is False
    assert ended("debian", "12", "2026-07-12") is True


def test_long_term_support_of_debian_is_free_and_that_of_ubuntu_is_not() -> None:
    assert ended("debian", "12", NOW) is True
    assert updates_ended("debian", "12", NOW) is False
    assert updates_ended("ubuntu", "18.04", NOW) is True


def test_what_never_ends_or_is_not_known() -> None:
    assert ended("rabbitmq", "4.3", NOW) is False
    assert ended("debian", "sid", NOW) is None


@pytest.mark.parametrize(
    ("product", "today", "cycle"),
    [
        *(("debian", NOW, "13"), ("debian", "2020-01-01", "10"), ("ubuntu", NOW, "26.04")),
        *(("ubuntu", "2020-04-22", "18.04"), ("alpine", "2021-01-13", "3.12")),
    ],
)
def test_latest(product: str, today: str, cycle: str) -> None:
    found = latest(product, today)
    assert found is not None
    assert found.cycle == cycle


def test_table_is_sound() -> None:
    for product in products():
        cycles = [row[0] for row in rows_of(product)]
        assert len(cycles) == len(set(cycles)), product
        for row in rows_of(product):
            for day in row[2:5]:
                assert day in ("", "yes", "no") or (len(day) == 10 and day[4] == day[7] == "-")
            if len(row[2]) == len(row[3]) == 10 and product != "opensuse":
                assert row[2] <= row[3], (product, row)


@pytest.mark.parametrize(
    ("distribution", "cycle", "today", "gone"),
    [
        *(("debian", "buster", NOW, True), ("debian", "stretch", NOW, True)),
        *(("debian", "8", NOW, True), ("debian", "8", JUNE_2020, False)),
        *(("debian", "wheezy", NOW, True), ("debian", "11", NOW, False)),
        *(("debian", "12", NOW, False), ("debian", "bullseye-backports", NOW, True)),
        *(("ubuntu", "18.10", NOW, True), ("ubuntu", "18.10", JUNE_2020, True)),
        *(("ubuntu", "12.04", JUNE_2020, False), ("ubuntu", "12.04", NOW, True)),
        *(("ubuntu", "24.04", NOW, False), ("ubuntu", "10.04", NOW, True)),
        *(("centos", "7", NOW, True), ("centos", "8", NOW, True)),
    ],
)
def test_archive(distribution: str, cycle: str, today: str, gone: bool) -> None:
    answer = archive_gone(distribution, cycle, today)
    assert isinstance(answer, Known)
    assert answer.value is gone
    assert answer.reason.text


@pytest.mark.parametrize(
    ("distribution", "cycle", "today"),
    [
        # Long-term releases of Ubuntu stay for years; nobody has looked.
        *(("ubuntu", "14.04", NOW), ("ubuntu", "16.04", NOW), ("ubuntu", "18.04", NOW)),
        ("ubuntu", "25.10", NOW),  # ended four months ago
        ("debian", "11", "2027-06-01"),  # was there, and may have moved since
        ("debian", "12", "2020-01-01"),  # was not out
        *(("debian", "sid", NOW), ("alpine", "3.10", NOW), ("fedora", "28", NOW)),
        *(("centos", "7", JUNE_2020), ("debian", "nonsense", NOW)),
    ],
)
def test_archive_unknown(distribution: str, cycle: str, today: str) -> None:
    assert isinstance(archive_gone(distribution, cycle, today), Unknown)


def test_look_up_is_fast() -> None:
    release("python", "3.6.9")
    assert timeit.timeit(lambda: release("python", "3.6.9"), number=100) / 100 < 0.001
