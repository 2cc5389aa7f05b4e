"""Where facts come from."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.facts.image import ImageFacts


class FactSource:
    """
    Answers what an image is. This one knows what it was given, and nothing else.

    `image` takes a reference as a Dockerfile writes it, variables replaced, and gives None when
    the source has no facts about it.
    """

    __slots__ = ("_images",)

    def __init__(self, images: "Mapping[str, ImageFacts] | None" = None) -> None:
        self._images = dict(images or {})

    def image(self, reference: str) -> "ImageFacts | None":
        """The facts about `reference`, or None."""
        return self._images.get(reference)


class Bundled(FactSource):
    """What comes with the program; nothing is loaded before the first question."""

    __slots__ = ()

    def image(self, reference: str) -> "ImageFacts | None":
        """The facts about `reference`, or None."""
        from dockwright.facts import images

        return images.image(reference)
