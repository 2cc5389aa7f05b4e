"""Package names that a release lacks."""

import re
import timeit

import pytest

from dockwright.facts import vanished_table as table
from dockwright.facts.releases import release
from dockwright.facts.vanished import replacement, vanished


@pytest.mark.parametrize(
    ("distribution", "version", "name", "instead"),
    [
        ("ubuntu", "focal", "python-pip", "python3-pip"),
        ("ubuntu", "22.04", "python-pip", "python3-pip"),
        ("ubuntu", "22.04", "python", "python3"),
        ("ubuntu", "24.04", "netcat", "netcat-openbsd"),
        ("ubuntu", "14.04", "ffmpeg", "libav-tools"),
        ("ubuntu", "16.04", "php5-mysql", "php-mysql"),
        ("ubuntu", "22.04", "libapache2-mod-php7.2", "libapache2-mod-php"),
        ("ubuntu", "22.04", "php7.2-mysqlnd", ""),
        ("ubuntu", "14.04", "openjdk-8-jdk", ""),
        ("ubuntu", "20.04", "openjdk-7-jre-headless", ""),
        ("ubuntu", "20.04", "openjdk-7-jdk", "default-jdk"),
        ("ubuntu", "20.04", "libpng12-dev", "libpng-dev"),
        ("ubuntu", "18.04", "libjasper-dev", ""),
        ("ubuntu", "24.04", "mysql-server-5.7", "mysql-server"),
        ("ubuntu", "24.04", "postgresql-client-12", "postgresql-client"),
        ("ubuntu", "22.04", "g++-4.9", ""),
        ("ubuntu", "26.10", "php7.0-cli", "php-cli"),
        ("ubuntu", "24.04", "python2.7-dev", ""),
        ("ubuntu", "18.04", "oracle-java8-installer", "default-jdk"),
        ("ubuntu", "20.04", "python-virtualenv", "python3-virtualenv"),
        ("ubuntu", "20.04", "libqt4-dev", ""),
        ("ubuntu", "18.04", "libjson0-dev", "libjson-c-dev"),
        ("ubuntu", "22.04", "qt5-default", "qtbase5-dev"),
        ("ubuntu", "24.04", "libgl1-mesa-glx", "libgl1"),
        ("alpine", "3.12", "python", "python3"),
        ("alpine", "3.9", "php5-fpm", ""),
        ("alpine", "3.20", "consul", ""),
        ("alpine", "3.20", "python-dev", "python3-dev"),
        ("alpine", "3.16", "python2", "python3"),
        ("alpine", "3.16.2", "php7-fpm", ""),
        ("alpine", "3.14", "nodejs-npm", "npm"),
        ("alpine", "3.12", "py2-pip=18.1-r0", "py3-pip"),
    ],
)
def test_lacks(distribution: str, version: str, name: str, instead: str) -> None:
    found = vanished(distribution, version, name)
    assert found is not None
    assert found.replacement == instead
    assert found.source
    assert found.confidence in ("measured", "derived")


@pytest.mark.parametrize(
    ("distribution", "version", "name"),
    [
        # The release has it.
        *(("ubuntu", "bionic", "python-pip"), ("ubuntu", "14.04", "php5-mysql")),
        *(("ubuntu", "xenial", "ffmpeg"), ("ubuntu", "24.04", "openjdk-8-jdk")),
        *(("ubuntu", "20.04", "python-setuptools"), ("ubuntu", "20.04", "python-dev")),
        *(("ubuntu", "20.04", "python-numpy"), ("ubuntu", "20.04", "python-yaml")),
        *(("ubuntu", "20.04", "python-requests"), ("ubuntu", "20.04", "qt5-default")),
        *(("ubuntu", "22.04", "libgl1-mesa-glx"), ("alpine", "3.8", "php5")),
        *(("alpine", "3.18", "consul"), ("alpine", "edge", "bash")),
        *(("ubuntu", "22.04", "python2.7"), ("ubuntu", "19.04", "php7.3-cli")),
        *(("alpine", "3.11", "python"), ("alpine", "3.15", "python2"), ("alpine", "3.13", "php7")),
        # Nobody knows.
        *(("ubuntu", "26.10", "openjdk-8-jdk"), ("ubuntu", "20.04", "gcc-7")),
        *(("ubuntu", "20.04", "curl"), ("ubuntu", "nonsense", "python-pip"), ("fedora", "40", "x")),
        *(("alpine", "3.12", "nodejs-npm"), ("ubuntu", "12.04", "php7.0")),
        *(("ubuntu", "20.04", "php7.2x"), ("ubuntu", "22.04", "gcc-5-base")),
        # Debian's index knows.
        ("debian", "12", "python"),
    ],
)
def test_says_nothing(distribution: str, version: str, name: str) -> None:
    assert vanished(distribution, version, name) is None


def test_first_and_last() -> None:
    found = vanished("ubuntu", "22.04", "php7.2-curl")
    assert found is not None
    assert (found.last, found.confidence) == ("18.04", "derived")
    found = vanished("ubuntu", "24.04", "python-pip")
    assert found is not None
    assert (found.first, found.confidence) == ("20.04", "derived")
    found = vanished("ubuntu", "20.04", "python-pip")
    assert found is not None
    assert found.confidence == "measured"


def test_replacement() -> None:
    assert replacement("debian", "mysql-client") == "default-mysql-client"
    assert replacement("debian", "php7.3-gd") == "php-gd"
    assert replacement("ubuntu", "python-pip") == "python3-pip"
    assert replacement("alpine", "python") == "python3"
    assert replacement("debian", "curl") == ""


def test_table_is_sound() -> None:
    codenames = [first for first, _, _ in table.UBUNTU.values()]
    for family in table.families():
        codenames += [family.first, family.last, *family.has]
    for codename in codenames:
        found = release("ubuntu", codename)
        assert found is not None, codename
        assert found.codename == codename
    for first, _, where in [*table.ALPINE.values(), *table.ALPINE_PREFIXES.values()]:
        assert release("alpine", first) is not None
        assert where
    for first, instead, where in table.UBUNTU.values():
        assert where
        assert not instead or vanished("ubuntu", first, instead) is None
    assert all(table.DEBIAN.values())


def test_a_family_knows_its_own_names() -> None:
    """Each family's mark is in the names its pattern takes, and no name is in two families."""
    names = ("php7.0-cli", "libapache2-mod-php5", "postgresql-9.3", "python3.6-dev", "ruby2.3")
    for name in (*names, "openjdk-7-jdk", "mysql-client-5.5", "g++-4.9", "libssl1.0-dev"):
        fitting = [f for f in table.families() if re.fullmatch(f.pattern, name)]
        assert len(fitting) == 1, name
        assert fitting[0].mark in name


def test_look_up_is_fast() -> None:
    vanished("ubuntu", "22.04", "php7.2-curl")
    assert timeit.timeit(lambda: vanished("ubuntu", "22.04", "curl"), number=100) / 100 < 0.001
    assert timeit.timeit(lambda: vanished("ubuntu", "22.04", "php7.2"), number=100) / 100 < 0.001
