"""DW3213 signature-off-yum."""

from dockwright.rules.api import Bad, Command, Findings, Good, Rule, RunStep, lazy, unsafe
from dockwright.rules.secrets._calls import calls, switches, text, written
from dockwright.rules.secrets._configs import YUM, on_again, setopt

_SWITCHES = (
    "--nogpgcheck",
    "--no-gpgcheck",
    "--no-gpgchecks",
    "--no-gpg-checks",
    "--allow-unsigned-rpm",
)
_CONFIG = lazy(r"(?:(?<![\w.=*-])|(?<=\\n))(?:pkg_?)?gpgcheck\s*=\s*(0|[Ff]alse|[Nn]o)\b")


class SignatureOffYum(Rule):
    """
    Let yum, dnf and zypper check the signatures of packages.

    Without the check a package of anybody who can answer for the repository is installed, and its
    scripts run as root. Import the repository's key (`rpm --import`, `gpgkey=`).

    Silent about `repo_gpgcheck`, about what `sed` replaces by something else, and about comments.
    A package file on the command line is "likely" only: it may be one that the build has made.
    """

    code = "DW3213"
    name = "signature-off-yum"
    severity = "warning"
    tags = ("security", "yum", "signature")
    mentions = ("gpg",)
    also = ("checkov:CKV2_DOCKER_9",)

    examples = (
        Bad(
            "FROM fedora:41\nRUN dnf install -y --nogpgcheck curl\n",
            at="--nogpgcheck",
            fixed="FROM fedora:41\nRUN dnf install -y curl\n",
        ),
        Bad(
            "FROM opensuse/leap:15\nRUN zypper --no-gpg-checks install -y curl\n",
            at="--no-gpg-checks",
            fixed="FROM opensuse/leap:15\nRUN zypper install -y curl\n",
        ),
        Bad(
            "FROM centos:7\n"
            "RUN printf '[a]\\nbaseurl=https://a.io\\ngpgcheck=0\\n' > /etc/yum.repos.d/a\n",
            at="gpgcheck=0",
            fixed="FROM centos:7\n"
            "RUN printf '[a]\\nbaseurl=https://a.io\\ngpgcheck=1\\n' > /etc/yum.repos.d/a\n",
        ),
        Bad(
            "FROM centos:7\nRUN yum install -y --setopt=a.gpgcheck=0 curl\n",
            at="--setopt=a.gpgcheck=0",
            fixed="FROM centos:7\nRUN yum install -y curl\n",
        ),
        Good("FROM centos:7\nRUN echo 'repo_gpgcheck=0' >> /etc/yum.repos.d/a\n"),
        Good("FROM centos:7\nRUN sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.repos.d/a\n"),
        Good("FROM fedora:41\nRUN dnf install -y curl\n"),
    )

    def check(self, run: RunStep) -> Findings:
        whole = text(run)
        if "gpg" not in whole and "--allow-unsigned" not in whole:
            return
        for one in calls(run, *YUM, "zypper"):
            for word, option in switches(one):
                if option in _SWITCHES:
                    yield self.at(
                        word,
                        f"`{option}` installs packages without a valid signature",
                        likely=_files(one),
                    ).fix("check signatures", unsafe(run.delete_words(word)))
        for word, key, edit in setopt(run, "gpgcheck", "pkg_gpgcheck"):
            yield self.at(word, f"`{key}` switches the signature check off").fix(
                "check signatures", unsafe(edit)
            )
        script = run.script
        if script is None:
            return
        for match in written(run, _CONFIG):
            yield self.at(
                script.joined.span(match.start(), match.end()),
                "`gpgcheck` switches the signature check off",
            ).fix("check signatures", unsafe(on_again(run, match)))


def _files(one: Command) -> bool:
    names = [
        word.shape for word in one.operands() if word.shape not in ("install", "in", "localinstall")
    ]
    return bool(names) and all(name.endswith(".rpm") and "://" not in name for name in names)
