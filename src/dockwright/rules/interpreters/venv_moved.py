"""DW5201 venv-moved."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, Stage
from dockwright.rules.interpreters._helpers import copies


class VenvMoved(Rule):
    """
    Copy a virtual environment to the path where it was made.

    The programs in its `bin` begin with the full path of its Python, and `pyvenv.cfg` names the
    interpreter it was made with. Elsewhere, or in an image whose Python is at another place, they
    end with `no such file or directory`.

    Silent when it is not known how the environment was made, and when the last stage has something
    at the old path.
    """

    code = "DW5201"
    name = "venv-moved"
    severity = "error"
    tags = ("python", "venv")
    mentions = ("venv",)

    examples = (
        Bad(
            "FROM python:3.12-slim AS build\nRUN python -m venv /venv\n"
            "RUN /venv/bin/pip install flask\n"
            "FROM python:3.12-slim\nCOPY --from=build /venv /opt/venv\n"
            'CMD ["/opt/venv/bin/flask", "run"]\n',
            at="/opt/venv",
        ),
        Bad(
            "FROM python:3.12-slim AS build\nRUN python -m venv /venv\n"
            "FROM debian:bookworm-slim\nCOPY --from=build /venv /venv\n"
            'CMD ["/venv/bin/python", "app.py"]\n',
            at="/venv",
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN python -m venv /venv\n"
            "FROM python:3.12-slim\nCOPY --from=build /venv /venv\n"
            'CMD ["/venv/bin/python", "app.py"]\n'
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN ./make-venv /venv\n"
            "FROM python:3.12-slim\nCOPY --from=build /venv /opt/venv\n"
        ),
        Good(
            "FROM example.org/p:1 AS build\nCOPY venv /venv\n"
            "FROM scratch\nCOPY --from=build /venv /v\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.built or stage.os != "linux":
            return
        for step, other, source, target in copies(stage):
            files = other.state.files
            python = files.find(f"{source}/bin/python")
            config = files.find(f"{source}/pyvenv.cfg")
            if not isinstance(config, Known) or config.value is None:
                continue
            if not isinstance(python, Known) or python.value is None or python.value.kind != "link":
                continue
            if target != source:
                if stage.state.files.exists(source) is not False:
                    continue
                yield self.at(
                    step.words[1],
                    f"this virtual environment was made at {source}: its programs look there",
                    (config.reason,),
                )
                continue
            home = files.resolve(f"{source}/bin/python")
            if not isinstance(home, str) or home.startswith(source + "/"):
                continue
            found = stage.state.files.stat(home)
            if isinstance(found, Known) and found.value is None:
                yield self.at(
                    step.words[1],
                    f"this virtual environment needs {home}, which is not in the image",
                    (found.reason, config.reason),
                )
