"""DW6504 mount-hides-build."""

from dockwright.rules.api import (
    Bad,
    CommandLine,
    Contents,
    Files,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    Service,
    Stage,
    installs,
    servicestate,
    unsafe,
)
from dockwright.rules.joins._mounts import Mounted, mounts

_DOCKERFILE = (
    "FROM node:22-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n"
    'COPY . .\nCMD ["node", "main.js"]\n'
)
_FILES = {
    "Dockerfile": _DOCKERFILE,
    "package.json": "{}",
    "package-lock.json": "{}",
    "main.js": "",
}
_COMPOSE = "services:\n  web:\n    build: .\n    volumes:\n      - .:/app\n"
# Folders that a build makes and that are not in a repository.
_MADE = ("node_modules", ".venv", "venv", "vendor", "vendor/bundle", "__pypackages__")
# Of those, what is certain to be made, and by which package managers.
_SURE = {"node_modules": ("npm", "pnpm"), "vendor": ("composer",), ".venv": ("uv",)}


class MountHidesBuild(Rule):
    """
    Mount a folder over the application so that what the build made there stays.

    A bind mount hides everything the image has at that place: the `node_modules` or the virtual
    environment that the build installed, or the program it compiled. A volume at the inner path
    (`/app/node_modules`) keeps it.

    Silent when the folder of the host has the same, when another mount lies over the inner path,
    and for package managers whose settings may lead elsewhere (yarn, Bundler). Whether the folder
    has it on the machine where it runs nobody can say, so that the finding is only likely.
    """

    code = "DW6504"
    name = "mount-hides-build"
    severity = "warning"
    tags = ("compose", "volume", "build")
    mentions = ("volumes",)

    examples = (
        Bad(
            Files({"compose.yaml": _COMPOSE, **_FILES}),
            at=".:/app",
            fixed=Files({"compose.yaml": _COMPOSE + "      - /app/node_modules\n", **_FILES}),
        ),
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM golang:1.23 AS build\nWORKDIR /src\nCOPY . .\n"
                    "RUN go build -o /out/server .\nFROM debian:bookworm-slim\n"
                    'COPY --from=build /out/server /app/server\nCMD ["/app/server"]\n',
                    "go.mod": "module a\n",
                    "main.go": "package main\n",
                }
            ),
            at=".:/app",
        ),
        Good(Files({"compose.yaml": _COMPOSE + "      - /app/node_modules\n", **_FILES})),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE.replace(".:/app", "./src:/app/src"),
                    "src/a.js": "",
                    **_FILES,
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": 'FROM node:22-slim\nWORKDIR /app\nCMD ["node", "main.js"]\n',
                    "main.js": "",
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        stage = service.stage if "build" in service.config else None
        if stage is None or stage.os != "linux":
            return
        found = mounts(service)
        files = stage.state.files
        made: dict[str, Reason] | None = None
        for mount in found:
            if mount.kind != "bind" or not mount.source:
                continue
            inner = [one.target for one in found if one is not mount]
            around = service.project.around
            if not around.names(mount.source):
                continue
            if made is None:
                made = _made_by(stage)
            started = _started(service, mount)
            named = [f"{mount.target.rstrip('/')}/{name}" for name in _MADE]
            for path in (*(one for one in made if mount.covers(one)), *named, started):
                if not path or any(path == one or path.startswith(one + "/") for one in inner):
                    continue
                why = _hidden(files, path, made)
                if why is None:
                    continue
                behind = path[len(mount.target.rstrip("/")) + 1 :]
                if not behind or around.exists(f"{mount.source}/{behind}") is not False:
                    continue
                what = "which the container starts" if path == started else "which the build makes"
                draft = self.at(
                    mount.spot(service), f"this hides {path}, {what}", (why,), likely=True
                )
                if path != started:
                    draft.fix("keep it by a volume", unsafe(service.add_item(path, "volumes")))
                yield draft
                break


def _made_by(stage: Stage) -> "dict[str, Reason]":
    """The folders that package managers make for a project in what ships, and where."""
    found: dict[str, Reason] = {}
    for one in stage.lineage():
        for step in one.steps:
            for command, install in installs(step) if step.name == "RUN" else ():
                reason = Reason(f"`{command.name}` makes it", step.source, command.span)
                for path in install.makes:
                    name = path.rstrip("/").rpartition("/")[2]
                    if install.manager not in _SURE.get(name, ()):
                        continue
                    if name != ".venv" or not step.before.sets(
                        "image_env", "UV_PROJECT_ENVIRONMENT"
                    ):
                        found.setdefault(path.rstrip("/"), reason)
    return found


def _hidden(files: Contents, path: str, made: "dict[str, Reason]") -> Reason | None:
    """Why there is something at a path that does not come from the build context."""
    entry = files.stat(path)
    if isinstance(entry, Known):
        there = entry.value is not None and not entry.value.source
        folder = there and entry.value.kind == "dir"
        return entry.reason if there and (folder or path not in made) else None
    return made.get(path)


def _started(service: Service, mount: Mounted) -> str:
    """The path of the program that the container starts, when it lies in the mount."""
    line = servicestate.effective_command(service)
    command = line.value if isinstance(line, Known) else None
    if not isinstance(command, CommandLine) or not command.argv or service.state is None:
        return ""
    found = service.state.program(command.argv[0])
    path = found.value.path if isinstance(found, Known) and found.value is not None else None
    return path if path is not None and mount.covers(path) else ""
