"""DW6012 services-order."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, safe
from dockwright.rules.compose._layout import (
    first_misplaced,
    order_of,
    reordered,
    roots,
    spot,
    value_of,
)


class ServicesOrder(Rule):
    """
    Write services in the order of their names.

    In a long file a service is then found without searching.

    Silent about files with one service. It says so once for a file.
    """

    code = "DW6012"
    name = "services-order"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:services-alphabetical-order",)

    examples = (
        Bad(
            "services:\n  web:\n    image: a:1\n  db:\n    image: b:1\n",
            at="web",
            fixed="services:\n  db:\n    image: b:1\n  web:\n    image: a:1\n",
        ),
        Bad(
            "services:\n  # what people see\n  web:\n    image: a:1\n  db:\n    image: b:1\n",
            at="web",
        ),
        Bad(
            "services:\n  web:\n    image: a:1\n  db:\n    image: b:1\n    # user: app\n",
            at="web",
        ),
        Good("services:\n  db:\n    image: b:1\n  web:\n    image: a:1\n"),
    )

    def check(self, project: Composition) -> Findings:
        for path, root in roots(project):
            pairs = getattr(value_of(root, "services"), "pairs", ())
            names = [getattr(key, "text", "") for key, _ in pairs]
            if not all(names):
                continue
            order = order_of(names)
            index = first_misplaced(range(len(names)), order)
            if index is not None:
                message = f"{names[order[index]]} comes before {names[index]}"
                yield self.at(spot(project, path, pairs[index][0]), message).fix(
                    "sort the services", safe(reordered(project, path, pairs, order))
                )
