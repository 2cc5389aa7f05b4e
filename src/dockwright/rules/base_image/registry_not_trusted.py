"""DW1004 registry-not-trusted."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage
from dockwright.rules.base_image._images import images

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockwright.rules.api import Reason

_HUB = ("docker.io", "index.docker.io", "hub.docker.com")
_ONLY_ACME = {"trusted-registries": ["registry.acme.example", "*.mirror.example"]}


class RegistryNotTrusted(Rule):
    """
    Take images only from the registries that the configuration trusts.

    `trusted-registries` lists them: `docker.io`, `*.example.com` (a `*` at the beginning or the
    end stands for anything), or with a path, `ghcr.io/acme`, for what lies below it.

    Silent without that setting, for stages, `scratch` and named build contexts, and when a build
    argument without default decides about the registry.
    """

    code = "DW1004"
    name = "registry-not-trusted"
    severity = "error"
    tags = ("supply-chain", "base-image", "policy")
    needs = "trusted-registries"
    also = ("hadolint:DL3026",)

    examples = (
        Bad("FROM ghcr.io/acme/base:1\n", at="ghcr.io/acme/base:1", config=_ONLY_ACME),
        Bad("FROM debian:12\n", at="debian:12", config=_ONLY_ACME),
        Bad("ARG V\nFROM quay.io/a:$V\n", at="quay.io/a:$V", config=_ONLY_ACME),
        Bad("FROM mirror.example/a:1\n", at="mirror.example/a:1", config=_ONLY_ACME),
        Bad(
            "FROM registry.acme.example/a:1\nCOPY --from=quay.io/b:1 /b /b\n"
            "RUN --mount=from=quay.io/c:1,target=/c make\n",
            at=("quay.io/b:1", "quay.io/c:1"),
            config=_ONLY_ACME,
        ),
        Bad(
            "FROM ghcr.io/acme-evil/a:1\n",
            at="ghcr.io/acme-evil/a:1",
            config={"trusted-registries": ["ghcr.io/acme"]},
        ),
        Good("FROM ghcr.io/acme/base:1\n"),
        Good(
            "FROM registry.acme.example/a:1 AS a\nFROM A.mirror.example/b:1\n"
            "FROM scratch\nCOPY --from=a /a /a\nFROM $BASE\n",
            config=_ONLY_ACME,
        ),
        Good("FROM ghcr.io/acme/a:1\n", config={"trusted-registries": ["ghcr.io/acme/*"]}),
        Good("FROM debian:12\n", config={"trusted-registries": ["docker.io"]}),
        Good("FROM debian:12\nFROM quay.io/a:1\n", config={"trusted-registries": ["*"]}),
    )

    def check(self, stage: Stage) -> Findings:
        trusted = self.options.get("trusted-registries")
        if not trusted:
            return
        for word, registry, path, because in _places(stage):
            if not any(_allows(entry.lower(), registry.lower(), path) for entry in trusted):
                yield self.at(word, f"the registry `{registry}` is not trusted", because)


def _places(stage: Stage) -> "Iterator[tuple[Any, str, str, list[Reason]]]":
    """Word, registry, path ("" when not known) and reasons for each image."""
    for _, word, image, because in images(stage):
        yield word, image.registry, image.path, because
    base = stage.base
    if base.kind == "image" and base.parsed is None and stage.from_step.words:
        # A variable without default further back leaves the registry clear.
        head, slash, _ = base.written.partition("/")
        image = stage.from_step.image(f"{head}/image")
        if slash and image is not None and image.registry != "docker.io":
            yield stage.from_step.words[0], image.registry, "", []


def _allows(entry: str, registry: str, path: str) -> bool:
    host, _, below = entry.partition("/")
    below = below.removesuffix("*").rstrip("/")
    if below and path and path != below and not path.startswith(below + "/"):
        return False
    if registry == "docker.io" and host in _HUB:
        return True
    if host.startswith("*"):
        return registry.endswith(host[1:])
    if host.endswith("*"):
        return registry.startswith(host[:-1])
    return registry == host
