"""DW6115 cgroup-not-own."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._written import doubt


class CgroupNotOwn(Rule):
    """
    Leave a container the control group that the engine makes for it.

    With `cgroup: host` it sees the groups of everything that runs on the host; with
    `cgroup_parent` its limits are those of a group that somebody else has to look after.

    Silent about `cgroup: private`.
    """

    code = "DW6115"
    name = "cgroup-not-own"
    severity = "info"
    tier = "optional"
    tags = ("compose", "security", "resources")
    also = ("kics:4d9f44c6",)
    mentions = ("cgroup",)

    examples = (
        Bad("services:\n  a:\n    image: a:1\n    cgroup: host\n", at="host"),
        Bad("services:\n  a:\n    image: a:1\n    cgroup_parent: batch\n", at="batch"),
        Good("services:\n  a:\n    image: a:1\n    cgroup: private\n"),
    )

    def check(self, service: Service) -> Findings:
        likely = doubt(service, "cgroup")
        if service.get("cgroup") == "host" and likely is not None:
            message = "the container sees the control groups of the whole host"
            yield self.at(service.value("cgroup"), message, likely=likely)
        likely = doubt(service, "cgroup_parent")
        if service.text("cgroup_parent") and likely is not None:
            message = "the limits of this group are set somewhere else"
            yield self.at(service.value("cgroup_parent"), message, likely=likely)
