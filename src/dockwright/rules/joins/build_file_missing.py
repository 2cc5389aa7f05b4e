"""DW6304 build-file-missing."""

from posixpath import basename, dirname, join, normpath

from dockwright.rules.api import Bad, Files, Findings, Good, Rule, Service, near, safe

_DOCKERFILE = "FROM debian:12\n"


class BuildFileMissing(Rule):
    """
    Point `build` at a Dockerfile that is there.

    `docker compose up` stops with `failed to read dockerfile: no such file or directory`.

    Silent when the folder of the build is not there (a submodule, another repository) or holds
    nothing else, when a file is not expected on this machine (a remote context, a variable nothing
    is known of), and for files that are made before the build, as far as their name tells.
    """

    code = "DW6304"
    name = "build-file-missing"
    severity = "error"
    tags = ("compose", "build")
    mentions = ("build",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: api\n"
                    "      dockerfile: Dockerfile.prd\n",
                    "api/Dockerfile.prod": _DOCKERFILE,
                    "api/main.py": "",
                }
            ),
            at="Dockerfile.prd",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build:\n      context: api\n"
                    "      dockerfile: Dockerfile.prod\n",
                    "api/Dockerfile.prod": _DOCKERFILE,
                    "api/main.py": "",
                }
            ),
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "main.py": "",
                    "DockerFile": _DOCKERFILE,
                }
            ),
            at=".",
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "package.json": "{}",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: api\n  x:\n    build: ${WHERE}\n"
                    "  y:\n    build: https://example.org/a.git\n",
                    "main.py": "",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n",
                    "package.json": "{}",
                    "dockerfile": _DOCKERFILE,
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: api\n"
                    "  x:\n    build:\n      context: api\n      dockerfile_inline: FROM a:1\n",
                    "api/Dockerfile": _DOCKERFILE,
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        folder = service.text("build", "context")
        if not folder.startswith("/") or service.get("build", "dockerfile_inline"):
            return
        name = service.text("build", "dockerfile")
        around = service.project.around
        path = normpath(join(folder, name)) if name else ""
        if not path or around.exists(path) is not False:
            return
        where = dirname(path)
        beside = around.names(where)
        if not beside or not around.names(folder):
            return
        if basename(path) == "Dockerfile" and "dockerfile" in beside:
            return  # BuildKit takes that one then
        guess = next((one for one in beside if one.lower() == basename(path).lower()), None)
        guess = guess or near(basename(path), [one for one in beside if _is_dockerfile(one)])
        if guess is None:
            return  # perhaps it is made, or these are not all files
        place = service.place("build", "dockerfile")
        written = place is not None and place.key is not None and place.key.text == "dockerfile"
        spot = service.value("build", "dockerfile") if written else service.value("build")
        message = f"there is no {around.shown(path)}: did you mean `{guess}`?"
        draft = self.at(spot, message)
        if written and "$" not in _text(service):
            new = join(dirname(name), guess)
            draft.fix(
                f"build {guess}",
                safe(service.replace(new, "build", "dockerfile"), changes=("compose:build",)),
            )
        yield draft


def _text(service: Service) -> str:
    place = service.place("build", "dockerfile")
    return getattr(place.node, "text", "$") if place is not None else "$"


def _is_dockerfile(name: str) -> bool:
    lowered = name.lower()
    return "dockerfile" in lowered or "containerfile" in lowered
