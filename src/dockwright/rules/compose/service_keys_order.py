"""DW6010 service-keys-order."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, safe
from dockwright.rules.compose._layout import first_misplaced, order_of, reordered, services, spot

# The order of dclint: what it is, what it needs, what it is given, how it runs.
_ORDER = [
    "image",
    "build",
    "container_name",
    "depends_on",
    "volumes",
    "volumes_from",
    "configs",
    "secrets",
    "environment",
    "env_file",
    "ports",
    "networks",
    "network_mode",
    "extra_hosts",
    "command",
    "entrypoint",
    "working_dir",
    "restart",
    "healthcheck",
    "logging",
    "labels",
    "user",
    "isolation",
]


class ServiceKeysOrder(Rule):
    """
    Write the keys of services in one order.

    One finds what one looks for in the same place of every service. The order is dclint's: what
    the service is, what it needs, what it is given, how it runs.

    Silent about keys that the order does not name, as long as they stand behind the others.
    """

    code = "DW6010"
    name = "service-keys-order"
    severity = "info"
    tier = "optional"
    tags = ("compose", "style")
    also = ("dclint:service-keys-order",)

    examples = (
        Bad(
            "services:\n  a:\n    ports: ['1:1']\n    image: a:1\n    user: app\n",
            at="ports",
            fixed="services:\n  a:\n    image: a:1\n    ports: ['1:1']\n    user: app\n",
        ),
        Bad(
            "services:\n  a:\n    restart: always  # why\n    image: a:1\n",
            at="restart",
        ),
        Good("services:\n  a:\n    image: a:1\n    ports: ['1:1']\n    read_only: true\n"),
    )

    def check(self, project: Composition) -> Findings:
        for path, name, node in services(project):
            pairs = [pair for pair in node.pairs if getattr(pair[0], "text", "")]
            if len(pairs) != len(node.pairs):
                continue
            order = order_of([_rank(key.text) for key, _ in pairs])
            index = first_misplaced(range(len(pairs)), order)
            if index is not None:
                key, wanted = pairs[index][0], pairs[order[index]][0].text
                message = f"`{wanted}` comes before `{key.text}` in {name.text}"
                yield self.at(spot(project, path, key), message).fix(
                    "sort the keys", safe(reordered(project, path, pairs, order))
                )


def _rank(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)
