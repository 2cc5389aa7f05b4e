"""DW6307 build-secret-missing."""

from dockwright.rules.api import Bad, Files, Findings, Good, Rule, Service, near, safe
from dockwright.rules.joins._secrets import given_ids, mounted

_COMPOSE = (
    "services:\n  web:\n    build:\n      context: .\n      secrets:\n        - npm_token\n"
    "secrets:\n  npm_token:\n    environment: NPM_TOKEN\n"
)
_RUN = "FROM node:22\nRUN --mount=type=secret,id={} npm ci\n"


class BuildSecretMissing(Rule):
    """
    Give a build the secrets that its Dockerfile mounts.

    A secret mount without a secret is silently left out: the command behind it runs without the
    token or the key, and fails or, worse, falls back to something else. With `required=true` the
    build stops.

    Silent about stages that the target does not need, about ids with variables, and when the
    Dockerfile is not there.
    """

    code = "DW6307"
    name = "build-secret-missing"
    severity = "warning"
    tags = ("compose", "build", "secrets")
    mentions = ("build",)

    examples = (
        Bad(
            Files({"compose.yaml": _COMPOSE, "Dockerfile": _RUN.format("npm-token")}),
            at="secrets",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "Dockerfile": _RUN.format("npm_token"),
                }
            ),
            at="build",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
                    "secrets:\n  npm_token:\n    environment: NPM_TOKEN\n",
                    "Dockerfile": _RUN.format("npm_token"),
                }
            ),
            at="build",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
                    "      secrets: [npm_token]\n"
                    "secrets:\n  npm_token:\n    environment: NPM_TOKEN\n",
                    "Dockerfile": _RUN.format("npm_token"),
                }
            ),
        ),
        Good(Files({"compose.yaml": _COMPOSE, "Dockerfile": _RUN.format("npm_token")})),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE.replace(
                        "- npm_token", "- source: npm_token\n          target: npm"
                    ),
                    "Dockerfile": _RUN.format("npm"),
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        build, stage = service.build, service.stage
        if build is None or stage is None or not service.project.standalone:
            return
        given = given_ids(service)
        told: set[str] = set()
        for wanted, required in mounted(build, stage):
            if wanted in given or wanted in told or "$" in wanted:
                continue
            told.add(wanted)
            has = "secrets" in service.mapping("build").places
            why = "the build stops" if required else "its RUN goes on without it"
            message = f"{build.name} mounts the secret `{wanted}`, which the build is not given"
            guess = near(wanted, sorted(given))
            message += f" (it gives `{guess}`)" if guess is not None else ""
            spot = service.key("build", "secrets") if has else service.key("build")
            draft = self.at(spot, f"{message}: {why}")
            if wanted in service.project.section("secrets") and len(told) == 1:
                if has:
                    edit = service.add_item(wanted, "build", "secrets")
                else:
                    edit = service.add_to(("build",), "secrets", f"[{wanted}]")
                draft.fix("give it", safe(edit, changes=("compose:build",)))
            yield draft
