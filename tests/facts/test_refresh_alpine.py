"""What Alpine dropped: made from a history of APKBUILDs, and asked for."""

import subprocess
import zlib
from pathlib import Path

import pytest

from dockwright.facts.bundled import alpine as bundled
from dockwright.facts.releases import release
from dockwright.facts.vanished import vanished
from tools.refresh_facts import alpine

HISTORY: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "3.9",
        {
            "main/kept": 'pkgname=kept\nsubpackages="$pkgname-dev $pkgname-doc lib$pkgname:libs"\n',
            "main/old": 'pkgname=old\nsubpackages="$pkgname-dev $pkgname-lang old-tools:tools"\n',
            "main/renamed": "pkgname=renamed\n",
            "community/needed": "pkgname=needed\n",
            "community/tool": "pkgname=tool\n",
            "community/script1": "pkgname=script1\n",
            "testing/never": "pkgname=never\n",
        },
    ),
    (
        "3.10",
        {
            "main/old": "",
            "main/renamed": "",
            "main/new": 'pkgname=new\nprovides="renamed=$pkgver-r$pkgrel"\n',
            "community/needed": "",
            "community/script1": "",
            "community/script2": "_all='1 2'\nfor _v in $_all; do\n"
            '\tsubpackages="$subpackages script$_v:one"\ndone\n',
        },
    ),
    (
        "3.11",
        {
            "community/tool": "",
            "community/user": 'pkgname=user\nmakedepends="\n\tneeded>2\n\t!old\n\t"\n',
        },
    ),
)


@pytest.fixture
def aports(tmp_path: Path) -> Path:
    folder = tmp_path / "tcely+aports" / "repo"
    folder.mkdir(parents=True)

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q", "-b", "master")
    for branch, builds in HISTORY:
        for place, text in {**builds, "main/alpine-base": f"pkgname=alpine-base #{branch}"}.items():
            path = folder / place / "APKBUILD"
            path.parent.mkdir(parents=True, exist_ok=True)
            if text:
                path.write_text(text)
            else:
                path.unlink()
        git("add", "-A")
        git("commit", "-q", "-m", f"===== release {branch}.0 =====")
    return tmp_path


def test_refresh(aports: Path) -> None:
    alpine.refresh(str(aports), str(aports))
    title, *lines = zlib.decompress((aports / "alpine.bin").read_bytes()).decode().split("\n")
    assert title.startswith("github.com/tcely/aports ")
    # Not what another package provides, may make or needs, nor translations.
    assert lines == ["3.10 old old-dev old-tools", "3.11 tool"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            '_libs="\n\tone\n\ttwo\n"\n_f() {\n\tprovides="x-${subpkgname#"$pkgname"-}=1"\n}\n',
            "x-two",
        ),
        ('_d="yes"\n[ $_d = yes ] && subpackages="x-libs y:z"\n', "x-libs"),
        ('case $CARCH in\n\tx86) subpackages="$subpackages x-extra" ;;\nesac\n', "x-extra"),
        ("_v=2\npkgname=x$_v\n", "x2"),
        ('_v=2\n_v=3\nprovides="lib-$_v lib-x"\n', "lib-3"),
        ("_real=Some_Name\npkgname=py3-$(echo $_real | tr A-Z a-z)\n", "py3-some_name"),
        ('subpackages="$(list "$x") x-last"\n# one two\n', "x-last"),
    ],
)
def test_what_a_script_may_make(text: str, name: str) -> None:
    build = alpine.Build("folder", text)
    assert name in build.names or build.may(name)
    assert "folder-nowhere" not in build.names
    assert not build.may("folder-nowhere")


def test_no_release(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no clone"):
        alpine.refresh(str(tmp_path), str(tmp_path))


@pytest.mark.parametrize(
    ("cycle", "name", "gone"),
    [
        ("3.16", "libexecinfo-dev", False),
        ("3.17", "libexecinfo-dev", True),
        ("3.22", "libexecinfo-dev", True),
        ("3.22", "terraform", True),
        ("3.22", "curl", False),
        ("3.22", "php-curl", False),
        ("3.22", "boost-program_options", False),
        ("3.22", "postgresql-dev", False),
    ],
)
def test_bundled(cycle: str, name: str, gone: bool) -> None:
    found = vanished("alpine", cycle, name)
    assert (found is not None) == gone
    if found is not None:
        assert found.confidence == "derived"
        assert "github.com/tcely/aports" in found.source
        assert found.first == "3.17" or name == "terraform"


def test_the_table_agrees() -> None:
    """What is kept by hand is never gone later than the history of the packages says."""
    from dockwright.facts.vanished_table import ALPINE

    def at(branch: str) -> list[int]:
        return [int(part) for part in branch.split(".")]

    both = {name: first for name, (first, _, _) in ALPINE.items() if bundled.gone(name)}
    assert len(both) > 5
    for name, first in both.items():
        assert at(first) <= at(bundled.gone(name)), name
        assert release("alpine", first) is not None
