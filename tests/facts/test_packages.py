"""The bundled facts about Debian's packages, asked as the rules ask them."""

import pytest

from dockwright.facts import bundled
from dockwright.facts.bundled import load
from dockwright.facts.packages import PackageIndex, index

SUITES = ("bullseye", "bookworm", "trixie", "forky", "sid")


def of(suite: str) -> PackageIndex:
    found = index("debian", suite)
    assert found is not None
    return found


def test_known_suites():
    assert [of(suite).suite for suite in SUITES] == list(SUITES)
    assert of("unstable") is of("sid")
    assert of("trixie").date > "2026"
    assert "trixie" in of("trixie").source
    assert of("trixie").date in of("trixie").source


@pytest.mark.parametrize(
    "names", [("ubuntu", "noble"), ("debian", "jessie"), ("debian", ""), (None, None)]
)
def test_unknown_suites(names):
    assert index(*names) is None


def test_a_missing_file():
    with pytest.raises(OSError, match=r"nothing\.bin"):
        load("nothing.bin")


def test_loaders_without_data(monkeypatch):
    expected = load("debian.bin")
    monkeypatch.setattr(bundled, "__spec__", None)
    assert load("debian.bin") == expected


@pytest.mark.parametrize(
    ("suite", "names"),
    [
        ("bullseye", ["curl", "libssl1.1", "python2", "python-is-python2", "curl:amd64"]),
        (
            "bookworm",
            ["curl", "libssl3", "libgl1-mesa-glx", "software-properties-common", "netcat", "awk"],
        ),
        (
            "trixie",
            ["curl", "libssl3t64", "unrar", "mail-transport-agent", "wine32", "wine32:i386", "awk"],
        ),
        ("trixie", ["librust-serde-1+default-dev", "crossbuild-essential-arm64"]),
    ],
)
def test_names_that_exist(suite, names):
    assert [name for name in names if not of(suite).exists(name)] == []


@pytest.mark.parametrize(
    ("suite", "names"),
    [
        ("bullseye", ["libssl3t64", "php8.4", "openjdk-21-jdk"]),
        (
            "bookworm",
            ["python-pip", "python-dev", "libssl1.1", "libpng12-dev", "mysql-client", "php7.4"],
        ),
        (
            "trixie",
            ["software-properties-common", "libssl1.1", "libgl1-mesa-glx", "python", "no-such"],
        ),
    ],
)
def test_names_that_do_not(suite, names):
    assert [name for name in names if of(suite).exists(name)] == []


def test_strange_names_are_rarely_taken_for_known_ones():
    strange = [f"no-such-package-{number}" for number in range(20_000)]
    assert sum(map(of("trixie").exists, strange)) < 20


def test_virtual_names():
    assert of("bookworm").virtual("netcat") == ("netcat-openbsd", "netcat-traditional")
    assert of("bookworm").virtual("awk") == ("gawk", "mawk", "original-awk")
    assert of("bookworm").virtual("curl") == ()
    assert of("bookworm").virtual("no-such") == ()
    assert len(of("trixie").virtual("mail-transport-agent")) > 5


def test_elsewhere():
    assert of("trixie").elsewhere("libssl1.1") == ("bullseye",)
    assert of("trixie").elsewhere("software-properties-common")[:2] == ("bullseye", "bookworm")
    assert of("trixie").elsewhere("curl") == SUITES
    assert of("trixie").elsewhere("no-such-package") == ()


@pytest.mark.parametrize(
    ("suite", "name", "best"),
    [
        ("bookworm", "python-pip", "python3-pip"),
        ("bookworm", "libssl1.1", "libssl3"),
        ("trixie", "libssl1.1", "libssl3t64"),
        ("bookworm", "libpng12-dev", "libpng-dev"),
        ("bookworm", "mysql-client", "default-mysql-client"),
        ("bookworm", "libncurses5-dev", "libncurses-dev"),
        ("bookworm", "openjdk-8-jdk", "default-jdk"),
        ("bookworm", "php7.4-fpm", "php-fpm"),
        ("bookworm", "postgresql-client-13", "postgresql-client"),
        ("trixie", "libgl1-mesa-glx", "libgl1"),
    ],
)
def test_similar(suite, name, best):
    found = of(suite).similar(name)
    assert found[0] == best
    assert len(found) <= 3
    assert all(of(suite).exists(one) for one in found)


def test_nothing_is_similar():
    assert of("trixie").similar("no-such-package") == ()


def test_programs():
    assert of("trixie").programs("curl") == ("/usr/bin/wcurl", "/usr/bin/curl")
    assert "/bin/ls" in (of("bullseye").programs("coreutils") or ())
    assert "/usr/bin/ls" in (of("bookworm").programs("coreutils") or ())
    assert "/usr/lib/postgresql/17/bin/pg_ctl" in (of("trixie").programs("postgresql-17") or ())
    assert of("trixie").programs("ca-certificates") == ("/usr/sbin/update-ca-certificates",)
    # No programs, and no facts: two different answers.
    assert of("trixie").programs("libssl-dev") == ()
    assert of("trixie").programs("no-such-package") is None
    assert of("trixie").programs("libssl1.1") is None
    assert of("trixie").programs("mail-transport-agent") is None


def test_alternatives():
    assert of("trixie").alternative_programs("mawk") == ("/usr/bin/awk", "/usr/bin/nawk")
    assert of("bullseye").alternative_programs("netcat-openbsd") == ("/bin/nc", "/bin/netcat")
    assert of("trixie").alternative_programs("netcat-openbsd") == (
        "/usr/bin/nc",
        "/usr/bin/netcat",
    )
    assert "/usr/bin/php" in of("bookworm").alternative_programs("php8.2-cli")
    assert of("trixie").alternative_programs("php8.2-cli") == ()
    assert "/usr/bin/javac" in of("bookworm").alternative_programs("openjdk-17-jdk-headless")
    assert "/usr/bin/java" not in of("bookworm").alternative_programs("openjdk-17-jdk-headless")
    assert of("bullseye").alternative_programs("debianutils") == ()
    assert of("bookworm").alternative_programs("debianutils") == ("/usr/bin/which",)
    assert "/usr/bin/nc" in (of("trixie").programs("netcat-openbsd") or ())


@pytest.mark.parametrize(
    ("program", "packages"),
    [
        ("curl", ("curl",)),
        ("nc", ("ncat", "netcat-openbsd", "netcat-traditional")),
        ("awk", ("gawk", "mawk", "original-awk")),
        ("java", ("openjdk-17-jre-headless",)),
        ("lua", ("lua5.1", "lua5.2", "lua5.3", "lua5.4")),
        ("ifconfig", ("net-tools",)),
        ("no-such-program", ()),
    ],
)
def test_providers(program, packages):
    assert of("bookworm").providers(program) == packages


def test_providers_are_those_of_the_suite():
    assert "openjdk-21-jre-headless" in of("trixie").providers("java")
    assert "openjdk-17-jre-headless" not in of("trixie").providers("java")


def test_closure():
    found = of("trixie").closure(["curl"], False, of("trixie").essential)
    assert found.complete
    assert found.unknown == ()
    assert {"curl", "libcurl4t64"} <= found.surely
    assert found.surely <= found.likely <= found.perhaps
    assert "ca-certificates" not in found.perhaps
    more = of("trixie").closure(["curl"], True, of("trixie").essential)
    assert more.surely == found.surely
    assert "ca-certificates" in more.perhaps


def test_closure_knows_what_is_there():
    bare = of("trixie").closure(["curl"], False, frozenset())
    there = of("trixie").closure(["curl"], False, frozenset({"libcurl4t64"}))
    assert "libnghttp2-14" in bare.surely
    assert "libnghttp2-14" not in there.perhaps
    assert there.perhaps < bare.perhaps


def test_closure_of_alternatives():
    # build-essential depends on libc6-dev | libc-dev, and make-guile provides make.
    empty = of("trixie").closure(["build-essential"], False, frozenset())
    assert {"gcc", "make", "libc6-dev"} <= empty.surely
    unsure = of("trixie").closure(["build-essential"], False, lambda _: None)
    assert "gcc" in unsure.surely
    assert "make" not in unsure.surely
    assert unsure.surely < empty.surely
    # mailutils recommends default-mta | mail-transport-agent, which many provide.
    other = of("bookworm").closure(["mailutils"], True, frozenset({"msmtp-mta"}))
    assert "exim4-daemon-light" not in other.perhaps
    alone = of("bookworm").closure(["mailutils"], True, frozenset())
    assert "exim4-daemon-light" in alone.likely


def test_closure_of_names():
    found = of("bookworm").closure(["netcat", "no-such-package", "curl:amd64"], False, frozenset())
    assert found.unknown == ("netcat", "no-such-package")
    assert not found.complete
    assert "curl" in found.surely
    assert not of("bookworm").closure(["0xffff"], False, frozenset()).complete
    # The only provider stands for a virtual name.
    assert of("bookworm").virtual("git-core") == ("git",)
    single = of("bookworm").closure(["git-core"], False, frozenset())
    assert single.unknown == ()
    assert "git" in single.surely


def test_sizes_and_versions():
    trixie = of("trixie")
    assert trixie.version("python3") == "3.13.5"
    assert (trixie.version("nodejs") or "").startswith("20.")
    assert of("bookworm").version("python3") == "3.11.2"
    assert of("bullseye").version("python3") == "3.9.2"
    assert trixie.version("openjdk-17-jdk") is None
    assert trixie.version("no-such-package") is None
    size = trixie.size("libc6-dev")
    assert size is not None
    assert 9_000 < size < 20_000
    assert trixie.size("openjdk-17-jdk") is None
    assert trixie.size("no-such-package") is None


def test_users():
    trixie = of("trixie")
    assert trixie.makes_users("postgresql-common") is True
    assert trixie.makes_users("openssh-server") is True
    assert trixie.makes_users("curl") is False
    assert trixie.makes_users("libssl1.1") is None
    assert trixie.makes_users("no-such-package") is None


def test_essential():
    for suite in SUITES:
        assert {"bash", "dpkg", "coreutils", "base-files"} <= of(suite).essential
        assert "curl" not in of(suite).essential
        assert all(of(suite).exists(name) for name in of(suite).essential)
