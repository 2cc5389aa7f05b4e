"""DW0005 instruction-case."""

from dockwright.rules.api import Bad, Build, Edit, Findings, Good, Rule, Step, safe

_KNOWN = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
    *("MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)


class InstructionCase(Rule):
    """
    Write all instructions in one case.

    BuildKit takes any case, but a file that mixes them reads badly and is hard to search. The case
    that most instructions have decides; upper case wins a draw.

    Silent about the global `ARG` lines before the first `FROM`, the instruction inside an
    `ONBUILD` and words that are no instruction: none of them is counted.
    """

    code = "DW0005"
    name = "instruction-case"
    severity = "info"
    tags = ("style",)
    also = ("buildkit:ConsistentInstructionCasing",)

    examples = (
        Bad(
            'FROM debian:12\nrun mkdir /a\nCMD ["ls"]\n',
            at="run",
            fixed='FROM debian:12\nRUN mkdir /a\nCMD ["ls"]\n',
        ),
        Bad(
            "from debian:12\nrun mkdir /a\nCmd ls\n",
            at="Cmd",
            fixed="from debian:12\nrun mkdir /a\ncmd ls\n",
        ),
        Bad(
            "from debian:12 as a\nRUN make\nENV a=b\nFROM a\n",
            at="from",
            fixed="FROM debian:12 AS a\nRUN make\nENV a=b\nFROM a\n",
        ),
        Bad("FROM debian:12\nrun make\n", at="run", fixed="FROM debian:12\nRUN make\n"),
        Good("arg X=1\nFROM debian:12\nONBUILD run make\n"),
        Good("from debian:12\nrun make\n"),
    )

    def check(self, build: Build) -> Findings:
        steps = [
            step
            for stage in build.stages
            for step in (stage.from_step, *stage.steps)
            if step.outer.name in _KNOWN
        ]
        upper = lower = 0
        for step in steps:
            keyword = step.outer.keyword
            lower += keyword == keyword.lower()
            upper += keyword == keyword.upper()
        for step in steps:
            keyword = step.outer.keyword
            wanted = keyword.lower() if lower > upper else keyword.upper()
            if keyword == wanted:
                continue
            case = "lower" if lower > upper else "upper"
            yield self.at(
                step.outer.keyword_span,
                f"`{keyword}` is not in {case} case like most instructions here",
            ).fix(
                f"write `{wanted}`",
                safe(*_edits(step, wanted)),
            )


def _edits(step: Step, wanted: str) -> list[Edit]:
    edits = [step.replace(step.outer.keyword_span, wanted)]
    words = step.words
    if step.name == "FROM" and len(words) == 3:
        # AS goes with its FROM, or the next complaint would be about it.
        as_word = words[1]
        case = as_word.value.upper() if wanted.isupper() else as_word.value.lower()
        if case != as_word.value:
            edits.append(step.replace(as_word.span, case))
    return edits
