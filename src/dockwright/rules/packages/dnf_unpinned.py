"""DW2126 dnf-unpinned."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import DNF, MICRODNF, TDNF, WRAPPERS
from dockwright.rules.packages._rpm import loose


class DnfUnpinned(Rule):
    """
    Say which version of a package to install: `dnf install git-2.47.0`.

    Without a version two builds of one Dockerfile may differ. A pin has its price: mirrors drop
    old versions, so that the build fails later, and what the package depends on stays unpinned. A
    base image pinned by digest is often the better tool.

    Silent for `name-version`, comparisons, module streams, files, paths and URLs, groups, and a
    dry run.
    """

    code = "DW2126"
    name = "dnf-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("dnf", "pin")
    also = ("hadolint:DL3041", "kics:93d88cf7")
    on = command(*DNF.programs, *MICRODNF.programs, *TDNF.programs, *WRAPPERS)

    examples = (
        Bad("FROM fedora:41\nRUN dnf install -y git-2.47.0 jq\n", at="jq"),
        Bad("FROM redhat/ubi9-minimal\nRUN microdnf install jq\n", at="jq"),
        Bad("FROM rockylinux:9\nRUN dnf module install -y nodejs\n", at="nodejs"),
        Good("FROM fedora:41\nRUN dnf install -y git-2.47.0 jq-${JQ_VERSION} 'curl >= 8'\n"),
        Good(
            "FROM fedora:41\nRUN dnf install -y https://a.example/tool.rpm ./x.rpm @development\n"
        ),
        Good("FROM rockylinux:9\nRUN dnf module install -y nodejs:20\n"),
    )

    def check(self, run: RunStep) -> Findings:
        yield from loose(self, run, DNF, MICRODNF, TDNF)
