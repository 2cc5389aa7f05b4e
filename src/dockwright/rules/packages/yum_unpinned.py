"""DW2123 yum-unpinned."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import WRAPPERS, YUM
from dockwright.rules.packages._rpm import loose


class YumUnpinned(Rule):
    """
    Say which version of a package to install: `yum install curl-7.61.1`.

    Without a version two builds of one Dockerfile may differ. A pin has its price: mirrors drop
    old versions, so that the build fails later, and what the package depends on stays unpinned. A
    base image pinned by digest is often the better tool.

    Silent for `name-version`, comparisons, files, paths and URLs, groups, and a dry run.
    """

    code = "DW2123"
    name = "yum-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("yum", "pin")
    also = ("hadolint:DL3033", "kics:6452c424")
    on = command(*YUM.programs, *WRAPPERS)

    examples = (
        Bad("FROM rockylinux:8\nRUN yum install -y curl-7.61.1 git\n", at="git"),
        Bad("FROM rockylinux:8\nRUN yum install -y python3-pip gcc-c++\n", at="python3-pip"),
        Good("FROM rockylinux:8\nRUN yum install -y curl-7.61.1-34.el8 git-${GIT_VERSION}\n"),
        Good(
            "FROM rockylinux:8\nRUN yum install -y https://a.example/tool.rpm ./x.rpm /tmp/*.rpm\n"
        ),
        Good("FROM rockylinux:8\nRUN yum groupinstall -y Development && yum install -y @php:8.2\n"),
    )

    def check(self, run: RunStep) -> Findings:
        yield from loose(self, run, YUM)
