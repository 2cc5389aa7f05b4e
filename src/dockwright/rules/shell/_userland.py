"""Which user land a stage has: BusyBox and GNU programs of one name take different options."""

from dockwright.rules.api import Known, Stage

GNU_MANAGERS = frozenset(("apt-get", "apt", "dpkg", "yum", "dnf", "microdnf", "zypper", "rpm"))
GNU_IMAGES = frozenset(
    (
        "debian",
        "ubuntu",
        "centos",
        "fedora",
        "rockylinux",
        "almalinux",
        "oraclelinux",
        "amazonlinux",
        "archlinux",
        "buildpack-deps",
    )
)


def userland(stage: Stage) -> str:
    """Give `gnu` or `busybox` where the files tell, "" where they do not."""
    lineage = stage.lineage()
    base = lineage[-1].base
    name = base.name.value if isinstance(base.name, Known) else base.written
    if "alpine" in name or "busybox" in name:
        return "busybox"
    written = base.written.partition(":")[0]
    if "$" not in written and written.rpartition("/")[2] in GNU_IMAGES:
        return "gnu"
    for one in lineage:
        for step in one.steps:
            if step.name == "RUN":
                for command in step.commands:
                    if command.name in GNU_MANAGERS:
                        return "gnu"
                    if command.name == "apk":
                        return "busybox"
    return ""
