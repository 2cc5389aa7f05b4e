"""DW5301 dependencies-after-source."""

from dockwright.rules.api import (
    Bad,
    Build,
    Findings,
    Good,
    Reason,
    Remedy,
    Rule,
    RunStep,
    Step,
    below,
    command,
    installs,
    laid_out,
    proof,
    safe,
    sink,
    unsafe,
)
from dockwright.rules.order._manifests import lines, only, plain
from dockwright.rules.order._sources import because, brings_source, setup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.rules.api import Command, Edit, Install, Proof

_KNOWN = "FROM python:3.12-slim\nWORKDIR /app\n"
_NODE = "FROM node:20-slim\nWORKDIR /app\n"


class DependenciesAfterSource(Rule):
    """
    Install dependencies before you copy the source: copy the manifest and lock files first.

    A layer is kept while nothing before it changes. Where the whole source is copied first, each
    edit of any file installs all dependencies again: ten seconds instead of a third of one in a
    small Python project, and many minutes in others. With the manifest and lock files copied on
    their own, the install runs only when one of those changes. The fix moves the install up, or
    the copy down, and is offered when the model can show that the image stays the same. What it
    cannot see in the files is said in its title and makes it unsafe: that no dependency is a local
    folder, and that no install script needs the source.

    Silent when an earlier install of the same kind stands before the source, when the copied folder
    holds manifests only, for an install of the project itself (`pip install .`), and in stages that
    the build does not need.
    """

    code = "DW5301"
    name = "dependencies-after-source"
    severity = "warning"
    tags = ("cache", "order")
    on = command(
        "pip", "pip3", "python", "python3", "uv", "poetry", "pipenv", "npm", "yarn", "yarnpkg",
        "pnpm", "bun", "go", "bundle", "bundler", "composer", "cargo", "dotnet", "mvn", "mix",
        "sudo", "env",
    )  # fmt: skip

    examples = (
        Bad(
            _KNOWN + "COPY . .\nRUN pip install -r requirements.txt\n",
            at="pip install -r requirements.txt",
            fixed=_KNOWN + "COPY requirements.txt ./\n"
            "RUN pip install -r requirements.txt\nCOPY . .\n",
        ),
        Bad(
            _NODE + "COPY . .\nRUN npm ci && npm run build\nCMD node .\n",
            at="npm ci",
            fixed=_NODE + "COPY package*.json .npmrc* ./\n"
            "RUN npm ci\nCOPY . .\nRUN npm run build\nCMD node .\n",
        ),
        Bad(
            _NODE + "COPY --chown=node web /app\nENV CI=1\nRUN npm ci\n",
            at="npm ci",
            fixed=_NODE + "COPY --chown=node web/package.json web/package-lock.json /app/\n"
            "ENV CI=1\nRUN npm ci\nCOPY --chown=node web /app\n",
            config={
                "context": {
                    "web/package.json": 0o644,
                    "web/package-lock.json": 0o644,
                    "web/index.js": 0o644,
                }
            },
        ),
        Bad(
            "FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go mod download\nRUN go build\n",
            at="go mod download",
            fixed="FROM golang:1.22\nWORKDIR /src\nCOPY go.mod go.sum* ./\n"
            "RUN go mod download\nCOPY . .\nRUN go build\n",
        ),
        # What is installed also needs the source: there is nothing to move.
        Bad(_KNOWN + "COPY . .\nRUN poetry install\n", at="poetry install"),
        Bad(
            _KNOWN + "COPY . .\nRUN pip install -e . -r dev.txt\n",
            at="pip install -e . -r dev.txt",
        ),
        # The host's modules would come after the install.
        Bad(
            _NODE + "COPY . .\nRUN npm ci\n",
            at="npm ci",
            config={
                "context": {
                    "package.json": 0o644,
                    "index.js": 0o644,
                    "node_modules/a/a.js": 0o644,
                }
            },
        ),
        Good(_KNOWN + "COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\n"),
        Good(_KNOWN + "COPY . .\nRUN pip install .\n"),
        Good(_KNOWN + "COPY requirements requirements\nRUN pip install -r requirements/a.txt\n"),
        Good(_KNOWN + "COPY . .\nRUN pip install flask==3.0.3\n"),
        Good(_NODE + "COPY package.json ./\nRUN npm i\nCOPY . .\nRUN npm run build && npm ci\n"),
        Good(_NODE + "COPY . .\nRUN npm install -g serve\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if run.onbuild or not run.stage.built:
            return
        if not any(brings_source(step) for step in run.stage.steps[: run.index]):
            return
        found = installs(run)
        seen: set[str] = set()
        for where, install in found:
            sources = _before(run, install)
            if not sources or install.manager in seen or _earlier(sources[0], install):
                continue
            seen.add(install.manager)
            title, remedy, why = _fix(run, found, sources)
            reasons = [because(sources[0])]
            if why:
                reasons.append(Reason(f"no fix is offered: {why}", run.source, run.line_span))
            yield self.at(
                where,
                f"`{sources[0].name} {' '.join(w.value for w in sources[0].words)}` stands before"
                f" this: each edit installs all dependencies again",
                reasons,
            ).fix(title, remedy)


def _before(run: Step, install: "Install") -> "list[Step]":
    """The instructions before `run` that bring the source, its manifest also."""
    found = []
    for step in run.stage.steps[: run.index]:
        if not brings_source(step):
            continue
        laid = laid_out(step)
        assert laid is not None
        source, target = laid
        here = below(install.folder, target)
        covered = any(below(need, target) for need in install.needs)
        if (covered and (here or not source)) or (here and not install.needs):
            found.append(step)
    return found if any(not only(step) for step in found) else []


def _earlier(copy: Step, install: "Install") -> bool:
    """Whether dependencies of the same kind are installed before the source comes."""
    return any(
        other.manager == install.manager and other.needs == install.needs
        for step in copy.stage.steps[: copy.index]
        if step.name == "RUN" and not step.onbuild
        for _, other in installs(step)
    )


def _fix(
    run: Step, found: "Sequence[tuple[Command, Install]]", sources: "Sequence[Step]"
) -> tuple[str, Remedy | None, str]:
    """The fix with its title, or why there is none."""
    whole = next((install.whole for _, install in found if install.whole), "")
    if whole:
        return "", None, whole
    stays = [
        step
        for step in run.stage.steps[: run.index]
        if step.name in ("COPY", "ADD") and step not in sources
    ]
    needs = [path for _, install in found for path in install.needs]
    reads = [path for _, install in found for path in install.reads]
    lead = lines(sources[0], needs, reads, stays)
    if lead is None or not all(map(plain, sources)):
        return "", None, "the manifest is not in the build context"
    build: Build = run.stage.build
    why = "the commands of this RUN cannot be taken apart"
    for count in _counts(run, [where for where, _ in found]):
        edits = sink(sources, run, lead=lead, count=count)
        if edits is None:
            continue
        proven = proof(build, edits)
        if proven.holds:
            further = _further(run, sources, lead) if count is None else None
            edits, proven = further or (edits, proven)
            title = "copy the manifest and lock files first, and the source behind the install"
            if not proven.assumes and not lead:
                return title, safe(*edits, changes=("order",)), ""
            if not proven.assumes:
                return title, unsafe(*edits), ""
            return f"{title} (if {'; '.join(proven.assumes)})", unsafe(*edits), ""
        if count is None:
            why = proven.why
    return "", None, why


def _further(run: Step, sources: "Sequence[Step]", lead: str) -> "tuple[list[Edit], Proof] | None":
    """The same move behind what has nothing to do with the source and stands below the install."""
    for later in reversed(run.stage.steps[run.index + 1 :]):
        if later.name == "RUN" and not later.onbuild and setup(later) and not installs(later):
            edits = sink(sources, later, lead=lead, stays=(run,))
            proven = proof(run.stage.build, edits) if edits is not None else None
            if edits is not None and proven is not None and proven.holds:
                return edits, proven
    return None


def _counts(run: Step, wanted: "Sequence[Command]") -> "list[int | None]":
    """How many commands of the RUN to keep with the install: all, or as many as possible."""
    commands = list(run.commands)
    last = max(commands.index(one) for one in wanted)
    if not run.plain or run.node.heredocs:
        return [None]
    return [None, *range(len(commands) - 1, last, -1)][:6]
