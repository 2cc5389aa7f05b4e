"""DW3207 tls-off-git."""

from dockwright.rules.api import AnyStep, Bad, Command, Findings, Good, Rule, ShellWord, unsafe
from dockwright.rules.secrets._calls import calls, off, settings, text

_VARIABLE = "GIT_SSL_NO_VERIFY"


class TlsOffGit(Rule):
    """
    Let git check the server's certificate.

    Without the check anybody on the way can answer with a repository of his own, and what it holds
    is built into the image. `GIT_SSL_NO_VERIFY` switches it off with any value, `false` included.

    Silent about an unset variable and about settings that are true.
    """

    code = "DW3207"
    name = "tls-off-git"
    severity = "warning"
    tags = ("security", "tls", "git")
    mentions = ("ssl_no_verify", "sslverify")
    also = ("checkov:CKV2_DOCKER_14",)

    examples = (
        Bad(
            "FROM debian:12\nRUN git -c http.sslVerify=false clone https://example.com/a\n",
            at="http.sslVerify=false",
            fixed="FROM debian:12\nRUN git clone https://example.com/a\n",
        ),
        Bad(
            "FROM debian:12\nRUN git config --global http.sslVerify false && git pull\n",
            at="git config --global http.sslVerify false",
            fixed="FROM debian:12\nRUN git pull\n",
        ),
        Bad(
            "FROM debian:12\nRUN env GIT_SSL_NO_VERIFY=true git pull\n",
            at="GIT_SSL_NO_VERIFY=true",
            fixed="FROM debian:12\nRUN env git pull\n",
        ),
        Bad(
            "FROM debian:12\nENV GIT_SSL_NO_VERIFY=1\nRUN git pull\n",
            at="GIT_SSL_NO_VERIFY=1",
            fixed="FROM debian:12\nRUN git pull\n",
        ),
        Good("FROM debian:12\nRUN git config --global http.sslVerify true\n"),
        Good("FROM debian:12\nRUN git -c http.sslCAInfo=/a.pem clone https://example.com/a\n"),
        Good("FROM debian:12\nARG GIT_SSL_NO_VERIFY\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("RUN", "ENV", "ARG"):
            return
        written = text(step)
        if _VARIABLE in written:
            for setting in settings(step, _VARIABLE):
                yield self.at(
                    setting.span, f"`{_VARIABLE}` switches the certificate check of git off"
                ).fix("check certificates", unsafe(setting.edit))
        if step.name != "RUN" or "sslverify" not in written.lower():
            return
        for one in calls(step, "git"):
            words = _option(one)
            if words:
                yield self.at(
                    words[-1], "`http.sslVerify` switches the certificate check of git off"
                ).fix("check certificates", unsafe(step.delete_words(*words)))
            elif _configured(one):
                yield self.at(one, "this switches the certificate check of git off").fix(
                    "leave the check on", unsafe(step.delete_command(one))
                )


def _verifies(key: str) -> bool:
    lowered = key.lower()
    return lowered.startswith("http.") and lowered.endswith(".sslverify")


def _option(one: Command) -> list[ShellWord]:
    """The words `-c http.sslVerify=false`."""
    for at, word in enumerate(one.args[:-1]):
        if word.shape == "-c":
            key, _, value = one.args[at + 1].shape.partition("=")
            if _verifies(key) and off(value):
                return [word, one.args[at + 1]]
    return []


def _configured(one: Command) -> bool:
    words = [word.shape for word in one.operands("-f", "--file", "-C", "-c")]
    if words[:1] != ["config"]:
        return False
    rest = [word for word in words[1:] if word != "set"]
    if rest and "=" in rest[0]:
        key, _, value = rest[0].partition("=")
        return _verifies(key) and off(value)
    return len(rest) > 1 and _verifies(rest[0]) and off(rest[1])
