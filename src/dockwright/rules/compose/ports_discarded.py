"""DW6203 ports-discarded."""

from dockwright.rules.api import Bad, Findings, Good, Reason, Rule, Service, safe


class PortsDiscarded(Rule):
    """
    Do not publish ports of a service that is on the host's network, or on none.

    With `network_mode: host` the program listens on the host itself and the engine discards
    `ports` with a warning, so that the numbers in the file are not those that are open. With
    `none` there is nothing to publish to.

    Silent when a variable that is not set has a say in the mode.
    """

    code = "DW6203"
    name = "ports-discarded"
    severity = "warning"
    tags = ("compose", "network", "ports")
    mentions = ("network_mode",)

    examples = (
        Bad(
            'services:\n  a:\n    image: a:1\n    network_mode: host\n    ports: ["80:80"]\n',
            at="ports",
            fixed="services:\n  a:\n    image: a:1\n    network_mode: host\n",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    network_mode: none\n    ports:\n      - 80:80\n"
            "    restart: always\n",
            at="ports",
            fixed="services:\n  a:\n    image: a:1\n    network_mode: none\n    restart: always\n",
        ),
        Good("services:\n  a:\n    image: a:1\n    network_mode: bridge\n    ports: ['80:80']\n"),
        Good("services:\n  a:\n    image: a:1\n    network_mode: host\n"),
        Good("services:\n  a:\n    image: a:1\n    network_mode: $MODE\n    ports: ['80:80']\n"),
    )

    def check(self, service: Service) -> Findings:
        mode = service.text("network_mode")
        if mode not in ("host", "none") or not service.items("ports"):
            return
        spot = service.value("network_mode")
        what = "the engine discards them" if mode == "host" else "there is no network"
        firm = not hasattr(service.get("network_mode"), "names")
        edit = service.delete("ports") if firm else None
        yield self.at(
            service.key("ports"),
            f"published ports mean nothing with `network_mode: {mode}`: {what}",
            (Reason(f"the network mode is {mode}", spot.source, spot.span),),
            likely=not firm,
        ).fix("delete them", safe(edit, changes=("compose:ports",)))
