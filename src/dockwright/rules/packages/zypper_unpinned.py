"""DW2133 zypper-unpinned."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import WRAPPERS, ZYPPER
from dockwright.rules.packages._rpm import loose


class ZypperUnpinned(Rule):
    """
    Say which version of a package to install: `zypper install git=2.43.0`.

    Without a version two builds of one Dockerfile may differ. A pin has its price: repositories
    drop old versions, so that the build fails later, and what the package depends on stays
    unpinned. A base image pinned by digest is often the better tool.

    Silent for `name=version` and other comparisons, files, paths and URLs, patterns and other
    types that are no packages, and a dry run.
    """

    code = "DW2133"
    name = "zypper-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("zypper", "pin")
    also = ("hadolint:DL3037", "kics:562952e4")
    on = command(*ZYPPER.programs, *WRAPPERS)

    examples = (
        Bad("FROM opensuse/leap:15.6\nRUN zypper -n in git=2.43.0 jq\n", at="jq"),
        Bad("FROM opensuse/leap:15.6\nRUN zypper -n in java-17-openjdk\n", at="java-17-openjdk"),
        Good("FROM opensuse/leap:15.6\nRUN zypper -n in git=2.43.0 'jq>=1.6'\n"),
        Good("FROM opensuse/leap:15.6\nRUN zypper -n in ./tool.rpm /tmp/*.rpm\n"),
        Good("FROM opensuse/leap:15.6\nRUN zypper -n in -t pattern devel_basis\n"),
    )

    def check(self, run: RunStep) -> Findings:
        yield from loose(self, run, ZYPPER)
