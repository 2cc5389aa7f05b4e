"""DW3204 tls-off-python."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Rule, unsafe
from dockwright.rules.secrets._calls import off, settings, text

_VARIABLE = "PYTHONHTTPSVERIFY"


class TlsOffPython(Rule):
    """
    Do not switch the certificate check of Python's HTTP client off.

    With `PYTHONHTTPSVERIFY=0` every HTTPS request of a Python 2.7 program, and of distributions
    that kept the switch, accepts any server.

    Silent about other values and when the value is a variable that nobody can evaluate.
    """

    code = "DW3204"
    name = "tls-off-python"
    severity = "warning"
    tags = ("security", "tls")
    mentions = ("pythonhttpsverify",)
    also = ("checkov:CKV2_DOCKER_5",)

    examples = (
        Bad(
            "FROM python:3.12\nENV PYTHONHTTPSVERIFY=0\nRUN make\n",
            at="PYTHONHTTPSVERIFY=0",
            fixed="FROM python:3.12\nRUN make\n",
        ),
        Bad(
            "FROM python:3.12\nRUN export PYTHONHTTPSVERIFY=0 && python get.py\n",
            at="PYTHONHTTPSVERIFY=0",
            fixed="FROM python:3.12\nRUN python get.py\n",
        ),
        Good("FROM python:3.12\nENV PYTHONHTTPSVERIFY=1\n"),
        Good("FROM python:3.12\nARG PYTHONHTTPSVERIFY\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("RUN", "ENV", "ARG") or _VARIABLE not in text(step):
            return
        for setting in settings(step, _VARIABLE):
            if off(setting.value):
                yield self.at(
                    setting.span, f"`{_VARIABLE}` switches the certificate check of Python off"
                ).fix("check certificates", unsafe(setting.edit))
