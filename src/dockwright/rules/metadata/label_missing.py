"""DW4210 label-missing."""

from dockwright.rules.api import Bad, Build, Findings, Good, Known, Rule


class LabelMissing(Rule):
    """
    Set the labels that the configuration asks for.

    `label-schema` names the labels that every image of yours must have. Inventories and scanners
    that read them find nothing where one is missing.

    Silent without `label-schema`, for labels that a stage below sets, and for stages other than the
    final one, whose labels reach no image.
    """

    code = "DW4210"
    name = "label-missing"
    severity = "info"
    tier = "optional"
    tags = ("label", "policy")
    also = ("hadolint:DL3049",)

    examples = (
        Bad(
            "FROM scratch\nLABEL vendor=x\n",
            at="FROM scratch",
            config={"label-schema": {"vendor": "text", "version": "semver"}},
        ),
        Bad("FROM debian:12\n", at="FROM debian:12", config={"label-schema": {"vendor": "text"}}),
        Good(
            "FROM debian:12 AS base\nLABEL vendor=x\nFROM base\nLABEL version=1.0.0\n",
            config={"label-schema": {"vendor": "text", "version": "semver"}},
        ),
        Good(
            "FROM debian:12 AS build\nFROM scratch\nLABEL vendor=x\n",
            config={"label-schema": {"vendor": "text"}},
        ),
        Good("FROM scratch\n"),
    )

    def check(self, build: Build) -> Findings:
        schema = self.options.get("label-schema")
        stage = build.final
        if not schema or stage is None:
            return
        state = stage.state
        there = set(state.names("labels"))
        for name in schema:
            value = state.label(name)
            if isinstance(value, Known) or name in there:
                continue
            because = () if value is None else (value.reason,)
            yield self.at(
                stage.from_step.line_span,
                f"the image has no label `{name}`",
                because,
                likely=value is not None,
            )
