"""DW5408 tag-abandoned."""

from dockwright.rules.api import Bad, Findings, Good, Reason, Rule, Stage
from dockwright.rules.releases._origin import image_of


class TagAbandoned(Rule):
    """
    Use a tag that the official image still builds.

    Official images are built anew when their base or their packages get updates. A tag that has
    left the list keeps the state of its last day: it can usually be pulled, with all that has been
    found in it since.

    Silent about tags with a full version (`3.12.4`), which are meant to stay as they are, about
    images that are not official, and with a digest.
    """

    code = "DW5408"
    name = "tag-abandoned"
    severity = "info"
    tier = "optional"
    tags = ("base-image", "security")

    examples = (
        Bad("FROM node:21-slim\nRUN make\n", at="node:21-slim"),
        Bad("FROM python:3.9-slim-buster\nRUN make\n", at="python:3.9-slim-buster"),
        Good("FROM python:3.13-slim\nRUN make\n"),
        Good("FROM python:3.12.1-slim\nRUN make\n"),
        Good("FROM example.org/node:21-slim\nRUN make\n"),
        Good("FROM node:21-slim AS unused\nFROM node:22-slim\nRUN make\n"),
    )

    def check(self, stage: Stage) -> Findings:
        from dockwright.rules.api import tags

        image = image_of(stage) if stage.base.kind == "image" and stage.built else None
        words = stage.from_step.words
        if image is None or not words or "@" in words[0].value:
            return
        facts = tags.tag(image.repository, image.tag)
        if facts is None or facts.state != "gone" or facts.removed or not facts.until:
            return
        if image.tag.partition("-")[0].count(".") > 1 or facts.repository_state == "removed":
            return
        reason = Reason(facts.reason.text, firm=image.firm)
        yield self.at(
            words[0], f"{image.name} is not built any more since {facts.until}", (reason,)
        )
