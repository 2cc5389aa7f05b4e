"""DW2121 yum-assume-yes."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import WRAPPERS, YUM
from dockwright.rules.packages._rpm import unanswered


class YumAssumeYes(Rule):
    """
    Pass `-y` to `yum` commands that ask before they act.

    A build has nobody who answers: yum reads the end of its input, takes that for a no and fails.

    Silent for `--assumeyes`, `--assumeno`, `--downloadonly`, an answer that comes through a pipe,
    options in a variable that cannot be read, and after a configuration file was written that may
    hold `assumeyes`.
    """

    code = "DW2121"
    name = "yum-assume-yes"
    severity = "warning"
    tags = ("yum", "build")
    also = (
        "hadolint:DL3030",
        "kics:6e19193a",
        "semgrep:missing-yum-assume-yes-switch",
        "parfum:yumInstallForceYes",
    )
    on = command(*YUM.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM rockylinux:8\nRUN yum install curl && yum clean all\n",
            at="yum install",
            fixed="FROM rockylinux:8\nRUN yum install -y curl && yum clean all\n",
        ),
        Bad(
            "FROM rockylinux:8\nRUN sudo yum -q groupinstall Development\n",
            at="yum -q groupinstall",
            fixed="FROM rockylinux:8\nRUN sudo yum -q groupinstall -y Development\n",
        ),
        Bad(
            'FROM rockylinux:8\nRUN ["yum", "update"]\n',
            at='yum", "update',
            fixed='FROM rockylinux:8\nRUN ["yum", "update", "-y"]\n',
        ),
        Good("FROM rockylinux:8\nRUN yum -y install curl && yum clean all\n"),
        Good("FROM rockylinux:8\nRUN yum install -qy curl && yum --assumeyes update\n"),
        Good("FROM rockylinux:8\nRUN yes | yum install curl\n"),
        Good("FROM rockylinux:8\nARG YUM_OPTS\nRUN yum $YUM_OPTS install curl\n"),
        Good("FROM rockylinux:8\nRUN echo assumeyes=1 >> /etc/yum.conf\nRUN yum install curl\n"),
        Good("FROM rockylinux:8\nRUN yum makecache && yum list installed && yum clean all\n"),
    )

    def check(self, run: RunStep) -> Findings:
        yield from unanswered(self, run, YUM)
