"""DW4206 label-duplicate."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage, Step, known, safe


class LabelDuplicate(Rule):
    """
    Set each label once in a stage.

    The last value wins and nothing can read the earlier ones, so they only mislead who reads the
    file or changes the wrong one.

    Silent when the labels stand in different stages, even if one builds on the other: there the
    later one is meant to replace what it inherits. Silent too when only the build knows a key.
    """

    code = "DW4206"
    name = "label-duplicate"
    severity = "warning"
    tags = ("label", "dead-code")
    mentions = ("label",)
    also = ("tally:labels/no-duplicate-keys",)

    examples = (
        Bad(
            "FROM debian:12\nLABEL version=1\nLABEL vendor=x version=2\n",
            at="version",
            fixed="FROM debian:12\nLABEL vendor=x version=2\n",
        ),
        Bad('FROM debian:12\nLABEL a=1 "a"=2\n', at="a"),
        Good("FROM debian:12 AS base\nLABEL a=1\nFROM base\nLABEL a=2\n"),
        Good("FROM debian:12\nARG A\nARG B\nLABEL $A=1 $B=2\n"),
    )

    def check(self, stage: Stage) -> Findings:
        found: list[tuple[str, Step, int]] = []
        last: dict[str, int] = {}
        for step in stage.steps:
            if step.name != "LABEL" or step.onbuild:
                continue
            for index, pair in enumerate(step.node.pairs):
                key = known(step.expand(pair.key))
                if key is not None:
                    last[key] = len(found)
                    found.append((key, step, index))
        for number, (key, step, index) in enumerate(found):
            if last[key] == number:
                continue
            place = step.node.pairs[index].key_span
            draft = self.at(place, f"the value of `{key}` is lost: it is set again below")
            if len(step.node.pairs) == 1:
                draft.fix("delete it", safe(step.delete_lines(), changes=("dead-instruction",)))
            yield draft
