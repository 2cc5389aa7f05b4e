"""DW6308 build-secret-unused."""

from dockwright.rules.api import Bad, Files, Findings, Good, Rule, Service, safe
from dockwright.rules.joins._secrets import given_ids, mounted

_HEAD = "services:\n  web:\n    build:\n      context: .\n"
_SECTION = "secrets:\n  token:\n    environment: TOKEN\n  key:\n    environment: KEY\n"
_RUN = "FROM node:22\nRUN --mount=type=secret,id=token npm ci\n"


class BuildSecretUnused(Rule):
    """
    Give a build only the secrets that its Dockerfile mounts.

    A secret that no `RUN --mount=type=secret,id=…` takes has no effect: either the ids differ, or
    the Dockerfile gets the value in a way that leaves it in the image.

    Silent when the Dockerfile is not there, and about secrets that another stage of it mounts.
    """

    code = "DW6308"
    name = "build-secret-unused"
    severity = "warning"
    tags = ("compose", "build", "secrets")
    mentions = ("secrets",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": f"{_HEAD}      secrets:\n        - token\n        - key\n"
                    + _SECTION,
                    "Dockerfile": _RUN,
                }
            ),
            at="key",
            fixed=Files(
                {
                    "compose.yaml": f"{_HEAD}      secrets:\n        - token\n{_SECTION}",
                    "Dockerfile": _RUN,
                }
            ),
        ),
        Good(
            Files(
                {
                    "compose.yaml": f"{_HEAD}      secrets: [token]\n{_SECTION}",
                    "Dockerfile": _RUN,
                }
            )
        ),
        Good(f"{_HEAD}      secrets: [key]\n{_SECTION}"),
    )

    def check(self, service: Service) -> Findings:
        given = given_ids(service)
        build = service.build if given else None
        if build is None or not build.stages:
            return
        # A file in the place of another front end may read them its own way.
        front = build.tree.directive("syntax")
        if front is not None and "docker/dockerfile" not in front.value:
            return
        used = {name for stage in build.stages for name, _ in mounted(build, stage)}
        if any("$" in name for name in used):
            return
        for name, index in given.items():
            if name not in used and name not in ("GIT_AUTH_TOKEN", "GIT_AUTH_HEADER"):
                edit = service.delete("build", "secrets", index)
                yield self.at(
                    service.value("build", "secrets", index),
                    f"{build.name} mounts no secret `{name}`",
                ).fix("do not give it", safe(edit, changes=("compose:build",)))
