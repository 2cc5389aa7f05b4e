"""DW4211 label-unexpected."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage, known


class LabelUnexpected(Rule):
    """
    Set no labels but those the configuration names.

    With `strict-labels` the table `label-schema` is the complete list of labels an image may have:
    a label outside it is a slip of the pen or belongs into the list.

    Silent without `strict-labels` or without `label-schema`, in stages whose labels never reach the
    final image, and when only the build knows a key.
    """

    code = "DW4211"
    name = "label-unexpected"
    severity = "info"
    tier = "optional"
    tags = ("label", "policy")
    also = ("hadolint:DL3050",)

    examples = (
        Bad(
            "FROM debian:12\nLABEL vendor=x verison=1\n",
            at="verison",
            config={"label-schema": {"vendor": "text", "version": "text"}, "strict-labels": True},
        ),
        Good(
            "FROM debian:12 AS build\nLABEL stage=build\nFROM debian:12\nLABEL vendor=x\n",
            config={"label-schema": {"vendor": "text"}, "strict-labels": True},
        ),
        Good("FROM debian:12\nLABEL a=1\n", config={"label-schema": {"vendor": "text"}}),
    )

    def check(self, stage: Stage) -> Findings:
        schema = self.options.get("label-schema")
        if not schema or not self.options.get("strict-labels") or not stage.shipped:
            return
        for step in stage.steps:
            if step.name != "LABEL" or step.onbuild:
                continue
            for pair in step.node.pairs:
                key = known(step.expand(pair.key))
                if key is not None and key not in schema:
                    yield self.at(pair.key_span, f"`label-schema` does not name `{key}`")
