"""DW5407 tag-unknown."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Reason,
    Remedy,
    Rule,
    Stage,
    Step,
    Word,
    near,
    unsafe,
)
from dockwright.rules.releases._origin import Image, official

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class TagUnknown(Rule):
    """
    Name a tag that the official image has.

    A tag that never was, or was taken away, cannot be pulled: the build fails with `manifest
    unknown` before its first step. Most are slips, such as `ubuntu:16.4` for `16.04` or
    `python:3.9-slim-trixe`.

    Silent about images that are not official, about tags that may be newer than the list of
    official images that the facts come from, or older, and with a digest, which alone is what is
    pulled.
    """

    code = "DW5407"
    name = "tag-unknown"
    severity = "error"
    tags = ("base-image", "build")

    examples = (
        Bad(
            "FROM ubuntu:16.4\nRUN make\n",
            at="ubuntu:16.4",
            fixed="FROM ubuntu:16.04\nRUN make\n",
        ),
        Bad(
            "FROM golang:1.22 AS build\nRUN make\nFROM debian:bookwrm\nCOPY --from=build /a /a\n",
            at="debian:bookwrm",
            fixed="FROM golang:1.22 AS build\nRUN make\nFROM debian:bookworm\n"
            "COPY --from=build /a /a\n",
        ),
        Bad(
            "FROM debian:bookworm-slim\nCOPY --from=ubuntu:24.4 /etc/os-release /other\n",
            at="ubuntu:24.4",
            fixed="FROM debian:bookworm-slim\nCOPY --from=ubuntu:24.04 /etc/os-release /other\n",
        ),
        Bad("FROM opensuse:latest\nRUN make\n", at="opensuse:latest"),
        Good("FROM ubuntu:16.04\nRUN make\n"),
        Good("FROM python:3.99-slim\nRUN make\n"),
        Good("FROM debian:bookworm-20991231-slim\nRUN make\n"),
        Good("FROM example.org/ubuntu:16.4\nRUN make\n"),
        Good("ARG TAG\nFROM ubuntu:$TAG\nRUN make\n"),
    )

    def check(self, stage: Stage) -> Findings:
        from dockwright.rules.api import tags

        if not stage.built or stage.os != "linux":
            return
        for step, word, image, because in _images(stage):
            facts = tags.tag(image.repository, image.tag)
            if facts is None or not (facts.state == "never" or facts.removed):
                continue
            why = "was taken away" if facts.removed else "does not exist"
            message = f"the tag {image.name} {why}: it cannot be pulled"
            other = "" if facts.removed else _meant(image)
            if other:
                message += f"; {image.repository}:{other} does"
            draft = self.at(word, message, (facts.reason, *because))
            if other:
                draft.fix(f"use {image.repository}:{other}", _edit(step, word, image, other))
            yield draft


def _images(stage: Stage) -> "Iterator[tuple[Step, Word, Image, list[Reason]]]":
    """The official images that a stage pulls, without those pinned by a digest."""
    base = stage.base
    words = stage.from_step.words
    parsed = base.parsed
    if base.kind == "image" and parsed is not None and words and not stage.candidates:
        image = official(parsed, firm=base.firm)
        if image is not None and not parsed.digest:
            name = base.name
            because = [name.reason] if "$" in base.written and isinstance(name, Known) else []
            yield stage.from_step, words[0], image, because
    build = stage.build
    for step in stage.steps:
        if step.onbuild or step.name not in ("COPY", "RUN"):
            continue
        for word in step.sources:
            value = word.value
            if "$" in value or ":" not in value or value in build.contexts:
                continue
            named = step.image(value) if build.stage_named(value) is None else None
            image = official(named) if named is not None else None
            if image is not None and named is not None and not named.digest:
                yield step, word, image, []


def _meant(image: Image) -> str:
    """The tag that was meant, "" when nobody can say."""
    from dockwright.rules.api import tags

    head, hyphen, rest = image.tag.partition("-")
    heads = tags.heads(image.repository)
    found = []
    if head in heads:
        found.append(head)
    other = near(head, [one for one in heads if one[:1].isdigit() == head[:1].isdigit()])
    if other is not None:
        found.append(other + hyphen + rest)
    if head[:1].isdigit() and "." in head:
        # 16.4 is 16.04, 3.12 of Ubuntu nothing.
        year, _, month = head.partition(".")
        found.insert(0, f"{year}.0{month}{hyphen}{rest}")
    for tag in found:
        facts = tags.tag(image.repository, tag)
        if facts is not None and facts.canonical and tag != image.tag:
            return tag
    return ""


def _edit(step: Step, word: Word, image: Image, tag: str) -> Remedy | None:
    text = step.stage.build.tree.source.slice(word.span)
    if text != word.value or not text.endswith(f":{image.tag}") or "$" in text:
        return None
    start = word.span.end - len(image.tag)
    return unsafe(step.replace(type(word.span)(start, word.span.end), tag))
