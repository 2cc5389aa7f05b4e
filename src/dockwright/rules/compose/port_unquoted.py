"""DW6015 port-unquoted."""

from dockwright.rules.api import Bad, Composition, Edit, Findings, Good, Rule, lazy, safe
from dockwright.rules.compose._layout import services, spot, value_of

_SIXTY = lazy(r"\d+(?::[0-5]?\d)+$")


class PortUnquoted(Rule):
    """
    Write ports in quotes.

    YAML 1.1 reads `22:22` as a number with the base 60, 1342. Compose does not, other programs
    that read the file do.

    Silent about long forms.
    """

    code = "DW6015"
    name = "port-unquoted"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:require-quotes-in-ports",)
    mentions = ("ports", "expose")

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    ports:\n      - 22:22\n    expose: [8080]\n",
            at=("22:22", "8080"),
            fixed='services:\n  a:\n    image: a:1\n    ports:\n      - "22:22"\n'
            '    expose: ["8080"]\n',
        ),
        Good("services:\n  a:\n    image: a:1\n    ports: ['22:22', \"80\"]\n"),
    )

    def check(self, project: Composition) -> Findings:
        for path, _, service in services(project):
            for key in ("ports", "expose"):
                for item in getattr(value_of(service, key), "items", ()):
                    if not getattr(item, "plain", False) or not item.text:
                        continue
                    message = "a port without quotes"
                    if _SIXTY.match(item.text):
                        message = f"YAML 1.1 reads {item.text} as a number with the base 60"
                    place = spot(project, path, item)
                    edit = Edit(place.source, place.span, f'"{item.text}"')
                    yield self.at(place, message).fix(
                        "put it into quotes", safe(edit if '"' not in item.text else None)
                    )
