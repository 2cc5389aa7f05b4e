"""DW3208 tls-off-yum."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, lazy, unsafe
from dockwright.rules.secrets._calls import text, written
from dockwright.rules.secrets._configs import on_again, setopt

_CONFIG = lazy(r"(?:(?<![\w.=*-])|(?<=\\n))sslverify\s*=\s*(0|[Ff]alse|[Nn]o)\b")


class TlsOffYum(Rule):
    """
    Let yum and dnf check the certificate of the repository.

    With `sslverify` off anybody on the way can answer with old or false package lists. For a
    repository with a certificate of your own authority set `sslcacert`.

    Silent about other values, about what `sed` replaces by something else, and about comments.
    """

    code = "DW3208"
    name = "tls-off-yum"
    severity = "warning"
    tags = ("security", "tls", "yum")
    mentions = ("sslverify",)
    also = ("checkov:CKV2_DOCKER_15",)

    examples = (
        Bad(
            "FROM fedora:41\nRUN dnf install -y --setopt=sslverify=0 curl\n",
            at="--setopt=sslverify=0",
            fixed="FROM fedora:41\nRUN dnf install -y curl\n",
        ),
        Bad(
            "FROM centos:7\nRUN yum --setopt base.sslverify=false install -y curl\n",
            at="base.sslverify=false",
            fixed="FROM centos:7\nRUN yum install -y curl\n",
        ),
        Bad(
            "FROM centos:7\nRUN echo 'sslverify=false' >> /etc/yum.conf\n",
            at="sslverify=false",
            fixed="FROM centos:7\nRUN echo 'sslverify=1' >> /etc/yum.conf\n",
        ),
        Good("FROM centos:7\nRUN sed -i 's/sslverify=0/sslverify=1/' /etc/yum.conf\n"),
        Good("FROM centos:7\nRUN echo 'sslverify=1' >> /etc/yum.conf\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if "sslverify" not in text(run):
            return
        for word, _, edit in setopt(run, "sslverify"):
            yield self.at(word, "`sslverify` switches the certificate check of yum off").fix(
                "check certificates", unsafe(edit)
            )
        script = run.script
        for match in written(run, _CONFIG) if script is not None else ():
            assert script is not None
            yield self.at(
                script.joined.span(match.start(), match.end()),
                "`sslverify` switches the certificate check of yum off",
            ).fix("check certificates", unsafe(on_again(run, match)))
