"""DW2122 yum-cache."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import WRAPPERS, YUM
from dockwright.rules.packages._rpm import cached


class YumCache(Rule):
    """
    Run `yum clean all` in the `RUN` that uses `yum`.

    yum keeps the metadata of its repositories, and may keep packages, below /var/cache. That is
    tens of megabytes in the layer which nothing reads at run time, and a later `RUN` cannot remove
    them.

    Silent when the same `RUN` cleans up afterwards (`yum`, `dnf` or `rm`), when a cache or tmpfs
    mount keeps the cache out of the layer, with `--installroot`, inside `ONBUILD`, and in a stage
    whose file system never reaches the final image.
    """

    code = "DW2122"
    name = "yum-cache"
    severity = "warning"
    tags = ("yum", "size")
    also = (
        "hadolint:DL3032",
        "trivy:DS-0015",
        "kics:00481784",
        "semgrep:missing-yum-clean-all",
        "parfum:yumInstallRmVarCacheYum",
    )
    on = command(*YUM.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM rockylinux:8\nRUN yum install -y curl\n",
            at="yum install",
            fixed="FROM rockylinux:8\nRUN yum install -y curl && yum clean all\n",
        ),
        Bad(
            "FROM rockylinux:8\nRUN yum clean all && yum -y update\n",
            at="yum -y update",
            fixed="FROM rockylinux:8\nRUN yum clean all && yum -y update && yum clean all\n",
        ),
        Bad(
            "FROM rockylinux:8\nRUN yum install -y curl || apt-get install -y curl\n",
            at="yum install",
        ),
        Good("FROM rockylinux:8\nRUN yum install -y curl && yum clean all\n"),
        Good("FROM rockylinux:8\nRUN yum install -y curl; yum -y clean metadata\n"),
        Good("FROM rockylinux:8\nRUN yum install -y curl && rm -rf /var/cache/yum\n"),
        Good("FROM rockylinux:8\nRUN yum install -y curl && rm -rf /tmp/* /var/cache/*\n"),
        Good("FROM rockylinux:8\nRUN yum install -y curl && dnf clean all\n"),
        Good(
            "FROM rockylinux:8\nRUN --mount=type=cache,target=/var/cache/yum yum install -y curl\n"
        ),
        Good("FROM rockylinux:8\nRUN yum --installroot /rootfs install -y curl\n"),
        Good(
            "FROM rockylinux:8 AS build\nRUN yum install -y gcc\n"
            "FROM rockylinux:8\nCOPY --from=build /app /app\n"
        ),
    )

    def check(self, run: RunStep) -> Findings:
        yield from cached(self, run, YUM)
