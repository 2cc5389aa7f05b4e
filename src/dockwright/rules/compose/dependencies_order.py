"""DW6013 dependencies-order."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, safe
from dockwright.rules.compose._layout import (
    first_misplaced,
    order_of,
    reordered,
    services,
    spot,
    value_of,
)


class DependenciesOrder(Rule):
    """
    Write the names in `depends_on` in their order.

    Compose does not look at the order; people who compare two lists do.

    Silent about lists of one.
    """

    code = "DW6013"
    name = "dependencies-order"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:service-dependencies-alphabetical-order",)
    mentions = ("depends_on",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    depends_on:\n      - c\n      - b\n"
            "  b:\n    image: b:1\n  c:\n    image: c:1\n",
            at="c",
            fixed="services:\n  a:\n    image: a:1\n    depends_on:\n      - b\n      - c\n"
            "  b:\n    image: b:1\n  c:\n    image: c:1\n",
        ),
        Bad(
            "services:\n  a:\n    depends_on: [c, b]\n    image: a:1\n"
            "  b:\n    image: b:1\n  c:\n    image: c:1\n",
            at="c",
            fixed="services:\n  a:\n    depends_on: [b, c]\n    image: a:1\n"
            "  b:\n    image: b:1\n  c:\n    image: c:1\n",
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    depends_on: [b, c]\n"
            "  b:\n    image: b:1\n  c:\n    image: c:1\n"
        ),
    )

    def check(self, project: Composition) -> Findings:
        for path, _, service in services(project):
            node = value_of(service, "depends_on")
            items = [(item, item) for item in getattr(node, "items", ())]
            parts = items or list(getattr(node, "pairs", ()))
            names = [getattr(first, "text", "") for first, _ in parts]
            if not all(names):
                continue
            order = order_of(names)
            index = first_misplaced(range(len(names)), order)
            if index is not None:
                message = f"{names[order[index]]} comes before {names[index]}"
                yield self.at(spot(project, path, parts[index][0]), message).fix(
                    "sort them", safe(reordered(project, path, parts, order))
                )
