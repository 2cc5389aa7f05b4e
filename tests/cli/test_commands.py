"""The commands as a user types them: output, files written, exit codes."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.run import dockwright

BAD = 'FROM example.org/debian:12\nRUN apt-get update && apt-get install curl\nCMD ["bash"]\n'
FIXED = BAD.replace("install curl", "install -y curl && rm -rf /var/lib/apt/lists/*")
CLEAN = 'FROM example.org/debian:12\nCMD ["bash"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()  # the search for a configuration ends here
    (tmp_path / "Dockerfile").write_text(BAD)
    return tmp_path


def check(folder: Path, *arguments: str, **more):
    return dockwright("check", "--shellcheck", "off", *arguments, cwd=folder, **more)


def codes(run) -> list[str]:
    return [finding["name"] for finding in run.json["findings"]]


# Exit codes


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (CLEAN, (), 0),
        (BAD, (), 1),
        (BAD, ("--fail-on", "error"), 0),
        (BAD, ("--fail-on", "never"), 0),
        (BAD, ("--ignore", "apt-assume-yes"), 0),
        (BAD, ("--ignore", "apt-assume-yes", "--fail-on", "info"), 1),
        (BAD, ("--select", "no-such-rule"), 2),
        (BAD, ("--format", "no-such-format"), 2),
        (BAD, ("--no-such-option",), 2),
        (BAD, ("--config", "no-such-file.toml"), 2),
        (BAD, ("no-such-file",), 2),
    ],
)
@pytest.mark.parametrize(
    "form", ["text", "json", "sarif", "github", "gitlab", "checkstyle", "junit"]
)
def test_exit_code(
    folder: Path, text: str, arguments: tuple[str, ...], code: int, form: str
) -> None:
    (folder / "Dockerfile").write_text(text)
    run = check(
        folder, "Dockerfile", *(() if "--format" in arguments else ("-f", form)), *arguments
    )
    assert run.code == code, run
    assert "Traceback" not in run.err
    if code == 2:
        missing = "no-such-file" in arguments
        told = run.err if not missing or form == "gitlab" else run.out
        assert told.startswith("dockwright: ") or (missing and "no-such-file" in told)
        assert "no such file or folder" in told or not missing
        assert missing or not run.out


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ((), 2, "usage: dockwright COMMAND"),
        (("--help",), 0, "usage: dockwright COMMAND"),
        (("--version",), 0, "dockwright "),
        (("frobnicate",), 2, "dockwright: no command 'frobnicate'; there are: check, "),
        (("check",), 2, "dockwright: no file or folder given"),
    ]
    + [
        ((name, "--help"), 0, f"usage: dockwright {name} ")
        for name in ("check", "fix", "explain", "rules", "show", "impact", "context", "parse")
    ],
)
def test_usage(folder: Path, arguments: tuple[str, ...], code: int, text: str) -> None:
    run = dockwright(*arguments, cwd=folder)
    assert run.code == code
    assert "Traceback" not in run.err
    assert (run.out + run.err).startswith(text)


# Where input comes from


def test_stdin(folder: Path) -> None:
    run = check(
        folder, "-", "--stdin-filename", "docker/app.Dockerfile", "-f", "json", stdin=BAD.encode()
    )
    assert run.code == 1
    assert {finding["file"] for finding in run.json["findings"]} == {"docker/app.Dockerfile"}


def test_folder(folder: Path) -> None:
    names = [
        "Dockerfile.dev",
        "Dockerfile.dockerignore",
        "app.Dockerfile",
        "sub/Containerfile",
        "sub/dockerfile",
        "x-dockerfile",
    ]
    others = [
        "Dockerfile.md",
        "Dockerfile.j2",
        "node_modules/a/Dockerfile",
    ]
    for name in names + others:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(BAD)
    run = check(folder, ".", "-f", "json")
    assert sorted(run.json["files"]) == sorted(f"./{name}" for name in [*names, "Dockerfile"])


@pytest.mark.parametrize(
    ("ignore", "arguments", "code"),
    [
        (".dockerignore", (), 1),
        # This one lies beside the Dockerfile wherever the context is.
        ("Dockerfile.dockerignore", (), 0),
        ("Dockerfile.dockerignore", ("--context", "docker"), 1),
        ("Dockerfile.dockerignore", ("--context", "."), 0),
    ],
)
def test_which_folder_is_the_context(
    tmp_path: Path, ignore: str, arguments: tuple[str, ...], code: int
) -> None:
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "Dockerfile").write_text("FROM scratch\nCOPY setup.py main.py /\n")
    (tmp_path / "docker" / ignore).write_text("*.md\n")
    for name in ("setup.py", "main.py", "docker/setup.py"):
        (tmp_path / name).write_text("")
    run = check(tmp_path, "docker", "--select", "DW5501", "-f", "json", *arguments)
    assert run.code == code, run
    assert [one["name"] for one in run.json["findings"]] == ["copy-source-missing"] * code


def test_gitignore(tmp_path: Path) -> None:
    for name in ("Dockerfile", "built/Dockerfile", "new/Dockerfile"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BAD)
    (tmp_path / ".gitignore").write_text("built/\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "Dockerfile"], cwd=tmp_path, check=True)
    run = check(tmp_path, ".", "-f", "json")
    assert sorted(run.json["files"]) == ["./Dockerfile", "./new/Dockerfile"]
    assert check(tmp_path, "built/Dockerfile").code == 1, "named files are always checked"


def test_a_repository_runs_nothing(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "Dockerfile").write_text(BAD)
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    config = ["git", "config"]
    subprocess.run([*config, "core.fsmonitor", str(script)], cwd=tmp_path, check=True)
    subprocess.run([*config, "core.hooksPath", str(tmp_path)], cwd=tmp_path, check=True)
    assert check(tmp_path, ".").code == 1
    assert not (tmp_path / "ran").exists()


def test_many_files_in_several_processes(folder: Path) -> None:
    for number in range(60):
        (folder / f"Dockerfile.{number}").write_text(BAD if number % 2 else CLEAN)
    one = check(folder, ".", "-f", "json", "--no-cache", "-j", "1")
    many = check(folder, ".", "-f", "json", "--no-cache", "-j", "3")
    cached = check(folder, ".", "-f", "json")
    again = check(folder, ".", "-f", "json")
    assert one.json == many.json == cached.json == again.json
    assert len(one.json["files"]) == 61


MARKDOWN = """\
# Guide

```dockerfile
RUN apt-get install curl
```

~~~Dockerfile title="whole"
FROM debian
RUN apt-get install wget
~~~

```sh
RUN apt-get install nothing
```
"""


def test_markdown(folder: Path) -> None:
    (folder / "guide.md").write_text(MARKDOWN)
    run = check(folder, "--markdown", "guide.md", "-f", "json")
    found = [(one["name"], one["span"]["start"]["line"]) for one in run.json["findings"]]
    assert ("apt-assume-yes", 4) in found
    assert ("tag-missing", 8) in found
    assert ("apt-assume-yes", 9) in found
    assert not [name for name, line in found if line in (3, 13)]
    done = dockwright("fix", "--markdown", "guide.md", cwd=folder)
    assert done.code == 0
    fixed = MARKDOWN.replace("install curl", "install -y curl").replace(
        "install wget", "install -y wget"
    )
    assert (folder / "guide.md").read_text() == fixed


# Selection and configuration


def test_configuration_is_found_from_the_file_upwards(folder: Path) -> None:
    sub = folder / "a" / "b"
    sub.mkdir(parents=True)
    (sub / "Dockerfile").write_text(BAD)
    (folder / "a" / "dockwright.toml").write_text('ignore = ["apt"]\n')
    (folder / "pyproject.toml").write_text('[tool.dockwright]\nselect = ["DW2104"]\n')
    run = check(folder, ".", "-f", "json")
    assert [(one["file"], one["name"]) for one in run.json["findings"]] == [
        ("./Dockerfile", "apt-lists-left")
    ]


def test_per_file_ignores_and_severity(folder: Path) -> None:
    (folder / "dockwright.toml").write_text(
        'severity = {apt-lists-left = "error"}\n'
        'per-file-ignores = {"*.dev" = ["apt-assume-yes"]}\nexclude = ["old"]\n'
    )
    (folder / "Dockerfile.dev").write_text(BAD)
    (folder / "old").mkdir()
    (folder / "old" / "Dockerfile").write_text(BAD)
    run = check(folder, ".", "-f", "json")
    found = {(one["file"], one["name"], one["severity"]) for one in run.json["findings"]}
    assert ("./Dockerfile", "apt-lists-left", "error") in found
    assert ("./Dockerfile", "apt-assume-yes", "warning") in found
    assert not [one for one in found if one[0] == "./Dockerfile.dev" and one[1] == "apt-assume-yes"]
    assert not [one for one in found if "old" in one[0]]


def test_broken_configuration(folder: Path) -> None:
    (folder / "dockwright.toml").write_text('selekt = ["DW2104"]\n')
    run = check(folder, "Dockerfile")
    assert run.code == 2
    assert "selekt" in run.err
    assert "select" in run.err


def test_build_argument(folder: Path) -> None:
    (folder / "Dockerfile").write_text("ARG TAG\nFROM debian:${TAG}\n")
    assert codes(check(folder, "Dockerfile", "-f", "json", "--select", "tag-latest")) == []
    run = check(
        folder, "Dockerfile", "-f", "json", "--select", "tag-latest", "--build-arg", "TAG=latest"
    )
    assert codes(run) == ["tag-latest"]


# Suppression and baseline


def test_suppressed_is_neither_shown_nor_fixed(folder: Path) -> None:
    text = BAD.replace("RUN", "# dockwright: ignore[apt-assume-yes, DW2104] asked for\nRUN")
    (folder / "Dockerfile").write_text(text)
    run = check(folder, "Dockerfile", "-f", "json", "--ignore", "apt-recommends")
    assert codes(run) == []
    assert dockwright("fix", "Dockerfile", cwd=folder).code == 0
    assert (folder / "Dockerfile").read_text() == text


def test_unused_suppression(folder: Path) -> None:
    (folder / "Dockerfile").write_text(f"# dockwright: ignore-file[tag-latest] why\n{BAD}")
    assert "suppression-unused" in codes(check(folder, "Dockerfile", "-f", "json"))


def test_baseline(folder: Path) -> None:
    assert check(folder, "Dockerfile", "--write-baseline", "known.json").code == 0
    assert check(folder, "Dockerfile", "--baseline", "known.json", "--fail-on", "info").code == 0
    (folder / "Dockerfile").write_text("\n" + BAD.replace("CMD", "MAINTAINER me\nCMD"))
    run = check(folder, "Dockerfile", "--baseline", "known.json", "-f", "json")
    assert codes(run) == ["maintainer"]


# Output


def test_several_outputs(folder: Path) -> None:
    run = check(folder, "Dockerfile", "-f", "text", "-f", "json=out.json", "-f", "sarif=out.sarif")
    assert "apt-assume-yes" in run.out
    assert json.loads((folder / "out.json").read_text())["findings"]
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"


def test_finding_in_json(folder: Path) -> None:
    run = check(folder, "Dockerfile", "-f", "json", "--select", "apt-assume-yes")
    (finding,) = run.json["findings"]
    start = BAD.index("apt-get install")
    assert finding["code"] == "DW2102"
    assert finding["confidence"] == "certain"
    assert finding["span"]["start"] == {"line": 2, "column": 23, "offset": start}
    assert finding["span"]["end"]["offset"] == start + len("apt-get install")
    assert "hadolint:DL3014" in finding["also"]
    (fix,) = finding["fixes"]
    assert fix["safety"] == "safe"
    (edit,) = fix["edits"]
    at = edit["span"]["start"]["offset"]
    assert BAD[:at] + edit["text"] + BAD[edit["span"]["end"]["offset"] :] == BAD.replace(
        "install curl", "install -y curl"
    )


def test_colour(folder: Path) -> None:
    plain = check(folder, "Dockerfile")
    forced = check(folder, "Dockerfile", env={"NO_COLOR": "", "FORCE_COLOR": "1"})
    assert "\033[" not in plain.out
    assert "\033[" in forced.out


# Fix


def test_fix_diff_then_fix(folder: Path) -> None:
    shown = dockwright("fix", "--diff", "Dockerfile", cwd=folder)
    assert shown.code == 0
    assert "+RUN apt-get update && apt-get install -y curl && rm -rf" in shown.out
    assert (folder / "Dockerfile").read_text() == BAD
    assert dockwright("fix", "--check", "Dockerfile", cwd=folder).code == 1
    (folder / "Dockerfile").chmod(0o640)
    assert dockwright("fix", "Dockerfile", cwd=folder).code == 0
    assert (folder / "Dockerfile").read_text() == FIXED
    assert (folder / "Dockerfile").stat().st_mode & 0o777 == 0o640
    assert dockwright("fix", "--check", "Dockerfile", cwd=folder).code == 0
    assert [path.name for path in folder.iterdir() if "dockwright-" in path.name] == []


def test_fix_unsafe(folder: Path) -> None:
    dockwright("fix", "--unsafe", "Dockerfile", cwd=folder)
    assert "--no-install-recommends" in (folder / "Dockerfile").read_text()


def test_fix_stdin(folder: Path) -> None:
    run = dockwright("fix", "-", cwd=folder, stdin=BAD.encode())
    assert run.out == FIXED


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fix_keeps_bytes(folder: Path, newline: str) -> None:
    text = "\ufeff# caf\u00e9 \udcff\nFROM debian:12\nRUN apt-get install \\\n    # why\n    curl"
    data = text.replace("\n", newline).encode("utf-8", "surrogateescape")
    (folder / "Dockerfile").write_bytes(data)
    assert dockwright("fix", "Dockerfile", cwd=folder).code == 0
    assert (folder / "Dockerfile").read_bytes() == data.replace(b"install ", b"install -y ")


def test_fix_a_read_only_folder(folder: Path) -> None:
    import os

    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    folder.chmod(0o555)
    run = dockwright("fix", "Dockerfile", cwd=folder)
    folder.chmod(0o755)
    assert run.code == 2
    assert (folder / "Dockerfile").read_text() == BAD


# The others


@pytest.mark.parametrize("name", ["DW2102", "apt-assume-yes", "DL3014", "hadolint:DL3014"])
def test_explain(folder: Path, name: str) -> None:
    run = dockwright("explain", name, cwd=folder)
    assert run.code == 0
    assert run.out.startswith("DW2102 apt-assume-yes\n")
    assert "Silent" in run.out


def test_explain_nothing(folder: Path) -> None:
    run = dockwright("explain", "apt-asume-yes", cwd=folder)
    assert run.code == 2
    assert "apt-assume-yes" in run.err


def test_rules(folder: Path) -> None:
    run = dockwright("rules", "--format", "json", cwd=folder)
    rows = run.json
    assert len(rows) > 100
    assert sum(row["fixable"] for row in rows) >= 60
    assert set(rows[0]) == {"code", "name", "tier", "severity", "since", "fixable", "tags", "also"}
    assert len(dockwright("rules", cwd=folder).out.splitlines()) == len(rows)


def test_parse(folder: Path) -> None:
    text = "FROM a AS b\nONBUILD RUN [\"x\"]\nCOPY --chown=1 <<-'E' /f\n\tbody\nE\nENV k v\n"
    (folder / "Dockerfile").write_text(text)
    document = dockwright("parse", "--tokens", "Dockerfile", cwd=folder).json
    assert [one["name"] for one in document["instructions"]] == ["FROM", "ONBUILD", "COPY", "ENV"]
    onbuild, copy, env = document["instructions"][1:]
    assert onbuild["trigger"]["json"] is True
    assert copy["flags"] == ["--chown=1"]
    assert copy["heredocs"][0] == {
        "name": "E",
        "descriptor": 0,
        "expand": False,
        "chomp": True,
        "content": "\tbody\n",
    }
    assert (copy["first_line"], copy["last_line"]) == (3, 5)
    assert env["args"] == ["k", "v"]
    assert document["problems"] == []
    assert "".join(text[t["start"] : t["end"]] for t in document["tokens"]) == text
