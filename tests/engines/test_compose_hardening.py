"""What `service-hardening` offers as safe, on the engine: healthy before, healthy after, again."""

import json
import subprocess
from pathlib import Path

import pytest

from dockwright.check import registry
from dockwright.rules.api import Files
from tools.examples import files_of, findings_of, fixed

POSTGRES = """services:
  db:
    image: postgres:16-alpine
    environment:
      POSTGRES_PASSWORD: only-for-this-test
    healthcheck:
      test: [CMD-SHELL, pg_isready -U postgres]
      interval: 1s
      retries: 60
"""
SERVER = """import http.server, os, pathlib
pathlib.Path("/tmp/started").write_text(str(os.getuid()))
http.server.HTTPServer(("", 80), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
PROBE = "import urllib.request as r; r.urlopen('http://127.0.0.1:80')"
PYTHON = f"""services:
  web:
    build: .
    healthcheck:
      test: [CMD, python, -c, "{PROBE}"]
      interval: 1s
      retries: 60
"""
NODE_SERVER = "require('http').createServer((q, a) => a.end('x')).listen(80)"
NODE_PROBE = "fetch('http://127.0.0.1:80').then(() => process.exit(0), () => process.exit(1))"
NODE = f"""services:
  api:
    image: node:20-slim
    command: [node, -e, "{NODE_SERVER}"]
    healthcheck:
      test: [CMD, node, -e, "{NODE_PROBE}"]
      interval: 1s
      retries: 60
"""
NGINX = """services:
  front:
    image: nginx:IMAGE
    healthcheck:
      test: [CMD-SHELL, nginx -t && test -s /run/nginx.pid]
      interval: 1s
      retries: 60
"""
REDIS = """services:
  cache:
    image: redis:IMAGE
    command: redis-server --appendonly yes
    healthcheck:
      test: [CMD, redis-cli, ping]
      interval: 1s
      retries: 60
"""
OLD_REDIS = REDIS.replace("IMAGE", "7-alpine").replace(" --appendonly yes", "")
DOCKERFILE = """FROM python:3.12-slim
RUN useradd app
WORKDIR /app
COPY server.py .
USER app
CMD ["python", "server.py"]
"""
ROOT = DOCKERFILE.replace("USER app\n", "")
INIT = "CREATE TABLE item (id integer);\nINSERT INTO item VALUES (1);\n"

CASES: dict[str, tuple[dict[str, str], tuple[str, ...], set[str]]] = {
    "postgres": ({"compose.yaml": POSTGRES}, ("postgres:16-alpine",), {"read_only", "cap_drop"}),
    "postgres-volume": (
        {
            "compose.yaml": POSTGRES
            + "    command: -c max_connections=20\n    volumes:\n"
            + "      - data:/var/lib/postgresql/data\n"
            + "      - ./init.sql:/docker-entrypoint-initdb.d/init.sql:ro\n"
            + "volumes:\n  data:\n",
            "init.sql": INIT,
        },
        ("postgres:16-alpine",),
        {"read_only", "cap_drop"},
    ),
    "postgres-socket": (
        {
            "compose.yaml": POSTGRES
            + "    volumes:\n      - socket:/var/run/postgresql\nvolumes:\n  socket:\n"
        },
        ("postgres:16-alpine",),
        {"read_only", "cap_drop"},
    ),
    "postgres-script": (
        {
            "compose.yaml": POSTGRES + "    volumes:\n      - ./init:/docker-entrypoint-initdb.d\n",
            "init/a.sh": "echo here > /var/lib/postgresql/note\n",
        },
        ("postgres:16-alpine",),
        {"cap_drop"},
    ),
    "python-user": (
        {"compose.yaml": PYTHON, "Dockerfile": DOCKERFILE, "server.py": SERVER},
        ("python:3.12-slim",),
        {"cap_drop"},
    ),
    "python-root": (
        {"compose.yaml": PYTHON, "Dockerfile": ROOT, "server.py": SERVER},
        ("python:3.12-slim",),
        set(),
    ),
    "python-number": (
        {
            "compose.yaml": PYTHON + '    user: "4711:4711"\n',
            "Dockerfile": ROOT,
            "server.py": SERVER,
        },
        ("python:3.12-slim",),
        {"cap_drop"},
    ),
    "node-root": ({"compose.yaml": NODE}, ("node:20-slim",), set()),
    "node-user": ({"compose.yaml": NODE + "    user: node\n"}, ("node:20-slim",), {"cap_drop"}),
    "nginx": ({"compose.yaml": NGINX.replace("IMAGE", "1.27")}, ("nginx:1.27",), {"cap_drop"}),
    "nginx-alpine": (
        {"compose.yaml": NGINX.replace("IMAGE", "alpine")},
        ("nginx:alpine",),
        {"cap_drop"},
    ),
    "redis": (
        {"compose.yaml": REDIS.replace("IMAGE", "7")},
        ("redis:7",),
        {"read_only", "cap_drop"},
    ),
    "redis-alpine": ({"compose.yaml": OLD_REDIS}, ("redis:7-alpine",), {"read_only", "cap_drop"}),
}


def compose(engine: str, folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [engine, "compose", "--project-name", name, *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )


def up(engine: str, folder: Path, name: str) -> None:
    done = compose(engine, folder, name, "up", "--wait", "--wait-timeout", "120", "--quiet-pull")
    if done.returncode:
        logs = compose(engine, folder, name, "logs", "--no-color").stdout
        pytest.fail(f"{done.stderr[-2000:]}\n{logs[-3000:]}")


def host_config(engine: str, folder: Path, name: str) -> dict[str, object]:
    ids = compose(engine, folder, name, "ps", "--quiet").stdout.split()
    asked = subprocess.run(
        [engine, "inspect", *ids], capture_output=True, text=True, timeout=60, check=True
    )
    (container,) = json.loads(asked.stdout)
    found: dict[str, object] = container["HostConfig"]
    return found


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


@pytest.mark.engine
@pytest.mark.parametrize("case", CASES)
def test_healthy_as_before(engine: str, tmp_path: Path, case: str) -> None:
    files, images, wanted = CASES[case]
    for image in images:
        there = subprocess.run(
            [engine, "image", "inspect", image], capture_output=True, check=False
        )
        if there.returncode:
            pytest.skip(f"the engine has no image {image}")
    entry = next(one for one in registry.entries() if one.name == "service-hardening")
    (finding,) = findings_of(entry, Files(files), {})
    (fix,) = finding.fixes
    assert fix.safety == "safe"
    assert {one.removeprefix("compose:") for one in fix.changes} >= wanted | {"security_opt"}
    assert ("compose:read_only" in fix.changes) == ("read_only" in wanted)
    name = f"dw-hardening-{case}"
    write(tmp_path, files)
    try:
        up(engine, tmp_path, name)
        before = host_config(engine, tmp_path, name)
        assert not before["ReadonlyRootfs"]
        compose(engine, tmp_path, name, "down", "--volumes", "--timeout", "1")
        write(tmp_path, files_of(fixed(Files(files), fix)))
        up(engine, tmp_path, name)
        after = host_config(engine, tmp_path, name)
        assert after["ReadonlyRootfs"] == ("read_only" in wanted)
        assert bool(after["CapDrop"]) == ("cap_drop" in wanted)
        assert after["SecurityOpt"] == ["no-new-privileges:true"]
        compose(engine, tmp_path, name, "stop", "--timeout", "5")
        up(engine, tmp_path, name)
        compose(engine, tmp_path, name, "down", "--timeout", "5")
        up(engine, tmp_path, name)
    finally:
        compose(engine, tmp_path, name, "down", "--volumes", "--rmi", "local", "--timeout", "1")
