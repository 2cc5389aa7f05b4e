"""DW6117 port-on-all-interfaces."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Service, lazy, unsafe
from dockwright.rules.hardening._written import text_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SHORT = lazy(r"[\d-]+:[\d-]+(?:/\w+)?$")
_VARIABLE = lazy(r"\$\{[^}]*\}|\$\w+")
_ALL = ("", "0.0.0.0", "::", "[::]")  # noqa: S104 - what a file says, not an address we bind


class PortOnAllInterfaces(Rule):
    """
    Say on which address a published port is to be reached.

    Without an address it is open on every one the host has, and Docker's own rules let it past the
    host's firewall: a database published for one's own work is open to the network. `127.0.0.1:`
    keeps a port to the machine.

    Silent when an address is given, also by a variable, and with the host's network, where nothing
    is published.
    """

    code = "DW6117"
    name = "port-on-all-interfaces"
    severity = "info"
    tier = "optional"
    tags = ("compose", "security", "network")
    also = ("compose-lint:CL-0005", "kics:451d79dc", "dclint:no-unbound-port-interfaces")
    mentions = ("ports",)

    examples = (
        Bad(
            'services:\n  a:\n    image: a:1\n    ports:\n      - "5432:5432"\n',
            at='"5432:5432"',
            fixed='services:\n  a:\n    image: a:1\n    ports:\n      - "127.0.0.1:5432:5432"\n',
        ),
        Bad("services:\n  a:\n    image: a:1\n    ports:\n      - target: 80\n", at="target: 80"),
        Bad(
            "services:\n  a:\n    image: a:1\n    ports: ['0.0.0.0:80:80']\n", at="'0.0.0.0:80:80'"
        ),
        Good("services:\n  a:\n    image: a:1\n    ports: ['127.0.0.1:80:80', '[::1]:81:81']\n"),
        Good("services:\n  a:\n    image: a:1\n    network_mode: host\n    ports: ['80:80']\n"),
        Good("services:\n  a:\n    image: a:1\n    ports: ['${BIND:-127.0.0.1}:80:80']\n"),
        Good("services:\n  a:\n    image: a:1\n    ports: ['${BIND:-}:${PORT:-80}:80']\n"),
        Bad(
            "services:\n  a:\n    image: a:1\n    ports: ['${PORT:-80}:80']\n",
            at="'${PORT:-80}:80'",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    ports: ['${PORT:-80}:${PORT:-80}']\n",
            at="'${PORT:-80}:${PORT:-80}'",
        ),
    )

    def check(self, service: Service) -> Findings:
        if service.get("network_mode") == "host":
            return
        ports: Any = service.items("ports")
        said = set()
        for index, port in enumerate(ports):
            if not isinstance(port, dict) or str(port.get("host_ip") or "") not in _ALL:
                continue
            spot = service.value("ports", index)
            written = text_at(service, "ports", index)
            if spot in said or _address_by_variable(written):
                continue
            said.add(spot)
            published = port.get("published") or "a free port"
            message = f"{published} is open on every address of the host, past its firewall"
            yield self.at(spot, message).fix(
                "keep it to this machine", unsafe(_bound(service, index, written))
            )


def _address_by_variable(written: str) -> bool:
    """Whether a variable stands before the two ports."""
    plain = _VARIABLE.sub("$", written)
    return plain.startswith("$:") and plain.count(":") > 1


def _bound(service: Service, index: int, written: str) -> Edit | None:
    if not _SHORT.match(written):
        return None
    return service.replace(f'"127.0.0.1:{written}"', "ports", index)
