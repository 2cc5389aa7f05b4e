"""DW2207 download-without-fail-flag."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Remedy,
    Rule,
    RunStep,
    command,
    unsafe,
)
from dockwright.rules.shell._downloads import CLUSTER, downloads, insert

FAIL = ("-f", "--fail", "--fail-with-body", "--fail-early")
CHECKS = ("sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "md5sum", "shasum")


class DownloadWithoutFailFlag(Rule):
    """
    Give `curl` the option `-f` when it downloads a file in a build.

    Without it `curl` succeeds when the server answers "404" or "500", and the error page is what
    ends up in the file or in the program behind the pipe.

    Silent when the output is only shown, thrown away or checked by `-w` or a checksum in the same
    `RUN`; for calls that send something; and in a condition.
    """

    code = "DW2207"
    name = "download-without-fail-flag"
    severity = "warning"
    tier = "preview"
    tags = ("download", "errors")
    also = ("parfum:curlUseFlagF",)
    on = command("curl")

    examples = (
        Bad(
            "FROM debian:12\nRUN curl -sSLo /x.tgz https://a.example/x.tgz\n",
            at="curl",
            fixed="FROM debian:12\nRUN curl -fsSLo /x.tgz https://a.example/x.tgz\n",
        ),
        Bad(
            "FROM debian:12\nRUN curl https://a.example/install | sh\n",
            at="curl",
            fixed="FROM debian:12\nRUN curl -f https://a.example/install | sh\n",
        ),
        Good("FROM debian:12\nRUN curl -fsSL https://a.example/install | sh\n"),
        Good("FROM debian:12\nRUN curl --fail -O https://a.example/x.tgz\n"),
        Good("FROM debian:12\nRUN curl https://a.example/ping\n"),
        Good("FROM debian:12\nRUN curl -o /dev/null https://a.example/ping\n"),
        Good(
            "FROM debian:12\nRUN curl -LO https://a.example/x && echo '1  x' | sha256sum -c -\n",
        ),
        Good("FROM debian:12\nRUN curl -fO https://a.example/x.tgz\n"),
    )

    def check(self, run: RunStep) -> Findings:
        script = run.script
        if script is None or script.damaged is not None:
            return
        checked = any(one.name in CHECKS and one.has("-c", "--check") for one in script.commands)
        for one in run.command("curl"):
            if checked or "condition" in one.within or not downloads(one):
                continue
            if not one.has(*FAIL):
                message = "`curl` without `-f` takes an error page for the file"
                yield self.at(one.name_span, message).fix(
                    "fail on errors of the server", _fail(run, one)
                )


def _fail(run: RunStep, one: Command) -> Remedy | None:
    first = one.args[0] if one.args else None
    if first is not None and CLUSTER.fullmatch(first.text) and first.text[1] in "sSLkv":
        return unsafe(run.insert(first.span.start + 1, "f"))
    return insert(run, one, "-f")
