"""What `service-hardening` takes for safe, and what it leaves to people."""

import pytest

from dockwright.check import registry
from dockwright.findings.finding import Finding
from dockwright.rules.api import Files
from tools.examples import findings_of, fixed

ENTRIES = {entry.name: entry for entry in registry.entries()}
DB = "services:\n  db:\n    image: postgres:16\n"


def found(text: str, name: str = "service-hardening") -> list[Finding]:
    return findings_of(ENTRIES[name], text, {})


def added(text: str) -> set[str]:
    (finding,) = found(text)
    (fix,) = finding.fixes
    assert fix.safety == "safe"
    return {change.removeprefix("compose:") for change in fix.changes}


def test_all_of_it_for_a_plain_database() -> None:
    assert added(DB) == {"read_only", "tmpfs", "cap_drop", "cap_add", "security_opt"}


@pytest.mark.parametrize(
    "more",
    [
        "    environment:\n      PGDATA: /srv/data\n",
        "    environment:\n      POSTGRES_INITDB_WALDIR: /srv/wal\n",
        "    command: postgres -c log_directory=/var/log/postgres\n",
        "    volumes:\n      - ./init:/docker-entrypoint-initdb.d\n",
        "    volumes_from: [other]\n  other:\n    image: acme/other:1\n    read_only: true\n",
        "    configs: [text]\nconfigs:\n  text:\n    content: hello\n",
        "    tmpfs: /tmp\n",
        "    develop:\n      watch:\n        - path: .\n          action: rebuild\n",
    ],
)
def test_no_read_only_where_it_may_write_elsewhere(more: str) -> None:
    assert added(DB + more) == {"cap_drop", "cap_add", "security_opt"}


@pytest.mark.parametrize(
    "more",
    [
        "    entrypoint: [/start.sh]\n",
        "    command: [sh, -c, 'postgres & wait']\n",
        "    working_dir: /srv\n",
        "    cap_add: [NET_ADMIN]\n    tmpfs: /tmp\n",
    ],
)
def test_a_start_of_ones_own_only_gains_no_privileges(more: str) -> None:
    findings = found(DB + more)
    fixes = [fix for finding in findings for fix in finding.fixes]
    assert all(
        fix.safety == "shown" or set(fix.changes) == {"compose:security_opt"} for fix in fixes
    )


def test_a_socket_on_a_volume_is_not_hidden() -> None:
    text = DB + "    volumes: ['socket:/run/postgresql']\nvolumes:\n  socket:\n"
    (finding,) = found(text)
    after = fixed(text, finding.fixes[0])
    assert "tmpfs:\n      - /tmp\n    cap_drop" in after


def test_only_capabilities_for_nginx() -> None:
    assert added("services:\n  a:\n    image: nginx:1.27\n") == {
        "cap_drop",
        "cap_add",
        "security_opt",
    }


def test_redis_from_8_on_looks_after_itself() -> None:
    assert "read_only" in added("services:\n  a:\n    image: redis:7.2\n")
    findings = found("services:\n  a:\n    image: redis:8\n")
    fixes = [fix for finding in findings for fix in finding.fixes]
    assert all("compose:cap_drop" not in fix.changes for fix in fixes)


@pytest.mark.parametrize(
    "run",
    [
        "RUN apt-get update && apt-get install -y sudo",
        "RUN setcap cap_net_raw+ep /usr/bin/python3",
        "RUN chmod u+s /bin/busybox",
        "RUN chmod 4755 /srv/tool",
        "RUN <<EOF\nanything\nEOF",
        "HEALTHCHECK CMD ping -c 1 example.org",
    ],
)
def test_nothing_where_rights_may_be_gained(run: str) -> None:
    files = Files(
        {
            "compose.yaml": "services:\n  web:\n    build: .\n",
            "Dockerfile": f"FROM python:3.12-slim\n{run}\nUSER 1000\n",
        }
    )
    (finding,) = found(files)
    assert [fix.safety for fix in finding.fixes] == ["shown"]


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  db: &db\n    image: postgres:16\n  other:\n    <<: *db\n    user: postgres\n",
        DB + "  other:\n    extends: db\n",
        DB + "  other:\n    extends:\n      service: db\n",
    ],
)
def test_what_others_take_over_is_left(text: str) -> None:
    assert all(not finding.fixes for finding in found(text) if "db " in finding.message)


def test_said_once_for_an_anchor() -> None:
    text = (
        "x-base: &base\n  image: acme/a:1\n  privileged: true\n"
        "services:\n  a:\n    <<: *base\n  b:\n    <<: *base\n"
    )
    assert len(found(text, "privileged-service")) == 1


def test_no_value_of_a_secret_is_printed() -> None:
    text = (
        "services:\n  a:\n    image: acme/a:1\n    command: run --password hunter2\n"
        "    environment:\n      DB_PASSWORD: hunter2\n      URL: https://me:hunter2@db.example.org\n"
    )
    findings = found(text, "service-secret-literal") + found(text, "secret-in-environment")
    assert len(findings) == 2
    assert all("hunter2" not in finding.message for finding in findings)
