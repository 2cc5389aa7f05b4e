"""DW6106 capability-takes-host."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._capabilities import added

_TABLE = {
    "ALL": "every capability: nearly what `privileged` gives",
    "SYS_ADMIN": "mounting file systems, entering namespaces: ways out of the container are known",
    "SYS_MODULE": "loading code into the host's kernel",
    "SYS_RAWIO": "reading and writing the host's memory and ports",
}


class CapabilityTakesHost(Rule):
    """
    Leave out capabilities that make the container's root the host's.

    `ALL`, `SYS_ADMIN`, `SYS_MODULE` and `SYS_RAWIO` allow to leave the container, with or without
    one more flaw. Most programs that ask for them run with less: find out with `cap_drop: [ALL]`
    and the one whose absence the error message is about.

    Silent about other capabilities, which `capability-beyond-default` speaks of.
    """

    code = "DW6106"
    name = "capability-takes-host"
    tags = ("compose", "security", "privileges")
    also = ("compose-lint:CL-0024",)
    mentions = ("cap_add",)

    examples = (
        Bad("services:\n  a:\n    image: a:1\n    cap_add:\n      - SYS_ADMIN\n", at="SYS_ADMIN"),
        Bad(
            "services:\n  a:\n    image: a:1\n    cap_add: [ALL, cap_sys_module]\n",
            at=("ALL", "cap_sys_module"),
        ),
        Good("services:\n  a:\n    image: a:1\n    cap_add: [CHOWN]\n    cap_drop: [ALL]\n"),
    )

    def check(self, service: Service) -> Findings:
        for name, why, spot, _, likely in added(service, _TABLE):
            yield self.at(spot, f"{name}: {why}", likely=likely)
