"""DW5305 label-from-empty-argument."""

from dockwright.rules.api import Bad, Findings, Good, LabelStep, Rule, Step, Unknown, references


class LabelFromEmptyArgument(Rule):
    """
    Give an argument that a label is made of a default, or be sure that every build passes it.

    Without `--build-arg` the label is an empty string, and no message says so; a misspelt
    `--build-arg` is ignored just as silently. Labels of the build (its commit, its date) can also
    be given from outside: `docker build --label`.

    Silent when the argument has a default, here or before the first FROM, when the configuration
    gives it (`build-args`), and when the label says what to do without it (`${X:-none}`, `${X:?}`).
    """

    code = "DW5305"
    name = "label-from-empty-argument"
    severity = "info"
    tags = ("label", "arg")
    mentions = ("label",)

    examples = (
        Bad(
            "FROM alpine:3.20\nARG GIT_SHA\nLABEL org.opencontainers.image.revision=$GIT_SHA\n",
            at="org.opencontainers.image.revision=$GIT_SHA",
        ),
        Bad(
            'FROM alpine:3.20\nARG A\nARG B=1\nLABEL a="${A}" b="$B" c="v$A"\n',
            at='a="${A}"',
        ),
        Good("FROM alpine:3.20\nARG GIT_SHA=unknown\nLABEL revision=$GIT_SHA\n"),
        Good("ARG V=1\nFROM alpine:3.20\nARG V\nLABEL version=$V\n"),
        Good("FROM alpine:3.20\nARG V\nLABEL version=${V:-dev}\nLABEL w=${V:?give it}\n"),
        Good("FROM alpine:3.20\nARG V\nLABEL v=$V\n", config={"build-args": {"V": "2"}}),
        Good("FROM alpine:3.20\nARG TARGETARCH\nLABEL arch=$TARGETARCH\n"),
    )

    def check(self, step: LabelStep) -> Findings:
        if step.onbuild or not step.stage.built:
            return
        for pair in step.node.pairs:
            text = (pair.value or "").strip("\"'")
            if "$" not in text:
                continue
            for one in references(pair.value or "", step.stage.build.tree.escape):
                if text not in (f"${one.name}", f"${{{one.name}}}"):
                    continue
                value = step.before.variable(one.name)
                if isinstance(value, Unknown) and _bare(step, one.name):
                    yield self.at(
                        pair.word,
                        f"this label is empty unless the build gets --build-arg {one.name}=…",
                        (value.reason,),
                    )


def _bare(step: Step, name: str) -> bool:
    """Whether an ARG without a default is what declares the variable last."""
    for stage in step.stage.lineage():
        steps = stage.steps[: step.index] if stage is step.stage else stage.steps
        for other in reversed(steps):
            if other.name in ("ARG", "ENV") and not other.onbuild:
                for pair in other.node.pairs:
                    if pair.key == name:
                        return (
                            other.name == "ARG"
                            and pair.value is None
                            and step.stage.build.global_value(name) is None
                        )
    return False
