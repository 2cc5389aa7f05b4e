"""DW6119 volume-shared."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class VolumeShared(Rule):
    """
    Let one service write to a volume, and others read.

    Two services that write to the same files have to agree on who does what, and a flaw in one of
    them reaches the data of the other.

    Silent when all services but one mount the volume read-only, and about volumes of one service.
    """

    code = "DW6119"
    name = "volume-shared"
    severity = "info"
    tier = "optional"
    tags = ("compose", "volumes")
    also = ("kics:8c978947",)
    mentions = ("volumes",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes: [data:/a]\n"
            "  b:\n    image: b:1\n    volumes: [data:/b]\nvolumes:\n  data:\n",
            at="data:/b",
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    volumes: [data:/a]\n"
            "  b:\n    image: b:1\n    volumes: [data:/b:ro]\nvolumes:\n  data:\n"
        ),
    )

    def check(self, project: Composition) -> Findings:
        writers: dict[str, str] = {}
        for service in project.services:
            volumes: Any = service.items("volumes")
            for index, mount in enumerate(volumes):
                source = mount.get("source") if isinstance(mount, dict) else None
                if not source or mount.get("type") != "volume" or mount.get("read_only") is True:
                    continue
                first = writers.setdefault(str(source), service.name)
                if first != service.name:
                    message = f"{first} writes to volume {source} as well"
                    yield self.at(service.value("volumes", index), message)
