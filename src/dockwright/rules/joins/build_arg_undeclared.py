"""DW6302 build-arg-undeclared."""

from dockwright.rules.api import (
    PLATFORM_ARGS,
    PROXY_ARGS,
    Bad,
    Build,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    near,
    safe,
    unsafe,
)
from dockwright.rules.joins._names import declared, deleted, renamed

_COMPOSE = "services:\n  web:\n    build:\n      context: .\n      args:\n"
# What BuildKit reads without a declaration.
_ENGINE = ("BUILDKIT_", "SOURCE_DATE_EPOCH")


class BuildArgUndeclared(Rule):
    """
    Give a build only arguments that its Dockerfile declares.

    An argument that no `ARG` names is dropped: the build goes on with the default, or without a
    value, and nobody notices which version was built.

    Silent about the proxy and platform arguments and those of BuildKit itself, which need no `ARG`;
    when the Dockerfile is not there; and when its base image may declare arguments by `ONBUILD`.
    """

    code = "DW6302"
    name = "build-arg-undeclared"
    severity = "warning"
    tags = ("compose", "build", "variables")
    mentions = ("args",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE + "        PYTHON_VERSON: '3.13'\n",
                    "Dockerfile": "ARG PYTHON_VERSION=3.12\nFROM python:${PYTHON_VERSION}-slim\n",
                }
            ),
            at="PYTHON_VERSON",
            fixed=Files(
                {
                    "compose.yaml": _COMPOSE + "        PYTHON_VERSION: '3.13'\n",
                    "Dockerfile": "ARG PYTHON_VERSION=3.12\nFROM python:${PYTHON_VERSION}-slim\n",
                }
            ),
        ),
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE + "        - MODE=fast\n        - VERSION=1\n",
                    "Dockerfile": "FROM debian:12\nARG VERSION\nRUN make $VERSION\n",
                }
            ),
            at="MODE=fast",
            fixed=Files(
                {
                    "compose.yaml": _COMPOSE + "        - VERSION=1\n",
                    "Dockerfile": "FROM debian:12\nARG VERSION\nRUN make $VERSION\n",
                }
            ),
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE + "        HTTP_PROXY: http://proxy:3128\n"
                    "        BUILDKIT_INLINE_CACHE: 1\n        A: b\n",
                    "Dockerfile": "FROM debian:12 AS x\nARG A=1\nFROM debian:12\n",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE + "        NODE_ENV: production\n",
                    "Dockerfile": "FROM node:6-onbuild\n",
                }
            )
        ),
        Good(_COMPOSE + "        A: b\n"),
    )

    def check(self, service: Service) -> Findings:
        args = service.mapping("build", "args")
        build = service.build if args else None
        if build is None or not build.stages or not _standard(build):
            return
        names = declared(build)
        for name in args:
            if name in names or name in PROXY_ARGS or name in PLATFORM_ARGS:
                continue
            if name.startswith(_ENGINE) or not name:
                continue
            guess = near(name, sorted(names.difference(args)))
            message = f"{build.name} declares no argument `{name}`, so its value is dropped"
            if guess is not None:
                message += f": did you mean `{guess}`?"
            draft = self.at(service.key("build", "args", name), message)
            if guess is not None:
                draft.fix(f"name it `{guess}`", unsafe(renamed(service, guess, *_at(name))))
            else:
                edit = deleted(service, *_at(name))
                draft.fix("delete it", safe(edit, changes=("compose:build",)))
            yield draft


def _at(name: str) -> tuple[str, str, str]:
    return "build", "args", name


def _standard(build: Build) -> bool:
    """Whether only its own ARG instructions declare arguments."""
    front = build.tree.directive("syntax")
    if front is not None and "docker/dockerfile" not in front.value:
        return False
    return not any("onbuild" in stage.base.written for stage in build.stages)
