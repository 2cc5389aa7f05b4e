"""DW2125 dnf-cache."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import DNF, MICRODNF, TDNF, WRAPPERS
from dockwright.rules.packages._rpm import cached


class DnfCache(Rule):
    """
    Run `dnf clean all` in the `RUN` that uses `dnf`.

    dnf keeps the metadata of its repositories, and may keep packages, below /var/cache. That is
    tens of megabytes in the layer which nothing reads at run time, and a later `RUN` cannot remove
    them.

    Silent when the same `RUN` cleans up afterwards (`dnf`, `microdnf`, `yum` or `rm`), when a
    cache or tmpfs mount keeps the cache out of the layer, with `--installroot`, inside `ONBUILD`,
    and in a stage whose file system never reaches the final image.
    """

    code = "DW2125"
    name = "dnf-cache"
    severity = "warning"
    tags = ("dnf", "size")
    also = (
        "hadolint:DL3040",
        "trivy:DS-0019",
        "trivy:DS-0027",
        "kics:295acb63",
        "semgrep:missing-dnf-clean-all",
    )
    on = command(*DNF.programs, *MICRODNF.programs, *TDNF.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM fedora:41\nRUN dnf install -y git\n",
            at="dnf install",
            fixed="FROM fedora:41\nRUN dnf install -y git && dnf clean all\n",
        ),
        Bad(
            "FROM redhat/ubi9-minimal\nRUN microdnf install git && git --version\n",
            at="microdnf install",
            fixed="FROM redhat/ubi9-minimal\nRUN microdnf install git && git --version"
            " && microdnf clean all\n",
        ),
        Good("FROM fedora:41\nRUN dnf install -y git && dnf clean all\n"),
        Good("FROM fedora:41\nRUN dnf install -y git && rm -rf /var/cache/libdnf5\n"),
        Good("FROM fedora:41\nRUN dnf install -y git && rm -rf /var/cache/dnf/* /tmp/*\n"),
        Good(
            "FROM fedora:41\nRUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y git\n"
        ),
        Good("FROM fedora:41\nRUN --mount=type=tmpfs,target=/var/cache dnf install -y git\n"),
        Good(
            "FROM fedora:41 AS build\nRUN dnf install -y gcc\n"
            "FROM fedora:41\nCOPY --from=build /app /app\n"
        ),
    )

    def check(self, run: RunStep) -> Findings:
        yield from cached(self, run, DNF, MICRODNF, TDNF)
