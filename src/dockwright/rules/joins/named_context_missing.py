"""DW6310 named-context-missing."""

from dockwright.rules.api import Bad, Composition, Files, Findings, Good, Rule, Service

_DOCKERFILE = "FROM debian:12\nCOPY --from=assets / /srv/\n"
_WITH = (
    "services:\n  web:\n    build:\n      context: .\n      additional_contexts:\n"
    "        assets: ./assets\n"
)


class NamedContextMissing(Rule):
    """
    Give every service that builds a Dockerfile the contexts that the others give.

    A name without a context is taken for an image: the build pulls `docker.io/library/<name>`, and
    ends in `pull access denied` or with somebody else's files.

    Silent when no service gives the context, when the Dockerfile has a stage of that name, or when
    the name is an image's with a tag or a path.
    """

    code = "DW6310"
    name = "named-context-missing"
    severity = "error"
    tags = ("compose", "build")
    mentions = ("additional_contexts",)

    examples = (
        Bad(
            Files({"compose.yaml": _WITH + "  job:\n    build: .\n", "Dockerfile": _DOCKERFILE}),
            at="build",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _WITH + "  job:\n    build:\n      context: .\n"
                    "      target: other\n",
                    "Dockerfile": "FROM debian:12 AS other\n" + _DOCKERFILE,
                }
            )
        ),
        Good(Files({"compose.yaml": _WITH, "Dockerfile": _DOCKERFILE})),
    )

    def check(self, project: Composition) -> Findings:
        builds = [one for one in project.services if one.build is not None]
        given: dict[str, dict[str, str]] = {}
        for service in builds:
            for name in service.mapping("build", "additional_contexts"):
                given.setdefault(_file(service), {})[name] = service.name
        for service in builds:
            own = service.mapping("build", "additional_contexts")
            build, stage = service.build, service.stage
            if build is None or stage is None:
                continue
            for name, other in given.get(_file(service), {}).items():
                if name in own or build.stage_named(name) is not None or set("/:@") & set(name):
                    continue
                used = any(
                    one.base.written == name
                    or any(w.value == name for s in one.steps for w in s.sources)
                    for one in [stage, *stage.lineage()]
                )
                if used:
                    yield self.at(
                        service.key("build"),
                        f"{build.name} takes files from `{name}`, a context that {other} gives and"
                        f" {service.name} does not",
                    )


def _file(service: Service) -> str:
    return service.build.name if service.build is not None else ""
