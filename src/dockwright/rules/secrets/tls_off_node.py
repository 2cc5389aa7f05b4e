"""DW3205 tls-off-node."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Rule, unsafe
from dockwright.rules.secrets._calls import settings, text

_VARIABLE = "NODE_TLS_REJECT_UNAUTHORIZED"


class TlsOffNode(Rule):
    """
    Do not switch the certificate check of Node.js off.

    With `NODE_TLS_REJECT_UNAUTHORIZED=0` every TLS connection of every Node.js program in the image
    accepts any server; in `ENV` that includes the running application. For an authority of your
    own there is `NODE_EXTRA_CA_CERTS`.

    Silent about other values and when the value is a variable that nobody can evaluate.
    """

    code = "DW3205"
    name = "tls-off-node"
    severity = "warning"
    tags = ("security", "tls")
    mentions = ("node_tls",)
    also = ("checkov:CKV2_DOCKER_6",)

    examples = (
        Bad(
            "FROM node:22\nENV NODE_TLS_REJECT_UNAUTHORIZED 0\nRUN npm ci\n",
            at="NODE_TLS_REJECT_UNAUTHORIZED 0",
            fixed="FROM node:22\nRUN npm ci\n",
        ),
        Bad(
            "FROM node:22\nRUN NODE_TLS_REJECT_UNAUTHORIZED='0' npm ci\n",
            at="NODE_TLS_REJECT_UNAUTHORIZED='0'",
            fixed="FROM node:22\nRUN npm ci\n",
        ),
        Good("FROM node:22\nENV NODE_TLS_REJECT_UNAUTHORIZED=1\n"),
        Good("FROM node:22\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/own.pem\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("RUN", "ENV", "ARG") or _VARIABLE not in text(step):
            return
        for setting in settings(step, _VARIABLE):
            # Node compares with the text "0".
            if setting.value == "0":
                yield self.at(
                    setting.span, f"`{_VARIABLE}` switches the certificate check of Node.js off"
                ).fix("check certificates", unsafe(setting.edit))
