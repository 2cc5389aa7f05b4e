"""DW6301 build-target-missing."""

from dockwright.rules.api import Bad, Files, Findings, Good, Rule, Service, near, safe
from dockwright.rules.joins._names import variable

_DOCKERFILE = "FROM debian:12 AS base\nFROM base AS production\nRUN make\n"


class BuildTargetMissing(Rule):
    """
    Name a stage of the Dockerfile in `build.target`.

    A build stops with `target stage could not be found` when no stage has that name; the service
    cannot be built at all.

    Silent when the Dockerfile is not there or not understood, when the target hangs on a variable
    nothing is known of, and for numbers of stages, which Compose hands on as they are.
    """

    code = "DW6301"
    name = "build-target-missing"
    severity = "error"
    tags = ("compose", "build", "stages")
    mentions = ("target",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
                    "      target: prodution\n",
                    "Dockerfile": _DOCKERFILE,
                }
            ),
            at="prodution",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
                    "      target: production\n",
                    "Dockerfile": _DOCKERFILE,
                }
            ),
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
                    "      target: ${STAGE:-tests}\n",
                    "Dockerfile": _DOCKERFILE,
                }
            ),
            at="${STAGE:-tests}",
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
                    "      target: Production\n  x:\n    build:\n      context: .\n"
                    "      target: ${STAGE}\n",
                    "Dockerfile": _DOCKERFILE,
                }
            )
        ),
        Good("services:\n  web:\n    build:\n      context: .\n      target: production\n"),
    )

    def check(self, service: Service) -> Findings:
        build = service.build
        target = service.text("build", "target")
        if build is None or not target or not build.stages or target in build.contexts:
            return
        if build.stage_named(target) is not None:
            return
        names = [stage.name for stage in build.stages if stage.name]
        guess = near(target.lower(), names)
        message = f"{build.name} has no stage `{target}`"
        if guess is not None:
            message += f": did you mean `{guess}`?"
        elif names:
            message += f", only {', '.join(f'`{one}`' for one in names[-4:])}"
        draft = self.at(
            service.value("build", "target"),
            message,
            likely=variable(service.get("build", "target")),
        )
        if guess is not None and "$" not in _written(service):
            edit = service.replace(guess, "build", "target")
            draft.fix(f"build `{guess}`", safe(edit, changes=("compose:build",)))
        yield draft


def _written(service: Service) -> str:
    place = service.place("build", "target")
    return getattr(place.node, "text", "$") if place is not None else "$"
