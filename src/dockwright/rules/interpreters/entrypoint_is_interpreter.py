"""DW5206 entrypoint-is-interpreter."""

from dockwright.rules.api import Bad, CommandLine, Findings, Good, Known, Rule, Stage, clean

_INTERPRETERS = ("python", "python3", "node", "nodejs", "java", "ruby", "perl", "php")


class EntrypointIsInterpreter(Rule):
    """
    Name the script, not a program, where the base image's entrypoint is an interpreter.

    The distroless images start the interpreter and hand it `CMD` as arguments. A
    `CMD ["uvicorn", …]` there makes Python look for a file of that name: `can't open file
    '//uvicorn'`.

    Silent when the entrypoint is not known, or set in the Dockerfile itself.
    """

    code = "DW5206"
    name = "entrypoint-is-interpreter"
    severity = "error"
    tags = ("entrypoint", "distroless")
    mentions = ("distroless",)

    examples = (
        Bad(
            "FROM gcr.io/distroless/python3-debian13\nCOPY main.py /app/main.py\n"
            'CMD ["uvicorn", "main:app"]\n',
            at='"uvicorn"',
        ),
        Bad(
            "FROM gcr.io/distroless/python3-debian13\nCOPY main.py /app/main.py\n"
            'CMD ["python", "/app/main.py"]\n',
            at='"python"',
        ),
        Good(
            "FROM gcr.io/distroless/python3-debian13\nCOPY main.py /app/main.py\n"
            'CMD ["/app/main.py"]\n'
        ),
        Good(
            "FROM gcr.io/distroless/python3-debian13\nCOPY main.py /app/main.py\n"
            'CMD ["-m", "http.server"]\n'
        ),
        Good(
            "FROM gcr.io/distroless/python3-debian13\n"
            'ENTRYPOINT ["/opt/venv/bin/python"]\nCMD ["main"]\n'
        ),
        Good('FROM python:3.12-slim\nCMD ["python", "main.py"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        state = stage.state
        entrypoint, cmd = state.entrypoint, state.cmd
        if not isinstance(entrypoint, Known) or not isinstance(cmd, Known):
            return
        line = cmd.value
        start = entrypoint.value
        if not isinstance(line, CommandLine) or line.shell_form or line.step is None:
            return
        if not isinstance(start, CommandLine) or start.step is not None or not line.argv:
            return
        if start.argv is None or len(start.argv) != 1:
            return
        interpreter = start.argv[0]
        program = interpreter.rpartition("/")[2]
        if not any(program == one or program.startswith(f"{one}3.") for one in _INTERPRETERS):
            return
        first = line.argv[0]
        if first.startswith("-") or "/" in first or "." in first:
            return
        workdir = state.workdir
        base = workdir.value if isinstance(workdir, Known) else ""
        path = clean(f"{base or '/'}/{first}")
        found = state.files.stat(path)
        # What the base image holds is not listed in full; nothing of this file puts one there.
        unlisted = not isinstance(found, Known) and found.reason.span is None
        if unlisted or (isinstance(found, Known) and found.value is None):
            words = line.step.words
            yield self.at(
                words[0],
                f"the image's entrypoint is {interpreter}: it takes {first} for the script {path}",
                (entrypoint.reason, found.reason),
                likely=unlisted,
            )
