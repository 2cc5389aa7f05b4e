"""DW6314 built-image-untagged."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule


class BuiltImageUntagged(Rule):
    """
    Give the image that a service builds a tag.

    With `build`, `image` names the result, and without a tag that is `latest`: pushed by
    `docker compose push`, it replaces what others pull under that name, and no two builds can be
    told apart.

    Silent without `build`, without `image`, and when a variable decides.
    """

    code = "DW6314"
    name = "built-image-untagged"
    severity = "info"
    tier = "optional"
    tags = ("compose", "build", "image")
    mentions = ("image",)

    examples = (
        Bad("services:\n  web:\n    build: .\n    image: acme/web\n", at="acme/web"),
        Good("services:\n  web:\n    build: .\n    image: localhost:5000/acme/web:1.4\n"),
        Good("services:\n  web:\n    build: .\n    image: acme/web:${TAG}\n"),
        Good("services:\n  web:\n    build: .\n  x:\n    image: acme/x\n"),
    )

    def check(self, project: Composition) -> Findings:
        told: set[tuple[str, int]] = set()
        for service in project.every:
            name = service.text("image")
            if "build" not in service.config or not name:
                continue
            last = name.rpartition("/")[2]
            spot = service.value("image")
            if (":" in last and not last.endswith(":latest")) or "@" in last:
                continue
            if (spot.source, spot.span.start) not in told:
                told.add((spot.source, spot.span.start))
                yield self.at(spot, "the image that is built here has no tag but `latest`")
