"""DW5302 setup-after-source."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Remedy,
    Rule,
    RunStep,
    Step,
    command,
    conflict,
    footprint,
    installs,
    proof,
    safe,
    sink,
)
from dockwright.rules.order._sources import because, brings_source, setup

_DEBIAN = "FROM debian:bookworm-slim\nWORKDIR /app\n"
_APT = "RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.1-10"


class SetupAfterSource(Rule):
    """
    Put what does not depend on the source above the `COPY` of the source.

    System packages, accounts and downloads are the same whatever you edit, and yet behind the copy
    they are made again at each edit. Above it they are kept. The fix moves the copy down. It is
    offered, and the rule speaks at all, only where the model proves that the image stays the same:
    the `RUN` reads nothing that is copied, and writes nothing there.

    Silent for a `RUN` of which it is not known what it reads, and where something in between
    depends on the source and on this `RUN`.
    """

    code = "DW5302"
    name = "setup-after-source"
    severity = "warning"
    tags = ("cache", "order")
    on = command(
        "apt", "apt-get", "apk", "dnf", "microdnf", "yum", "zypper", "pip", "pip3", "npm", "gem",
        "curl", "wget", "git", "useradd", "adduser", "groupadd", "addgroup", "go", "locale-gen",
        "docker-php-ext-install", "sudo",
    )  # fmt: skip

    examples = (
        Bad(
            _DEBIAN + "COPY . .\n" + _APT + "\nCMD sleep 1\n",
            at="apt-get install -y --no-install-recommends curl=7.88.1-10",
            fixed=_DEBIAN + _APT + "\nCOPY . .\nCMD sleep 1\n",
        ),
        Bad(
            _DEBIAN + "# the source\nCOPY . .\n\nENV PORT=80\nRUN useradd -m app\nUSER app\n",
            at="useradd -m app",
            fixed=_DEBIAN + "\nENV PORT=80\nRUN useradd -m app\n# the source\nCOPY . .\nUSER app\n",
        ),
        Bad(
            "FROM python:3.12-slim\nCOPY src /opt/app\nRUN pip install flask==3.0.3\n",
            at="pip install flask==3.0.3",
            fixed="FROM python:3.12-slim\nRUN pip install flask==3.0.3\nCOPY src /opt/app\n",
        ),
        # The packages may write there, the owner must be there, the archive is part of the source.
        Good(_DEBIAN + "COPY . /var/www/html\n" + _APT + "\n"),
        Good(_DEBIAN + "COPY --chown=app . .\nRUN useradd app\n"),
        Good(_DEBIAN + "COPY . .\nRUN apt-get update && apt-get install -y ./own.deb\n"),
        Good(_DEBIAN + "COPY . .\nRUN useradd -m -d /app app\n"),
        Good(_DEBIAN + "COPY . .\nRUN curl -fsSLO https://example.com/data.json\n"),
        Good("FROM debian:bookworm-slim\nCOPY etc /etc\n" + _APT + "\n"),
        # Somebody who is not understood stands in between.
        Good(_DEBIAN + "COPY . .\nRUN make\n" + _APT + "\n"),
        Good(_DEBIAN + _APT + "\nCOPY . .\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if run.onbuild or not run.stage.built:
            return
        before = [step for step in run.stage.steps[: run.index] if brings_source(step)]
        where = setup(run) if before else None
        if where is None or installs(run):
            return
        mark = footprint(run)
        if mark.unknown:
            return
        moved = [step for step in before if conflict(footprint(step), mark) is None]
        if not moved:
            return
        remedy = _fix(run, moved)
        if remedy is not None:
            yield self.at(
                where,
                f"nothing here depends on the source, and yet each edit runs it again:"
                f" `{moved[0].name} {' '.join(w.value for w in moved[0].words)}` stands before",
                (because(moved[0]),),
            ).fix("copy the source behind it", remedy)


def _fix(run: Step, moved: "list[Step]") -> Remedy | None:
    edits = sink(moved, run)
    if edits is None:
        return None
    proven = proof(run.stage.build, edits)
    if not proven.holds or proven.assumes:
        return None
    return safe(*edits, changes=("order",))
