"""DW3215 plain-http-download."""

from dockwright.rules.api import AnyStep, Bad, Edit, Findings, Good, Rule, ShellWord, unsafe
from dockwright.rules.secrets._calls import calls, text, verified
from dockwright.rules.secrets._hosts import host, private

_PROGRAMS = ("curl", "wget", "aria2c", "axel")


class PlainHttpDownload(Rule):
    """
    Download over https.

    What comes over plain http can be replaced on the way, and becomes part of the image.

    Silent about loopback, private and variable hosts, about proxy options, and when the same `RUN`
    compares a checksum or checks a signature, or `ADD` has a `--checksum`.
    """

    code = "DW3215"
    name = "plain-http-download"
    severity = "warning"
    tier = "preview"
    tags = ("security", "tls")
    also = ("parfum:curlUseHttpsUrl", "parfum:wgetUseHttpsUrl")

    examples = (
        Bad(
            "FROM debian:12\nRUN curl -fsSLO http://example.com/a.tar.gz\n",
            at="http://example.com/a.tar.gz",
            fixed="FROM debian:12\nRUN curl -fsSLO https://example.com/a.tar.gz\n",
        ),
        Bad(
            'FROM debian:12\nRUN wget -q "http://example.com/$FILE" | tar x\n',
            at='"http://example.com/$FILE"',
            fixed='FROM debian:12\nRUN wget -q "https://example.com/$FILE" | tar x\n',
        ),
        Bad(
            "FROM debian:12\nADD http://example.com/a.jar /srv/\n",
            at="http://example.com/a.jar",
            fixed="FROM debian:12\nADD https://example.com/a.jar /srv/\n",
        ),
        Good("FROM debian:12\nRUN curl -f http://localhost:8080/ && wget http://mirror/a\n"),
        Good("FROM debian:12\nRUN curl -O http://example.com/a && sha256sum -c a.sum\n"),
        Good("FROM debian:12\nRUN curl -x http://proxy.example.com https://example.com/a\n"),
        Good("FROM debian:12\nADD --checksum=sha256:0123 http://example.com/a /a\n"),
        Good("FROM debian:12\nRUN wget http://$HOST/a\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("RUN", "ADD") or "http://" not in text(step):
            return
        if step.name == "ADD":
            if step.node.flag("checksum") is not None:
                return
            for source in step.node.args[:-1]:
                value = source.value
                if value.startswith("http://") and not private(value):
                    edit = step.insert(step.node.value_span(source, 4, 4).start, "s")
                    yield self.at(
                        source, f"plain http: the download from {host(value)} can be replaced"
                    ).fix("use https", unsafe(edit if source.at >= 0 else None))
            return
        if verified(step):
            return
        for one in calls(step, *_PROGRAMS):
            for at, word in enumerate(one.args):
                url = word.shape
                before = one.args[at - 1].shape if at else ""
                if not url.startswith("http://") or private(url):
                    continue
                if before in ("-x", "--proxy", "-H", "--header", "-e", "--referer", "--preproxy"):
                    continue
                yield self.at(
                    word, f"plain http: the download from {host(url)} can be replaced"
                ).fix("use https", unsafe(_https(step, word)))


def _https(step: AnyStep, word: ShellWord) -> Edit | None:
    at = word.text.find("http://")
    if at < 0 or step.node.is_json:
        return None
    offset = word.script.joined.offset(word.start + at + 4)
    return step.insert(offset, "s")
