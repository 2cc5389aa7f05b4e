"""The rules on releases: what a Dockerfile does to the sources of packages, and what is offered."""

import pytest

from dockwright.check import registry
from dockwright.findings.finding import Finding
from tools.examples import findings_of

APK = "/etc/apk/repositories"
EDGE = "http://dl-cdn.alpinelinux.org/alpine/edge"


def found(code: str, text: str) -> list[Finding]:
    entry = next(one for one in registry.entries() if one.code == code)
    return list(findings_of(entry, text, {}))


def messages(code: str, text: str) -> list[str]:
    return [finding.message for finding in found(code, text)]


UPDATE = "RUN apt-get update && apt-get install -y"
# What stands between FROM and `apt-get install python-pip`, and whether that may still work.
FETCH = f"{UPDATE} curl wget &&"
NODE = "https://deb.nodesource.com/setup_8.x"
PGDG = "http://apt.postgresql.org/pub/repos/apt/ bookworm-pgdg main"
BEFORE = [
    ("", False),
    # Vendors whose archives hold their own products.
    (f"RUN echo 'deb {PGDG}' > /etc/apt/sources.list.d/pgdg.list", False),
    (f"RUN echo 'deb {PGDG}' | tee /etc/apt/sources.list.d/pgdg.list", False),
    ("RUN curl -fsSL https://deb.nodesource.com/setup_20.x | bash -", False),
    (
        f"{UPDATE} gnupg\nRUN gpg --dearmor > /etc/apt/keyrings/x",
        False,
    ),
    ("RUN curl -fsSL https://example.org/setup_20.x | bash -", True),
    # The script in a file.
    (f"{FETCH} curl -sL {NODE} -o /tmp/n.sh && bash /tmp/n.sh", False),
    (f"{FETCH} curl -sL {NODE} > n.sh && sh ./n.sh", False),
    (f"{FETCH} wget {NODE} -O n.sh && bash n.sh x", False),
    (f"{FETCH} curl -sL https://example.org/setup_8.x -o n.sh && bash n.sh", True),
    (f"{FETCH} curl -sL {NODE} -o n.sh && bash other.sh", True),
    (f"{FETCH} curl -sL {NODE} -o n.sh && cat o.sh >n.sh && bash n.sh", True),
    (
        f"RUN echo 'deb {PGDG} deb http://example.org/ x main' > /etc/apt/sources.list.d/x.list",
        True,
    ),
    ("RUN apt-get update", False),
    ("RUN sed -i s/deb.debian.org/mirror.example.org/g /etc/apt/sources.list", False),
    ("RUN sed -i 's/ main/ main contrib non-free/' /etc/apt/sources.list", False),
    ("RUN pip install --upgrade pip", False),
    ("RUN mkdir -p work && rm -rf work/cache", False),
    ("RUN sed -i s/bookworm/buster/g /etc/apt/sources.list", True),
    ("RUN echo 'deb http://example.org/debian old main' >> /etc/apt/sources.list", True),
    ("RUN echo 'deb http://example.org/ ./' > /etc/apt/sources.list.d/own.list", True),
    (f"{UPDATE} software-properties-common && apt-add-repository ppa:some/thing", True),
    ("COPY own.sources /etc/apt/sources.list.d/", True),
    ("RUN curl -fsSL https://example.org/setup.sh | bash -", True),
    ("COPY setup.sh /\nRUN /setup.sh", True),
    ("RUN dpkg -i /tmp/repository.deb", True),
    ("RUN apt-get update && apt-get install -y /tmp/repository.deb", True),
    (f"{UPDATE} software-properties-common && add-apt-repository ppa:some/thing", True),
]


@pytest.mark.parametrize(("before", "silent"), BEFORE)
def test_sources(before: str, silent: bool) -> None:
    text = f"FROM debian:bookworm-slim\n{before}\n{UPDATE} python-pip\n"
    assert bool(messages("DW5401", text)) is not silent


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"FROM debian:buster\n{UPDATE} mysql-client\n", 1),
        (f"FROM debian:stretch\n{UPDATE} mysql-client\n", 0),
        (f"FROM php:7.0-apache\n{UPDATE} libpng12-dev\n", 1),
        (f"FROM debian:jessie\n{UPDATE} libpng12-dev\n", 0),
        # A forgotten operator.
        (f"FROM ubuntu:16.04\n{UPDATE} curl apt-get clean\n", 1),
        # Suites that move on: Python 2 does not come back, a new name may come any day.
        (f"FROM debian:sid\n{UPDATE} python-sphinx\n", 1),
        (f"FROM debian:testing\n{UPDATE} frobnicator\n", 0),
        # Another release's archive lacks it as well, or has it.
        (
            (
                "FROM ubuntu:20.04\n"
                f'{UPDATE} software-properties-common && add-apt-repository "deb http://security.ubuntu.com/ubuntu'
                f' xenial-security main"\n{UPDATE} python3.6-dev\n'
            ),
            1,
        ),
        (
            (
                "FROM ubuntu:20.04\n"
                f'{UPDATE} software-properties-common && add-apt-repository "deb http://security.ubuntu.com/ubuntu'
                f' bionic-security main"\n{UPDATE} python3.6-dev\n'
            ),
            0,
        ),
        # PostgreSQL's own archive has its old versions.
        (
            (
                f"FROM ubuntu:20.04\nRUN echo 'deb {PGDG}' > /etc/apt/sources.list.d/p.list\n"
                f"{UPDATE} postgresql-9.6\n"
            ),
            0,
        ),
    ],
)
def test_apt_names(text: str, count: int) -> None:
    assert len(messages("DW5401", text)) == count


def test_pin_with_a_tilde() -> None:
    assert messages("DW5410", "FROM alpine:edge\nRUN apk add chromium~=80.0.3987\n")
    assert not messages("DW5410", "FROM alpine:3.20\nRUN apk add chromium~=80.0\n")


@pytest.mark.parametrize(
    ("install", "names"),
    [
        ("python-pip php5-cli git", ["python-pip", "php5-cli"]),
        ("php7.2-cli python3.1", ["php7.2-cli"]),  # The second is a pattern: python3.11 fits.
        ("'libssl1*' g++ libstdc++6", []),
        ("python-pip=20.1-1", ["python-pip"]),
        ("${PACKAGES} $(cat list)", []),
        ("-t bookworm-backports python-pip", []),
        ("-o Dir::Etc::sourcelist=/tmp/l python-pip", []),
        ("-o Acquire::Retries=3 python-pip", ["python-pip"]),
        ("awk", ["awk"]),  # Several packages provide it.
        ("pkg-config libgcc1", []),
        ("libc6:i386 python-pip/stable", []),
    ],
)
def test_names(install: str, names: list[str]) -> None:
    text = f"FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y {install}\n"
    said = messages("DW5401", text)
    assert len(said) == len(names)
    for message, name in zip(said, names, strict=True):
        assert name in message.replace(";", " ").replace(",", " ").split()


def test_variable() -> None:
    text = (
        "FROM debian:bookworm-slim\nENV DEPS='git python-pip'\n"
        "RUN apt-get update && apt-get install -y $DEPS\n"
    )
    assert len(messages("DW5401", text)) == 1
    again = text.replace("RUN apt", "RUN DEPS=git && apt")
    assert messages("DW5401", again) == []


@pytest.mark.parametrize(
    "run",
    [
        "apt-get update && apt-get install -y python-pip || true",
        "apt-get update; apt-get install -y python-pip; apt-get clean",
        "if [ -e /x ]; then apt-get install -y python-pip; fi",
        "apt-get install -s python-pip",
        "apt-get install -y python-pip || apt-get install -y python3-pip",
    ],
)
def test_tolerated(run: str) -> None:
    assert messages("DW5401", f"FROM debian:bookworm-slim\nRUN {run}\n") == []


def test_errexit_counts() -> None:
    run = "set -e; apt-get update; apt-get install -y python-pip; apt-get clean"
    assert len(messages("DW5401", f"FROM debian:bookworm-slim\nRUN {run}\n")) == 1


def test_default_of_argument_is_only_likely() -> None:
    text = "ARG V=bookworm\nFROM debian:$V\nRUN apt-get update && apt-get install -y python-pip\n"
    assert [one.confidence for one in found("DW5401", text)] == ["likely"]


@pytest.mark.parametrize(
    ("image", "gone"),
    [
        ("debian:wheezy", True),
        ("debian:9.5-slim", True),
        ("ubuntu:quantal", True),
        ("node:8", True),
        ("java:8", True),
        ("java:9", False),  # On unstable.
        ("golang:1.4", True),
        ("python:3.6", False),  # Last built on bullseye.
        ("ubuntu:14.04", False),  # Still there.
        ("ubuntu:24.04", False),
        ("debian:sid", False),
        ("node:8-alpine", False),
        ("debian", False),
    ],
)
def test_gone(image: str, gone: bool) -> None:
    text = f"FROM {image}\nRUN apt-get update && apt-get install -y curl\n"
    assert bool(messages("DW5403", text)) is gone


@pytest.mark.parametrize(
    ("run", "gone"),
    [
        ("echo 'deb http://archive.ubuntu.com/ubuntu quantal main' > /etc/apt/sources.list", True),
        ("echo 'deb http://mirror.example.org/u quantal main' > /etc/apt/sources.list", False),
        ("echo 'deb http://example.org/ x main' >> /etc/apt/sources.list", True),
        ("add-apt-repository ppa:some/thing", True),
        ("sed -i s/archive.ubuntu/old-releases.ubuntu/ /etc/apt/sources.list", False),
        ("sed -i 's/# deb/deb/' /etc/apt/sources.list", True),
        ("sed -i -e s/a/b/ /etc/apt/sources.list*", True),
        ("rm /etc/apt/sources.list", False),
        ("printf '' | tee /etc/apt/sources.list", False),
    ],
)
def test_gone_with_other_sources(run: str, gone: bool) -> None:
    text = f"FROM ubuntu:quantal\nRUN {run}\nRUN apt-get update\n"
    assert bool(messages("DW5403", text)) is gone


def test_gone_says_what_the_next_release_lacks() -> None:
    text = "FROM debian:stretch\nRUN apt-get update && apt-get install -y python-pip git\n"
    (finding,) = found("DW5403", text)
    assert not finding.fixes
    assert any("no package python-pip" in reason.text for reason in finding.because)
    assert found("DW5403", text.replace("python-pip", "curl"))[0].fixes


def test_gone_is_told_once() -> None:
    text = "FROM debian:stretch\nRUN apt-get update\nRUN apt-get update && apt-get install -y git\n"
    assert len(messages("DW5403", text)) == 1


@pytest.mark.parametrize(
    ("run", "count"),
    [
        ("apk add python py2-pip", 2),
        ("apk add --no-cache -t .deps python", 1),
        ("apk add --virtual python make", 0),
        ("apk add python@old", 0),
        ("apk add -X http://example.org/alpine/v3.9/main python", 0),
        (f"sed -i s/dl-cdn.alpine/mirror.alpine/ {APK} && apk add python", 1),
        (f"sed -i s/v3.20/v3.9/ {APK} && apk add python", 0),
        (f"echo {EDGE}/main >> {APK} && apk add python", 1),
        # It left main, and was never in testing; wkhtmltopdf may be there.
        (f"echo {EDGE}/testing >> {APK} && apk add python", 1),
        (f"echo {EDGE}/testing >> {APK} && apk add wkhtmltopdf", 0),
        (f"apk add -X {EDGE}/testing py2-pip", 1),
        ("apk add -X https://example.org/alpine py2-pip", 0),
        (f"echo '@t {EDGE}/testing' >> {APK} && apk add python", 1),
        ("apk add python 2>/dev/null || true", 0),
    ],
)
def test_apk(run: str, count: int) -> None:
    assert len(messages("DW5402", f"FROM alpine:3.20\nRUN {run}\n")) == count


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("python:3.6-slim-stretch", ["Python 3.6", "Debian 9 (stretch)"]),
        ("node:16-alpine3.15", ["Node.js 16", "Alpine 3.15"]),
        ("ubuntu:20.04", ["Ubuntu 20.04", "2025-05-29"]),
        ("debian:bullseye", []),  # LTS.
        ("rust:1.70", []),
        ("python:3.13", []),
        ("alpine", []),
    ],
)
def test_end_of_life(image: str, words: list[str]) -> None:
    said = messages("DW5404", f"FROM {image}\nRUN make\n")
    assert len(said) == bool(words)
    for word in words:
        assert word in said[0]


@pytest.mark.parametrize(
    ("image", "likely", "other"),
    [
        ("ubuntu:16.4", False, "16.04"),
        ("debian:bookwrm", False, "bookworm"),
        ("${BASE}", True, "18.04"),
    ],
)
def test_tag_unknown(image: str, likely: bool, other: str) -> None:
    (finding,) = found("DW5407", f"ARG BASE=ubuntu:18.4\nFROM {image}\nRUN make\n")
    assert (finding.confidence == "likely") is likely
    assert other in finding.message


def test_index_is_missing_in_later_stage() -> None:
    text = (
        "FROM debian:bookworm AS a\nRUN apt-get update && apt-get install -y git\n"
        "FROM debian:bookworm\nRUN apt-get install -y git\n"
    )
    (finding,) = found("DW5409", text)
    assert text[finding.span.start :].startswith("apt-get install -y git\n")
    assert messages("DW5409", text.replace("FROM debian:bookworm\n", "FROM a\n")) == []


@pytest.mark.parametrize(
    ("image", "count"),
    [("centos:7", 1), ("centos:8", 1), ("almalinux:9", 0), ("fedora:40", 0)],
)
def test_yum(image: str, count: int) -> None:
    assert len(messages("DW5412", f"FROM {image}\nRUN yum -y install httpd\n")) == count


def test_pins() -> None:
    text = 'FROM alpine:3.22\nARG V=2.49.1-r0\nRUN apk add git=$V "curl==8.14.1-r1" jq~=1.7 bash\n'
    assert [one.confidence for one in found("DW5410", text)] == ["likely", "certain"]
