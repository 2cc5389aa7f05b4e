"""DW6312 env-file-in-image."""

from dockwright.rules.api import (
    Bad,
    Files,
    Findings,
    Good,
    Known,
    Rule,
    Service,
    Step,
    composeedits,
    safe,
)

_COPY = "FROM debian:12\nWORKDIR /app\nCOPY . .\n"


class EnvFileInImage(Rule):
    """
    Keep the files that Compose reads settings and secrets from out of the image.

    `.env`, the files of `env_file` and those of `secrets` are given to containers at run time.
    Copied by `COPY . .` they are in the image as well, for everyone who can pull it, and stay there
    when the values change.

    Silent when .dockerignore keeps the file out or it lies outside of the build context, when it
    is not there, about stages that do not ship, and about files that are copied by name.
    """

    code = "DW6312"
    name = "env-file-in-image"
    severity = "warning"
    tags = ("compose", "build", "secrets", "context")
    mentions = ("build",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": _COPY,
                    ".env": "DB_PASSWORD=x\n",
                    ".dockerignore": "node_modules\n",
                }
            ),
            at="build",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": _COPY,
                    ".env": "DB_PASSWORD=x\n",
                    ".dockerignore": "node_modules\n.env\n",
                }
            ),
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    env_file: conf/web.env\n",
                    "Dockerfile": _COPY,
                    "conf/web.env": "DB_PASSWORD=x\n",
                }
            ),
            at="build",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    env_file: conf/web.env\n",
                    "Dockerfile": _COPY,
                    "conf/web.env": "DB_PASSWORD=x\n",
                    ".dockerignore": "conf/web.env\n",
                }
            ),
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": _COPY,
                    ".env": "DB_PASSWORD=x\n",
                    ".dockerignore": "**/.env\n",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: app\n    env_file: web.env\n",
                    "app/Dockerfile": _COPY,
                    "web.env": "DB_PASSWORD=x\n",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": "FROM debian:12\nCOPY src /src\n",
                    ".env": "A=b\n",
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        build = service.build
        folder = service.text("build", "context")
        stage = service.stage
        if build is None or stage is None or build.listing is None or build.ignore is None:
            return
        copied = [
            (step, path)
            for path in _files(service, folder)
            if build.listing.kind(path) == "file" and not build.ignore.excludes(path)
            for step in [_copying(service, path)]
            if step is not None
        ]
        if not copied:
            return
        paths = list(dict.fromkeys(path for _, path in copied))
        shown = " and ".join(f"`{path}`" for path in paths[:3])
        step = copied[0][0]
        yield self.at(
            service.key("build"),
            f"`{step.node.joined.text}` puts {shown} into the image, which Compose reads",
        ).fix(
            "keep it out by .dockerignore",
            safe(composeedits.ignored(service, paths), changes=("compose:build",)),
        )


def _files(service: Service, folder: str) -> "list[str]":
    """The files that Compose reads for this service, relative to the build's context."""
    project = service.project
    found = list(project.loaded.variable_files)
    found += [one.path for one in project.loaded.env_files.get(service.name, ())]
    for index, _ in enumerate(service.items("secrets")):
        entry = project.section("secrets").get(service.text("secrets", index, "source"))
        path = entry.get("file") if isinstance(entry, dict) else None
        if isinstance(path, str):
            found.append(path)
    inside = folder.rstrip("/") + "/"
    return [one[len(inside) :] for one in found if one.startswith(inside)]


def _copying(service: Service, path: str) -> Step | None:
    """The COPY of what ships that takes a folder with this file in it."""
    stage = service.stage
    for one in stage.lineage() if stage is not None else ():
        for step in one.steps:
            if step.name not in ("COPY", "ADD") or step.onbuild or step.node.flag("from"):
                continue
            if step.node.flag("exclude") is not None or step.node.heredocs:
                continue
            for word in step.words[:-1]:
                value = step.expand(word.value)
                if not isinstance(value, Known):
                    continue
                source = str(value.value).strip("/").removeprefix("./").rstrip("/")
                if source in ("", ".") or path.startswith(source + "/"):
                    return step
    return None
