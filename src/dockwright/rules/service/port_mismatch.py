"""DW5601 port-mismatch."""

from dockwright.rules.api import Bad, Findings, Good, Reason, Rule, Stage, listening, unsafe


class PortMismatch(Rule):
    """
    Expose the port that the program listens on.

    `EXPOSE` opens nothing, but people and tools take it for the port to publish: `docker run -P`,
    Compose files, health checks of an orchestrator. When the command listens on another one, the
    published port is dead.

    Silent when the port is not known (a variable, a settings file, a program not known here), when
    one of the exposed ports is the right one, and when nothing is exposed.
    """

    code = "DW5601"
    name = "port-mismatch"
    severity = "warning"
    tags = ("ports",)
    mentions = ("expose",)

    examples = (
        Bad(
            "FROM python:3.12-slim\nEXPOSE 8080\n"
            'CMD ["python", "-m", "uvicorn", "main:app", "--host", "0.0.0.0"]\n',
            at="8080",
            fixed="FROM python:3.12-slim\nEXPOSE 8000\n"
            'CMD ["python", "-m", "uvicorn", "main:app", "--host", "0.0.0.0"]\n',
        ),
        Bad(
            "FROM python:3.12-slim\nEXPOSE 80/tcp 443\nCMD gunicorn -b :5000 app:app\n",
            at="80/tcp",
        ),
        Bad(
            "FROM php:8.3-cli\nEXPOSE 8080\nCMD php -S 0.0.0.0:8000 -t public\n",
            at="8080",
            fixed="FROM php:8.3-cli\nEXPOSE 8000\nCMD php -S 0.0.0.0:8000 -t public\n",
        ),
        Good(
            "FROM python:3.12-slim\nEXPOSE 8000\n"
            'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]\n'
        ),
        Good("FROM python:3.12-slim\nEXPOSE 5000 9000\nCMD flask run --host 0.0.0.0\n"),
        Good("FROM python:3.12-slim\nEXPOSE 9000\nCMD flask run --host 0.0.0.0 -p $PORT\n"),
        Good("FROM python:3.12-slim\nENV FLASK_RUN_PORT=9000\nEXPOSE 9000\nCMD flask run\n"),
        Good("FROM python:3.12-slim\nEXPOSE 9000\nCMD gunicorn app:app\n"),
        Good("FROM python:3.12-slim\nEXPOSE 9000\nCMD uvicorn main:app --uds /run/app.sock\n"),
        Good('FROM python:3.12-slim\nEXPOSE 9000\nCMD ["python", "main.py"]\n'),
        Good("FROM python:3.12-slim\nEXPOSE 9000\nCMD nginx & uvicorn main:app\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        ports = listening.exposed(stage)
        if not ports:
            return
        server = listening.of_stage(stage)
        if server is None or server.port is None or server.port in [port for port, _ in ports]:
            return
        if not server.sure and not server.given_port:
            return
        how = "as its command says" if server.given_port else "by default"
        port, word = ports[0]
        draft = self.at(
            word,
            f"{server.program} listens on port {server.port}, which is not exposed",
            (
                Reason(
                    f"{server.program} listens on {server.port} {how}",
                    server.step.source,
                    server.step.line_span,
                ),
            ),
            likely=not server.alone,
        )
        if len(ports) == 1 and word.value == str(port):
            draft.fix(
                f"expose {server.port}",
                unsafe(server.step.replace(word.span, str(server.port))),
            )
        yield draft
