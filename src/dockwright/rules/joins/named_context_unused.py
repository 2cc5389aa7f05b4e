"""DW6309 named-context-unused."""

from dockwright.rules.api import Bad, Build, Files, Findings, Good, Rule, Service, near, safe
from dockwright.rules.joins._names import deleted

_HEAD = (
    "services:\n  web:\n    build:\n      context: .\n      additional_contexts:\n"
    "        assets: ./assets\n"
)
_USED = "FROM debian:12\nCOPY --from=assets / /srv/\n"


class NamedContextUnused(Rule):
    """
    Leave out an additional build context that the Dockerfile never names.

    A context is used by its name in `FROM`, `COPY --from=` or `RUN --mount=…,from=`. One that
    nothing names has no effect, and what was meant for it comes from a registry instead.

    Silent when the Dockerfile is not there, and for names of images, which may replace what another
    stage is built on.
    """

    code = "DW6309"
    name = "named-context-unused"
    severity = "warning"
    tags = ("compose", "build")
    mentions = ("additional_contexts",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _HEAD,
                    "Dockerfile": "FROM debian:12\nCOPY --from=asset / /srv/\n",
                }
            ),
            at="assets",
        ),
        Bad(
            Files({"compose.yaml": _HEAD, "Dockerfile": "FROM debian:12\nCOPY . /srv/\n"}),
            at="assets",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n",
                    "Dockerfile": "FROM debian:12\nCOPY . /srv/\n",
                }
            ),
        ),
        Good(Files({"compose.yaml": _HEAD, "Dockerfile": _USED})),
        Good(_HEAD),
    )

    def check(self, service: Service) -> Findings:
        contexts = service.mapping("build", "additional_contexts")
        build = service.build if contexts else None
        if build is None or not build.stages:
            return
        named = _named(build)
        if any("$" in one for one in named):
            return
        for name in contexts:
            if name.lower() in named or any(mark in name for mark in "/:."):
                continue
            guess = near(name, sorted(named))
            message = f"{build.name} takes nothing from the context `{name}`"
            if guess is not None:
                message += f", but from `{guess}`"
            draft = self.at(service.key("build", "additional_contexts", name), message)
            if guess is None:
                edit = deleted(service, "build", "additional_contexts", name)
                draft.fix("delete it", safe(edit, changes=("compose:build",)))
            yield draft


def _named(build: Build) -> "set[str]":
    found: set[str] = set()
    for stage in build.stages:
        found.update((stage.base.written.lower(), stage.name))
        for step in stage.steps:
            found.update(word.value.lower() for word in step.sources)
    return found
