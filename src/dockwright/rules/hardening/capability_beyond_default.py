"""DW6107 capability-beyond-default."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._capabilities import added

_TABLE = {
    "BPF": "loading BPF programs into the kernel",
    "DAC_READ_SEARCH": "opening files by handle, past the container's root",
    "IPC_LOCK": "locking as much memory as it likes",
    "LEASE": "holding up others who open a file",
    "NET_ADMIN": "changing addresses, routes and firewall rules of its network",
    "PERFMON": "watching the kernel and other processes",
    "SYSLOG": "reading the kernel's log and addresses",
    "SYS_BOOT": "restarting the host",
    "SYS_NICE": "taking processor time from others",
    "SYS_PTRACE": "reading and changing other processes",
    "SYS_TIME": "setting the host's clock",
}


class CapabilityBeyondDefault(Rule):
    """
    Add capabilities only with a reason at hand.

    Docker leaves a container fourteen capabilities. Each of these is none of them, and reaches
    beyond the container: its network, the memory, the clock or the kernel of the host.

    Silent about those that every container has, and those that `capability-takes-host` reports.
    """

    code = "DW6107"
    name = "capability-beyond-default"
    severity = "info"
    tier = "optional"
    tags = ("compose", "security", "privileges")
    also = (
        "compose-lint:CL-0011",
        "compose-lint:CL-0027",
        "compose-lint:CL-0028",
        "compose-lint:CL-0029",
        "compose-lint:CL-0030",
    )
    mentions = ("cap_add",)

    examples = (
        Bad("services:\n  vpn:\n    image: vpn:1\n    cap_add: [NET_ADMIN]\n", at="NET_ADMIN"),
        Bad(
            "services:\n  a:\n    image: a:1\n    cap_add:\n      - CAP_SYS_TIME\n",
            at="CAP_SYS_TIME",
        ),
        Good("services:\n  a:\n    image: a:1\n    cap_add: [NET_BIND_SERVICE, SYS_CHROOT]\n"),
    )

    def check(self, service: Service) -> Findings:
        for name, why, spot, _, likely in added(service, _TABLE):
            yield self.at(spot, f"{name} allows {why}", likely=likely)
