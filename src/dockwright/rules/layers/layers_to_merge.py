"""DW2010 layers-to-merge."""

from itertools import pairwise

from dockwright.rules.api import Bad, Command, Findings, Good, Rule, Stage, Step, safe

# Of these the last one in a stage counts.
_LAST = ("CMD", "ENTRYPOINT", "HEALTHCHECK")


class LayersToMerge(Rule):
    """
    Join single commands in `RUN` instructions that follow one another.

    Each `RUN` makes a layer. Commands that belong together and change together need only one, and
    what one of them leaves another can delete before the layer closes.

    Silent for a `RUN` of several commands (tests and `apk update` do not count), an exec form,
    different flags, with other instructions between them, and in a stage that does not ship, where
    more layers mean a better cache.
    """

    code = "DW2010"
    name = "layers-to-merge"
    severity = "info"
    tier = "optional"
    tags = ("layers",)
    also = ("hadolint:DL3059", "kics:0008c003", "slim:20019")

    examples = (
        Bad(
            "FROM debian:12\nRUN mkdir /app\nRUN touch /app/log\n",
            at="RUN touch /app/log",
            fixed="FROM debian:12\nRUN mkdir /app && touch /app/log\n",
        ),
        Bad(
            "FROM debian:12\nRUN cd /srv\n# the log\nRUN touch log\nRUN chmod 600 log\n",
            at=("RUN touch log", "RUN chmod 600 log"),
            fixed="FROM debian:12\nRUN cd /srv\n# the log\nRUN touch log && chmod 600 log\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk update && apk add git\nRUN git version\n",
            at="RUN git version",
            fixed="FROM alpine:3.20\nRUN apk update && apk add git && git version\n",
        ),
        Good("FROM debian:12\nRUN mkdir /app && touch /app/log\nRUN touch /app/other\n"),
        Bad(
            "FROM debian:12\nRUN mkdir /app\nCMD a\nRUN touch /app/log\nCMD b\n",
            at="RUN touch /app/log",
        ),
        Good("FROM debian:12\nRUN mkdir /app\nWORKDIR /app\nRUN touch log\n"),
        Good("FROM debian:12\nRUN --network=none make\nRUN make install\n"),
        Good('FROM debian:12\nRUN ["mkdir", "/app"]\nRUN ["touch", "/app/log"]\n'),
        Good(
            "FROM debian:12 AS b\nRUN mkdir /app\nRUN make\nFROM scratch\nCOPY --from=b /app /app\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.shipped:
            return
        steps = [step for step in stage.steps if not _replaced(step)]
        for before, step in pairwise(steps):
            if _single(before) and _single(step) and _flags(before) == _flags(step):
                yield self.at(step.line_span, "a layer of its own for one command").fix(
                    "join it with the `RUN` above",
                    safe(before.join(step), changes=("run:layout",)),
                )


def _replaced(step: Step) -> bool:
    """Whether a later instruction takes the place of this one, which will go."""
    return (
        step.name in _LAST
        and not step.onbuild
        and any(
            one.name == step.name and not one.onbuild for one in step.stage.steps[step.index + 1 :]
        )
    )


def _single(step: Step) -> bool:
    if step.name != "RUN" or step.onbuild or step.node.is_json:
        return False
    script = step.script
    if script is None or script.damaged is not None or not script.commands:
        return False
    return sum(not _idle(one) for one in script.commands) <= 1


def _idle(one: Command) -> bool:
    """Whether it is a test, or the index update that `apk add --no-cache` makes needless."""
    if one.name == "apk":
        return "update" in [word.value for word in one.args if not word.shape.startswith("-")][:1]
    return one.name in ("", "[", "[[")


def _flags(step: Step) -> list[str]:
    return [flag.text for flag in step.node.flags]
