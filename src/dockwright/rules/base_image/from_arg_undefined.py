"""DW1008 from-arg-undefined."""

from dockwright.rules.api import PLATFORM_ARGS, Bad, Findings, FromStep, Good, Rule, near, unsafe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FromArgUndefined(Rule):
    """
    Declare what `FROM` uses by an `ARG` before the first `FROM`.

    An undeclared variable is empty there, even when `--build-arg` sets it or another stage
    declares it, so the name of the image is not the one you meant.

    Silent for arguments declared without default and for the platform arguments such as
    `BUILDPLATFORM`, which exist by themselves.
    """

    code = "DW1008"
    name = "from-arg-undefined"
    severity = "error"
    tags = ("variables", "base-image")
    mentions = ("$",)
    also = ("buildkit:UndefinedArgInFrom",)

    examples = (
        Bad("FROM debian:$TAG\n", at="$TAG"),
        Bad(
            "ARG VERSION=12\nFROM debian:${VERSON}\n",
            at="${VERSON}",
            fixed="ARG VERSION=12\nFROM debian:${VERSION}\n",
        ),
        Bad(
            "FROM --platform=$BULIDPLATFORM debian:12\n",
            at="$BULIDPLATFORM",
            fixed="FROM --platform=$BUILDPLATFORM debian:12\n",
        ),
        Bad("FROM debian:12 AS a\nARG TAG=13\nFROM debian:$TAG\n", at="$TAG"),
        Good("ARG TAG\nARG NAME=debian\nFROM $NAME:$TAG\n"),
        Good("FROM --platform=$BUILDPLATFORM debian:12\nFROM a-$TARGETARCH:1\n"),
        Good("FROM debian:\\$12\n"),
    )

    def check(self, step: FromStep) -> Findings:
        node = step.node
        if "$" not in node.joined.text:
            return
        declared = step.stage.build.global_args
        names = [*declared, *sorted(PLATFORM_ARGS)]
        flag = node.flag("platform")
        places: list[tuple[Any, str, int]] = []
        if node.args:
            places.append((node.args[0], node.args[0].value, 0))
        if flag is not None and flag.value:
            places.append((flag, flag.value, len("--platform=")))
        for place, text, offset in places:
            seen = set()
            for used in step.evaluate(text, lambda _: "").references:
                name = used.name
                if name in declared or name in PLATFORM_ARGS or name in seen:
                    continue
                seen.add(name)
                at = offset + used.start
                span = node.value_span(place, at, offset + used.end)
                draft = self.at(span, f"`{name}` is not declared before the first `FROM`")
                guess = near(name, names)
                if guess is not None and place.at >= 0:
                    start = at + (2 if text.startswith("${", used.start) else 1)
                    written = node.value_span(place, start, start + len(name))
                    draft.message += f"; did you mean `{guess}`?"
                    draft.fix(f"use `{guess}`", unsafe(step.replace(written, guess)))
                yield draft
