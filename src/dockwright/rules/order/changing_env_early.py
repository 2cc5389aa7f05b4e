"""DW5304 changing-env-early."""

from dockwright.rules.api import Bad, EnvStep, Findings, Good, Reason, Rule, identifies_build, lazy
from dockwright.rules.order._changing import first, move, spared

_F = "FROM debian:bookworm-slim\n"
_APT = "RUN apt-get update && apt-get install -y --no-install-recommends curl\n"
_OWN = lazy(r"(?:APP|APPLICATION|SERVICE|IMAGE|PROJECT|BUILD|DOCKER_IMAGE)_?(?:VERSION|TAG)")
_VALUE = lazy(r"v?\d[\w.+-]*|[0-9a-f]{7,64}")


class ChangingEnvEarly(Rule):
    """
    Set variables that are another in each release as late as you can.

    A new value is a new instruction, and all behind it run again: the packages are installed once
    more because a version number went up. The fix moves the variable below the `RUN` that do not
    use it; the model proves that nothing in between reads it.

    Silent when no `RUN` behind it is known to leave the variable alone, for values that come from
    an argument (the argument is what to move), and for names that do not tell that the value is
    this image's own version, commit or date.
    """

    code = "DW5304"
    name = "changing-env-early"
    severity = "info"
    tier = "preview"
    tags = ("cache", "order", "env")
    mentions = ("env",)

    examples = (
        Bad(
            _F + "ENV APP_VERSION=1.4.2\n" + _APT + "CMD sleep 1\n",
            at="APP_VERSION=1.4.2",
            fixed=_F + _APT + "ENV APP_VERSION=1.4.2\nCMD sleep 1\n",
        ),
        Good(_F + _APT + "ENV APP_VERSION=1.4.2\n"),
        Good(_F + "ENV APP_VERSION=1.4.2\nRUN make\n"),
        Good(_F + "ENV APP_VERSION=1.4.2\nRUN curl -o a https://e.org/$APP_VERSION && apk add b\n"),
        Good(_F + "ENV NODE_VERSION=20.1.0\n" + _APT),
    )  # fmt: skip

    def check(self, step: EnvStep) -> Findings:
        if step.onbuild or not step.stage.built:
            return
        wanted = [
            pair
            for pair in step.node.pairs
            if (identifies_build(pair.key) or _OWN.fullmatch(pair.key))
            and _VALUE.fullmatch((pair.value or "").strip("\"'"))
        ]
        runs = spared(step) if wanted else []
        if not runs:
            return
        reason = Reason(
            "a step runs again when an instruction before it is another",
            step.source,
            step.line_span,
        )
        for pair in wanted:
            line = step.stage.build.tree.source.line_of(first(runs).span.start)
            yield self.at(
                pair.word,
                f"a new {pair.key} runs line {line} again, which does not use it",
                (reason,),
            ).fix("set it below", move(step, runs[-1]))
