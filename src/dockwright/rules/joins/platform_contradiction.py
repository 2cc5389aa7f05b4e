"""DW6311 platform-contradiction."""

from dockwright.rules.api import Bad, Files, Findings, Good, Rule, Service
from dockwright.rules.joins._names import variable

_COMPOSE = "services:\n  web:\n    build: .\n    platform: linux/arm64\n"


class PlatformContradiction(Rule):
    """
    Build for the platform that the service asks for.

    A constant `FROM --platform=` in the final stage wins over what Compose asks for: the image then
    holds programs of one architecture and calls itself another, or the container runs under
    emulation, or not at all (`exec format error`).

    Silent when a variable decides, for stages that only build, and when the two agree or one names
    no variant.
    """

    code = "DW6311"
    name = "platform-contradiction"
    severity = "warning"
    tags = ("compose", "build", "platform")
    mentions = ("platform",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM --platform=linux/amd64 debian:12\nRUN true\n",
                }
            ),
            at="linux/arm64",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM --platform=linux/amd64 golang:1 AS build\n"
                    "FROM --platform=$TARGETPLATFORM debian:12\nCOPY --from=build /a /a\n",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM --platform=linux/arm64/v8 debian:12\n",
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        wanted = service.text("platform")
        stage = service.stage if wanted and "build" in service.config else None
        if stage is None or stage.base.kind not in ("image", "stage"):
            return
        base = stage.lineage()[-1]
        flag = base.from_step.node.flag("platform")
        fixed = flag.value if flag is not None else None
        if not fixed or "$" in fixed or base.base.kind != "image":
            return
        if _parts(fixed) != _parts(wanted):
            yield self.at(
                service.value("platform"),
                f"{stage.build.name} builds the final stage for {fixed}, whatever is asked for",
                likely=variable(service.get("platform")),
            )


def _parts(platform: str) -> tuple[str, str]:
    """The system and the architecture, each by its usual name."""
    system, _, rest = platform.lower().partition("/")
    if not rest:
        # Either may stand alone.
        system, rest = ("linux", system) if system != "linux" else (system, "")
    architecture = rest.partition("/")[0]
    return system, {"x86_64": "amd64", "aarch64": "arm64"}.get(architecture, architecture)
