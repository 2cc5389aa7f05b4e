"""DW5307 single-stage-build."""

from dockwright.rules.api import Bad, Build, Command, Findings, Good, Rule, Stage, lazy
from dockwright.rules.order._recipes import TOOLS, argv, go, node, only_stage, packages, python

_MANAGERS = ("apk", "apt", "apt-get", "dnf", "yum")
_IMAGE = lazy(r"(?:docker\.io/)?(?:library/)?(golang|python|node)(?::|@|$)")
_PY = "FROM python:3.12-slim\nWORKDIR /app\n"
_GCC = "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev\n"


class SingleStageBuild(Rule):
    """
    Build in one stage and ship another, so that compilers and development packages stay behind.

    What only the build needs makes the image larger (270 MB against 7 for a small Go service, 383
    against 199 for a Python one with gcc), and is more for an attacker to use and for a scanner to
    report. The fix makes two stages: the program of a Go build on an image without a system, the
    virtual environment of a Python build, the project folder of a Node build without its
    development packages. What else the program reads at run time nobody sees in the Dockerfile:
    look at the result.

    Silent for a build of several stages, when the tools are removed in the `RUN` that installed
    them, and when the program that starts is not what is built. Without a fix where the recipe is
    not clear: libraries beside the compiler, other steps in between, scripts.
    """

    code = "DW5307"
    name = "single-stage-build"
    severity = "info"
    tier = "preview"
    tags = ("size", "stages", "security")
    mentions = ("golang", "python", "node")

    examples = (
        Bad(
            "FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /server .\nEXPOSE 80\n"
            'CMD ["/server"]\n',
            at="go build -o /server .",
            fixed="FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\n"
            "RUN CGO_ENABLED=0 go build -o /server .\n\n"
            "FROM gcr.io/distroless/static-debian12:nonroot\nWORKDIR /src\n"
            'COPY --from=build /server /server\nEXPOSE 80\nCMD ["/server"]\n',
        ),
        Bad(
            _PY + _GCC + "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n"
            'CMD ["python", "main.py"]\n',
            at="gcc",
            fixed="FROM python:3.12-slim AS base\n\nFROM base AS build\nWORKDIR /app\n"
            + _GCC
            + "RUN python -m venv"
            " /opt/venv\nENV PATH=/opt/venv/bin:$PATH\nCOPY requirements.txt .\n"
            "RUN pip install -r requirements.txt\n\nFROM base\n"
            "COPY --from=build /opt/venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH\nWORKDIR /app\n"
            'COPY . .\nCMD ["python", "main.py"]\n',
        ),
        Bad(
            "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n"
            'RUN npm run build\nUSER node\nCMD ["node", "dist/main.js"]\n',
            at="npm run build",
            fixed="FROM node:20 AS base\n\nFROM base AS build\nWORKDIR /app\n"
            "COPY package*.json ./\nRUN npm ci\n"
            "COPY . .\nRUN npm run build && npm prune --omit=dev\n\nFROM base\n"
            'WORKDIR /app\nCOPY --from=build /app /app\nUSER node\nCMD ["node", "dist/main.js"]\n',
        ),
        # A library is installed with its headers: the program may need it.
        Bad(
            _PY + "RUN apt-get update && apt-get install -y gcc libpq-dev\n"
            "RUN pip install psycopg2==2.9.9\nCMD python main.py\n",
            at="gcc",
        ),
        Good(
            "FROM golang:1.22 AS b\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n"
            'CMD ["/a"]\n'
        ),
        Good('FROM golang:1.22\nWORKDIR /a\nRUN go build -o /b .\nCMD ["go", "test"]\n'),
        Good(
            _PY + "RUN apt-get update && apt-get install -y gcc && pip install a==1 &&"
            " apt-get purge -y gcc\n"
        ),
        Good("FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCMD node .\n"),
    )

    def check(self, build: Build) -> Findings:
        stage = only_stage(build)
        found = _IMAGE.match(stage.from_step.words[0].value) if stage is not None else None
        if stage is None or found is None:
            return
        which = {"golang": self._go, "python": self._python, "node": self._node}
        yield from which[found.group(1)](stage)

    def _go(self, stage: Stage) -> Findings:
        for step in reversed(stage.steps):
            for one in step.command("go"):
                if step.name != "RUN" or not one.runs("build") or not _starts(stage, _output(one)):
                    continue
                yield self.at(one, "the Go tool chain ships with the program it builds").fix(
                    "ship the program alone", go(stage, step, one) if _plain(stage) else None
                )
                return

    def _python(self, stage: Stage) -> Findings:
        runs = [step for step in stage.steps if step.name == "RUN"]
        pips = [step for step in runs if any(step.command("pip", "pip3"))]
        text = "\n".join(step.node.rest.text for step in runs)
        if not pips or any(word in text for word in ("purge", "autoremove", "apk del", " remove ")):
            return
        for step in runs:
            for one in step.command(*_MANAGERS):
                names = packages(one)
                tools = [name for name in names if name in TOOLS and name != "git"]
                if not tools:
                    continue
                word = next(word for word in one.args if (word.value or "").startswith(tools[0]))
                clear = all(name in TOOLS for name in names)
                yield self.at(word, f"{tools[0]} ships, which only the build needs").fix(
                    "ship the packages in a virtual environment, without the compiler",
                    python(stage, step, pips) if clear and _plain(stage) else None,
                )
                return

    def _node(self, stage: Stage) -> Findings:
        runs = [step for step in stage.steps if step.name == "RUN"]
        text = "\n".join(step.node.rest.text for step in runs)
        if any(word in text for word in ("prune", "omit=dev", "production", "only=prod")):
            return
        installs = any(
            one.runs("ci") or one.runs("install") for s in runs for one in s.command("npm")
        )
        for step in reversed(runs):
            for one in step.command("npm"):
                if installs and one.runs("run", "build") and _starts(stage, "node"):
                    yield self.at(one, "what only the build needs ships with the program").fix(
                        "ship the built project without development packages",
                        node(stage, step) if step.commands[-1] is one and _plain(stage) else None,
                    )
                    return


def _output(one: Command) -> str:
    target = one.option("-o")
    if target is None:
        return ""
    return (target if isinstance(target, str) else target.value or "").rpartition("/")[2]


def _starts(stage: Stage, name: str) -> bool:
    """Whether a program of that name is what the image starts."""
    for step in reversed(stage.steps):
        if step.name in ("CMD", "ENTRYPOINT"):
            words = argv(step)
            if words and name and words[0].rpartition("/")[2] == name:
                return True
    return False


def _plain(stage: Stage) -> bool:
    """Whether lines end as on Unix: blocks are moved with their line ends, which must not mix."""
    return "\r" not in stage.build.tree.source.text
