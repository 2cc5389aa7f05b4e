"""Bad input gives a clear error or findings, never a traceback, and the other files are checked."""

import os
import random
from pathlib import Path

import pytest

from tests.cli.run import dockwright

GOOD = "FROM debian:12\nRUN apt-get install curl\n"
MARK = "apt-assume-yes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile.good").write_text(GOOD)
    return tmp_path


def deep_heredocs(levels: int) -> bytes:
    names = [f"E{n}" for n in range(levels)]
    line = "RUN cat " + " ".join(f"<<{name}" for name in names)
    bodies = "".join(f"\tbody $({name}\n{name}\n" for name in names)
    return f"FROM a:1\n{line}\n{bodies}".encode()


CONTENTS = {
    "random": random.Random(7).randbytes(200_000),
    "nul": b"FROM a:1\0\nRUN echo \0\0 && \0\n\0\n",
    "not-utf-8": b"FROM a:1\nRUN echo \xff\xfe\x80\nLABEL \xe9=\xc3\x28\nENV a=\xed\xa0\x80\n",
    "ten-megabyte-line": b"FROM a:1\nRUN echo " + b"x" * 10_000_000 + b"\n",
    "ten-megabyte-heredoc": b"FROM a:1\nRUN <<E\n" + b"echo x\n" * 1_500_000 + b"E\n",
    "many-heredocs": deep_heredocs(300),
    "unterminated-heredocs": b"FROM a:1\n" + b"RUN cat <<A <<B <<C\nx\n" * 200,
    "nested-expansion": b"FROM a:1\nENV A=" + b"${a:-" * 5000 + b"}" * 5000 + b"\n",
    "nested-substitution": b"FROM a:1\nRUN " + b"$(" * 5000 + b"true" + b")" * 5000 + b"\n",
    "nested-groups": b"FROM a:1\nRUN " + b"( " * 4000 + b"true" + b" )" * 4000 + b"\n",
    "nested-json": b"FROM a:1\nCMD " + b"[" * 30_000 + b"]" * 30_000 + b"\n",
    "long-and-list": b"FROM a:1\nRUN true" + b" && true" * 8000 + b"\n",
    "onbuild-chain": b"FROM a:1\n" + b"ONBUILD " * 5000 + b"RUN x\n",
    "only-continuations": b"\\\n" * 50_000,
    "carriage-returns": b"FROM a:1\rRUN x\r\r\n\r\nRUN y\r",
    "wide-port-range": b"FROM a:1\n" + b"EXPOSE 0-65535\n" * 500,
    "empty": b"",
    "blank": b"  \n\t\n",
    "byte-order-mark": b"\xef\xbb\xbfFROM a:1\nRUN x\n",
    "cycle": b"FROM b AS a\nFROM a AS b\nCOPY --from=b / /\nFROM a\nCOPY --from=3 / /\n",
    "shell-error-recovery": b"FROM a:1\nRUN " + b"<<<(&&||;;`" * 3000 + b"\n",
}


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("command", ["check", "fix", "parse"])
def test_content(folder: Path, name: str, command: str) -> None:
    bad = folder / "Dockerfile.bad"
    bad.write_bytes(CONTENTS[name])
    options = ["--shellcheck", "off"] if command != "parse" else []
    if command == "fix":
        options += ["--diff", "--unsafe"]
    if command == "check":
        options += ["--select", "ALL", "--preview"]
    run = dockwright(command, *options, "Dockerfile.bad", "Dockerfile.good", cwd=folder)
    assert "Traceback" not in run.err
    assert "please report" not in run.err + run.out
    assert run.code in (0, 1)
    assert bad.read_bytes() == CONTENTS[name]
    if command == "check":
        assert MARK in run.out


def test_many_stages(folder: Path) -> None:
    stages = "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(100_000))
    (folder / "Dockerfile").write_text("FROM a:1 AS s0\n" + stages + "RUN apt-get install x\n")
    run = dockwright("check", "--shellcheck", "off", "-f", "json", "Dockerfile", cwd=folder)
    assert run.code == 1, run.err
    assert any(finding["name"] == MARK for finding in run.json["findings"])


def test_unreadable_file(folder: Path) -> None:
    locked = folder / "Dockerfile.locked"
    locked.write_text(GOOD)
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        locked.unlink()
        locked.mkdir()  # root reads everything: a folder of that name must do
        run = dockwright("check", "Dockerfile.locked", "Dockerfile.good", cwd=folder)
        assert MARK in run.out
        return
    run = dockwright("check", ".", cwd=folder)
    assert run.code == 2
    assert "Dockerfile.locked" in run.out + run.err
    assert MARK in run.out


def test_symlink_loop(folder: Path) -> None:
    (folder / "Dockerfile.a").symlink_to("Dockerfile.b")
    (folder / "Dockerfile.b").symlink_to("Dockerfile.a")
    (folder / "sub").mkdir()
    (folder / "sub" / "up").symlink_to("..")
    run = dockwright("check", ".", cwd=folder)
    assert run.code == 2
    assert "Dockerfile.a" in run.out + run.err
    assert MARK in run.out
    assert "Traceback" not in run.err


def test_dangling_link_and_pipe(folder: Path) -> None:
    (folder / "Dockerfile.gone").symlink_to("nowhere")
    os.mkfifo(folder / "Dockerfile.pipe")
    run = dockwright("check", ".", cwd=folder)
    assert run.code == 2
    assert "Dockerfile.gone" in run.out + run.err
    assert "not a regular file" in run.out + run.err
    assert MARK in run.out


def test_missing_file(folder: Path) -> None:
    run = dockwright("check", "Dockerfile.no", "Dockerfile.good", cwd=folder)
    assert run.code == 2
    assert "no such file" in run.out + run.err
    assert MARK in run.out


def test_file_that_vanishes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dockwright.app import discover, session
    from dockwright.app.check import Options

    (folder / "Dockerfile.brief").write_text(GOOD)
    found = discover.find

    def find_then_lose(*arguments, **more):
        targets = found(*arguments, **more)
        (folder / "Dockerfile.brief").unlink()
        return targets

    monkeypatch.setattr(discover, "find", find_then_lose)
    result = session.check_paths([str(folder)], Options(shellcheck="off", cache=False))
    assert [name for name, _ in result.errors] == [str(folder / "Dockerfile.brief")]
    assert any(finding.name == MARK for one in result.results for finding in one.findings)


def test_broken_cache(folder: Path) -> None:
    first = dockwright("check", "Dockerfile.good", cwd=folder)
    entries = [path for path in (folder / ".cache-of-test").rglob("*") if path.is_file()]
    assert entries
    for content in (b"", b"[", b"[[[1]],0]", b"\0\xff", b'{"a": 1}'):
        for entry in entries:
            entry.write_bytes(content)
        assert dockwright("check", "Dockerfile.good", cwd=folder) == first


def test_cache_that_cannot_be_written(folder: Path) -> None:
    run = dockwright(
        "check", "Dockerfile.good", cwd=folder, env={"DOCKWRIGHT_CACHE_DIR": "/dev/null/x"}
    )
    assert run.code == 1
    assert run.err == ""
