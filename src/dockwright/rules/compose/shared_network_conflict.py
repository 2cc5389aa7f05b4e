"""DW6202 shared-network-conflict."""

from dockwright.rules.api import Bad, Findings, Good, Reason, Rule, Service, unsafe

# moby, `validateNetMode`: what a container that uses another one's network cannot have.
_KEYS = ("ports", "expose", "dns", "extra_hosts", "hostname", "links")


class SharedNetworkConflict(Rule):
    """
    Set ports, names and hosts where the network is.

    A service with `network_mode: service:…` or `container:…` has no network of its own. The engine
    refuses to create its container when it has `ports`, `expose`, `hostname`, `dns`, `extra_hosts`
    or `links`; `docker compose config` says nothing. They belong to the service whose network it
    is.

    Silent when a variable that is not set has a say in the mode.
    """

    code = "DW6202"
    name = "shared-network-conflict"
    severity = "error"
    tags = ("compose", "network")
    mentions = ("network_mode",)

    examples = (
        Bad(
            "services:\n  vpn:\n    image: vpn:1\n  app:\n    image: app:1\n"
            '    network_mode: service:vpn\n    ports: ["8080:80"]\n',
            at="ports",
            fixed='services:\n  vpn:\n    image: vpn:1\n    ports: ["8080:80"]\n  app:\n'
            "    image: app:1\n    network_mode: service:vpn\n",
        ),
        Bad(
            "services:\n  app:\n    image: app:1\n    network_mode: container:vpn\n"
            "    hostname: app\n",
            at="hostname",
        ),
        Good(
            "services:\n  vpn:\n    image: vpn:1\n    ports: [80]\n  app:\n    image: app:1\n"
            "    network_mode: service:vpn\n    ports: []\n"
        ),
        Good("services:\n  app:\n    image: app:1\n    network_mode: bridge\n    ports: [80]\n"),
    )

    def check(self, service: Service) -> Findings:
        mode = service.text("network_mode")
        kind, colon, name = mode.partition(":")
        if not colon or kind not in ("service", "container"):
            return
        spot = service.value("network_mode")
        for key in _KEYS:
            if not service.get(key) or key not in service.config.places:
                continue
            draft = self.at(
                service.key(key),
                f"the engine refuses `{key}` for a container that uses the network of {name}",
                (Reason(f"the network mode is {mode}", spot.source, spot.span),),
                likely=hasattr(service.get("network_mode"), "names"),
            )
            target = service.project.service(name) if kind == "service" else None
            place = service.own(key)
            if key in ("ports", "expose") and target is not None and place is not None:
                source = service.project.source(place.file)
                text = source.text[place.node.start : place.node.end]
                if "\n" not in text:
                    draft.fix(
                        f"give them to {name}", unsafe(target.add(key, text), service.delete(key))
                    )
            yield draft
