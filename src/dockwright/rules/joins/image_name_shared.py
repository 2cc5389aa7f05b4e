"""DW6305 image-name-shared."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, Service, settled

_TWO = "services:\n  web:\n    build: web\n    image: acme/app:1\n"


class ImageNameShared(Rule):
    """
    Give each thing that is built an image name of its own.

    Two services that build different things under one `image` overwrite each other: whichever
    build ends last is what both of them run.

    Silent when both build the same (folder, Dockerfile, target and arguments are equal), when only
    one of them builds, and when a name hangs on a variable nothing is known of.
    """

    code = "DW6305"
    name = "image-name-shared"
    severity = "warning"
    tags = ("compose", "build", "image")
    mentions = ("image",)

    examples = (
        Bad(_TWO + "  job:\n    build: job\n    image: acme/app:1\n", at="acme/app:1"),
        Bad(
            "services:\n  web:\n    build: {context: ., target: web}\n    image: app\n"
            "  job:\n    build: {context: ., target: job}\n    image: app:latest\n",
            at="app:latest",
        ),
        Good(_TWO + "  job:\n    build: web\n    image: acme/app:1\n"),
        Good(_TWO + "  job:\n    build: job\n    image: acme/app:2\n"),
        Good(_TWO + "  job:\n    image: acme/app:1\n"),
    )

    def check(self, project: Composition) -> Findings:
        first: dict[str, Service] = {}
        for service in project.services:
            name = service.text("image")
            if "build" not in service.config or not name:
                continue
            if ":" not in name.rpartition("/")[2] and "@" not in name:
                name += ":latest"
            other = first.setdefault(name, service)
            if other is service:
                continue
            differing = _differs(other, service)
            if differing:
                yield self.at(
                    service.value("image"),
                    f"{other.name} builds this image too, with another {differing}: the later build"
                    " replaces the other",
                )


def _differs(one: Service, other: Service) -> str:
    """The first part in which two builds differ, "" for none."""
    for key, word in (
        ("context", "context"),
        ("dockerfile", "Dockerfile"),
        ("dockerfile_inline", "Dockerfile"),
        ("target", "target"),
        ("args", "set of arguments"),
    ):
        mine, theirs = one.get("build", key), other.get("build", key)
        if not settled(mine) or not settled(theirs):
            return ""
        if (mine or None) != (theirs or None):
            return word
    return ""
