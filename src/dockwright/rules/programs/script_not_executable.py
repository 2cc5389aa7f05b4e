"""DW5005 script-not-executable."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Rule,
    Stage,
    Step,
    safe,
)
from dockwright.rules.programs._helpers import named_in, starts_as


class ScriptNotExecutable(Rule):
    """
    Make the file that the container starts executable.

    `COPY` keeps the permission bits that a file has in the build context. When the start script
    lacks the executable bit, the container ends with `permission denied`; often only in CI, where
    the bit was lost.

    Silent when the build context or the mode is not known, and when a later step sets the bit.
    """

    code = "DW5005"
    name = "script-not-executable"
    severity = "error"
    tags = ("programs", "permissions")

    examples = (
        Bad(
            'FROM debian:bookworm-slim\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
            at="/run.sh",
            fixed="FROM debian:bookworm-slim\nCOPY --chmod=755 run.sh /run.sh\n"
            'ENTRYPOINT ["/run.sh"]\n',
            config={"context": {"run.sh": ("#!/bin/sh", 0o644)}},
        ),
        Good(
            'FROM debian:bookworm-slim\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
            config={"context": {"run.sh": ("#!/bin/sh", 0o755)}},
        ),
        Good(
            "FROM debian:bookworm-slim\nCOPY run.sh /run.sh\nRUN chmod +x /run.sh\n"
            'ENTRYPOINT ["/run.sh"]\n',
            config={"context": {"run.sh": ("#!/bin/sh", 0o644)}},
        ),
        Good('FROM debian:bookworm-slim\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n'),
        Good(
            'FROM debian:bookworm-slim\nCOPY run.sh /run.sh\nENTRYPOINT ["sh", "/run.sh"]\n',
            config={"context": {"run.sh": ("#!/bin/sh", 0o644)}},
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        state = stage.state
        start = starts_as(state)
        lines = [start[1]] if start is not None else []
        if isinstance(state.healthcheck, Known):
            lines.append(state.healthcheck.value)
        for line in lines:
            named = named_in(line, state)
            if named is None or "/" not in named[1]:
                continue
            command, name = named
            found = state.files.stat(name)
            if not isinstance(found, Known) or found.value is None or found.value.kind != "file":
                continue
            mode = found.value.mode
            if mode is None or mode & 0o111:
                continue
            draft = self.at(
                command.name_span,
                f"{name} is not executable (mode {mode:04o}): permission denied",
                (found.reason,),
            )
            copy = _copy_of(stage, found.reason.span)
            if copy is not None and copy.node.flag("chmod") is None:
                at = copy.span.start + len(copy.name)
                draft.fix(
                    "make it executable",
                    safe(copy.insert(at, " --chmod=755"), changes=("copy",)),
                )
            yield draft


def _copy_of(stage: Stage, span: object) -> Step | None:
    """The COPY of one file that put it there."""
    for step in stage.steps:
        if step.name in ("COPY", "ADD") and step.line_span == span and not step.onbuild:
            return step if len(step.words) == 2 else None
    return None
