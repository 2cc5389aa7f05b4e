"""DW6001 compose-invalid."""

from dockwright.rules.api import Bad, Composition, Files, Findings, Good, Rule, safe

# What may only seem wrong in a file that is meant to be laid over another.
_INCOMPLETE = ("", "build", "depends_on", "networks", "volumes", "secrets", "configs", "models")


class ComposeInvalid(Rule):
    """
    Write the Compose file as Compose can read it.

    Whatever `docker compose config` refuses is reported here, and not only the first of it: keys
    that do not exist (with the one that was probably meant), values of the wrong type, names that
    nothing defines, services that wait for each other.

    Silent about what a file lacks when it has a name of its own (`compose.prod.yaml`): such a file
    is usually laid over another. A variable that the environment must give, and a missing
    `env_file`, are no mistakes of the file; nor is a template, which is no YAML yet.
    """

    code = "DW6001"
    name = "compose-invalid"
    severity = "error"
    tags = ("compose", "syntax")
    also = ("dclint:no-duplicate-container-names",)

    examples = (
        Bad(
            "services:\n  web:\n    image: nginx:1.27\n    enviroment:\n      A: b\n",
            at="enviroment",
            fixed="services:\n  web:\n    image: nginx:1.27\n    environment:\n      A: b\n",
        ),
        Bad("services:\n  web:\n    restart: always\n", at="web"),
        Bad("services:\n  web:\n    image: a:1\n    networks: [back]\n", at="networks"),
        Bad(
            "services:\n  a:\n    image: a:1\n    depends_on: [b]\n"
            "  b:\n    image: b:1\n    depends_on: [a]\n",
            at="depends_on",
        ),
        Bad("services:\n  web:\n    image: a:1\n   ports: []\n", at="ports"),
        Good('services:\n  web:\n    image: "nginx:${TAG:?which one}"\n    env_file: secret.env\n'),
        Good(
            Files(
                {
                    "compose.yaml": "include: [db.yaml]\nservices:\n  web:\n    image: a:1\n"
                    "    depends_on: [db]\n",
                    "db.yaml": "services:\n  db:\n    image: postgres:16\n",
                }
            )
        ),
    )

    def check(self, project: Composition) -> Findings:
        for problem in project.problems:
            if problem.kind == "syntax" and project.templated:
                return
            lacking = (
                problem.kind == "invalid"
                and problem.path
                and (
                    problem.path[0] == "services" and (problem.path[2:] or ("",))[0] in _INCOMPLETE
                )
            )
            if lacking and not project.standalone:
                continue
            place = problem.place
            key = problem.kind in ("unknown", "duplicate", "invalid")
            spot = project.spot(place, key=key)
            message = problem.message.replace(f"{project.loaded.folder}/", "")
            if problem.hint and problem.kind in ("unknown", "value"):
                message += f": did you mean {problem.hint!r}?"
            elif problem.hint and problem.kind == "type":
                message += f": {problem.hint}"
            draft = self.at(spot, message)
            if problem.kind == "unknown" and problem.hint and place is not None and place.key:
                beside = problem.path[:-1]
                if not _there(project, (*beside, problem.hint)):
                    edit = project.rename(place, problem.hint)
                    draft.fix(f"write `{problem.hint}`", safe(edit, changes=("compose",)))
            yield draft


def _there(project: Composition, path: "tuple[str, ...]") -> bool:
    """Whether the model has the key that the unknown one would become."""
    value: object = project.loaded.model
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True
