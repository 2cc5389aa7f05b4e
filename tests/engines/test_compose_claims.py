"""What error-level rules over Compose say of `docker compose up`, asked of the engine."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.run import dockwright

NAME = "dw-compose-claims"
IMAGE = "busybox"
SLEEP = f"image: {IMAGE}\n    init: true\n    command: [sleep, '60']\n"
_WAITS = "    depends_on: {db: {condition: service_healthy}}\n"
_UNCHECKED = (
    f"services:\n  db:\n    {SLEEP}    healthcheck: {{disable: true}}\n  web:\n    {SLEEP}{_WAITS}"
)
_TWO = f"services:\n  one:\n    {SLEEP}  two:\n    {SLEEP}"
_PORTS = _TWO.replace("  two:", "    ports: ['18952:80']\n  two:") + (
    "    ports: ['127.0.0.1:18952:81']\n"
)

# The rule, the file, and what `up` says about it.
REFUSED = {
    "no check": (
        "DW6401",
        _UNCHECKED,
        "has no healthcheck configured",
    ),
    **{
        key: (
            "DW6202",
            f"{_TWO}    network_mode: service:one\n    {key}: {value}\n",
            "conflicting options",
        )
        for key, value in {
            "ports": "['18951:80']",
            "expose": "['80']",
            "dns": "['192.0.2.1']",
            "extra_hosts": "['a:192.0.2.1']",
            "hostname": "two",
            "links": "[one]",
        }.items()
    },
    "port twice": ("DW6201", _PORTS, "18952"),
}

Up = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def compose(engine: str, tmp_path: Path) -> Iterator[Up]:
    def run(*words: str, timeout: int = 120) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [engine, "compose", "-p", NAME, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    if run("version").returncode:
        pytest.skip("the engine has no Compose")
    there = subprocess.run([engine, "image", "inspect", IMAGE], capture_output=True, check=False)
    if there.returncode:
        pytest.skip(f"the engine has no {IMAGE}")
    yield run
    run("down", "--volumes", "--remove-orphans", "--timeout", "1")


def write(folder: Path, text: str) -> None:
    (folder / "compose.yaml").write_text(text)


def codes(folder: Path, code: str) -> bool:
    """Whether the rule speaks of the file."""
    done = dockwright("check", "--select", code, "--shellcheck", "off", ".", cwd=folder)
    assert done.code in (0, 1), done.err
    return code in done.out


@pytest.mark.engine
@pytest.mark.parametrize("case", REFUSED)
def test_up_fails(compose: Up, tmp_path: Path, case: str) -> None:
    code, text, said = REFUSED[case]
    write(tmp_path, text)
    assert codes(tmp_path, code)
    assert compose("config", "--quiet").returncode == 0
    done = compose("up", "--detach")
    assert done.returncode != 0
    assert said in done.stderr


@pytest.mark.engine
def test_a_job_that_restarts_never_completes(compose: Up, tmp_path: Path) -> None:
    text = (
        f"services:\n  job:\n    image: {IMAGE}\n    command: ['true']\n    restart: POLICY\n"
        f"  web:\n    {SLEEP}"
        "    depends_on: {job: {condition: service_completed_successfully}}\n"
    )
    write(tmp_path, text.replace("POLICY", "unless-stopped"))
    assert codes(tmp_path, "DW6407")
    with pytest.raises(subprocess.TimeoutExpired):
        compose("up", "--detach", timeout=8)
    compose("down", "--timeout", "1")
    write(tmp_path, text.replace("POLICY", "on-failure"))
    assert not codes(tmp_path, "DW6407")
    assert compose("up", "--detach", timeout=60).returncode == 0


@pytest.mark.engine
def test_no_shell_reads_a_command(compose: Up, tmp_path: Path) -> None:
    write(
        tmp_path,
        f"services:\n  text:\n    image: {IMAGE}\n    command: echo one && echo two\n"
        f"  listed:\n    image: {IMAGE}\n    command: [echo, one, '&&', echo, two]\n"
        f"  cut:\n    image: {IMAGE}\n    command: sh -c echo one\n",
    )
    assert codes(tmp_path, "DW6207")
    assert codes(tmp_path, "DW6208")
    assert compose("up").returncode == 0

    def out(name: str) -> str:
        return compose("logs", "--no-log-prefix", name).stdout

    assert out("text") == "one\n"
    assert out("listed") == "one && echo two\n"
    assert out("cut") == "\n"


@pytest.mark.engine
@pytest.mark.parametrize(
    "test", ['["CMD", "true || exit 1"]', '["CMD", "test", "-e", "/", "||", "exit", "1"]']
)
def test_no_shell_reads_a_test(compose: Up, tmp_path: Path, test: str) -> None:
    write(
        tmp_path,
        f"services:\n  one:\n    {SLEEP}    healthcheck:\n      test: {test}\n"
        "      interval: 1s\n      retries: 1\n",
    )
    assert codes(tmp_path, "DW6403") == ("true" in test)
    assert compose("up", "--detach", "--wait").returncode != 0
