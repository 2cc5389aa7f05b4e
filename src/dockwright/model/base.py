"""What a FROM names."""

from dockwright.facts import image
from dockwright.facts.knowledge import Known, OneOf, Reason
from dockwright.model import reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.facts.image import ImageFacts
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.stages import Build
    from dockwright.syntax.dockerfile.nodes import Word

_WINDOWS_IMAGES = ("windowsservercore", "nanoserver", "/windows:", "/windows/")


class Base:
    """
    What a FROM names.

    `kind` is "stage", "scratch", "image" or "context" (a named build context). `facts` is what is
    known of the image at the bottom, looked up at the first question.
    """

    __slots__ = ("_build", "_facts", "_name", "_parent", "_word", "kind")

    def __init__(
        self, kind: str, build: "Build", word: "Word", name: str, parent: "Base | None" = None
    ) -> None:
        self.kind = kind
        self._build = build
        self._word = word
        self._name = name
        self._parent = parent
        self._facts: ImageFacts | None = None

    @property
    def written(self) -> str:
        """The reference as written."""
        return self._word.value

    @property
    def name(self) -> "Knowledge":
        """The reference with variables replaced."""
        return self._build.expand_global(self._word.value, self._word.span)

    @property
    def firm(self) -> bool:
        """Whether no build argument can make it another image."""
        if "$" not in self._word.value:
            return self._parent is None or self._parent.firm
        name = self.name
        return isinstance(name, Known) and name.firm

    @property
    def parsed(self) -> reference.Reference | None:
        """The parts of the name of an image, None when it is not known or not valid."""
        name = self.name if self.kind == "image" else None
        return reference.parse(name.value) if isinstance(name, Known) else None

    @property
    def os(self) -> str:
        """The operating system: "windows" when the name, or the escape character, says so."""
        if self.kind != "image":
            return "linux"
        lowered = (self._name or self.written).lower()
        windows = any(mark in lowered for mark in _WINDOWS_IMAGES)
        return "windows" if windows or self._build.tree.escape == "`" else "linux"

    @property
    def facts(self) -> "ImageFacts":
        """What is known of the image."""
        if self._facts is None:
            self._facts = self._look_up()
        return self._facts

    def _look_up(self) -> "ImageFacts":
        if self._parent is not None:
            return self._parent.facts
        name = self._name or self.written
        if self.kind == "scratch":
            return image.empty("scratch", Reason("scratch is empty"))
        os = self.os
        if self.kind == "image" and self._name and os != "windows":
            known = self._build.facts.image(self._name)
            if known is not None:
                return known
        kept = self._build.images
        if (name, os) not in kept:
            kept[name, os] = image.unknown(name, os)
        return kept[name, os]


def softened(knowledge: "Knowledge | None") -> "Knowledge | None":
    """The same, but no longer firm: a build argument may choose another image."""
    if isinstance(knowledge, Known) and knowledge.firm:
        return Known(knowledge.value, _soft(knowledge.reason))
    if isinstance(knowledge, OneOf):
        return OneOf(knowledge.values, _soft(knowledge.reason))
    return knowledge


def _soft(reason: Reason) -> Reason:
    return Reason(reason.text, reason.source, reason.span, firm=False)
