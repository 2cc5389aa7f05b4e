"""DW6123 service-digest-missing."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule
from dockwright.rules.base_image._services import moving, pulled


class ServiceDigestMissing(Rule):
    """
    Pin the images of services by digest, and let a bot move it.

    A tag can be pushed again. Only a digest makes sure that all machines run the same bytes.

    Silent about images that the project builds, and about those whose tag moves anyway, which
    `service-image-moving` reports.
    """

    code = "DW6123"
    name = "service-digest-missing"
    severity = "info"
    tier = "optional"
    tags = ("compose", "reproducibility", "supply-chain")
    also = ("compose-lint:CL-0019",)
    mentions = ("image",)

    examples = (
        Bad("services:\n  db:\n    image: postgres:16\n", at="postgres:16"),
        Good("services:\n  db:\n    image: postgres:16@sha256:" + "0" * 64 + "\n"),
        Good("services:\n  db:\n    image: postgres\n"),
    )

    def check(self, project: Composition) -> Findings:
        for service, image, likely in pulled(project):
            if not image.digest and not moving(image.tag):
                message = f"`{image.familiar}:{image.tag}` has no digest"
                yield self.at(service.value("image"), message, likely=likely)
