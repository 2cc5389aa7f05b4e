"""DW3202 tls-off-wget."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command, unsafe
from dockwright.rules.secrets._calls import WRAPPERS, calls, switches, verified
from dockwright.rules.secrets._hosts import local

_TAKES = "aABDeGhIilOoPQRtTUwX"


class TlsOffWget(Rule):
    """
    Let `wget` check the server's certificate.

    With `--no-check-certificate` anybody between the build and the server can answer in its place,
    and what he sends becomes part of the image. Where the image lacks the certificates of the
    authorities, install `ca-certificates`.

    Silent when the address is the loopback. Where the same `RUN` compares a checksum or checks a
    signature the finding is "likely" only.
    """

    code = "DW3202"
    name = "tls-off-wget"
    severity = "warning"
    tags = ("security", "tls")
    also = ("checkov:CKV2_DOCKER_3",)
    on = command("wget", *WRAPPERS)

    examples = (
        Bad(
            "FROM debian:12\nRUN wget --no-check-certificate -q https://example.com/a\n",
            at="--no-check-certificate",
            fixed="FROM debian:12\nRUN wget -q https://example.com/a\n",
        ),
        Bad(
            "FROM debian:12\nRUN wget -q \\\n    --no-check-certificate \\\n    https://a.io/a\n",
            at="--no-check-certificate",
            fixed="FROM debian:12\nRUN wget -q \\\n    https://a.io/a\n",
        ),
        Good("FROM debian:12\nRUN wget -q https://example.com/a\n"),
        Good("FROM debian:12\nRUN wget --no-check-certificate https://localhost/a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for one in calls(run, "wget"):
            urls = [word.shape for word in one.args if "://" in word.shape]
            if urls and all(local(url) for url in urls):
                continue
            for word, option in switches(one, _TAKES):
                # GNU long options may be shortened.
                if option.startswith("--no-check-c") and "--no-check-certificate".startswith(
                    option
                ):
                    yield self.at(
                        word,
                        "`--no-check-certificate` switches the certificate check of wget off",
                        likely=verified(run),
                    ).fix("check the certificate", unsafe(run.delete_words(word)))
