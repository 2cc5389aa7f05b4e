"""DW6002 compose-version-obsolete."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, safe


class ComposeVersionObsolete(Rule):
    """
    Leave out the `version` of a Compose file.

    Compose has ignored it since 2020 and warns about it at every command. It says nothing about
    which keys are allowed: there is one specification for all.

    Silent about `version` inside of services and extensions, where it is somebody else's key.
    """

    code = "DW6002"
    name = "compose-version-obsolete"
    severity = "info"
    tags = ("compose", "dead-code")
    also = ("dclint:no-version-field",)
    mentions = ("version",)

    examples = (
        Bad(
            'version: "3.8"\nservices:\n  web:\n    image: a:1\n',
            at="version",
            fixed="services:\n  web:\n    image: a:1\n",
        ),
        Good("services:\n  web:\n    image: a:1\n    labels:\n      version: '1'\n"),
    )

    def check(self, project: Composition) -> Findings:
        for warning in project.loaded.warnings:
            if warning.kind == "version" and warning.place is not None:
                spot = project.spot(warning.place, key=True)
                edit = project.without(warning.place)
                yield self.at(spot, "Compose ignores `version` and warns about it").fix(
                    "delete it", safe(edit)
                )
