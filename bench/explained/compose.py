"""
Why a finding of compose-lint or dclint is none of ours: classes, each a property of the files.

A class never asks whether we report something.
"""

import re
from collections.abc import Callable
from typing import Any

from dockwright.model import reference
from dockwright.model.composition import Composition, Service, known
from dockwright.rules.api import credential
from dockwright.rules.base_image._services import moving
from dockwright.syntax.yaml.nodes import Mapping

Test = Callable[[Composition, Service], bool]
# Parts of /etc that the host itself reads.
ETC = re.compile(
    r"/etc/(?:cron|sudoers|passwd|shadow|gshadow|group|ssh|systemd|pam\.d|profile|ld\.so|init\.d|rc"
    r"|udev|security|docker|environment|bash|apt|modprobe|NetworkManager)"
)
NAMES = re.compile(
    r"pass|token|secret|api_?key|private_?key|access_?key|encryption_key|credential|_pwd$|_salt$|_dsn$",
    re.IGNORECASE,
)


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
    return re.search(r"socket-?proxy", service.text("image")) is not None


def double_quotes(project: Composition, service: Service) -> bool:
    styles = [item.style for key in ("ports", "expose") for item in _items(project, service, key)]
    return bool(styles) and '"' in styles and "" not in styles


def variables_in_ports(project: Composition, service: Service) -> bool:
    return any("$" in item.text for item in _items(project, service, "ports"))


def program_folder(_: Composition, service: Service) -> bool:
    sources = [one.rstrip("/") for one in _sources(service)]
    return any(re.match(r"/etc/[^/]", one) and not ETC.match(one) for one in sources)


def single_socket(_: Composition, service: Service) -> bool:
    return any(re.match(r"/(?:var/)?run/[^/]+/[^/]+\.sock$", one) for one in _sources(service))


def address_by_variable(project: Composition, service: Service) -> bool:
    texts = [
        re.sub(r"\$\{[^}]*\}|\$\w+", "$", item.text) for item in _items(project, service, "ports")
    ]
    return any(text.startswith("$:") and text.count(":") > 1 for text in texts)


def address_in_default(_: Composition, service: Service) -> bool:
    ports: Any = service.items("ports")
    return any(str(one.get("host_ip") or "") not in ("", "0.0.0.0", "::") for one in ports)


def port_by_variable(project: Composition, service: Service) -> bool:
    given = project.loaded.environment
    names = [
        name
        for item in _items(project, service, "ports")
        for name in re.findall(r"\$\{?(\w+)(?!\w|:?[-?])", item.text)
    ]
    return any(name not in given for name in names)


def port_of_container(project: Composition, _: Service) -> bool:
    ports: list[Any] = [port for one in project.every for port in one.items("ports")]
    return any(not one.get("published") for one in ports)


def never_pulled(_: Composition, service: Service) -> bool:
    return service.get("pull_policy") in ("never", "build")


def no_image(_: Composition, service: Service) -> bool:
    return "image" not in service.config and "build" not in service.config


def no_credential(_: Composition, service: Service) -> bool:
    found = []
    for name, value in service.mapping("environment").items():
        if NAMES.search(name) and value not in (None, ""):
            secret = known(value) and not name.endswith("_ID")
            found.append(credential(name, str(value))[0] if secret else "")
    return bool(found) and not any(found)


def _sources(service: Service) -> list[str]:
    mounts: Any = service.items("volumes")
    return [str(one.get("source")) for one in mounts if isinstance(one, dict)]


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
KEPT = ("the image is made on the machine and never pulled (`pull_policy`)", never_pulled)
NO_IMAGE = ("the image's name is empty without a variable, which is reported", no_image)
HARDENING = (
    OVERLAY,
    ("a privileged service: nothing of this would hold, and that is reported", privileged),
    (
        "hardened in part, and of the rest the model cannot show that the service bears it",
        hardened_in_part,
    ),
)
PORTS = (
    ("a variable stands where the address does", address_by_variable),
    ("the address is part of a variable's value", address_in_default),
    (
        "a variable that has no value here is a port, and may be an address as well",
        port_by_variable,
    ),
)
CLASSES: dict[str, tuple[tuple[str, Test], ...]] = {
    "CL-0001": (
        ("the image is a proxy that lets single requests through: the remedy", socket_proxy),
    ),
    "CL-0003": HARDENING,
    "CL-0004": (BUILT, KEPT, OPEN, NO_IMAGE),
    "CL-0005": PORTS,
    "CL-0006": HARDENING,
    "CL-0007": HARDENING,
    "CL-0013": (("one program's socket, and nothing else of the host's", single_socket),),
    "CL-0019": (
        BUILT,
        KEPT,
        OPEN,
        NO_IMAGE,
        ("the tag moves anyway, which is reported", moving_image),
    ),
    "CL-0020": (
        (
            "the value is a variable, placeholder, path or switch, or the name no credential",
            no_credential,
        ),
    ),
    "CL-0025": (
        (
            "below /etc the folder of one program, not read by the host itself",
            program_folder,
        ),
    ),
    "CL-0026": HARDENING,
    "no-unbound-port-interfaces": PORTS,
    "no-duplicate-exported-ports": (
        (
            "only the container's port is named: the engine chooses the host's",
            port_of_container,
        ),
    ),
    "service-image-require-explicit-tag": (BUILT, KEPT, OPEN, NO_IMAGE),
    "require-quotes-in-ports": (("the port stands in double quotes", double_quotes),),
    "require-project-name-field": (OVERLAY,),
    "service-ports-alphabetical-order": (
        ("variables decide about the numbers", variables_in_ports),
    ),
}
