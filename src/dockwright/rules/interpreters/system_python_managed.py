"""DW5205 system-python-managed."""

from dockwright.rules.api import Bad, Command, Findings, Good, Known, Rule, RunStep, command, unsafe


class SystemPythonManaged(Rule):
    """
    Install Python packages into a virtual environment on Debian and Ubuntu.

    Since Debian 12 and Ubuntu 23.04 the distribution's Python refuses `pip install` outside of a
    virtual environment: `error: externally-managed-environment` (PEP 668). The official Python
    images have a Python of their own and do not refuse.

    Silent when `--break-system-packages` or `PIP_BREAK_SYSTEM_PACKAGES` allows it, inside virtual
    environments, and when it is not known which `pip` runs.
    """

    code = "DW5205"
    name = "system-python-managed"
    severity = "error"
    tags = ("python", "pip")
    on = command("pip", "pip3")

    examples = (
        Bad(
            "FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y python3-pip && pip3 install flask\n",
            at="pip3 install flask",
            fixed="FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y python3-pip"
            " && pip3 install --break-system-packages flask\n",
        ),
        Good("FROM python:3.12-slim\nRUN pip install flask\n"),
        Good(
            "FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y python3-pip"
            " && pip3 install --break-system-packages flask\n"
        ),
        Good(
            "FROM debian:bullseye-slim\n"
            "RUN apt-get update && apt-get install -y python3-pip && pip3 install flask\n"
        ),
        Good(
            "FROM debian:bookworm-slim\nENV PIP_BREAK_SYSTEM_PACKAGES=1\n"
            "RUN apt-get update && apt-get install -y python3-pip && pip3 install flask\n"
        ),
        Good("FROM example.org/p:1\nRUN pip3 install flask\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or not step.stage.built or step.stage.os != "linux":
            return
        points = None
        for found in step.command("pip", "pip3"):
            if not found.runs("install") or _allowed(step, found):
                continue
            points = points if points is not None else step.points
            point = points.get(found.start)
            if point is None or not point.certain or not point.fatal:
                continue
            contents = point.contents
            if (contents.distribution, contents.suite) not in _MANAGED:
                continue
            program = contents.program(found.name, point.path)
            if not isinstance(program, Known) or program.value is None:
                continue
            if program.value.path not in ("/usr/bin/pip", "/usr/bin/pip3"):
                continue
            install = next(word for word in found.args if word.value == "install")
            yield self.at(
                found,
                "the distribution's Python refuses to install outside of a virtual environment",
                (program.reason,),
            ).fix(
                "allow it here",
                unsafe(step.insert_after(install, " --break-system-packages")),
            )
            return


_MANAGED = frozenset(
    (
        ("debian", "bookworm"),
        ("debian", "trixie"),
        ("debian", "forky"),
        ("debian", "sid"),
        ("ubuntu", "noble"),
        ("ubuntu", "plucky"),
        ("ubuntu", "questing"),
        ("ubuntu", "resolute"),
    )
)


def _allowed(step: RunStep, found: Command) -> bool:
    if found.has(
        "--break-system-packages",
        "--user",
        "--target",
        "-t",
        "--prefix",
        "--root",
        "--python",
        "--dry-run",
    ):
        return not found.has("--user") or found.has("--break-system-packages")
    name = "PIP_BREAK_SYSTEM_PACKAGES"
    return step.before.variable(name) is not None or name in step.shell_text().text
