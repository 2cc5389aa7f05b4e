"""The images that services run without building them."""

from dockwright.rules.api import Composition, Service, image_reference, lazy, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockwright.rules.api import ImageReference

_VARIABLE = lazy(r"\$\$|\$\{?([A-Za-z_]\w*)(:?-)?")


def pulled(project: Composition) -> "Iterator[tuple[Service, ImageReference, bool]]":
    """
    The services for which Compose pulls an image, with it, and whether a variable has a say in it.

    Without those whose image the project builds or that are never pulled (`pull_policy`), and those
    for which a variable without a value decides.
    """
    built = {one.text("image") for one in project.every if "build" in one.config}
    for service in project.every:
        found = _pulled(service, built)
        if found is not None:
            yield service, *found


def _pulled(service: Service, built: set[str]) -> "tuple[ImageReference, bool] | None":
    image = service.get("image")
    if service.get("pull_policy") in ("never", "build"):
        return None
    if "build" in service.config or not isinstance(image, str) or not settled(image):
        return None
    if image in built:
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
