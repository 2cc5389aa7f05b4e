"""DW3203 tls-off-pip."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Rule, ShellWord, unsafe
from dockwright.rules.secrets._calls import settings, text

_VARIABLES = ("PIP_TRUSTED_HOST", "UV_INSECURE_HOST")
_OPTIONS = ("--trusted-host", "--allow-insecure-host")
_LOCAL = ("localhost", "127.0.0.1", "::1", "[::1]")


class TlsOffPip(Rule):
    """
    Let pip check the certificate of the package index.

    A trusted host is one whose certificate pip does not look at: anybody on the way can answer
    with packages of his own, whose code runs in the build. For an index with a certificate of your
    own authority use `--cert` or `PIP_CERT`.

    Silent when the host is the loopback.
    """

    code = "DW3203"
    name = "tls-off-pip"
    severity = "warning"
    tags = ("security", "tls", "pip")
    mentions = ("trusted",)
    also = ("checkov:CKV2_DOCKER_4", "checkov:CKV2_DOCKER_16")

    examples = (
        Bad(
            "FROM python:3.12\nRUN pip install --trusted-host pypi.org -r requirements.txt\n",
            at="--trusted-host",
            fixed="FROM python:3.12\nRUN pip install -r requirements.txt\n",
        ),
        Bad(
            "FROM python:3.12\nRUN python -m pip install --trusted-host=pypi.org flask\n",
            at="--trusted-host=pypi.org",
            fixed="FROM python:3.12\nRUN python -m pip install flask\n",
        ),
        Bad(
            "FROM python:3.12\nENV A=1 PIP_TRUSTED_HOST=pypi.org B=2\n",
            at="PIP_TRUSTED_HOST=pypi.org",
            fixed="FROM python:3.12\nENV A=1 B=2\n",
        ),
        Bad(
            "FROM python:3.12\nRUN PIP_TRUSTED_HOST=pypi.org pip install flask\n",
            at="PIP_TRUSTED_HOST=pypi.org",
            fixed="FROM python:3.12\nRUN pip install flask\n",
        ),
        Bad(
            "FROM python:3.12\nRUN pip config set global.trusted-host pypi.org\n",
            at="pip config set global.trusted-host pypi.org",
        ),
        Good("FROM python:3.12\nRUN pip install --trusted-host localhost flask\n"),
        Good("FROM python:3.12\nARG PIP_TRUSTED_HOST\nENV PIP_TRUSTED_HOST=\n"),
        Good("FROM python:3.12\nRUN pip install --index-url https://pypi.example.com/ flask\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("RUN", "ENV", "ARG"):
            return
        written = text(step)
        if any(name in written for name in _VARIABLES):
            for setting in settings(step, *_VARIABLES):
                if setting.value != "" and setting.value not in _LOCAL:
                    yield self.at(
                        setting.span, f"`{setting.name}` switches the certificate check of pip off"
                    ).fix("check the certificate", unsafe(setting.edit))
        if step.name != "RUN" or not ("trusted-host" in written or "insecure-host" in written):
            return
        for command in step.commands:
            words = list(command.words)
            for at, word in enumerate(words):
                option, equals, value = word.shape.partition("=")
                if option in _OPTIONS:
                    rest: list[ShellWord] = [] if equals else words[at + 1 : at + 2]
                    if (rest[0].shape if rest else value).partition(":")[0] in _LOCAL:
                        continue
                    yield self.at(
                        word, f"`{option}` switches the certificate check of pip off"
                    ).fix("check the certificate", unsafe(step.delete_words(word, *rest)))
                elif word.shape.endswith(".trusted-host") and "config" in [
                    w.shape for w in words[:at]
                ]:
                    yield self.at(
                        command, "`trusted-host` switches the certificate check of pip off"
                    ).fix("leave the check on", unsafe(step.delete_command(command)))
