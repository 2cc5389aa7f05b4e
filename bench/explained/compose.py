"""
Why a finding of compose-lint or dclint is none of ours: classes, each a property of the files.

A class never asks whether we report something.
"""

import re
from collections.abc import Callable
from typing import Any

from dockwright.model import reference
from dockwright.model.composition import Composition, Service, known
from dockwright.rules.base_image._services import moving
from dockwright.syntax.yaml.nodes import Mapping

Test = Callable[[Composition, Service], bool]
VARIABLE = re.compile(r"\$\$|\$\{?([A-Za-z_]\w*)")


def why(rule: str, project: Composition | None, name: str) -> str | None:
    """The class of a finding, None when there is none for it."""
    if project is None:
        return None
    service = project.service(name)
    if service is None:
        if project.problems and name:
            return (
                "as it lies here Compose refuses the file, which is reported: a file it names is"
                " not there, or a variable it needs has no value"
            )
        service = Service(project, name, project.section("nothing"), True)
    for reason, test in CLASSES.get(rule, ()):
        if test(project, service):
            return reason
    return None


def overlay(project: Composition, _: Service) -> bool:
    return not project.standalone or any(
        "image" not in one.config and "build" not in one.config for one in project.every
    )


def privileged(_: Composition, service: Service) -> bool:
    return service.get("privileged") is True


def hardened_in_part(_: Composition, service: Service) -> bool:
    options = [str(one) for one in service.items("security_opt")]
    return (
        any("no-new-privileges" in one for one in options)
        or bool(service.items("cap_drop"))
        or service.get("read_only") is True
    )


def built(project: Composition, service: Service) -> bool:
    image = service.text("image")
    return any("build" in one.config and one.text("image") == image for one in project.every)


def open_image(_: Composition, service: Service) -> bool:
    return not known(service.get("image"))


def moving_image(_: Composition, service: Service) -> bool:
    image = reference.parse(service.text("image"))
    return image is not None and moving(image.tag)


def socket_proxy(_: Composition, service: Service) -> bool:
    return re.search(r"docker-?socket-?proxy", service.text("image")) is not None


def double_quotes(project: Composition, service: Service) -> bool:
    styles = [item.style for key in ("ports", "expose") for item in _items(project, service, key)]
    return bool(styles) and '"' in styles and "" not in styles


def variables_in_ports(project: Composition, service: Service) -> bool:
    return any("$" in item.text for item in _items(project, service, "ports"))


def program_folder(_: Composition, service: Service) -> bool:
    mounts: Any = service.items("volumes")
    sources = [str(one.get("source")) for one in mounts if isinstance(one, dict)]
    return any(one.startswith("/etc/") for one in sources)


def _items(project: Composition, service: Service, key: str) -> list[Any]:
    found = []
    for file in project.loaded.files.values():
        for root in file.stream.roots:
            services = root.get("services") if isinstance(root, Mapping) else None
            one = services.get(service.name) if isinstance(services, Mapping) else None
            node = one.get(key) if isinstance(one, Mapping) else None
            found += [item for item in getattr(node, "items", ()) if hasattr(item, "text")]
    return found


OVERLAY = ("the file is laid over another one, which may say what is missing here", overlay)
BUILT = ("the project builds the image: its name is that of the result", built)
OPEN = ("a variable that has no value here decides about the image", open_image)
HARDENING = (
    OVERLAY,
    ("a privileged service: nothing of this would hold, and that is reported", privileged),
    (
        "hardened in part, and of the rest the model cannot show that the service bears it",
        hardened_in_part,
    ),
)
CLASSES: dict[str, tuple[tuple[str, Test], ...]] = {
    "CL-0001": (
        ("the image is a proxy that lets single requests through: the remedy", socket_proxy),
    ),
    "CL-0003": HARDENING,
    "CL-0004": (BUILT, OPEN),
    "CL-0006": HARDENING,
    "CL-0007": HARDENING,
    "CL-0019": (BUILT, OPEN, ("the tag moves anyway, which is reported", moving_image)),
    "CL-0026": HARDENING,
    "service-image-require-explicit-tag": (BUILT, OPEN),
    "require-quotes-in-ports": (("the port stands in double quotes", double_quotes),),
    "require-project-name-field": (OVERLAY,),
    "service-ports-alphabetical-order": (
        ("variables decide about the numbers", variables_in_ports),
    ),
}
