"""DW6610 env-file-overridden."""

from dockwright.rules.api import Bad, Files, Findings, Good, Rule, Service

_HEAD = "services:\n  web:\n    image: a:1\n    env_file: web.env\n    environment:\n"


class EnvFileOverridden(Rule):
    """
    Drop an `env_file` of which nothing is left.

    `environment` wins over `env_file`, also with an empty value, and a later file over an earlier
    one. Every variable of this file is set again: whoever edits it waits for an effect in vain.

    Silent when the file is not there or is empty, and when one of its variables is its own.
    """

    code = "DW6610"
    name = "env-file-overridden"
    severity = "info"
    tags = ("compose", "environment")
    mentions = ("env_file",)

    examples = (
        Bad(
            Files({"compose.yaml": _HEAD + "      A: 1\n      B: 2\n", "web.env": "A=3\nB=4\n"}),
            at="web.env",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    image: a:1\n"
                    "    env_file: [a.env, b.env]\n",
                    "a.env": "A=3\n",
                    "b.env": "A=4\nB=5\n",
                }
            ),
            at="a.env",
        ),
        Good(Files({"compose.yaml": _HEAD + "      A: 1\n", "web.env": "A=3\nB=4\n"})),
        Good(_HEAD + "      A: 1\n"),
    )

    def check(self, service: Service) -> Findings:
        files = service.project.loaded.env_files.get(service.name, ())
        places = service.mapping("environment").places
        own = {id(one.place) for one in files}
        for index, one in enumerate(files):
            if not one.values or one.place is None:
                continue
            later = {name for other in files[index + 1 :] for name in other.values or ()}
            if all(
                name in later or (name in places and id(places[name]) not in own)
                for name in one.values
            ):
                yield self.at(
                    service.project.spot(one.place),
                    "every variable of this file is set again by `environment` or a later file",
                )
