"""DW6122 service-image-moving."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule
from dockwright.rules.base_image._services import moving, pulled


class ServiceImageMoving(Rule):
    """
    Name the version of the image that a service runs.

    `latest`, `stable` and the like, or no tag at all, are another version after the next pull: two
    machines run different ones, and nothing says which one ran yesterday.

    Silent about digests, about images that the project builds or does not pull, and when a variable
    without a value decides about the tag.
    """

    code = "DW6122"
    name = "service-image-moving"
    tags = ("compose", "reproducibility")
    also = ("compose-lint:CL-0004", "dclint:service-image-require-explicit-tag")
    mentions = ("image",)

    examples = (
        Bad("services:\n  db:\n    image: postgres\n", at="postgres"),
        Bad("services:\n  db:\n    image: postgres:${TAG:-latest}\n", at="postgres:${TAG:-latest}"),
        Good("services:\n  db:\n    image: postgres:16\n"),
        Good("services:\n  a:\n    image: acme/a\n    build: .\n  b:\n    image: acme/a\n"),
        Good("services:\n  db:\n    image: postgres:${TAG}\n"),
        Good("services:\n  a:\n    image: acme/a\n    pull_policy: never\n"),
    )

    def check(self, project: Composition) -> Findings:
        for service, image, likely in pulled(project):
            if image.digest or not moving(image.tag):
                continue
            tagged = f"`{image.familiar}:{image.tag}`" if image.tag else ""
            what = tagged or f"`{image.familiar}`, no tag,"
            message = f"{what} is another version after the next pull"
            yield self.at(service.value("image"), message, likely=likely)
