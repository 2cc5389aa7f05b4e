"""DW5006 script-interpreter-missing."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Rule,
    Stage,
    absent,
)
from dockwright.rules.programs._helpers import named_in, starts_as


class ScriptInterpreterMissing(Rule):
    """
    Give a script an interpreter that the image has.

    A start script whose first line is `#!/bin/bash` fails with `no such file or directory` in an
    image without bash, such as Alpine's, although the script itself is there. A carriage return
    at the end of that line, from an editor on Windows, does the same.

    Silent when the build context or the base image is not known.
    """

    code = "DW5006"
    name = "script-interpreter-missing"
    severity = "error"
    tags = ("programs", "shell")

    examples = (
        Bad(
            'FROM alpine:3.20\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
            at="/run.sh",
            config={"context": {"run.sh": ("#!/bin/bash", 0o755)}},
        ),
        Bad(
            'FROM node:20-slim\nCOPY run.py /run.py\nENTRYPOINT ["/run.py"]\n',
            at="/run.py",
            config={"context": {"run.py": ("#!/usr/bin/env python3", 0o755)}},
        ),
        Good(
            'FROM debian:bookworm-slim\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
            config={"context": {"run.sh": ("#!/bin/bash", 0o755)}},
        ),
        Good(
            "FROM alpine:3.20\nRUN apk add --no-cache bash\nCOPY run.sh /run.sh\n"
            'ENTRYPOINT ["/run.sh"]\n',
            config={"context": {"run.sh": ("#!/bin/bash", 0o755)}},
        ),
        Good('FROM alpine:3.20\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        state = stage.state
        start = starts_as(state)
        named = named_in(start[1], state) if start is not None else None
        if named is None:
            return
        command, name = named
        program = state.files.program(name, state.env("PATH"))
        if not isinstance(program, Known) or program.value is None:
            return
        content = program.value.entry.content
        if not content.startswith("#!"):
            return
        words = content[2:].split()
        if not words:
            return
        wanted = words[0]
        if wanted.rpartition("/")[2] == "env" and len(words) > 1:
            rest = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
            wanted = rest[0] if rest else wanted
        reason = absent(state.files, wanted, state.env("PATH"))
        if reason is not None:
            yield self.at(
                command.name_span,
                f"{name} begins with {content!r}, and {wanted} is not in the image",
                (program.reason, reason),
            )
