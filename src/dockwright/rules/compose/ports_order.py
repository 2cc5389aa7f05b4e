"""DW6014 ports-order."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, lazy, safe
from dockwright.rules.compose._layout import (
    first_misplaced,
    order_of,
    reordered,
    services,
    spot,
    value_of,
)

_PLAIN = lazy(r"(?:[\d.]+:)?\d+(?:-\d+)?(?::\d+(?:-\d+)?)?(?:/\w+)?$")


class PortsOrder(Rule):
    """
    Write the ports of a service in the order of the ports they are published at.

    A port that is given twice is then seen.

    Silent about lists with variables or long forms.
    """

    code = "DW6014"
    name = "ports-order"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:service-ports-alphabetical-order",)
    mentions = ("ports",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    ports:\n      - '8080:80'\n      - '443:443'\n",
            at="'8080:80'",
            fixed="services:\n  a:\n    image: a:1\n    ports:\n"
            "      - '443:443'\n      - '8080:80'\n",
        ),
        Good("services:\n  a:\n    image: a:1\n    ports: ['443:443', '8080:80']\n"),
        Good("services:\n  a:\n    image: a:1\n    ports: ['8080:80', '${PORT}:81']\n"),
    )

    def check(self, project: Composition) -> Findings:
        for path, _, service in services(project):
            items = list(getattr(value_of(service, "ports"), "items", ()))
            texts = [getattr(item, "text", "") for item in items]
            if not all(_PLAIN.match(text) for text in texts):
                continue
            order = order_of([_published(text) for text in texts])
            index = first_misplaced(range(len(texts)), order)
            if index is not None:
                message = f"{texts[order[index]]} comes before {texts[index]}"
                parts = [(item, item) for item in items]
                edit = reordered(project, path, parts, order)
                yield self.at(spot(project, path, items[index]), message).fix(
                    "sort them", safe(edit, changes=("compose:ports",))
                )


def _published(text: str) -> int:
    parts = text.partition("/")[0].split(":")
    return int((parts[-2] if len(parts) > 1 else parts[0]).partition("-")[0])
