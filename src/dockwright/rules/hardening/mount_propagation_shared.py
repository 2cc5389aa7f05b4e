"""DW6112 mount-propagation-shared."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MountPropagationShared(Rule):
    """
    Keep what a container mounts from appearing on the host.

    With `shared` or `rshared`, a file system that the container mounts below the volume is mounted
    on the host as well. To see the host's later mounts inside, `rslave` is enough.

    Silent about `private` and `slave`.
    """

    code = "DW6112"
    name = "mount-propagation-shared"
    tags = ("compose", "security", "volumes")
    also = ("compose-lint:CL-0017", "kics:baa452f0")
    mentions = ("shared",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes:\n      - /srv:/srv:rshared\n",
            at="/srv:/srv:rshared",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes:\n      - type: bind\n"
            "        source: /srv\n        target: /srv\n        bind:\n"
            "          propagation: shared\n",
            at="shared",
        ),
        Good("services:\n  a:\n    image: a:1\n    volumes:\n      - /srv:/srv:rslave\n"),
        Good("services:\n  a:\n    image: a:1\n    volumes:\n      - ./shared:/shared\n"),
    )

    def check(self, service: Service) -> Findings:
        volumes: Any = service.items("volumes")
        for index, mount in enumerate(volumes):
            options = mount.get("bind") if isinstance(mount, dict) else None
            value = options.get("propagation") if isinstance(options, dict) else None
            if value in ("shared", "rshared"):
                yield self.at(
                    service.value("volumes", index, "bind", "propagation"),
                    f"`{value}`: what the container mounts there is mounted on the host, too",
                )
