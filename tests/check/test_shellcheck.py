"""ShellCheck's findings: where they stand, which count, and that nothing breaks them."""

import os
import stat
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from dockwright.check import cache, shell_run, shell_script, shellcheck
from dockwright.config.schema import Config
from dockwright.errors import UsageError
from dockwright.text.patch import apply
from dockwright.text.source import Source, decode
from tests.support.models import build_of

needs_program = pytest.mark.skipif(not shellcheck.program(), reason="ShellCheck is not installed")


def check(text, config=None, *, cached=False):
    made = build_of(text)
    return shellcheck.findings([made], {"Dockerfile": config or Config()}, cached=cached).get(
        "Dockerfile", []
    )


def places(text, config=None):
    """`line:column code marked-text` of each finding."""
    source = Source("Dockerfile", text)
    return [
        "{}:{} {} {}".format(*source.position(one.span.start), one.code, source.slice(one.span))
        for one in check(text, config)
    ]


def job(text, at=-1):
    return list(shell_script.jobs(build_of(text)))[at]


# Places

PLACES = {
    "one line": ("FROM a\nRUN ls $x$A\n", ["2:8 SC2086 $x", "2:8 SC2154 $x", "2:10 SC2086 $A"]),
    "flags": ("FROM a\nRUN --network=none cd x; ls\n", ["2:20 SC2164 cd x"]),
    "continued": (
        "FROM a\nRUN ls && \\\n  # a comment\n\n\tls $A \\\n$B\n",
        ["5:5 SC2086 $A", "6:1 SC2086 $B"],
    ),
    "split by a continuation": ("FROM a\nRUN echo $A\\\nB\n", ["2:10 SC2086 $A\\\nB"]),
    "CRLF": ("FROM a\r\nRUN ls && \\\r\n  ls $A\r\n", ["3:6 SC2086 $A"]),
    "other escape": ('# escape=`\nFROM a\nSHELL ["sh"]\nRUN ls && `\n  ls $A\n', ["5:6 SC2086 $A"]),
    "tabs and wide characters": (
        "FROM a\nRUN echo '\té😀'\t$A\n",
        ["2:5 SC2291 echo '\té😀'\t$A", "2:16 SC2086 $A"],
    ),
    "not UTF-8": (decode(b"FROM a\nRUN echo '\xff\xfe' $A\n"), ["2:15 SC2086 $A"]),
    "NUL": ("FROM a\nRUN echo '\0' $A\n", ["2:14 SC2086 $A"]),
    "heredoc": ("FROM a\nRUN <<E\nls\n\tls $A\nE\n", ["4:5 SC2086 $A"]),
    "chomped heredoc": ("FROM a\nRUN <<-E\n\t\tls $A\n\tE\n", ["3:6 SC2086 $A"]),
    "heredoc as input": (
        "FROM a\nRUN cat <<E >$A\n`ls`\nE\n",
        ["2:14 SC2086 $A", "3:1 SC2006 `ls`"],
    ),
    "behind the preamble": ("FROM a\nENV V=1\nRUN ls $V $A\n", ["3:11 SC2086 $A"]),
    "behind ONBUILD": ("FROM a\nONBUILD RUN cd x; ls\n", ["2:13 SC2164 cd x"]),
    "parse error": ("FROM a\nRUN if ls; then\n", None),
    "blanks of continued lines": ("FROM a\nRUN echo a \\\n    b c\n", []),
    "blanks in a line": ("FROM a\nRUN echo a    b c\n", ["2:5 SC2291 echo a    b c"]),
    "one carriage return for all": ("FROM a\nRUN <<E\r\nls\r\nls\r\nE\r\n", ["3:3 SC1017 \r"]),
}


@needs_program
@pytest.mark.parametrize(("text", "expected"), PLACES.values(), ids=PLACES.keys())
def test_findings_stand_where_the_script_does(text, expected):
    found = places(text)
    if expected is None:
        assert found
        assert all(place.startswith(("2:", "3:")) for place in found)
    else:
        assert found == expected


@needs_program
def test_every_span_lies_in_its_instruction():
    text = "FROM a\nRUN (cd x \\\n && [ $A == 'b'\nRUN f() { ls\nRUN `\nRUN \"\n"
    made = build_of(text)
    for one in shellcheck.findings([made], {}, cached=False)["Dockerfile"]:
        assert one.span.start < one.span.end
        assert any(step.span.covers(one.span) for step in made.steps)


# What the script is given


@pytest.mark.parametrize(
    ("lines", "dialect"),
    [
        ("RUN ls", "sh"),
        ('SHELL ["/bin/bash", "-c"]\nRUN ls', "bash"),
        ('SHELL ["/usr/bin/env", "bash", "-c"]\nRUN ls', "bash"),
        ('SHELL ["/bin/dash", "-c"]\nRUN ls', "dash"),
        ('SHELL ["/bin/ash", "-c"]\nRUN ls', "busybox"),
        ('SHELL ["/busybox/sh", "-c"]\nRUN ls', "busybox"),
        ('SHELL ["/bin/ksh", "-c"]\nRUN ls', "ksh"),
        ('SHELL ["/bin/zsh", "-c"]\nRUN ls', None),
        ('SHELL ["powershell", "-c"]\nRUN ls', None),
        ('RUN ["ls", "$A"]', None),
        ("CMD ls $A", None),
        ("RUN <<E\n#!/bin/bash\nls\nE", "bash"),
        ("RUN <<E\n#!/usr/bin/env -S dash -e\nls\nE", "dash"),
        ("RUN <<E\n#!/usr/bin/python3\nls\nE", None),
        ("# hadolint shell=/bin/bash\nRUN ls", "bash"),
        ("# hadolint shell=powershell\nRUN ls", None),
        ('# hadolint shell=bash\nSHELL ["/bin/dash", "-c"]\nRUN ls', "dash"),
        ("# hadolint shell=bash\nFROM b\nRUN ls", "sh"),
        ("RUN ls\n# hadolint shell=bash\n", "sh"),
    ],
)
def test_the_shell_decides_the_dialect(lines, dialect):
    made = list(shell_script.jobs(build_of(f"FROM a\n{lines}\n")))
    assert [one.dialect for one in made] == ([dialect] if dialect else [])


def test_a_shell_comment_above_the_first_stage_holds_for_all():
    text = "# hadolint shell=bash\nFROM a\nRUN ls\nFROM b\nRUN ls\n"
    assert [one.dialect for one in shell_script.jobs(build_of(text))] == ["bash", "bash"]


@pytest.mark.parametrize(
    ("text", "preamble"),
    [
        ("FROM a\nRUN ls $A\n", ""),
        ("FROM a\nARG A\nENV B=1 C=2\nRUN ls $B $A\n", "export A=1 B=1\n"),
        ("FROM a\nRUN ls $A\nARG A\n", ""),
        ("ARG A\nFROM a\nRUN ls $A\n", ""),
        ("FROM a AS x\nENV A=1\nFROM x\nRUN ls $A\n", "export A=1\n"),
        ("FROM a\nRUN echo ${https_proxy}\n", "export https_proxy=1\n"),
        ("FROM a\nARG A\nENV B=1\nONBUILD RUN ls $A $B\n", "export B=1\n"),
        ("FROM a\nONBUILD ARG A\nONBUILD RUN ls $A\n", "export A=1\n"),
        (
            'FROM a\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN ls\n',
            "set -e -u -o pipefail\n",
        ),
        (
            'FROM a\nENV A=1\nSHELL ["/bin/sh", "-ec"]\nRUN ls $A\n',
            "export A=1; set -e\n",
        ),
    ],
)
def test_the_build_s_variables_and_options_come_first(text, preamble):
    made = job(text)
    assert made.text[made.start : made.end] == preamble


def test_the_preamble_stands_behind_the_leading_comments():
    made = job("FROM a\nENV A=1\nRUN <<E\n#!/bin/sh\n# shellcheck disable=all\n\nls $A\nE\n")
    lines = made.text.split("\n")
    assert lines[0] == "#!/bin/sh"
    assert lines[3:5] == ["export A=1", "ls $A"]
    assert [made.inner(made.text.index(part)) for part in ("#!", "ls")] == [0, 36]


@needs_program
def test_a_directive_in_a_heredoc_speaks_for_all_of_it():
    text = "FROM a\nENV V=1\nRUN <<E\n# shellcheck disable=SC2086\nls $V\nls $A\nE\n"
    assert places(text) == []


@needs_program
def test_variables_and_options_silence():
    assert places("FROM a\nENV lower=1\nRUN ls $lower\n") == []
    assert places('FROM a\nSHELL ["/bin/bash", "-e", "-c"]\nRUN cd x; ls\n') == []
    assert places("FROM a\nRUN . ./x; source_it\n") == []


@needs_program
def test_what_posix_lacks_is_likely_as_long_as_the_shell_is_a_guess():
    (guess,) = check("FROM a\nRUN echo -e a\n")
    (told,) = check('FROM a\nSHELL ["/bin/sh", "-c"]\nRUN echo -e a\n')
    assert (guess.code, guess.confidence, len(guess.because)) == ("SC3037", "likely", 1)
    assert (told.code, told.confidence, told.because) == ("SC3037", "certain", ())


# Fixes


@needs_program
@pytest.mark.parametrize(
    ("text", "code", "fixed"),
    [
        ("FROM a\nRUN ls $A\n", "SC2086", 'FROM a\nRUN ls "$A"\n'),
        ("FROM a\nRUN ls $A\\\n && ls\n", "SC2086", 'FROM a\nRUN ls "$A"\\\n && ls\n'),
        ("FROM a\nRUN ls && \\\n$A -l\n", "SC2086", None),
        ("FROM a\nRUN ls $A\\\nB\n", "SC2086", 'FROM a\nRUN ls "$A\\\nB"\n'),
        ("FROM a\nRUN <<-E\n\tls `a`\n\tE\n", "SC2006", "FROM a\nRUN <<-E\n\tls $(a)\n\tE\n"),
        ("FROM a\nRUN cd é; ls\n", "SC2164", "FROM a\nRUN cd é || exit; ls\n"),
    ],
)
def test_shellcheck_s_fixes_become_ours(text, code, fixed):
    found = [one for one in check(text) if one.code == code]
    if fixed is None:
        assert not found
        return
    (fix,) = found[0].fixes
    assert fix.safety == "unsafe"
    assert apply(text, fix.edits) == fixed


def test_a_replacement_of_what_a_continuation_splits_is_refused():
    made = job("FROM a\nRUN ls `a\\\nb`\n")
    at = made.text.index("`")
    assert made.exact(at, at + 1, after=False) is not None
    assert made.exact(at, at + 4, after=False) is None
    assert shellcheck._fix(made, [(at, at + 4, "x", False)]) is None
    assert shellcheck._fix(made, [(at, at, "x\\", False)]) is None


# Which count


@pytest.mark.parametrize(
    ("config", "on", "off"),
    [
        (Config(), "SC2086 SC1000", ""),
        (Config(ignore=["SC2086"]), "SC2087", "SC2086"),
        (Config(ignore=["SC2"]), "SC1000", "SC2086 SC2154"),
        (Config(ignore=["shellcheck"]), "", "SC2086"),
        (Config(ignore=["shellcheck:SC2086"]), "SC2087", "SC2086"),
        (Config(ignore=["SC2"], extend_select=["SC2086"]), "SC2086", "SC2087"),
        (Config(ignore=["SC2086"], extend_select=["SC2086"]), "SC2087", "SC2086"),
        (Config(select=["DW2104"]), "", "SC2086"),
        (Config(select=["DW2104"], extend_select=["SC20"]), "SC2086", "SC2154"),
        (Config(select=["SC2086"]), "SC2086", "SC2087"),
        (Config(select=["ALL"], ignore=["SC2086"]), "SC2087", "SC2086"),
    ],
)
def test_the_configuration_chooses(config, on, off):
    choice = shellcheck.Choice(config)
    assert all(choice.wants(code) for code in on.split())
    assert not any(choice.wants(code) for code in off.split())
    assert choice.any == bool(on)


@needs_program
def test_ignored_codes_and_severities():
    text = "FROM a\nRUN cd x; ls $y\n"
    assert [one.code for one in check(text)] == ["SC2164", "SC2086", "SC2154"]
    assert [one.severity for one in check(text)] == ["warning", "info", "warning"]
    assert [one.code for one in check(text, Config(ignore=["SC21"]))] == ["SC2086"]
    changed = check(text, Config(severity={"SC2164": "error", "SC2": "info"}))
    assert [one.severity for one in changed] == ["error", "info", "info"]
    made = build_of(text)
    assert shellcheck.findings([made], {"Dockerfile": Config(select=["DW1"])}, cached=False) == {}


# The program


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A function that puts a program of our own in ShellCheck's place."""
    if os.name == "nt":
        pytest.skip("needs a POSIX shell")

    def install(body):
        file = tmp_path / "bin" / "shellcheck"
        file.parent.mkdir(exist_ok=True)
        log = tmp_path / "log"
        file.write_text(
            f"#!{sys.executable}\nimport os, sys, time\nopen({str(log)!r}, 'a').write('x')\n"
            "files = sys.argv[sys.argv.index('-e') + 2:]\n" + textwrap.dedent(body)
        )
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(sys, "executable", str(file.parent / "python"))
        return log

    shellcheck._identities.clear()

    monkeypatch.setenv("DOCKWRIGHT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    return install


NOTE = (
    '\'{"file":"%s","line":1,"endLine":1,"column":1,"endColumn":3,"level":"warning",'
    '"code":2000,"message":"m","fix":null}\' % name'
)
GOOD = f"print('{{\"comments\":[' + ','.join({NOTE} for name in files) + ']}}'); sys.exit(1)\n"
MANY = "FROM a\n" + "".join(f"RUN ls {n}\n" for n in range(20))


def left(tmp_path):
    return os.listdir(tmp_path / "tmp")


def test_the_fake_is_asked_for_all_scripts(program, tmp_path):
    program(GOOD)
    assert len(check(MANY)) == 20
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("bad", "count"),
    [
        ("sys.exit(2)", 20),
        ("os.kill(os.getpid(), 9)", 20),
        ("print('{'); sys.exit(0)", 20),
        ("print('[]'); sys.exit(0)", 20),
        ("time.sleep(60)", 4),
    ],
)
def test_a_script_that_breaks_it_leaves_the_others_unharmed(
    program, tmp_path, monkeypatch, bad, count
):
    if "sleep" in bad:
        monkeypatch.setattr(shell_run, "ALONE_SECONDS", 0.8)
        monkeypatch.setattr(shell_run, "SCRIPT_SECONDS", 0.1)
    program(f"if any('ls 3\\n' in open(name).read() for name in files):\n    {bad}\n" + GOOD)
    text = "FROM a\n" + "".join(f"RUN ls {n}\n" for n in range(count))
    lines = [text.count("\n", 0, one.span.start) for one in check(text)]
    assert lines == [1, 2, 3, *range(5, count + 1)]
    assert left(tmp_path) == []


@pytest.mark.parametrize("body", ["sys.exit(3)", "os.abort()", "print('x')"])
def test_a_broken_program_is_given_up_soon(program, tmp_path, body):
    log = program(body)
    text = "FROM a\n" + "".join(f"RUN ls {n}\n" for n in range(300))
    assert check(text) == []
    assert len(log.read_text()) < 30
    assert left(tmp_path) == []


def test_a_file_that_cannot_be_run_is_no_crash(program, tmp_path):
    program("")
    (tmp_path / "bin" / "shellcheck").write_text("no program")
    (tmp_path / "bin" / "shellcheck").write_bytes(b"\x7fELF broken")
    assert check(MANY) == []


def test_too_old_for_busybox(program):
    program("if 'busybox' in sys.argv: sys.exit(4)\n" + GOOD)
    assert len(check('FROM a\nSHELL ["ash", "-c"]\nRUN ls\n')) == 1


def test_options_of_the_environment_do_not_count(program, monkeypatch):
    monkeypatch.setenv("SHELLCHECK_OPTS", "--severity=error")
    program("if 'SHELLCHECK_OPTS' in os.environ: sys.exit(2)\n" + GOOD)
    assert len(check("FROM a\nRUN ls\n")) == 1


def test_a_missing_program(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), ".", "")))
    assert shellcheck.identity() == ""
    assert check(MANY) == []
    with pytest.raises(UsageError) as caught:
        shellcheck.identity(required=True)
    assert "dockwright[shell]" in caught.value.hint


def test_identity_changes_with_the_program_without_starting_it(program):
    log = program("")
    first = shellcheck.identity()
    program("pass")
    assert first == shellcheck.identity()
    shellcheck._identities.clear()  # as in another process
    assert first != shellcheck.identity() != ""
    assert not log.exists()


# The cache


def test_only_new_scripts_are_asked_for(program):
    log = program(GOOD)

    def asked(text):
        log.write_text("")
        check(text, cached=True)
        return len(log.read_text())

    text = "FROM a\nRUN ls a\nRUN ls b\n"
    assert asked(text) == 1
    assert asked(text) == 0
    assert asked("FROM b\n\n" + text.partition("\n")[2]) == 0
    assert asked(text + "RUN ls c\n") == 1
    assert asked("FROM a\nENV a=1\nRUN ls a\nRUN ls b\n") == 1
    assert check(text, Config(ignore=["SC2000"]), cached=True) == []


def test_a_broken_entry_counts_as_missing(program, monkeypatch):
    program(GOOD)
    text = "FROM a\nRUN ls a\nRUN ls b\n"
    monkeypatch.setattr(cache, "load_raw", lambda _: [1])
    assert len(check(text, cached=True)) == 2
    made = list(shell_script.jobs(build_of(text)))
    version = shellcheck.identity()
    keys = [
        cache.key("shellcheck", str(shellcheck.FORMAT), version, one.dialect, one.text)
        for one in made
    ]
    for row in ("x", [1], {"a": 1}, [[1, 2, 3]], 7, None):
        monkeypatch.setattr(cache, "load_raw", lambda _, row=row: {keys[0]: row})
        assert len(check(text, cached=True)) in (1, 2)


@needs_program
def test_the_cache_gives_the_same_findings(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKWRIGHT_CACHE_DIR", str(tmp_path))
    text = "FROM a\nENV V=1\nRUN ls $V \\\n `a` $A\nRUN <<-E\n\tcd x; ls $é\n\tE\n"
    assert check(text) == check(text, cached=True) == check(text, cached=True) != []


def test_equal_scripts_are_checked_once(program):
    program("if len(files) > 1: sys.exit(2)\n" + GOOD)
    assert len(check("FROM a\nRUN ls\nRUN ls\nFROM b\nRUN ls\n")) == 3


# Hostile input


@needs_program
def test_hostile_scripts_end(monkeypatch):
    monkeypatch.setattr(shell_run, "ALONE_SECONDS", 1.0)
    long = "a && " * 6000
    deep = "$(" * 300 + ")" * 300
    huge = "b;" * shell_script.MAX_SIZE
    text = f"FROM a\nRUN {long} b\nRUN {deep}\nRUN <<E\n{huge}\nE\nRUN cd x; ls\n"
    assert "SC2164" in [one.code for one in check(text)]


def test_no_thread_outlives_the_call(program):
    program(GOOD)
    before = threading.active_count()
    check(MANY)
    assert threading.active_count() == before


def test_a_broken_program_is_told_when_asked_for(tmp_path: Path) -> None:
    from tests.cli.run import dockwright

    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM a:1\nRUN echo $x\n")
    broken = tmp_path / "bin" / "shellcheck"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 9\n")
    broken.chmod(0o755)
    probe = (
        "import sys; sys.argv[0] = 'dockwright'\n"
        "from dockwright.check import shellcheck\n"
        f"shellcheck.program = lambda: {str(broken)!r}\n"
        "from dockwright.cli.main import main\n"
        "sys.exit(main(['check', '--shellcheck', sys.argv[1], '--no-cache', 'Dockerfile']))\n"
    )
    codes = {}
    for mode in ("on", "auto"):
        done = subprocess.run(
            [sys.executable, "-c", probe, mode], cwd=tmp_path, capture_output=True, check=False
        )
        assert b"Traceback" not in done.stderr
        codes[mode] = done.returncode
    assert codes == {"on": 2, "auto": 0}
    assert dockwright("check", "Dockerfile", cwd=tmp_path).code in (0, 1)
