"""DW6016 volume-quoted."""

from dockwright.rules.api import Bad, Composition, Edit, Findings, Good, Rule, lazy, safe
from dockwright.rules.compose._layout import services, spot, value_of

# What reads the same without quotes.
_PLAIN = lazy(r"[A-Za-z./~][\w./~:-]*$")


class VolumeQuoted(Rule):
    """
    Write volumes without quotes.

    They change nothing there. The rule is for files that otherwise have none.

    Silent about long forms; without a fix where the quotes are needed.
    """

    code = "DW6016"
    name = "volume-quoted"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:no-quotes-in-volumes",)
    mentions = ("volumes",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes:\n      - './a:/a'\n",
            at="'./a:/a'",
            fixed="services:\n  a:\n    image: a:1\n    volumes:\n      - ./a:/a\n",
        ),
        Bad("services:\n  a:\n    image: a:1\n    volumes: ['{{x}}:/a']\n", at="'{{x}}:/a'"),
        Good("services:\n  a:\n    image: a:1\n    volumes: [./a:/a]\n"),
    )

    def check(self, project: Composition) -> Findings:
        for path, _, service in services(project):
            for item in getattr(value_of(service, "volumes"), "items", ()):
                if getattr(item, "style", "") not in ("'", '"'):
                    continue
                place = spot(project, path, item)
                plain = _PLAIN.match(item.text) and not item.text.endswith(":")
                edit = Edit(place.source, place.span, item.text) if plain else None
                yield self.at(place, "a volume in quotes").fix("leave them out", safe(edit))
