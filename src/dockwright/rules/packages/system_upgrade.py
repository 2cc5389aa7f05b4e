"""DW2141 system-upgrade."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, RunStep, command, unsafe
from dockwright.rules.packages._managers import (
    APK,
    APT,
    DNF,
    MICRODNF,
    TDNF,
    WRAPPERS,
    YUM,
    ZYPPER,
    Call,
    call,
    calls,
)

_MANAGERS = (APT, APK, YUM, DNF, MICRODNF, TDNF, ZYPPER)
_DRY = ("-s", "--simulate", "--dry-run", "--just-print", "--no-act", "--help", "-d")
_SECURITY = ("--security", "--advisory", "--advisories", "--bugfix", "--cve", "--sec-severity")


class SystemUpgrade(Rule):
    """
    Take a newer base image instead of upgrading all its packages in a `RUN`.

    The upgrade puts a second copy of each changed file into the image, and what it installs
    depends on the day of the build and on what the layer cache holds. Opinions differ: it also
    brings security fixes that the base image does not have yet.

    Silent when packages are named (`yum update openssl`, `apt-get install --only-upgrade curl`),
    for an upgrade limited to security updates, and in a stage that does not ship.
    """

    code = "DW2141"
    name = "system-upgrade"
    severity = "info"
    tier = "optional"
    tags = ("apt", "apk", "yum", "dnf", "zypper", "size")
    also = (
        "hadolint:DL3035",
        "trivy:DS-0024",
        "kics:682fe378",
        "kics:09fda05e",
        "kics:989ab888",
        "kics:8f6456be",
        "kics:d4895357",
        "semgrep:avoid-apk-upgrade",
        "semgrep:avoid-apt-get-upgrade",
        "semgrep:avoid-dnf-update",
        "semgrep:avoid-yum-update",
        "semgrep:avoid-zypper-update",
        "dockle:DKL-DI-0003",
    )
    on = command(*(program for manager in _MANAGERS for program in manager.programs), *WRAPPERS)

    examples = (
        Bad(
            "FROM debian:12\nRUN apt-get update && apt-get upgrade -y && apt-get install -y curl\n",
            at="apt-get upgrade -y",
            fixed="FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk --no-cache upgrade && apk --no-cache add curl\n",
            at="apk --no-cache upgrade",
            fixed="FROM alpine:3.20\nRUN apk --no-cache add curl\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update && apt-get dist-upgrade -y && locale-gen\n",
            at="apt-get dist-upgrade -y",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update && \\\n    # - for old images\n"
            "    apt-get upgrade -y && \\\n    apt-get install -y curl\n",
            at="apt-get upgrade -y",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk -U upgrade && apk add curl\nRUN make\n",
            at="apk -U upgrade",
        ),
        Bad("FROM fedora:40\nRUN dnf -y update\n", at="dnf -y update"),
        Bad("FROM opensuse/leap:15\nRUN zypper -n dist-upgrade\n", at="zypper -n dist-upgrade"),
        Good("FROM fedora:40\nRUN yum -y update openssl && dnf -y upgrade 'curl*'\n"),
        Good("FROM fedora:40\nRUN dnf -y update --security\n"),
        Good("FROM debian:12\nRUN apt-get install -y --only-upgrade curl\n"),
        Good("FROM alpine:3.20\nRUN apk add --no-cache --upgrade curl && apk upgrade curl\n"),
        Good("FROM debian:12 AS b\nRUN apt-get upgrade -y\nFROM scratch\nCOPY --from=b /a /a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped:
            return
        for one in calls(run, *_MANAGERS):
            if not one.upgrades or one.operands or one.unsure or one.has(*_DRY):
                continue
            if one.has(*_SECURITY) or _limited(one):
                continue
            yield self.at(
                one.command, f"`{one.name} {one.sub}` upgrades every package of the base image"
            ).fix("delete it", unsafe(_deleted(run, one)))


def _deleted(run: RunStep, upgrade: Call) -> Edit | None:
    """The command deleted; None when only a clean-up would be left, or an index for nothing."""
    others = [one for one in run.commands if one.start != upgrade.command.start]
    found = [other for one in others if (other := call(run, one)) is not None]
    if not any(one.installs or one.upgrades for one in found):
        plain = [one for one in others if one.name not in ("rm", "set")]
        if len(plain) == len(found) or any(one.updates for one in found):
            return None
    steps = run.stage.steps[max(0, run.index - 1) : run.index + 2]
    if len(others) == 1 and sum(step.name == "RUN" for step in steps) > 1:
        return None  # what is left would be a layer for one command
    return run.delete_command(upgrade.command)


def _limited(call: Call) -> bool:
    """Whether an option names what to upgrade, or the packages of another root."""
    return bool(call.given("--installroot", "--root", "-p", "-r", "--repo", "--patch"))
