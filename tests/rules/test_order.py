"""Order of instructions: layouts, fixes in the loop, and cases where nothing may be said."""

import pytest

from dockwright.check import registry
from dockwright.check.fix import Outcome, fix
from dockwright.check.run import Plan
from dockwright.findings.finding import SAFE, UNSAFE, Finding
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source
from tools.examples import build_of

CODES = ("DW5301", "DW5302", "DW5303", "DW5304", "DW5306")
PY = "FROM python:3.12-slim\nWORKDIR /app\n"
NODE = "FROM node:20-slim\nWORKDIR /app\n"
DEB = "FROM debian:bookworm-slim\n"
APT = "RUN apt-get update && apt-get install -y --no-install-recommends curl\n"


def plan(*codes: str) -> Plan:
    return Plan([entry for code in codes if (entry := registry.find(code)) is not None])


def findings(text: str, *codes: str, **config: object) -> list[Finding]:
    return plan(*codes).run(build_of(text, config))


def mended(text: str, *codes: str, safeties: tuple[str, ...] = (SAFE, UNSAFE)) -> Outcome:
    rules = plan(*codes)

    def look(now: str) -> tuple[Build, list[Finding]]:
        build = build_of(now, {})
        return build, rules.run(build)

    outcome = fix(text, look, safeties)
    assert outcome.converged
    assert not outcome.refused
    assert not parse(Source("Dockerfile", outcome.text)).problems
    return outcome


FIXED = [
    # each manager with its files
    (
        PY + "COPY . .\nRUN poetry install --no-root\n",
        PY + "COPY pyproject.toml poetry.lock* ./\nRUN poetry install --no-root\nCOPY . .\n",
    ),
    (
        PY + "COPY . .\nRUN uv sync --locked --no-install-project\n",
        PY + "COPY pyproject.toml uv.lock* .python-version* ./\n"
        "RUN uv sync --locked --no-install-project\nCOPY . .\n",
    ),
    (
        PY + "COPY . .\nRUN pipenv install --system --deploy\n",
        PY + "COPY Pipfile* ./\nRUN pipenv install --system --deploy\nCOPY . .\n",
    ),
    (
        NODE + "COPY . .\nRUN yarn install --frozen-lockfile\n",
        NODE + "COPY package.json yarn.lock* .yarnrc* .yarnrc.yml* .npmrc* ./\n"
        "RUN yarn install --frozen-lockfile\nCOPY . .\n",
    ),
    (
        NODE + "COPY . .\nRUN pnpm i --frozen-lockfile\n",
        NODE + "COPY package.json pnpm-lock.yaml* pnpm-workspace.yaml* .npmrc* ./\n"
        "RUN pnpm i --frozen-lockfile\nCOPY . .\n",
    ),
    (
        "FROM ruby:3.3\nWORKDIR /app\nCOPY . .\nRUN bundle install\n",
        "FROM ruby:3.3\nWORKDIR /app\nCOPY Gemfile* ./\nRUN bundle install\nCOPY . .\n",
    ),
    (
        "FROM golang:1.22\nWORKDIR /a\nADD . .\nRUN go mod download && go build -o /b .\n",
        ("FROM golang:1.22\nWORKDIR /a\nCOPY go.mod go.sum* ./\nRUN go mod download\nADD . .\n"
        "RUN go build -o /b .\n"),
    ),
    # requirements in a folder, in a file of another name, in two files
    (
        PY + "COPY . .\nRUN pip install -r requirements/prod.txt\n",
        PY + "COPY requirements/*.txt ./requirements/\n"
        "RUN pip install -r requirements/prod.txt\nCOPY . .\n",
    ),
    (
        PY + "COPY . /app\nRUN python -m pip install -r requirements-dev.txt\n",
        PY + "COPY requirements*.txt /app/\n"
        "RUN python -m pip install -r requirements-dev.txt\nCOPY . /app\n",
    ),
    (
        PY + "COPY . .\nRUN pip install -c limits.txt -r a.txt\n",
        PY + "COPY limits.txt a.txt ./\nRUN pip install -c limits.txt -r a.txt\nCOPY . .\n",
    ),
    # a subfolder, with cd, a copied subfolder, an absolute path
    (
        "FROM node:20-slim\nCOPY . /app\nRUN cd /app/web && npm ci\n",
        ("FROM node:20-slim\nCOPY web/package*.json web/.npmrc* /app/web/\n"
        "RUN cd /app/web && npm ci\nCOPY . /app\n"),
    ),
    (
        "FROM python:3.12-slim\nCOPY . /app\nRUN pip install -r /app/requirements.txt\n",
        ("FROM python:3.12-slim\nCOPY requirements.txt /app/\n"
        "RUN pip install -r /app/requirements.txt\nCOPY . /app\n"),
    ),
    # the working directory is set afterwards
    (
        "FROM node:20-slim\nCOPY . /app\nWORKDIR /app\nRUN npm ci\n",
        ("FROM node:20-slim\nCOPY package*.json .npmrc* /app/\nWORKDIR /app\nRUN npm ci\n"
        "COPY . /app\n"),
    ),
    # what is in between and needs the source goes along, what needs it not stays
    (
        PY + "COPY . .\nENV A=1\nRUN chmod +x run.sh\nRUN pip install -r r.txt\nCMD ./run.sh\n",
        PY + "COPY r.txt ./\nENV A=1\nRUN pip install -r r.txt\nCOPY . .\n"
        "RUN chmod +x run.sh\nCMD ./run.sh\n",
    ),
    # the manifest was copied before, but too late is too late
    (
        NODE + "COPY package.json package-lock.json ./\nCOPY . .\nRUN npm ci\n",
        NODE + "COPY package.json package-lock.json ./\nCOPY .npmrc* ./\nRUN npm ci\nCOPY . .\n",
    ),
    # comments go with what they stand above
    (
        PY + "# our code\nCOPY . .\n\n# its packages\nRUN pip install -r r.txt\n",
        PY + "COPY r.txt ./\n\n# its packages\nRUN pip install -r r.txt\n# our code\nCOPY . .\n",
    ),
    # a command in several lines, taken apart behind what cleans up
    (
        NODE + "COPY . .\nRUN npm ci \\\n && npm cache clean --force \\\n && npm run build\n",
        NODE + "COPY package*.json .npmrc* ./\nRUN npm ci \\\n && npm cache clean --force\n"
        "COPY . .\nRUN npm run build\n",
    ),
    # two installs, one after the other
    (
        PY + "COPY . .\nRUN pip install -r a.txt\nRUN pip install -r b.txt\n",
        PY + "COPY a.txt ./\nRUN pip install -r a.txt\nCOPY b.txt ./\nRUN pip install -r b.txt\n"
        "COPY . .\n",
    ),
    # what has nothing to do with the source stays above it, too
    (
        PY + "COPY . .\nRUN pip install -r a.txt\n" + APT,
        PY + "COPY a.txt ./\nRUN pip install -r a.txt\n" + APT + "COPY . .\n",
    ),
    # without an end of line
    (
        PY + "COPY . .\nRUN pip install -r a.txt",
        PY + "COPY a.txt ./\nRUN pip install -r a.txt\nCOPY . .",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fixed"), FIXED)
def test_dependencies_first(text: str, fixed: str) -> None:
    outcome = mended(text, "DW5301", "DW5302")
    assert outcome.text == fixed
    assert not findings(fixed, "DW5301", "DW5302")


def test_windows_line_endings_are_kept() -> None:
    text = (PY + "COPY . .\nRUN pip install -r a.txt\n").replace("\n", "\r\n")
    fixed = mended(text, "DW5301").text
    assert fixed.replace("\r\n", "\n") == PY + "COPY a.txt ./\nRUN pip install -r a.txt\nCOPY . .\n"
    assert fixed.count("\n") == fixed.count("\r\n")


NO_FIX = [
    ("a local folder", PY + "COPY . .\nRUN pip install -r a.txt -e .\n", "local folder"),
    ("the project", PY + "COPY . .\nRUN uv sync --locked\n", "--no-install-project"),
    ("scripts", "FROM php:8\nWORKDIR /a\nCOPY . .\nRUN composer install\n", "--no-scripts"),
    ("no manifest alone", "FROM rust:1\nWORKDIR /a\nCOPY . .\nRUN cargo fetch\n", "cargo reads"),
    ("projects", "FROM a\nWORKDIR /a\nCOPY . .\nRUN dotnet restore\n", "every project file"),
    ("a script before", PY + "COPY . .\nRUN ./x.sh && pip install -r a.txt\n", "reads and writes"),
    ("a step between", PY + "COPY . .\nRUN make\nRUN pip install -r a.txt\n", "`make`"),
    ("home of unknown", "FROM x\nWORKDIR /home/a\nCOPY . .\nRUN npm ci\n", "/home/a"),
    ("the whole root", "FROM x\nCOPY . /\nRUN cd / && npm ci\n", "both touch"),
    ("state of the shell", NODE + "COPY . .\nRUN export A=1 && npm ci && make\n", ""),
]


@pytest.mark.parametrize(("text", "why"), [case[1:] for case in NO_FIX], ids=[c[0] for c in NO_FIX])
def test_reported_without_a_fix(text: str, why: str) -> None:
    (found,) = findings(text, "DW5301")
    assert not found.fixes
    assert any("no fix is offered" in r.text and why in r.text for r in found.because)


def test_context_decides() -> None:
    text = PY + "COPY . .\nRUN pip install -r requirements/prod.txt\n"
    files = {"requirements/prod.txt": 0o644, "requirements/base.txt": 0o644, "a.py": 0o644}
    (found,) = findings(text, "DW5301", context=files)
    edits = [edit.text for edit in found.fixes[0].edits if "requirements" in edit.text]
    assert edits == ["COPY requirements/base.txt requirements/prod.txt ./requirements/\n"]
    (found,) = findings(text, "DW5301", context={"a.py": 0o644})
    assert not found.fixes, "the requirements file is not there"
    files = {"package.json": 0o644, "package-lock.json": 0o644}
    assert not findings(NODE + "COPY . .\nRUN npm ci\n", "DW5301", context=files)


SILENT = [
    ("DW5301", PY + "COPY a.txt .\nRUN pip install -r a.txt\nCOPY . .\n"),
    ("DW5301", PY + "COPY . .\nRUN pip install . && pip install flask\n"),
    ("DW5301", PY + "COPY --from=b / .\nRUN pip install -r a.txt\n"),
    ("DW5301", PY + "COPY . .\nRUN pip install -r https://e.org/a.txt\n"),
    ("DW5301", PY + "COPY Gemfile Gemfile.lock ./\nRUN bundle install\n"),
    ("DW5301", "FROM ruby:3\nWORKDIR /a\nCOPY Gemfile .\nRUN bundle install\n"),
    ("DW5301", PY + "COPY deps /deps\nRUN pip install -r /deps/a.txt\n"),
    ("DW5301", PY + "ONBUILD COPY . .\nONBUILD RUN pip install -r a.txt\n"),
    ("DW5301", "FROM a AS x\nWORKDIR /a\nCOPY . .\nRUN npm ci\nFROM b\nCMD c\n"),
    ("DW5301", NODE + "COPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm run b && npm ci\n"),
    ("DW5301", NODE + "COPY . .\nRUN npm run build && npm ls && yarn --version\n"),
    ("DW5301", NODE + "COPY docs /docs\nRUN npm ci\n"),
    ("DW5302", DEB + "COPY a.conf /etc/a.conf\n" + APT),
    ("DW5302", DEB + "COPY . /app\nRUN mkdir /data\n"),
    ("DW5302", DEB + "COPY --from=b /app /app\n" + APT),
    ("DW5302", DEB + "COPY . /app\nRUN apt-get update && apt-get install -y b && make -C /app\n"),
    ("DW5302", DEB + "COPY . /usr/local\n" + APT),
    ("DW5302", DEB + "WORKDIR /app\nCOPY . .\nRUN npm ci\n"),
    ("DW5302", DEB + "COPY . /app\nRUN chmod +x /app/a\nRUN /app/a\n" + APT),
    ("DW5302", DEB + "COPY files/conf /var/www/.htaccess\nRUN git clone https://a.io/b /b\n"),
    ("DW5303", DEB + "ARG GIT_SHA\nRUN make\n" + APT + "LABEL a=$GIT_SHA\n"),
    ("DW5303", DEB + "ARG GIT_SHA\nRUN apt-get -y install a$GIT_SHA\nLABEL a=$GIT_SHA\n"),
    ("DW5303", DEB + "ARG PORT\n" + APT + "LABEL a=$PORT\n"),
    ("DW5303", DEB + "ARG BUILD_DATE\n" + APT),
    ("DW5303", DEB + "ARG SHA=0123456789abcdef\n" + APT + "RUN echo $SHA\n"),
    ("DW5303", DEB + "ARG GIT_TAG=v1.2\n" + APT + "RUN echo $GIT_TAG\n"),
    ("DW5304", DEB + "ENV TARBALL_SHA1=0123456789abcdef\n" + APT),
    ("DW5304", DEB + "ENV APP_VERSION=$V\n" + APT),
    ("DW5306", "FROM golang:1\nUSER 7\nCOPY . /a\nRUN go build\n"),
    ("DW5306", "FROM golang:1\nCOPY . /a\nRUN GOCACHE=/c go build\n"),
    ("DW5306", "FROM golang:1\nCOPY . /a\nRUN go version\n"),
    ("DW5306", "FROM maven:3\nCOPY . /a\nRUN mvn -Dmaven.repo.local=/r package\n"),
]


@pytest.mark.parametrize(("code", "text"), SILENT)
def test_silent(code: str, text: str) -> None:
    assert [text[f.span.start : f.span.end] for f in findings(text, code)] == []


def test_safe_fixes_are_proved_by_the_loop() -> None:
    text = (
        DEB + "ARG GIT_SHA\nLABEL revision=$GIT_SHA\nWORKDIR /app\nCOPY . .\n"
        "ENV APP_VERSION=1.2.3\n" + APT + "RUN useradd -m app\nUSER app\n"
    )
    outcome = mended(text, *CODES, safeties=(SAFE,))
    assert {finding.code for finding, _ in outcome.applied} == {"DW5302", "DW5303", "DW5304"}
    assert not findings(outcome.text, *CODES)
    order = [line.split()[0] for line in outcome.text.splitlines()]
    assert order.index("COPY") > max(at for at, name in enumerate(order) if name == "RUN")
    assert order.index("ARG") > max(at for at, name in enumerate(order) if name == "RUN")


def test_several_sources_go_together() -> None:
    text = DEB + "COPY src /app/src\nCOPY static /app/static\n" + APT
    assert mended(text, "DW5302").text == DEB + APT + "COPY src /app/src\nCOPY static /app/static\n"


def test_the_mount_comes_before_other_flags() -> None:
    text = "FROM golang:1.22\nWORKDIR /a\nCOPY . .\nRUN --network=none go build ./...\n"
    assert mended(text, "DW5306").text == text.replace(
        "RUN ", "RUN --mount=type=cache,target=/root/.cache/go-build "
    )


def test_an_unused_argument_is_there_for_the_cache() -> None:
    used_below = DEB.replace("slim\n", "slim AS a\n") + "ARG SHA\n" + APT + "FROM a\nLABEL r=$SHA\n"
    assert [f.code for f in findings(used_below, "DW5303")] == ["DW5303"]


def test_label_of_an_argument_of_the_stage_below() -> None:
    text = "FROM a AS x\nARG SHA\nFROM x\nLABEL r=$SHA s=${SHA:-none}\n"
    (found,) = findings(text, "DW5305")
    assert text[found.span.start : found.span.end] == "r=$SHA"
