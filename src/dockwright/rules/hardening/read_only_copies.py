"""DW6125 read-only-copies."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._starts import copied


class ReadOnlyCopies(Rule):
    """
    Give a read-only service its secrets and configs as files.

    Those with `environment` or `content` Compose copies into the container before the start, and
    into a read-only one it does not: `up` fails, `config` says nothing.

    Silent about services that are not read-only, and about external secrets and configs.
    """

    code = "DW6125"
    name = "read-only-copies"
    severity = "error"
    tags = ("compose", "secrets")
    mentions = ("read_only",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    read_only: true\n    secrets:\n      - key\n"
            "secrets:\n  key:\n    environment: KEY\n",
            at="key",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    read_only: true\n    configs: [text]\n"
            "configs:\n  text:\n    content: hello\n",
            at="text",
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    read_only: true\n    secrets: [key]\n"
            "secrets:\n  key:\n    file: ./key\n"
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    secrets: [key]\n"
            "secrets:\n  key:\n    environment: KEY\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        if service.get("read_only") is not True:
            return
        for section, index in copied(service):
            message = "Compose copies nothing but files into a read-only service: it cannot start"
            yield self.at(service.value(section, index), message)
