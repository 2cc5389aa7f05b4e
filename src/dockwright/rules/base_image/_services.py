"""The images that services run without building them."""

from dockwright.rules.api import Service, image_reference, lazy, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.rules.api import ImageReference

_VARIABLE = lazy(r"\$\$|\$\{?([A-Za-z_]\w*)(:?-)?")


def pulled(service: Service) -> "tuple[ImageReference, bool] | None":
    """
    The image that Compose pulls for a service, and whether a variable has a say in it.

    None when the service builds it, when another service of the project does, when nothing is
    pulled (`pull_policy`), or when a variable without a value decides.
    """
    image = service.get("image")
    if service.get("pull_policy") in ("never", "build"):
        return None
    if "build" in service.config or not isinstance(image, str) or not settled(image):
        return None
    if any("build" in one.config and one.text("image") == image for one in service.project.every):
        return None
    place = service.place("image")
    written = getattr(place.node, "text", "") if place is not None else ""
    names = [match for match in _VARIABLE.finditer(written) if match[1]]
    known: Any = service.project.loaded.environment
    if any(not match[2] and match[1] not in known for match in names):
        return None
    found = image_reference(str(image))
    return (found, bool(names)) if found is not None else None


def moving(tag: str) -> bool:
    """Whether a tag is moved to another version by habit."""
    return not tag or tag.lower() in _MOVING


_MOVING = frozenset(
    (
        *("latest", "stable", "edge", "nightly", "dev", "develop", "test", "main", "master"),
        *("canary", "beta", "alpha", "next", "lts", "snapshot", "unstable", "current"),
    )
)
