"""DW6105 host-namespace."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._written import doubt

_KEYS = {
    "pid": "it sees every process of the host, with its environment, and may signal them",
    "ipc": "it reads and writes the shared memory of the host's processes",
    "userns_mode": "its root is the host's root, whatever mapping the engine is set to use",
    "uts": "it can rename the host",
}


class HostNamespace(Rule):
    """
    Leave a container its own namespaces.

    `pid: host`, `ipc: host`, `userns_mode: host` and `uts: host` take away one wall each between
    the container and the host. For more shared memory there is `shm_size`, and two services share
    theirs, and nobody else's, with `ipc: shareable` and `ipc: service:NAME`.

    Silent when a variable without a default decides, and about namespaces of other services.
    """

    code = "DW6105"
    name = "host-namespace"
    tags = ("compose", "security", "privileges")
    also = ("compose-lint:CL-0010", "kics:baa3890f", "kics:4f31dd9f", "kics:8af7162d")
    mentions = ("host",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    pid: host\n    ipc: host\n",
            at=("host", "host"),
        ),
        Bad("services:\n  a:\n    image: a:1\n    userns_mode: host\n", at="host"),
        Good("services:\n  a:\n    image: a:1\n    ipc: shareable\n"),
        Good("services:\n  a:\n    image: a:1\n    pid: service:b\n  b:\n    image: b:1\n"),
    )

    def check(self, service: Service) -> Findings:
        for key, why in _KEYS.items():
            likely = doubt(service, key)
            if service.get(key) == "host" and likely is not None:
                yield self.at(service.value(key), f"`{key}: host`: {why}", likely=likely)
