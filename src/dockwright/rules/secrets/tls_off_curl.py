"""DW3201 tls-off-curl."""

from dockwright.rules.api import Bad, Command, Findings, Good, Rule, RunStep, command, unsafe
from dockwright.rules.secrets._calls import WRAPPERS, calls, switches, verified, without
from dockwright.rules.secrets._hosts import local

_TAKES = "AbcCdDeEFhHKmopPQrtTuUwxXyYz"


class TlsOffCurl(Rule):
    """
    Let `curl` check the server's certificate.

    With `-k` anybody between the build and the server can answer in its place, and what he sends
    becomes part of the image. For a server with a certificate of your own authority use
    `--cacert`, or add the authority to the image.

    Silent when the address is the loopback. Where the same `RUN` compares a checksum or checks a
    signature the finding is "likely" only.
    """

    code = "DW3201"
    name = "tls-off-curl"
    severity = "warning"
    tags = ("security", "tls")
    also = ("checkov:CKV2_DOCKER_2",)
    on = command("curl", *WRAPPERS)

    examples = (
        Bad(
            "FROM debian:12\nRUN curl -k -o /a https://example.com/a\n",
            at="-k",
            fixed="FROM debian:12\nRUN curl -o /a https://example.com/a\n",
        ),
        Bad(
            "FROM debian:12\nRUN curl -fsSLk https://example.com/a | tar xz\n",
            at="-fsSLk",
            fixed="FROM debian:12\nRUN curl -fsSL https://example.com/a | tar xz\n",
        ),
        Bad(
            "FROM example.org/base:1\nRUN sudo curl -O https://example.com/a \\\n    --insecure\n",
            at="--insecure",
            fixed="FROM example.org/base:1\nRUN sudo curl -O https://example.com/a\n",
        ),
        Good("FROM debian:12\nRUN curl -fsSLO https://example.com/a\n"),
        Good("FROM debian:12\nRUN curl -K settings -okernel https://example.com/a\n"),
        Good("FROM debian:12\nRUN curl -H -k https://example.com/a\n"),
        Good("FROM debian:12\nRUN curl -k https://localhost:8443/health\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for one in calls(run, "curl"):
            for word, option in switches(one, _TAKES):
                if option in ("-k", "--insecure") and not _only_local(one):
                    yield self.at(
                        word,
                        f"`{option}` switches the certificate check of curl off",
                        likely=verified(run),
                    ).fix("check the certificate", unsafe(without(run, word, option)))
                    break


def _only_local(one: Command) -> bool:
    urls = [word.shape for word in one.args if "://" in word.shape]
    return bool(urls) and all(local(url) for url in urls)
