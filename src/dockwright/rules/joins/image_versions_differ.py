"""DW6306 image-versions-differ."""

from dockwright.rules.api import (
    Bad,
    Composition,
    Files,
    Findings,
    Good,
    Rule,
    image_reference,
    lazy,
)
from dockwright.rules.joins._names import variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Service, Spot

_COMPOSE = "services:\n  db:\n    image: postgres:16\n  job:\n    build: .\n"
_VERSION = lazy(r"v?(\d+)(?:\.(\d+))?")


class ImageVersionsDiffer(Rule):
    """
    Use one version of an image in the services of a project and in what it builds.

    The client tools of an older release refuse a newer server (`pg_dump: server version mismatch`),
    and two releases of one base image are downloaded and patched twice.

    Silent when the tags differ only in the variant (`16-alpine` and `16-bookworm`) or one is less
    exact (`16` and `16.4`), when one of them is no version, and when an argument or a variable
    decides.
    """

    code = "DW6306"
    name = "image-versions-differ"
    severity = "info"
    tier = "optional"
    tags = ("compose", "image", "version")
    mentions = ("image",)

    examples = (
        Bad(
            Files({"compose.yaml": _COMPOSE, "Dockerfile": "FROM postgres:15\nRUN true\n"}),
            at="postgres:16",
        ),
        Bad(
            "services:\n  a:\n    image: redis:7\n  b:\n    image: redis:8-alpine\n",
            at="redis:8-alpine",
        ),
        Good(Files({"compose.yaml": _COMPOSE, "Dockerfile": "FROM postgres:16.4-alpine\n"})),
        Good("services:\n  a:\n    image: redis:7\n  b:\n    image: redis:${V:-8}\n"),
        Good("services:\n  a:\n    image: acme/app:1\n  b:\n    image: acme/app:dev\n"),
    )

    def check(self, project: Composition) -> Findings:
        seen: dict[str, tuple[str, str]] = {}
        for service in project.services:
            if "build" in service.config:
                for name, where in _bases(service):
                    _note(seen, name, where)
        told: set[tuple[str, str]] = set()
        for service in project.services:
            name = service.text("image")
            if "build" in service.config or not name or variable(service.get("image")):
                continue
            other = _note(seen, name, f"`{service.name}`")
            if other is not None and (other[1], name) not in told:
                told.add((other[1], name))
                yield self.at(_spot(service), f"{other[1]} uses {other[0]}")


def _spot(service: "Service") -> "Spot":
    return service.value("image")


def _bases(service: "Service") -> "list[tuple[str, str]]":
    build = service.build
    if build is None:
        return []
    return [
        (stage.base.written, f"{build.name}, built by `{service.name}`,")
        for stage in build.stages
        if stage.base.kind == "image" and "$" not in stage.base.written
    ]


def _note(seen: "dict[str, tuple[str, str]]", name: str, where: str) -> "tuple[str, str] | None":
    """Take down who uses an image; the earlier one when its version is another."""
    parsed = image_reference(name)
    mine = _VERSION.match(parsed.tag) if parsed is not None else None
    if parsed is None or mine is None or parsed.digest:
        return None
    familiar = parsed.familiar
    other = seen.setdefault(familiar, (f"{familiar}:{parsed.tag}", where))
    theirs = _VERSION.match(other[0].rpartition(":")[2])
    if theirs is None or mine[1] != theirs[1]:
        return other
    return other if mine[2] and theirs[2] and mine[2] != theirs[2] else None
