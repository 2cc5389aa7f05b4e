"""DW4201 maintainer."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Stage, Step, safe

LABEL = "org.opencontainers.image.authors"


class Maintainer(Rule):
    """
    Name the authors in a label.

    `MAINTAINER` is deprecated: it writes a field of the image that few tools show. A label can be
    searched for, inherited and replaced like any other.

    Silent for a `MAINTAINER` inside `ONBUILD`, which the build refuses anyway.
    """

    code = "DW4201"
    name = "maintainer"
    severity = "warning"
    tags = ("label", "deprecated")
    mentions = ("maintainer",)
    also = (
        "hadolint:DL4000",
        "buildkit:MaintainerDeprecated",
        "trivy:DS-0022",
        "checkov:CKV_DOCKER_6",
        "kics:99614418",
        "semgrep:maintainer-is-deprecated",
        "slim:20008",
    )

    examples = (
        Bad(
            "FROM debian:12\nMAINTAINER Ada <a@example.org>\n",
            at="MAINTAINER",
            fixed='FROM debian:12\nLABEL org.opencontainers.image.authors="Ada <a@example.org>"\n',
        ),
        Bad(
            'FROM debian:12\nmaintainer Ada "$Ace" O\'Hara \\o/\n',
            at="maintainer",
            fixed="FROM debian:12\nlabel"
            ' org.opencontainers.image.authors="Ada \\"\\$Ace\\" O\'Hara \\\\o/"\n',
        ),
        Bad(
            'FROM debian:12\nMAINTAINER ada\nMAINTAINER "bob"\n',
            at=("MAINTAINER", "MAINTAINER"),
            fixed='FROM debian:12\nLABEL org.opencontainers.image.authors="bob"\n',
        ),
        Bad(
            'FROM debian:12\nMAINTAINER ada\nLABEL org.opencontainers.image.authors="ada"\n',
            at="MAINTAINER",
        ),
        Good('FROM debian:12\nLABEL org.opencontainers.image.authors="ada"\n'),
    )

    def check(self, stage: Stage) -> Findings:
        steps = [step for step in stage.steps if step.name == "MAINTAINER" and not step.onbuild]
        if not steps:
            return
        labelled = LABEL in stage.timelines.maps["labels"]
        for step in steps:
            draft = self.at(step.node.keyword_span, "`MAINTAINER` is deprecated")
            if step is not steps[-1]:
                draft.fix(
                    "delete it, a later one replaces it",
                    safe(step.delete_lines(), changes=("dead-instruction",)),
                )
            elif not labelled and step.words:
                draft.fix("make it a label", safe(*_as_label(step), changes=("label",)))
            yield draft


def _as_label(step: Step) -> "tuple[Edit | None, ...]":
    word = step.words[0]
    tree = step.stage.build.tree
    text = word.value
    if not text.isprintable() or "\n" in tree.source.slice(word.span):
        return (None,)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]:
        text = text[1:-1]
    for char in (tree.escape, '"', "$"):
        text = text.replace(char, tree.escape + char)
    keyword = "label" if step.node.keyword.islower() else "LABEL"
    return (
        step.replace(step.node.keyword_span, keyword),
        step.replace(word.span, f'{LABEL}="{text}"'),
    )
