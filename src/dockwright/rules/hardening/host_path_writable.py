"""DW6108 host-path-writable."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Service, unsafe
from dockwright.rules.hardening._mounts import Bind, binds
from dockwright.rules.hardening._paths import taken_over
from dockwright.rules.hardening._written import text_at


class HostPathWritable(Rule):
    """
    Mount the host's own folders read-only, or not at all.

    What stands in `/etc/cron.d`, in root's `.ssh`, in the folders of programs and kernel modules
    or under `/proc` is run or believed by the host as root: a container that may write there is
    root outside, too.

    Silent about read-only mounts, about folders of single programs below `/etc`, about paths
    written relative to the project, and when a variable without a default decides.
    """

    code = "DW6108"
    name = "host-path-writable"
    tags = ("compose", "security", "volumes")
    also = ("compose-lint:CL-0025",)

    examples = (
        Bad(
            "services:\n  vpn:\n    image: vpn:1\n    volumes:\n"
            "      - /lib/modules:/lib/modules\n",
            at="/lib/modules:/lib/modules",
            fixed="services:\n  vpn:\n    image: vpn:1\n    volumes:\n"
            "      - /lib/modules:/lib/modules:ro\n",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes:\n"
            "      - type: bind\n        source: /etc\n        target: /host\n",
            at="type: bind",
        ),
        Good("services:\n  a:\n    image: a:1\n    volumes:\n      - /etc:/host:ro\n"),
        Good(
            "services:\n  a:\n    image: a:1\n    volumes:\n"
            "      - /etc/pihole:/a\n      - ./etc:/b\n      - /var/lib/mysql:/c\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        for bind in binds(service):
            if taken_over(bind):
                message = f"whoever writes to `{bind.source}` is root on the host"
                yield self.at(bind.place, message, likely=bind.likely).fix(
                    "mount it read-only", unsafe(_read_only(service, bind))
                )


def _read_only(service: Service, bind: Bind) -> Edit | None:
    """The short form with `:ro` behind it."""
    text = text_at(service, *bind.keys)
    if text.count(":") != 1 or "$" in text or not text.isprintable():
        return None
    return service.replace(f"{text}:ro", *bind.keys)
