"""DW6603 networks-apart."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.joins._connections import connections
from dockwright.rules.joins._peers import linked, named, networks, owner, shares

_HEAD = (
    "services:\n  web:\n    image: acme/web:1\n    networks: [front]\n    environment:\n"
    "      DATABASE_URL: postgresql://app@db/app\n"
)
_DB = "  db:\n    image: postgres:16\n    networks: [back]\n"
_NETWORKS = "networks:\n  front:\n  back:\n"


class NetworksApart(Rule):
    """
    Put services that talk to each other on a common network.

    A container finds others by name only on networks that both are on; between networks the engine
    lets nothing through. The service that is named here is on none of its caller's.

    Silent when one of them is on an external network or on that of the host, and when the
    name may be that of something else.
    """

    code = "DW6603"
    name = "networks-apart"
    severity = "error"
    tags = ("compose", "network", "connection")
    mentions = ("networks",)

    examples = (
        Bad(_HEAD + _DB + _NETWORKS, at="postgresql://app@db/app"),
        Good(_HEAD + _DB.replace("[back]", "[back, front]") + _NETWORKS),
        Good(_HEAD + _DB + "networks:\n  front:\n    external: true\n  back:\n"),
        Good(_HEAD.replace("@db/", "@db.example.org/") + _DB + _NETWORKS),
    )

    def check(self, service: Service) -> Findings:
        project = service.project
        if project.problems or not project.standalone or _outside(service):
            return
        for one in connections(service):
            other = named(service, one.host) if one.host else None
            if other is None or one.host is None or one.host.lower() in linked(service):
                continue
            if _outside(other) or shares(service, other) is not False:
                continue
            mine, theirs = owner(service), owner(other)
            if mine is None or theirs is None:
                continue
            yield self.at(
                one.spot("host"),
                f"`{service.name}` cannot reach `{other.name}`: it is on {_list(mine)}, the other"
                f" on {_list(theirs)}",
                likely=not one.firm or (bool(one.scheme) and one.kind in ("http", "https")),
            )


def _outside(service: Service) -> bool:
    home = owner(service)
    if home is None or home.get("extra_hosts") or service.get("external_links"):
        return True
    section = service.project.section("networks")
    for name in networks(home):
        entry = section.get(name)
        if not isinstance(entry, dict) or entry.get("external"):
            return True
        if entry.get("driver") not in (None, "", "bridge", "overlay"):
            return True
    return False


def _list(service: Service) -> str:
    return " and ".join(f"`{name}`" for name in networks(service))
