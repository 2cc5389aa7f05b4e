"""DW5411 image-deprecated."""

from dockwright.rules.api import Bad, Findings, Good, Known, Reason, Rule, Stage
from dockwright.rules.releases._deprecated import OFFICIAL, OTHERS, source
from dockwright.rules.releases._origin import official

# Only its builds of what is to come are still made.
_EARLY = ("-ea", "ea-", "-rc")


class ImageDeprecated(Rule):
    """
    Move to the image that took the place of a deprecated one.

    Some images were given up by their makers: `java` and `openjdk`, `centos`, `jenkins`, the
    registry `k8s.gcr.io`, the organisation `microsoft` on Docker Hub. What is there gets no updates
    and may be taken away.

    Silent about images that are not in the list, and about `openjdk`'s builds of versions to come,
    which are still made.
    """

    code = "DW5411"
    name = "image-deprecated"
    tags = ("base-image", "security")

    examples = (
        Bad("FROM openjdk:8-jre-slim\nCOPY app.jar /\n", at="openjdk:8-jre-slim"),
        Bad("FROM centos:7\nRUN yum -y update\n", at="centos:7"),
        Bad('FROM k8s.gcr.io/pause:3.2\nCMD ["/pause"]\n', at="k8s.gcr.io/pause:3.2"),
        Bad("FROM microsoft/dotnet:2.1-sdk\nRUN dotnet build\n", at="microsoft/dotnet:2.1-sdk"),
        Good("FROM eclipse-temurin:21-jre\nCOPY app.jar /\n"),
        Good("FROM openjdk:27-ea-slim\nCOPY app.jar /\n"),
        Good("FROM example.org/openjdk:8\nCOPY app.jar /\n"),
        Good('FROM registry.k8s.io/pause:3.10\nCMD ["/pause"]\n'),
        Bad("FROM bitnami/redis:7.0\nUSER 1001\n", at="bitnami/redis:7.0"),
        Good("FROM bitnami/redis\nUSER 1001\n"),
        Good("FROM java:8 AS unused\nFROM eclipse-temurin:21\nCOPY app.jar /\n"),
    )

    def check(self, stage: Stage) -> Findings:
        parsed = stage.base.parsed if stage.base.kind == "image" else None
        words = stage.from_step.words
        if parsed is None or not words or not stage.built or stage.candidates:
            return
        name = stage.base.name
        because = [name.reason] if "$" in stage.base.written and isinstance(name, Known) else []
        image = official(parsed)
        if image is not None and image.repository in OFFICIAL:
            if image.repository == "openjdk" and any(one in image.tag for one in _EARLY):
                return
            other = OFFICIAL[image.repository]
            advice = f"; {other} takes its place" if other else ""
            message = f"the official image {image.repository} is deprecated{advice}"
            reason = Reason(source(image.repository))
            yield self.at(words[0], message, (reason, *because))
            return
        full = f"{parsed.registry}/{parsed.path}"
        for prefix, what, other, where in OTHERS:
            if full == prefix or (prefix.endswith("/") and full.startswith(prefix)):
                if "bitnamilegacy" in what and parsed.tag in ("", "latest"):
                    # A few are still made under this tag.
                    return
                place = prefix.removeprefix("docker.io/").rstrip("/")
                advice = f"; {other} takes its place" if other else ""
                yield self.at(words[0], f"{place} {what}{advice}", (Reason(where), *because))
                return
