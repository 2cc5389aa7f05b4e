"""DW6018 project-name-missing."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, Span, Spot
from dockwright.rules.compose._layout import roots, value_of


class ProjectNameMissing(Rule):
    """
    Give the project a `name`.

    Without one it has the name of its folder: two checkouts in folders of one name share
    containers and volumes, and a renamed folder starts with empty volumes.

    Silent about files that are laid over others.
    """

    code = "DW6018"
    name = "project-name-missing"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:require-project-name-field",)

    examples = (
        Bad("services:\n  a:\n    image: a:1\n", at="services"),
        Good("name: shop\nservices:\n  a:\n    image: a:1\n"),
    )

    def check(self, project: Composition) -> Findings:
        found = list(roots(project))
        if not project.standalone or any(value_of(root, "name") is not None for _, root in found):
            return
        for path, root in found[:1]:
            if path == project.main and root.pairs:
                key = root.pairs[0][0]
                place = Spot(project.source(path).name, Span(key.start, key.end))
                yield self.at(place, "the project has the name of its folder")
