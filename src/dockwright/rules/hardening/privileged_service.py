"""DW6102 privileged-service."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, unsafe
from dockwright.rules.hardening._written import doubt


class PrivilegedService(Rule):
    """
    Give a service the capabilities and devices it needs in place of `privileged`.

    A privileged container has every capability, every device of the host and no seccomp or
    AppArmor profile: whoever controls a process in it controls the host.

    Silent when a variable without a default decides.
    """

    code = "DW6102"
    name = "privileged-service"
    tags = ("compose", "security", "privileges")
    also = ("compose-lint:CL-0002", "kics:ae5b6871", "semgrep:privileged-service")
    mentions = ("privileged",)

    examples = (
        Bad(
            "services:\n  agent:\n    image: agent:1\n    privileged: true\n",
            at="privileged",
            fixed="services:\n  agent:\n    image: agent:1\n",
        ),
        Good("services:\n  agent:\n    image: agent:1\n    privileged: false\n"),
        Good("services:\n  agent:\n    image: agent:1\n    cap_add: [NET_RAW]\n"),
    )

    def check(self, service: Service) -> Findings:
        if service.get("privileged") is not True:
            return
        likely = doubt(service, "privileged")
        if likely is None:
            return
        message = "a privileged container is root on the host: no profile, every device"
        yield self.at(service.key("privileged"), message, likely=likely).fix(
            "delete it, and add the capabilities that turn out to be missing",
            unsafe(service.delete("privileged")),
        )
