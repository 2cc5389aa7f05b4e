"""DW5202 user-site-moved."""

from dockwright.rules.api import (
    Bad,
    Command,
    Edit,
    Findings,
    Good,
    Known,
    Remedy,
    Rule,
    Stage,
    Step,
    clean,
    unsafe,
    user_of,
)

_VENV = "/opt/venv"


class UserSiteMoved(Rule):
    """
    Carry Python packages between stages in a virtual environment.

    `pip install --user` puts packages below the home of the user who installs. Python looks for
    them below the home of the user who runs it: a `/root/.local` copied into the last stage is
    found by root alone, and another user gets `No module named …`. A virtual environment is found
    by everyone.

    Silent when the user or the home is not known, and when `PYTHONPATH` or `PYTHONUSERBASE` is set.
    """

    code = "DW5202"
    name = "user-site-moved"
    severity = "error"
    tags = ("python", "user")
    mentions = ("--user",)

    examples = (
        Bad(
            "FROM python:3.12-slim AS build\nCOPY requirements.txt .\n"
            "RUN pip install --user --no-cache-dir -r requirements.txt\n"
            "FROM python:3.12-slim\nCOPY --from=build /root/.local /root/.local\n"
            "ENV PATH=/root/.local/bin:$PATH\nRUN useradd -m app\nUSER app\n"
            'CMD ["python", "-m", "uvicorn", "main:app"]\n',
            at="/root/.local",
            fixed="FROM python:3.12-slim AS build\nCOPY requirements.txt .\n"
            "RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir"
            " -r requirements.txt\n"
            "FROM python:3.12-slim\nCOPY --from=build /opt/venv /opt/venv\n"
            "ENV PATH=/opt/venv/bin:$PATH\nRUN useradd -m app\nUSER app\n"
            'CMD ["python", "-m", "uvicorn", "main:app"]\n',
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN pip install --user flask\n"
            "FROM python:3.12-slim\nCOPY --from=build /root/.local /root/.local\n"
            'CMD ["python", "-m", "flask"]\n'
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN pip install --user flask\n"
            "FROM python:3.12-slim\nRUN useradd -m app\n"
            "COPY --from=build /root/.local /home/app/.local\nUSER app\n"
            'CMD ["python", "-m", "flask"]\n'
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN pip install --user flask\n"
            "FROM python:3.12-slim\nRUN useradd -m app && chmod 755 /root\n"
            "COPY --from=build /root/.local /root/.local\nENV PYTHONUSERBASE=/root/.local\n"
            'USER app\nCMD ["python", "-m", "flask"]\n'
        ),
        Good(
            "FROM example.org/python:1 AS build\nRUN pip install --user flask\n"
            "FROM example.org/python:1\nCOPY --from=build /root/.local /root/.local\n"
            "USER app\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        state = stage.state
        user = state.user
        if not isinstance(user, Known) or any(
            state.env(name) is not None and state.sets("image_env", name)
            for name in ("PYTHONPATH", "PYTHONUSERBASE", "HOME")
        ):
            return
        _, _, home = user_of(user, state.files)
        if home is None:
            return
        for step in stage.steps:
            install = _installs(step)
            if install is None:
                continue
            target = step.expand(step.words[-1].value)
            if not isinstance(target, Known) or not target.value.startswith("/"):
                continue
            path = clean(target.value)
            if path == clean(f"{home}/.local"):
                continue
            who = user.value or "root"
            account = state.files.account("user", who.partition(":")[0])
            because = [user.reason]
            if isinstance(account, Known):
                because.append(account.reason)
            yield self.at(
                step.words[-1],
                f"{who}'s Python looks for these packages in {clean(home + '/.local')}, "
                f"not in {path}",
                because,
            ).fix("install into a virtual environment", _venv(stage, step, *install))


def _installs(step: Step) -> "tuple[Step, Command] | None":
    """The `pip install --user` of another stage whose result `step` copies as a whole."""
    flag = step.node.flag("from") if step.name == "COPY" and not step.onbuild else None
    if flag is None or not flag.value or len(step.words) != 2:
        return None
    source = step.words[0].value.rstrip("/")
    other = step.stage.build.stage_named(flag.value)
    if other is None or other is step.stage or not source.endswith("/.local"):
        return None
    for run in other.steps:
        if run.name != "RUN" or run.onbuild:
            continue
        for command in run.command("pip", "pip3"):
            if command.runs("install") and command.find("--user") is not None:
                _, _, home = user_of(run.before.user, run.before.files)
                if home is not None and clean(f"{home}/.local") == clean(source):
                    return run, command
    return None


def _venv(stage: Stage, copy: Step, run: Step, command: Command) -> Remedy | None:
    flag = command.find("--user")
    if flag is None or run.stage.state.files.exists(_VENV) is not False:
        return None
    installs = [one for one in run.stage.steps for _ in one.command("pip", "pip3")]
    if len(installs) != 1 or command.within or run.node.is_json or command.script.damaged:
        return None
    old = copy.words[-1].value.rstrip("/")
    edits: list[Edit | None] = [
        run.replace(command.name_span, f"python -m venv {_VENV} && {_VENV}/bin/pip"),
        run.delete_word(flag),
        copy.replace(copy.words[0].span, _VENV),
        copy.replace(copy.words[-1].span, _VENV),
    ]
    for step in stage.steps:
        if step.name != "ENV":
            continue
        for pair in step.node.pairs:
            value = pair.value or ""
            text = stage.build.tree.source.slice(pair.word.span)
            if f"{old}/bin" in value and f"{old}/bin" in text:
                new = text.replace(f"{old}/bin", f"{_VENV}/bin")
                edits.append(step.replace(pair.word.span, new))
    return unsafe(*edits)
