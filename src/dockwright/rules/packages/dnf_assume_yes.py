"""DW2124 dnf-assume-yes."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import DNF, TDNF, WRAPPERS
from dockwright.rules.packages._rpm import unanswered


class DnfAssumeYes(Rule):
    """
    Pass `-y` to `dnf` commands that ask before they act.

    A build has nobody who answers: dnf reads the end of its input, takes that for a no and fails.

    Silent for `--assumeyes`, `--assumeno`, `--downloadonly`, an answer that comes through a pipe,
    options in a variable that cannot be read, and after a configuration file was written that may
    hold `assumeyes`. Silent for `microdnf`, which always assumes yes.
    """

    code = "DW2124"
    name = "dnf-assume-yes"
    severity = "warning"
    tags = ("dnf", "build")
    also = ("hadolint:DL3038", "kics:7ebd323c", "semgrep:missing-dnf-assume-yes-switch")
    on = command(*DNF.programs, *TDNF.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM fedora:41\nRUN dnf install git && dnf clean all\n",
            at="dnf install",
            fixed="FROM fedora:41\nRUN dnf install -y git && dnf clean all\n",
        ),
        Bad(
            "FROM fedora:41\nRUN dnf5 upgrade --refresh\n",
            at="dnf5 upgrade",
            fixed="FROM fedora:41\nRUN dnf5 upgrade -y --refresh\n",
        ),
        Bad(
            "FROM rockylinux:9\nRUN dnf module enable nodejs:20\n",
            at="dnf module",
            fixed="FROM rockylinux:9\nRUN dnf module enable -y nodejs:20\n",
        ),
        Good("FROM fedora:41\nRUN dnf -y install git && dnf clean all\n"),
        Good("FROM fedora:41\nRUN dnf install --assumeyes git\n"),
        Good("FROM fedora:41\nRUN dnf install --setopt=assumeyes=1 git\n"),
        Good("FROM fedora:41\nRUN dnf module list && dnf repolist\n"),
        Good("FROM fedora:41\nCOPY dnf.conf /etc/dnf/dnf.conf\nRUN dnf install git\n"),
        Good("FROM redhat/ubi9-minimal\nRUN microdnf install git && microdnf clean all\n"),
    )

    def check(self, run: RunStep) -> Findings:
        yield from unanswered(self, run, DNF, TDNF)
