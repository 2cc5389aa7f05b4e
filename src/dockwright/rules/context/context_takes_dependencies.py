"""DW5505 context-takes-dependencies."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Install,
    Reason,
    Rule,
    Stage,
    Step,
    installs,
    laid_out,
)

# What each package manager installs into, in the folder where it runs.
_FOLDERS = {
    "npm": "node_modules",
    "yarn": "node_modules",
    "pnpm": "node_modules",
    "bun": "node_modules",
    "composer": "vendor",
    "uv": ".venv",
    "mix": "deps",
}


class ContextTakesDependencies(Rule):
    """
    Do not copy the dependencies of your own machine over those that the build installed.

    `COPY . .` behind `npm ci` lays the `node_modules` of the folder over the installed one, without
    a message: other versions, development packages, and modules compiled for another system. Put
    `**/node_modules` (`**/.venv`, `vendor`) into .dockerignore.

    Silent when the build context is not known, has no such folder now, or .dockerignore keeps it
    out, and when nothing installed into that folder before the copy.
    """

    code = "DW5505"
    name = "context-takes-dependencies"
    severity = "warning"
    tags = ("copy", "context", "npm")
    needs = "context"

    examples = (
        Bad(
            "FROM node:20-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\n"
            "RUN npm ci --omit=dev\nCOPY . .\n",
            at="COPY . .",
            config={
                "context": {
                    "package.json": 0o644,
                    "package-lock.json": 0o644,
                    "node_modules/a/index.js": 0o644,
                }
            },
        ),
        Bad(
            "FROM node:20-slim\nWORKDIR /app\nCOPY web/package*.json web/\n"
            "RUN cd web && npm ci\nCOPY . .\n",
            at="COPY . .",
            config={
                "context": {"web/package.json": 0o644, "web/node_modules/a/i.js": 0o644},
                "dockerignore": "node_modules\n",
            },
        ),
        Good(
            "FROM node:20-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\n"
            "RUN npm ci\nCOPY . .\n",
            config={
                "context": {"package.json": 0o644, "node_modules/a/index.js": 0o644},
                "dockerignore": "**/node_modules\n",
            },
        ),
        Good(
            "FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
            config={"context": {"package.json": 0o644, "node_modules/a/index.js": 0o644}},
        ),
        Good(
            "FROM node:20-slim\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCOPY . /src\n",
            config={"context": {"package.json": 0o644, "node_modules/a/index.js": 0o644}},
        ),
        Good(
            "FROM node:20-slim\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCOPY . .\n",
            config={"context": {"package.json": 0o644}},
        ),
    )

    def check(self, stage: Stage) -> Findings:
        build = stage.build
        if build.listing is None or build.ignore is None or not stage.built:
            return
        done: list[tuple[str, Step, Install]] = []
        for one in reversed(stage.lineage()):
            for step in one.steps:
                if step.onbuild:
                    continue
                if step.name == "RUN":
                    for _, install in installs(step):
                        name = _FOLDERS.get(install.manager)
                        if name is not None:
                            done.append((f"{install.folder.rstrip('/')}/{name}", step, install))
                elif done and one is stage and step.name in ("COPY", "ADD"):
                    yield from self._copy(step, done)

    def _copy(self, copy: Step, done: "list[tuple[str, Step, Install]]") -> Findings:
        if copy.node.flag("from") is not None or copy.node.flag("exclude") is not None:
            return
        laid = laid_out(copy)
        build = copy.stage.build
        if laid is None or build.listing is None or build.ignore is None:
            return
        folder, target = laid
        for place, run, install in done:
            base = target.rstrip("/")
            if not place.startswith(f"{base}/"):
                continue
            path = "/".join(part for part in (folder, place[len(base) + 1 :]) if part)
            if build.listing.kind(path) != "dir" or build.ignore.visit(path).excluded:
                continue
            yield self.at(
                copy.line_span,
                f"this lays the `{path}` of the build context over the one that {install.manager}"
                " installed",
                (Reason(f"this RUN installs into {place}", run.source, run.line_span),),
            )
            return
