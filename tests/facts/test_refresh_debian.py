"""The bundled Debian facts are what the archive's indexes say: from a small archive and back."""

import gzip
import hashlib
import lzma
from pathlib import Path

import pytest

from dockwright.facts.bundled.debian import Book, Table
from dockwright.facts.bundled.places import Places, coded, decoded
from dockwright.facts.packages import PackageIndex
from tools.refresh_facts import debian
from tools.refresh_facts.__main__ import compare, main
from tools.refresh_facts.debian_archive import SUITES, Archive
from tools.refresh_facts.debian_versions import compare as order
from tools.refresh_facts.debian_versions import holds, upstream

MAIN = """\
Package: tool
Version: 1:2.5.1+dfsg-3
Installed-Size: 1000
Depends: libtool1 (>= 2), first | second, alone, maker
Recommends: extra, libtool1
Description: a tool
 Depends: nothing of this line

Package: libtool1
Multi-Arch: same
Version: 2.1-1
Installed-Size: 10
Pre-Depends: base
Depends: old (>= 9) | new

Package: first
Version: 1-1
Depends: adduser

Package: second
Version: 1-1

Package: only
Version: 1-1
Provides: alone (= 1.0), several

Package: other
Version: 1-1
Provides: several, second

Package: extra
Version: 1-1

Package: old
Version: 8-1

Package: new
Version: 1-1

Package: maker
Version: 3-1

Package: adduser
Version: 3-1

Package: base
Version: 12.1
Essential: yes
Priority: required

Package: apart
Version: 1-1

Package: clash
Version: 1-1
Depends: first | second, broken | extra
Conflicts: first, extra (<< 1)

Package: broken
Version: 1-1
Depends: extra (>= 5)
"""
CONTENTS = """\
bin/tool                                                utils/tool
usr/sbin/toold                                          utils/tool,utils/apart
usr/games/play time                                     games/extra
usr/lib/tool/bin/helper                                 utils/tool
usr/share/doc/tool/bin/not                              utils/tool
usr/lib/sysusers.d/maker.conf                           utils/maker
usr/share/doc/libtool1/copyright                        libs/libtool1
usr/share/doc/tool                                      utils/tool
usr/share/tool/one/deep/and/deeper/file                 utils/tool
usr/share/tool/with space/file                          utils/tool
lib/tool/libtool.so.1                                   libs/libtool1
usr/share/doc/extra/copyright                           libs/extra
"""


def write(folder: Path, suite: str, files: dict[str, str]) -> None:
    """One suite of an archive."""
    lines = ["Origin: Debian", "Date: Sat, 21 Nov 2026 09:15:44 UTC", "SHA256:"]
    for name, text in files.items():
        raw = lzma.compress(text.encode()) if name.endswith(".xz") else gzip.compress(text.encode())
        path = folder / suite / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        lines.append(f" {hashlib.sha256(raw).hexdigest()} {len(raw)} {name}")
    (folder / suite).mkdir(exist_ok=True)
    (folder / suite / "Release").write_text("\n".join(lines) + "\n")


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A folder with a small archive; demand is `clash`, `tool` and `several`."""
    folder = tmp_path / "archive"
    packages = "main/binary-amd64/Packages.xz"
    for suite in SUITES:
        write(
            folder,
            suite,
            {
                packages: MAIN if suite in ("bullseye", "trixie") else "",
                "main/Contents-amd64.gz": CONTENTS,
                "main/Contents-all.gz": "usr/bin/late  utils/late\n",
                "main/binary-arm64/Packages.xz": "Package: foreign\nVersion: 1\n",
                "non-free/binary-amd64/Packages.xz": "Package: unfree\nVersion: 1\n",
            },
        )
    newer = "Package: tool\nVersion: 1:2.5.1+dfsg-3+deb13u1\nInstalled-Size: 1000\nDepends: fresh\n"
    fresh = "Package: fresh\nVersion: 1\n"
    write(folder, "trixie-security", {packages: f"{newer}\n{fresh}"})
    write(folder, "trixie-backports", {packages: "Package: ported\nVersion: 1\nProvides: port\n"})
    (tmp_path / "demand.txt").write_text("# names\nclash\ntool\nseveral\n")
    monkeypatch.setattr(debian, "DEMAND", tmp_path / "demand.txt")
    return folder


@pytest.fixture
def book(archive, tmp_path):
    debian.refresh(str(archive), str(tmp_path))
    return Book((tmp_path / "debian.bin").read_bytes())


def test_the_same_input_gives_the_same_bytes(archive, tmp_path):
    debian.refresh(str(archive), str(tmp_path))
    first = [(tmp_path / name).read_bytes() for name in ("debian.bin", "places.bin")]
    debian.refresh(str(archive), str(tmp_path))
    assert [(tmp_path / name).read_bytes() for name in ("debian.bin", "places.bin")] == first


def test_places(book, tmp_path):
    data = Table(memoryview((tmp_path / "places.bin").read_bytes()))
    trixie = Places(book, book.suites.index("trixie"), data)
    assert trixie.folders("tool") == ["/usr/lib/tool/bin", "/usr/share/tool/one/deep"]
    assert trixie.folders("libtool1") == ["/usr/lib/tool"]
    assert trixie.document("tool") == "link"
    assert trixie.document("libtool1") == "dir"
    assert trixie.record("libtool1") == "libtool1:amd64"
    assert trixie.record("tool") == "tool"
    bullseye = Places(book, book.suites.index("bullseye"), data)
    assert bullseye.folders("libtool1") == ["/lib/tool"]
    for name in ("no-such-package", "fresh"):
        assert (trixie.document(name), trixie.record(name), trixie.folders(name)) == ("", "", [])


@pytest.mark.parametrize(
    "folders", [["usr/lib/a", "usr/lib/a.d", "usr/share/7z/x", "usr/share/7zip"], ["etc"]]
)
def test_folders_as_text(folders):
    assert decoded(coded(folders)) == [f"/{one}" for one in folders]


def test_names(book):
    trixie, bookworm = PackageIndex(book, "trixie"), PackageIndex(book, "bookworm")
    assert trixie.date == "2026-11-21"
    assert trixie.essential == {"base"}
    for name in ("tool", "apart", "foreign", "unfree", "several", "ported", "port", "fresh"):
        assert trixie.exists(name), name
    assert not trixie.exists("Depends")
    assert not bookworm.exists("tool")
    assert not bookworm.exists("ported")
    assert bookworm.elsewhere("tool") == ("bullseye", "trixie")
    assert bookworm.elsewhere("fresh") == ("trixie",)
    assert trixie.virtual("several") == ("only", "other")
    assert bookworm.virtual("several") == ()


def test_programs(book):
    trixie, bullseye = PackageIndex(book, "trixie"), PackageIndex(book, "bullseye")
    assert trixie.programs("tool") == (
        "/usr/bin/tool",
        "/usr/sbin/toold",
        "/usr/lib/tool/bin/helper",
    )
    assert set(bullseye.programs("tool") or ()) == {
        "/bin/tool",
        "/usr/sbin/toold",
        "/usr/lib/tool/bin/helper",
    }
    assert trixie.programs("libtool1") == ()
    assert trixie.programs("apart") == ("/usr/sbin/toold",)
    # Nothing lists their files.
    assert trixie.programs("fresh") is None
    assert trixie.programs("foreign") is None
    assert trixie.providers("toold") == ("apart", "tool")
    assert trixie.providers("helper") == ()
    assert PackageIndex(book, "sid").providers("toold") == ()


def test_dependencies(book):
    bullseye = PackageIndex(book, "bullseye")
    found = bullseye.closure(["tool"], False, frozenset())
    # old is too old for libtool1, so new comes; second is provided by other; alone by only.
    assert found.surely == {"tool", "libtool1", "base", "new", "first", "adduser", "only", "maker"}
    assert found.perhaps == found.likely == found.surely
    assert not found.complete  # the files of some are not in Contents
    assert bullseye.closure(["tool"], False, {"other"}).perhaps == found.surely - {
        "first",
        "adduser",
    }
    more = bullseye.closure(["tool"], True, frozenset())
    assert more.surely == found.surely
    assert more.perhaps == found.perhaps | {"extra"}
    # With first there, or perhaps there, apt may need another.
    clash = bullseye.closure(["clash"], False, frozenset())
    assert clash.likely == {"clash", "first", "adduser", "extra"}
    assert clash.perhaps == clash.likely | {"second", "other"}
    assert bullseye.closure(["clash", "tool"], False, {"first"}).perhaps >= {"libtool1", "clash"}
    sid = PackageIndex(book, "sid").closure(["clash"], False, frozenset())
    assert sid.unknown == ("clash",)
    unsure = bullseye.closure(["tool"], False, lambda name: None if name == "second" else False)
    assert unsure.surely == found.surely - {"first", "adduser"}
    assert unsure.perhaps == found.perhaps
    assert bullseye.exists("broken")
    assert bullseye.closure(["libtool1"], False, {"base", "new"}).complete
    assert bullseye.closure(["several"], False, frozenset()).unknown == ("several",)


def test_security_updates_count(book):
    assert PackageIndex(book, "trixie").closure(["tool"], False, frozenset()).surely == {
        "tool",
        "fresh",
    }


def test_details(book):
    trixie = PackageIndex(book, "trixie")
    assert trixie.version("tool") == "2.5.1"
    assert trixie.version("libtool1") is None  # nobody asks for it
    assert PackageIndex(book, "sid").version("tool") is None
    size = trixie.size("tool")
    assert size is not None
    assert abs(size - 1000) <= 40
    assert trixie.size("apart") is None
    bullseye = PackageIndex(book, "bullseye")
    users = {name: bullseye.makes_users(name) for name in ("first", "maker", "extra", "apart")}
    assert users == {"first": True, "maker": True, "extra": False, "apart": None}


def test_check(archive, tmp_path, capsys):
    output = tmp_path / "bundled"
    output.mkdir()
    arguments = ["debian", "--inputs", str(archive), "--output", str(output)]
    assert main([*arguments, "--check"]) == 1
    assert "debian.bin" in capsys.readouterr().out
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    (output / "debian.bin").write_bytes(b"other")
    assert main([*arguments, "--check"]) == 1


def test_compare_looks_into_folders(tmp_path, capsys):
    for folder, text in (("made", "one"), ("kept", "two")):
        (tmp_path / folder / "sub").mkdir(parents=True)
        (tmp_path / folder / "sub" / "file").write_text(text)
    assert compare(str(tmp_path / "made"), str(tmp_path / "kept")) == 1
    assert str(Path("sub/file")) in capsys.readouterr().out


def test_what_the_release_file_does_not_list_is_not_read(archive):
    extra = archive / "sid" / "contrib" / "binary-amd64"
    extra.mkdir(parents=True)
    (extra / "Packages.xz").write_bytes(lzma.compress(b"Package: stray\n"))
    assert list(Archive(str(archive)).packages("sid", "contrib", "amd64")) == []


# As `dpkg --compare-versions` answers.
@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("1.0~rc1", "1.0"),
        ("1.0", "1.0a"),
        ("1.0a", "1.0+b"),
        ("1.9", "1.10"),
        ("9", "1:0"),
        ("1.0-1", "1.0-1+deb13u1"),
        ("1.0-1~bpo12", "1.0-1"),
        ("1.0", "1.0-1"),
        ("2.36-9+deb12u9", "2.36-9+deb12u10"),
        ("1.0-2", "1.0.1-1"),
    ],
)
def test_order_of_versions(low, high):
    assert order(low, high) == -1
    assert order(high, low) == 1
    assert order(low, low) == 0
    assert holds(high, ">=", low)
    assert holds(low, "<<", high)
    assert not holds(low, ">>", high)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("20.19.2+dfsg-1+deb13u1", "20.19.2"),
        ("1:9.2p1-2", "9.2"),
        ("2:8.4+96", "8.4"),
        ("3.13.5-1", "3.13.5"),
        ("git20200101", ""),
    ],
)
def test_upstream_versions(version, expected):
    assert upstream(version) == expected
