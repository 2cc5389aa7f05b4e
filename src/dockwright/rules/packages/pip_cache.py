"""DW2151 pip-cache."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Remedy,
    Rule,
    RunStep,
    Unknown,
    command,
    lazy,
    safe,
    unsafe,
)
from dockwright.rules.packages._cache import deleted, kept_out, place, value_of
from dockwright.rules.packages._managers import PIP, Call, calls, literal, triggers

CACHE = "~/.cache/pip"
VARIABLE = "PIP_NO_CACHE_DIR"
# Their own pip is older than the option.
_OLD = lazy(r"(^|/)(ubuntu:(1[0-4]|trusty|precise)|debian:(jessie|wheezy|[78](\D|$)))")


class PipCache(Rule):
    """
    Install Python packages with `pip install --no-cache-dir`.

    pip keeps every file it downloads and every wheel it builds in its cache below ~/.cache/pip.
    Nothing reads the cache in the image, and a later `RUN` cannot remove it from the layer.

    Silent when `PIP_NO_CACHE_DIR` is set (to anything: pip takes every value for yes), when the
    same `RUN` deletes or purges the cache, when a cache or tmpfs mount keeps it out of the layer,
    with `--no-index`, inside `ONBUILD`, and in a stage whose file system never reaches the final
    image. Also silent for pipx, pipenv and uv.
    """

    code = "DW2151"
    name = "pip-cache"
    severity = "warning"
    tags = ("pip", "size")
    also = (
        "hadolint:DL3042",
        "kics:f2f903fb",
        "semgrep:missing-pip-no-cache-dir",
        "parfum:pipUseNoCacheDir",
    )
    on = command(*triggers(PIP))

    examples = (
        Bad(
            "FROM python:3.12\nRUN pip install flask\n",
            at="pip install",
            fixed="FROM python:3.12\nRUN pip install --no-cache-dir flask\n",
        ),
        Bad(
            "FROM python:3.12\nRUN python3.12 -m pip install --user -r requirements.txt\n",
            at="pip install",
            fixed="FROM python:3.12\n"
            "RUN python3.12 -m pip install --no-cache-dir --user -r requirements.txt\n",
        ),
        Bad(
            'FROM python:3.12\nRUN ["pip3", "install", "flask"]\n',
            at='pip3", "install',
            fixed='FROM python:3.12\nRUN ["pip3", "install", "--no-cache-dir", "flask"]\n',
        ),
        Bad(
            "FROM python:3.12\nRUN rm -rf ~/.cache && pip install a && pip install b\n",
            at=("pip install", "pip install"),
            fixed="FROM python:3.12\nRUN rm -rf ~/.cache && pip install --no-cache-dir a"
            " && pip install --no-cache-dir b\n",
        ),
        Bad(
            "FROM fedora:41\nRUN pip3 install flask && dnf clean all && git clean -f\n",
            at="pip3 install",
            fixed="FROM fedora:41\n"
            "RUN pip3 install --no-cache-dir flask && dnf clean all && git clean -f\n",
        ),
        Good("FROM python:3.12\nRUN pip --no-cache-dir install flask\n"),
        Good("FROM python:3.12\nRUN pip install flask && sh /tmp/cleanup.sh\n"),
        Good("FROM python:3.12\nENV PIP_NO_CACHE_DIR=off\nRUN pip install flask\n"),
        Good("FROM python:3.12\nARG PIP_NO_CACHE_DIR=1\nRUN pip install flask\n"),
        Good("FROM python:3.12\nRUN PIP_NO_CACHE_DIR=1 pip install flask\n"),
        Good("FROM python:3.12\nRUN export PIP_NO_CACHE_DIR=1; pip install flask\n"),
        Good("FROM python:3.12\nRUN --mount=type=cache,target=/root/.cache pip install flask\n"),
        Good("FROM python:3.12\nRUN --mount=type=cache,target=/home/a/.cache/pip pip install a\n"),
        Good("FROM python:3.12\nRUN --mount=type=tmpfs,target=/root/.cache pip install flask\n"),
        Good(
            "FROM python:3.12\nENV PIP_CACHE_DIR=/c\n"
            "RUN --mount=type=cache,target=/c pip install flask\n"
        ),
        Good("FROM python:3.12\nRUN pip install flask && rm -rf ~/.cache\n"),
        Good("FROM python:3.12\nRUN pip install flask && pip cache purge\n"),
        Good("FROM python:3.12\nRUN pipx install flask && pipenv install\n"),
        Good("FROM python:3.12 AS b\nRUN pip install a\nFROM scratch\nCOPY --from=b /a /a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.onbuild:
            return
        found = [call for call in calls(run, PIP) if _caches(call)]
        if not found or _purged(run, found[-1]):
            return
        state = run.before
        variable = state.variable(VARIABLE)
        if isinstance(variable, Known) and variable.value:
            return
        because = (variable.reason,) if isinstance(variable, Unknown) else ()
        damaged = run.script is None or run.script.damaged is not None
        for call in found:
            folders = _folders(run, call)
            if value_of(run, call.command, VARIABLE) or kept_out(run, *folders):
                continue
            if deleted(run, call.command, *folders):
                continue
            draft = self.at(
                place(call),
                f"what `{call.name} {call.sub}` downloads stays in this layer",
                because,
                likely=damaged or bool(because),
            )
            yield draft.fix("keep no cache", _mended(run, call))


def _caches(call: Call) -> bool:
    """Whether a call fills the cache."""
    if call.sub not in ("install", "wheel", "download") or call.hides_options:
        return False
    if any(flag.startswith("--no-ca") for flag in call.flags):
        return False
    return not call.has("--no-index", "-h", "--help", "--dry-run")


def _purged(run: RunStep, last: Call) -> bool:
    return any(
        call.sub == "cache" and call.command.start > last.command.start
        for call in calls(run, PIP)
        if any(word.value in ("purge", "remove") for word in call.operands)
    )


def _folders(run: RunStep, call: Call) -> list[str]:
    given = call.given("--cache-dir") or [value_of(run, call.command, "PIP_CACHE_DIR") or ""]
    if given[0]:
        return [given[0].rstrip("/") or "/"]
    home = value_of(run, call.command, "XDG_CACHE_HOME")
    return [f"{home.rstrip('/')}/pip"] if home else [CACHE]


def _mended(run: RunStep, call: Call) -> Remedy | None:
    if call.action is None:
        return None
    text = '", "--no-cache-dir' if literal(run, call) else " --no-cache-dir"
    edit = run.insert_after(call.action, text)
    name = run.stage.lineage()[-1].base.name
    old = isinstance(name, Known) and _OLD.search(name.value)
    return unsafe(edit) if old else safe(edit, changes=("run:options",))
