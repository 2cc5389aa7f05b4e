"""DW6017 build-and-image."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service


class BuildAndImage(Rule):
    """
    Say either how to build an image or which one to pull.

    With both, `image` is the name of what is built, and a pull may bring another one of that name.

    Silent when `pull_policy` says which of the two is meant.
    """

    code = "DW6017"
    name = "build-and-image"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:no-build-and-image",)
    mentions = ("build",)

    examples = (
        Bad("services:\n  a:\n    image: acme/a\n    build: .\n", at="image"),
        Good("services:\n  a:\n    image: acme/a\n    build: .\n    pull_policy: build\n"),
        Good("services:\n  a:\n    build: .\n"),
    )

    def check(self, service: Service) -> Findings:
        config = service.config
        if "build" in config and config.get("image") and "pull_policy" not in config:
            message = f"{service.name} is built and has the name of an image to pull"
            yield self.at(service.key("image"), message)
