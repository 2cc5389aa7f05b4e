"""DW6011 top-level-order."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, safe
from dockwright.rules.compose._layout import first_misplaced, order_of, reordered, roots, spot

_ORDER = ["version", "name", "include", "services", "networks", "volumes", "secrets", "configs"]


class TopLevelOrder(Rule):
    """
    Write the sections of a Compose file in one order.

    Extensions and the name first, then the services, then what they use: the order of dclint.

    Silent about sections that the order does not name, as long as they stand behind the others.
    """

    code = "DW6011"
    name = "top-level-order"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:top-level-properties-order",)

    examples = (
        Bad(
            "volumes:\n  v:\nservices:\n  a:\n    image: a:1\n",
            at="volumes",
            fixed="services:\n  a:\n    image: a:1\nvolumes:\n  v:\n",
        ),
        Good("x-a: 1\nname: a\nservices:\n  a:\n    image: a:1\nvolumes:\n  v:\n"),
    )

    def check(self, project: Composition) -> Findings:
        for path, root in roots(project):
            pairs = [pair for pair in root.pairs if getattr(pair[0], "text", "")]
            if len(pairs) != len(root.pairs):
                continue
            order = order_of([_rank(key.text) for key, _ in pairs])
            index = first_misplaced(range(len(pairs)), order)
            if index is not None:
                key, wanted = pairs[index][0], pairs[order[index]][0].text
                message = f"`{wanted}` comes before `{key.text}`"
                yield self.at(spot(project, path, key), message).fix(
                    "sort the sections", safe(reordered(project, path, pairs, order))
                )


def _rank(key: str) -> tuple[int, str]:
    if key.startswith("x-"):
        return -1, key
    return (_ORDER.index(key) if key in _ORDER else len(_ORDER)), ""
