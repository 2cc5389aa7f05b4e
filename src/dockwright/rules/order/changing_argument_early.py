"""DW5303 changing-argument-early."""

from dockwright.rules.api import (
    ArgStep,
    Bad,
    Findings,
    Good,
    Reason,
    Rule,
    identifies_build,
    lazy,
)
from dockwright.rules.order._changing import first, move, spared, used

_F = "FROM debian:bookworm-slim\n"
_APT = "RUN apt-get update && apt-get install -y --no-install-recommends curl\n"
# A default that stands for "not given"; a version or a checksum is what the build means to use.
_PLACEHOLDER = lazy(r"[A-Za-z_/ -]*|0+")


class ChangingArgumentEarly(Rule):
    """
    Declare arguments that are another in each build as late as you can.

    From its ARG on, the value of a build argument is part of the cache key of every `RUN`, whether
    the command uses it or not. With a commit or a date in it, each build runs all of them again: a
    build of a third of a second takes five. Behind the last `RUN` that does not use it, the same
    argument costs nothing. The fix moves it there, with the labels and variables made of it; the
    model proves that nothing in between reads it.

    Silent when no `RUN` behind it is known to leave the argument alone, for names that do not tell
    that the value changes with each commit or build, for a default that is a version or a checksum
    (the build is meant to use that one), and for an argument that nothing uses: it is
    there to make things run again.
    """

    code = "DW5303"
    name = "changing-argument-early"
    severity = "warning"
    tags = ("cache", "order", "arg")
    mentions = ("arg",)

    examples = (
        Bad(
            _F + "ARG GIT_SHA\nLABEL revision=$GIT_SHA\n" + _APT + "COPY . /app\nCMD sleep 1\n",
            at="GIT_SHA",
            fixed=_F + _APT + "ARG GIT_SHA\nLABEL revision=$GIT_SHA\nCOPY . /app\nCMD sleep 1\n",
        ),
        Bad(
            _F + "# when\nARG BUILD_DATE=unknown\n\n" + _APT + "RUN echo $BUILD_DATE > /built\n",
            at="BUILD_DATE=unknown",
            fixed=_F
            + "\n"
            + _APT
            + "# when\nARG BUILD_DATE=unknown\nRUN echo $BUILD_DATE > /built\n",
        ),
        # Two of one instruction go together.
        Bad(
            _F + "ARG BUILD_DATE VCS_REF\n" + _APT + "ENV REF=$VCS_REF\n",
            at=("BUILD_DATE", "VCS_REF"),
            fixed=_F + _APT + "ARG BUILD_DATE VCS_REF\nENV REF=$VCS_REF\n",
        ),
        Good(_F + _APT + "ARG GIT_SHA\nLABEL revision=$GIT_SHA\n"),
        Good(_F + "ARG GIT_SHA\nRUN ./install.sh\n"),
        Good(_F + "ARG GIT_SHA\nRUN apt-get update && echo $GIT_SHA\n" + _APT),
        Good(_F + "ARG NGINX_VERSION\n" + _APT),
        Good(_F + "ARG GIT_SHA\nENV GIT_SHA=$GIT_SHA\nRUN mkdir /app\n"),
        # Nothing uses it: it is there to run things again.
        Good(_F + "ARG SHA\n" + _APT),
    )

    def check(self, step: ArgStep) -> Findings:
        if step.onbuild or not step.stage.built:
            return
        wanted = [
            pair
            for pair in step.node.pairs
            if identifies_build(pair.key)
            and _PLACEHOLDER.fullmatch((pair.value or "").strip("\"'"))
        ]
        if not wanted:
            return
        runs = spared(step)
        if not runs or not used(step):
            return
        for pair in wanted:
            line = step.stage.build.tree.source.line_of(first(runs).span.start)
            yield self.at(
                pair.word,
                f"a new {pair.key} in each build runs line {line} again, which does not use it",
                (_reason(step),),
            ).fix("declare it below", move(step, runs[-1]))


def _reason(step: ArgStep) -> Reason:
    text = "BuildKit puts each declared argument into the cache key of every RUN behind it"
    return Reason(text, step.source, step.line_span)
