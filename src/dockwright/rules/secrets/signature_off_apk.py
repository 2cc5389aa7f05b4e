"""DW3211 signature-off-apk."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command, unsafe
from dockwright.rules.secrets._calls import WRAPPERS, calls, switches, verified


class SignatureOffApk(Rule):
    """
    Let `apk` check the signatures of its packages.

    With `--allow-untrusted` a package of anybody is installed, and its scripts run as root. Put the
    public key of the repository into `/etc/apk/keys`.

    Silent about other options. A package file that stands on the command line is "likely" only: it
    may be one that the same build has made.
    """

    code = "DW3211"
    name = "signature-off-apk"
    severity = "warning"
    tags = ("security", "apk", "signature")
    also = ("checkov:CKV2_DOCKER_7",)
    on = command("apk", *WRAPPERS)

    examples = (
        Bad(
            "FROM alpine:3.20\nRUN apk add --no-cache --allow-untrusted curl\n",
            at="--allow-untrusted",
            fixed="FROM alpine:3.20\nRUN apk add --no-cache curl\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk --allow-untrusted add ./a.apk\n",
            at="--allow-untrusted",
            fixed="FROM alpine:3.20\nRUN apk add ./a.apk\n",
        ),
        Good("FROM alpine:3.20\nRUN apk add --no-cache curl\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for one in calls(run, "apk"):
            files = [word.shape for word in one.operands("-t", "-X", "-p") if word.shape != "add"]
            local = verified(run) or any(name.endswith(".apk") for name in files)
            for word, option in switches(one):
                if option == "--allow-untrusted":
                    yield self.at(
                        word,
                        "`--allow-untrusted` installs packages without a valid signature",
                        likely=local,
                    ).fix("check signatures", unsafe(run.delete_words(word)))
