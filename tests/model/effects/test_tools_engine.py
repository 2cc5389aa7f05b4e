"""
Language managers, downloads and archives on a real engine: each path of the built image is asked.

The model starts from the very files of the base image, so that what differs is the effects' doing.
It must not be wrong about any path, and what a case lists in `known` it must know.
"""

import uuid
from pathlib import Path

import pytest

from bench.truth import builds
from bench.truth.listing import Entry as Real
from bench.truth.listing import Listing
from dockwright.facts.contents import Account, Contents, Entry, Ground
from dockwright.facts.image import ImageFacts, empty
from dockwright.facts.knowledge import Known, Reason
from dockwright.facts.port import FactSource
from dockwright.model.files import Listing as Context
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.text.source import Source

pytestmark = pytest.mark.engine

REASON = Reason("the engine's image")
PYTHON = "FROM python:3.12-slim\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\n"
NODE = "FROM node:20-slim\n"
APT = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends"
PROJECT = {
    "requirements.txt": "itsdangerous\n",
    "package.json": '{"name": "x", "version": "1.0.0", "dependencies": {"ms": "2.1.3"}}',
    "app/pyproject.toml": '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.9"\n',
    "app/x.py": "print(1)\n",
    "go.mod": "module example.com/x\n\ngo 1.21\n",
    "main.go": "package main\n\nfunc main() {}\n",
}

# A Dockerfile, and paths that must be known after it.
CASES = {
    "pip": (
        PYTHON + "RUN pip install --no-cache-dir uvicorn gunicorn==22.0.0\n",
        (
            "/usr/local/bin/uvicorn /usr/local/bin/gunicorn /usr/local/bin/python3 /opt/none"
            " /usr/local/lib/python3.12/site-packages/uvicorn /root/x /usr/local/bin/curl"
        ),
    ),
    "pip-user": (
        PYTHON + "RUN pip install --user flask\n",
        (
            "/root/.local /root/.local/bin/flask /usr/local/bin/flask"
            " /root/.local/lib/python3.12/site-packages/flask"
        ),
    ),
    "pip-other-user": (
        PYTHON + "RUN mkdir -m 777 /home/app\nUSER 1234\nENV HOME=/home/app\n"
        "RUN python -m pip install uvicorn\n",
        "/home/app/.local/bin/uvicorn /usr/local/bin/uvicorn",
    ),
    "pip-target": (
        PYTHON + "WORKDIR /w\nRUN pip install -t deps flask && pip install --prefix=/p uvicorn\n",
        (
            "/w/deps/flask /w/deps/bin/flask /p/bin/uvicorn /usr/local/bin/flask"
            " /p/lib/python3.12/site-packages/uvicorn"
        ),
    ),
    "venv": (
        PYTHON + "RUN python3 -m venv /opt/venv && /opt/venv/bin/pip install flask\n"
        "ENV PATH=/opt/venv/bin:$PATH\nRUN pip install uvicorn && pip uninstall -y uvicorn\n",
        (
            "/opt/venv/bin/python /opt/venv/bin/python3 /opt/venv/bin/python3.12 /opt/venv/bin/pip"
            " /opt/venv/bin/flask /opt/venv/pyvenv.cfg /opt/venv/bin/activate /usr/local/bin/flask"
            " /opt/venv/bin/curl"
        ),
    ),
    "uv": (
        PYTHON + "ENV UV_SYSTEM_CERTS=1\nRUN pip install uv\nCOPY app /app\nWORKDIR /app\n"
        "RUN uv sync && uv pip install --system flask && uv tool install black\n"
        "RUN uv venv /v && VIRTUAL_ENV=/v uv pip install uvicorn\n",
        (
            "/usr/local/bin/uv /usr/local/bin/uvx /app/.venv/bin/python /app/x.py"
            " /usr/local/bin/flask /root/.local/bin/black /v/bin/uvicorn /v/bin/python"
        ),
    ),
    "debian-python": (
        APT + " python3 python3-pip python3-setuptools python3-wheel\nCOPY app /app\n"
        "RUN if pip install flask; then touch /yes1; else touch /no1; fi\n"
        "RUN if python3 -m venv /v; then touch /yes2; else touch /no2; fi\n"
        "WORKDIR /app\nRUN pip install --break-system-packages --no-index --no-build-isolation .\n",
        "/yes1 /no1 /yes2 /no2 /usr/bin/python3 /app/x.py /usr/bin/curl",
    ),
    "npm-global": (
        NODE + "RUN npm install -g serve@14 typescript@5.4.5 corepack yarn"
        " && npm uninstall -g typescript && npm config set fund false\n",
        (
            "/usr/local/bin/serve /usr/local/lib/node_modules/serve /usr/local/bin/node /opt/x"
            " /usr/local/bin/curl /usr/local/bin/tsc"
        ),
    ),
    "npm-local": (
        NODE + "WORKDIR /app\nCOPY package.json .\nRUN npm install\nRUN npm ci --omit=dev"
        " && npm install ms\n",
        "/app/package.json /app/node_modules/ms /usr/local/bin/node /opt/x",
    ),
    "yarn": (
        NODE + "RUN npm i -g yarn@1.22.22 && yarn global add serve\n",
        "/usr/local/bin/yarn /usr/local/bin/serve",
    ),
    "corepack": (
        NODE + "RUN npm i -g corepack@0.29 && corepack disable && corepack enable pnpm\n",
        "/usr/local/bin/pnpm /usr/local/bin/pnpx /usr/local/bin/corepack /usr/local/bin/yarn",
    ),
    "npm-prefix": (
        NODE + "COPY package.json /x/\nENV NPM_CONFIG_PREFIX=/opt/npm\nRUN npm install -g /x\n",
        "/opt/npm/lib/node_modules /usr/local/bin/x /usr/local/bin/npm",
    ),
    "archives": (
        (
            "FROM debian:bookworm-slim\nWORKDIR /w\nRUN mkdir -p s/a && touch s/a/f s/g"
            " && tar -czf s.tgz s && mkdir o p q && tar xzf s.tgz -C o && gzip -k s/g\n"
            "RUN tar -xzf s.tgz -C p --strip-components=1 s/g && tar -C q --strip 1 -xf s.tgz"
            " && gunzip s.tgz && rm -r s/a\n"
        ),
        "/w/s.tar /w/s.tgz /w/p/g /w/s/g.gz /w/s/g /w/x /w/p/f",
    ),
    "git": (
        APT + " git\nRUN git init -q /src/r && cd /src/r && git config user.email a@b.c"
        " && git config user.name a && git commit -q --allow-empty -m x"
        " && git clone -q /src/r /opt/copy && cd /opt && git clone -q /src/r two"
        " && git clone -q /src/r\n",
        "/src/r/.git /opt/copy/.git /opt/two/.git /opt/r /usr/bin/git /opt/other",
    ),
    "go": (
        (
            "FROM golang:1.21-alpine\nWORKDIR /src\nCOPY go.mod main.go ./\n"
            "RUN CGO_ENABLED=0 go build -o /out/app . && go build -o /bin/two && go install .\n"
        ),
        "/out/app /src/go.mod /out /bin/two",
    ),
}


class Measured(Ground):
    """A base image as it is, path by path."""

    def __init__(self, listing: Listing) -> None:
        super().__init__(REASON)
        self.listing = listing

    def find(self, path: str) -> Known:
        real = self.listing.stat(path, follow=False) if path == "/" else self._real(path)
        entry = None
        if real is not None:
            kind = "any" if real.kind == "other" else real.kind
            entry = Entry(kind, real.mode, real.uid, real.gid, real.target)
        return Known(entry, REASON)

    def _real(self, path: str) -> Real | None:
        return self.listing.entries.get(path)

    def links(self) -> list[str]:
        return [path for path, one in self.listing.entries.items() if one.kind == "link"]

    def account(self, kind: str, name: str) -> Known:
        user, group = self.listing.users.get(name), self.listing.groups.get(name)
        if kind == "user" and user is not None:
            return Known(Account(name, user.uid, user.gid, user.home, user.shell), REASON)
        if kind == "group" and group is not None:
            return Known(Account(name, group.gid), REASON)
        return Known(None, REASON)

    def accounts(self, kind: str) -> list[str]:
        return [*(self.listing.users if kind == "user" else self.listing.groups)]

    def package(self, manager: str, name: str) -> Known:
        return Known(manager == "apt" and name in self.listing.debian, REASON)


def facts(truth: builds.Truth) -> ImageFacts:
    plain = empty(truth.name, REASON)
    config = truth.config
    env = dict(item.split("=", 1) for item in config.get("Env") or ())
    env.setdefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    debian = "debian" if truth.listing.debian else ""
    return ImageFacts(
        truth.name,
        user=Known(config.get("User") or "", REASON),
        workdir=Known(config.get("WorkingDir") or "", REASON),
        shell=plain.shell,
        entrypoint=plain.entrypoint,
        cmd=plain.cmd,
        healthcheck=plain.healthcheck,
        stopsignal=plain.stopsignal,
        env={name: Known(value, REASON) for name, value in env.items()},
        env_complete=True,
        contents=Contents(
            Measured(truth.listing),
            distribution=debian,
            suite=("trixie" if "python" in truth.name else "bookworm") if debian else "",
        ),
    )


def differs(entry: Entry | None, real: Real | None) -> bool:
    """Whether the model is wrong about a path."""
    if entry is None or real is None:
        return (entry is None) is not (real is None)
    pairs: list[tuple[object, object]] = [
        (entry.mode, real.mode),
        (entry.uid, real.uid),
        (entry.gid, real.gid),
    ]
    if entry.kind == "link":
        pairs = [(entry.target or None, real.target)]
    if entry.kind == "any" and real.kind == "link":
        # What is known is of the file that it leads to.
        return False
    wrong = any(mine is not None and mine != theirs for mine, theirs in pairs)
    return wrong or entry.kind not in ("any", real.kind)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the listings of the base images are kept."""
    return tmp_path_factory.mktemp("bases")


@pytest.mark.parametrize("name", CASES)
def test_each_path(name: str, engine: str, records: Path, tmp_path: Path) -> None:
    text, known = CASES[name]
    base = builds.bases(text)[-1]
    if not builds.identity(base):
        pytest.skip(f"the engine has no {base}")
    context = tmp_path / "context"
    for path, content in PROJECT.items():
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        (context / path).write_text(content)
        (context / path).chmod(0o644)
    (context / "app").chmod(0o755)
    (context / "Dockerfile").write_text(text)
    before = builds.image(base, records)
    tag = f"dw-effects-{uuid.uuid4().hex[:8]}"
    try:
        after, said, good = builds.run(text, context, tag, {})
        if not good and "Could not resolve" in said:
            pytest.skip("the engine has no network")
        assert good, said[-2000:]
    finally:
        builds.docker("image", "rm", "--force", tag)
    listing = Context(dict.fromkeys([*PROJECT, "Dockerfile"], 0o644))
    made = Build(
        parse(Source("Dockerfile", text)),
        facts=FactSource({base: facts(before)}),
        listing=listing,
        ignore=Matcher([]),
    )
    assert made.final is not None
    files = made.final.state.files
    paths = {*before.listing.entries, *after.entries, *known.split()} - {"/"}
    wrong, unknown = [], 0
    for path in sorted(paths):
        found = files.find(path)
        real = after.entries.get(path)
        if not isinstance(found, Known):
            unknown += 1
        elif differs(found.value, real):
            wrong.append(f"{path}: is {real}, the model says {found.value} ({found.reason.text})")
    assert wrong == []
    assert [one for one in known.split() if not isinstance(files.find(one), Known)] == []
    assert unknown < len(paths)
