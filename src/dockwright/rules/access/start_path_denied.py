"""DW5103 start-path-denied."""

from dockwright.rules.access._helpers import ENTER, Runner, denied, final_user
from dockwright.rules.api import Bad, CommandLine, Draft, Findings, Good, Known, Rule, Stage, clean


class StartPathDenied(Rule):
    """
    Put what the container runs where its user may go.

    The user that `USER` names needs the right to enter each directory on the way to the program,
    and to execute it. `/root` is closed to everyone else, so that a `/root/.local` copied out of a
    build stage is of no use to another user: the program, or the modules it needs, are not found.

    Silent for root, and when the user, the owner or the mode of something on the way is not known.
    """

    code = "DW5103"
    name = "start-path-denied"
    severity = "error"
    tags = ("user", "permissions")

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nRUN useradd -u 10001 app\n"
            "COPY --from=debian:bookworm-slim /bin/cat /root/bin/cat\n"
            'USER app\nCMD ["/root/bin/cat"]\n',
            at='CMD ["/root/bin/cat"]',
        ),
        Bad(
            "FROM python:3.12-slim AS build\n"
            "COPY requirements.txt .\nRUN pip install --user -r requirements.txt\n"
            "FROM python:3.12-slim\nCOPY --from=build /root/.local /root/.local\n"
            "ENV PATH=/root/.local/bin:$PATH\nRUN useradd -m app\nUSER app\n"
            'CMD ["uvicorn", "main:app"]\n',
            at="PATH=/root/.local/bin:$PATH",
        ),
        Good('FROM debian:bookworm-slim\nRUN useradd -u 10001 app\nUSER app\nCMD ["/bin/cat"]\n'),
        Good('FROM debian:bookworm-slim\nCOPY run.sh /root/run.sh\nCMD ["/root/run.sh"]\n'),
        Good(
            "FROM debian:bookworm-slim\nRUN useradd -u 10001 app && chmod 755 /root\n"
            "COPY --from=debian:bookworm-slim /bin/cat /root/bin/cat\n"
            'USER app\nCMD ["/root/bin/cat"]\n'
        ),
        Good('FROM example.org/base:1\nUSER app\nCMD ["/root/run.sh"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        who = final_user(stage)
        if who is None:
            return
        draft = self._program(stage, who) or self._on_path(stage, who)
        if draft is not None:
            yield draft

    def _program(self, stage: Stage, who: Runner) -> Draft | None:
        """The program that is started, when the user may not run it."""
        state = stage.state
        start = state.entrypoint
        if isinstance(start, Known) and start.value is None:
            start = state.cmd
        for found in (start, state.healthcheck):
            line = found.value if isinstance(found, Known) else None
            if not isinstance(line, CommandLine) or line.step is None or not line.argv:
                continue
            name = line.argv[0]
            if line.shell_form or "/" not in name:
                continue
            workdir = state.workdir
            if not name.startswith("/"):
                if not isinstance(workdir, Known):
                    continue
                name = f"{workdir.value or '/'}/{name}"
            path = clean(name)
            barred = denied(state.files, path, who, ENTER)
            if barred is not None:
                where, text, reason = barred
                return self.at(
                    line.step.line_span,
                    f"{who.name} may not run {path}: {where} is {text}",
                    (reason, who.reason),
                )
        return None

    def _on_path(self, stage: Stage, who: Runner) -> Draft | None:
        """A directory that this file puts on the PATH, which the user may not enter."""
        files = stage.state.files
        for step in [step for one in stage.lineage() for step in one.steps]:
            if step.name != "ENV" or step.onbuild:
                continue
            for pair in step.node.pairs:
                if pair.key != "PATH" or pair.value is None:
                    continue
                for folder in pair.value.strip("\"'").split(":"):
                    if not folder.startswith("/") or "$" in folder:
                        continue
                    barred = denied(files, folder, who, ENTER)
                    if barred is not None:
                        where, text, reason = barred
                        return self.at(
                            pair.word,
                            f"{who.name} may not enter {folder}, which is on the PATH: "
                            f"{where} is {text}",
                            (reason, who.reason),
                        )
        return None
