"""Tags of official images, past and present."""

import timeit

import pytest

from dockwright.facts.tagbase import base
from dockwright.facts.tags import TagFacts, heads, repositories, source, tag


def facts(reference: str) -> TagFacts:
    repository, _, name = reference.partition(":")
    found = tag(repository, name or "latest")
    assert found is not None
    assert found.reason.text
    return found


@pytest.mark.parametrize(
    ("reference", "canonical", "until"),
    [
        ("python:3.6", "3.6.15-bullseye", "2022-01"),
        ("python:3.6-slim", "3.6.15-slim-bullseye", "2022-01"),
        ("node:10", "10.24.1-stretch", "2021-05"),
        ("golang:1.11-alpine", "1.11.13-alpine3.10", "2019-09"),
        ("openjdk:8-jdk", "8u342-jdk-bullseye", "2022-08"),
        ("php:7.1-fpm", "7.1.33-fpm-buster", "2019-12"),
        ("ubuntu:18.10", "18.10", "2019-10"),
        ("java:8", "openjdk-8u111-jdk", "2017-06"),
        ("centos:7", "centos7.9.2009", "2024-07"),
    ],
)
def test_gone(reference: str, canonical: str, until: str) -> None:
    found = facts(reference)
    assert (found.state, found.canonical, found.until) == ("gone", canonical, until)
    assert not found.removed


def test_a_tag_that_was_deleted() -> None:
    assert facts("opensuse:latest").removed


def test_current() -> None:
    found = facts("python:3.12-slim")
    assert found.state == "current"
    assert found.canonical.startswith("3.12.")
    assert "slim" in found.canonical
    assert found.os == "linux"
    assert "amd64" in found.architectures
    assert found.git == "https://github.com/docker-library/python"
    assert len(found.commit) == 12
    assert found.directory == "3.12/slim-trixie"
    assert facts("python:3.12-slim-trixie").canonical == found.canonical


def test_a_tag_shared_with_windows_is_what_linux_gets() -> None:
    found = facts("python:latest")
    assert found.os == "linux"
    assert "windows-amd64" in found.architectures
    assert facts("golang:nanoserver").os == "windows"


@pytest.mark.parametrize(
    "reference",
    [
        "python:3.5.99",  # 3.5 is no longer built
        "python:3.13-slim-buster",  # buster is no longer built
        "python:3.12-slim-bookwrom",
        "python:3.8.21-alpine3.99",
        *("ubuntu:16.4", "ubuntu:bionix", "node:12-trixie", "java:9-jdk-slim", "node:lastest"),
    ],
)
def test_never(reference: str) -> None:
    found = facts(reference)
    assert (found.state, found.canonical, found.until) == ("never", "", "")


@pytest.mark.parametrize(
    "reference",
    [
        # May be newer than the list.
        *("python:3.16", "python:3.13.99", "alpine:3.99", "node:99", "debian:duke-20271231"),
        *("python:3.13-alpine3.99", "python:3.13-newsuite", "debian:newsuite", "ubuntu:28.04"),
        # May be older than the list.
        *("centos:6.4", "ubuntu:8.04", "busybox:ancient"),
        # Not recorded: previews, Windows, repositories without history.
        *("python:3.9-rc", "golang:1.8-nanoserver", "drupal:8", "clojure:alpine"),
        "python:{{ version }}",
    ],
)
def test_unknown(reference: str) -> None:
    assert facts(reference).state == "unknown"


def test_no_official_image() -> None:
    assert tag("nothing-of-the-kind", "latest") is None


def test_repository_state() -> None:
    assert facts("java:8").repository_state == "removed"
    assert facts("centos:8").repository_state == "removed"
    assert facts("python:3").repository_state == "present"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("python:3.6", ("debian", "11")),
        ("node:8-alpine", ("alpine", "3.11")),
        ("ubuntu:bionic", ("ubuntu", "18.04")),
        ("ubuntu:18.10", ("ubuntu", "18.10")),
        ("debian:jessie", ("debian", "8")),
        ("debian:bookworm-slim", ("debian", "12")),
        ("alpine:3.9", ("alpine", "3.9")),
        ("alpine:edge", ("alpine", "edge")),
        ("centos:7", ("centos", "7")),
        ("fedora:33", ("fedora", "33")),
        ("python:2.7.9", None),  # tags had no suites yet
        ("python:3.99", None),
    ],
)
def test_base(reference: str, expected: tuple[str, str] | None) -> None:
    assert base(facts(reference)) == expected


def test_every_current_tag_has_a_build() -> None:
    """Each repository's own canonical tags are found again, as themselves."""
    from dockwright.facts import tags

    for name in repositories():
        found = tags._loaded().repository(name)
        assert found is not None
        for line in found._builds.split("\n"):
            if line:
                canonical = line.split(" ")[0]
                known = tag(name, canonical)
                assert known is not None
                assert (known.state, known.canonical) == ("current", canonical), (name, canonical)


def test_source_and_speed() -> None:
    assert source().startswith("docker-library/official-images ")
    tag("python", "3.12-slim")
    assert timeit.timeit(lambda: tag("python", "3.12-slim"), number=100) / 100 < 0.001


def test_a_repository_without_tags_has_no_heads() -> None:
    assert "gazebo" in repositories()
    assert heads("gazebo") == {}
    assert tag("gazebo", "-a") is not None
