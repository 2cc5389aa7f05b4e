"""DW5412 yum-mirrors-gone."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, Stage
from dockwright.rules.releases._archive import YUM_FOLDER, changes
from dockwright.rules.releases._calls import YUM, calls
from dockwright.rules.releases._origin import origin

_FETCH = frozenset(
    ("install", "update", "upgrade", "makecache", "groupinstall", "reinstall", "check-update")
)
_OTHERS = (
    "--enablerepo",
    "--disablerepo",
    "--repo",
    "--repoid",
    "--repofrompath",
    "-c",
    "--config",
)


class YumMirrorsGone(Rule):
    """
    Move on from CentOS: its package servers have been switched off.

    The lists of mirrors that the images of CentOS 5 to 8 name (mirrorlist.centos.org) do not
    resolve any more, so every `yum install` fails. The packages of the last day are kept on
    vault.centos.org; updates there are none.

    Silent when the base image is not known to be CentOS, when a command or a copied file may have
    changed the repositories, and when the build goes on without the packages.
    """

    code = "DW5412"
    name = "yum-mirrors-gone"
    severity = "error"
    tags = ("yum", "base-image", "build")
    mentions = ("yum", "dnf")

    examples = (
        Bad("FROM centos:7\nRUN yum install -y httpd\n", at="yum install -y httpd"),
        Bad("FROM centos:latest\nRUN dnf -y update && dnf clean all\n", at="dnf -y update"),
        Good(
            "FROM centos:7\n"
            "RUN sed -i -e s/^mirrorlist/#mirrorlist/"
            " -e s,#baseurl=http://mirror.centos.org,baseurl=http://vault.centos.org,"
            " /etc/yum.repos.d/CentOS-*.repo && yum install -y httpd\n"
        ),
        Good("FROM centos:7\nCOPY vault.repo /etc/yum.repos.d/\nRUN yum install -y httpd\n"),
        Good("FROM centos:7\nRUN yum install -y httpd || true\n"),
        Good("FROM almalinux:9\nRUN dnf install -y httpd\n"),
    )

    def check(self, stage: Stage) -> Findings:
        from dockwright.rules.api import archives

        if stage.os != "linux" or not stage.built:
            return
        for step in stage.steps:
            if step.name != "RUN" or step.onbuild:
                continue
            for call in calls(step, YUM):
                if call.action not in _FETCH or call.has(*_OTHERS):
                    continue
                if any("://" in word.shape or "/" in word.shape for word in call.words):
                    continue
                found = origin(stage)
                if found is None or found.distribution != "centos":
                    return
                gone = archives.archive_gone("centos", found.cycle, archives.DAY)
                if not isinstance(gone, Known) or not gone.value:
                    return
                point = step.points.get(call.command.start)
                if point is None or not point.certain or not point.fatal:
                    continue
                if changes(step, call, point.contents, YUM_FOLDER, found):
                    return
                message = f"the mirrors of {found.title} are gone: nothing can be installed"
                because = (found.reason, gone.reason)
                yield self.at(call.command, message, because)
                return
