"""DW5603 listens-on-loopback."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Reason,
    Rule,
    Span,
    Stage,
    listening,
    unsafe,
)

# How each program is told to listen on all addresses.
_OPTIONS = {
    "uvicorn": "--host 0.0.0.0",
    "flask": "--host 0.0.0.0",
    "fastapi": "--host 0.0.0.0",
    "ng": "--host 0.0.0.0",
    "vite": "--host 0.0.0.0",
    "jekyll": "--host 0.0.0.0",
    "hypercorn": "--bind 0.0.0.0:8000",
    "mkdocs": "--dev-addr 0.0.0.0:8000",
    "runserver": "0.0.0.0:8000",
}


class ListensOnLoopback(Rule):
    """
    Listen on all addresses of the container, not on 127.0.0.1.

    The loopback address belongs to the container alone: nothing outside reaches the service,
    published port or not. Many development servers and uvicorn listen there when not told
    otherwise.

    Silent when the address is not known, when an address is given and nothing is exposed (then
    the container may share its network), and for commands that are not known here. Servers that
    read a settings file of the project are "likely" only.
    """

    code = "DW5603"
    name = "listens-on-loopback"
    severity = "warning"
    tags = ("ports",)
    mentions = ("cmd", "entrypoint")

    examples = (
        Bad(
            'FROM python:3.12-slim\nEXPOSE 8000\nCMD ["uvicorn", "main:app"]\n',
            at='CMD ["uvicorn", "main:app"]',
            fixed="FROM python:3.12-slim\nEXPOSE 8000\n"
            'CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n',
        ),
        Bad(
            "FROM python:3.12-slim\nEXPOSE 8000\nCMD uvicorn main:app --host 127.0.0.1\n",
            at="CMD uvicorn main:app --host 127.0.0.1",
            fixed="FROM python:3.12-slim\nEXPOSE 8000\nCMD uvicorn main:app --host 0.0.0.0\n",
        ),
        Bad(
            "FROM python:3.12-slim\nCMD flask run\n",
            at="CMD flask run",
            fixed="FROM python:3.12-slim\nCMD flask run --host 0.0.0.0\n",
        ),
        Bad(
            'FROM python:3.12-slim\nEXPOSE 8000\nCMD ["python", "manage.py", "runserver"]\n',
            at='CMD ["python", "manage.py", "runserver"]',
            fixed="FROM python:3.12-slim\nEXPOSE 8000\n"
            'CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]\n',
        ),
        Bad(
            "FROM php:8.3-cli\nEXPOSE 80\nCMD php -S localhost:80\n",
            at="CMD php -S localhost:80",
            fixed="FROM php:8.3-cli\nEXPOSE 80\nCMD php -S 0.0.0.0:80\n",
        ),
        Good('FROM python:3.12-slim\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n'),
        Good("FROM python:3.12-slim\nCMD uvicorn main:app --host 127.0.0.1\n"),
        Good("FROM python:3.12-slim\nCMD uvicorn main:app --host $HOST\n"),
        Good("FROM python:3.12-slim\nENV FLASK_RUN_HOST=0.0.0.0\nCMD flask run\n"),
        Good("FROM python:3.12-slim\nCMD python manage.py runserver 0:8000\n"),
        Good("FROM python:3.12-slim\nCMD gunicorn app:app\n"),
        Good("FROM python:3.12-slim\nCMD python -m http.server\n"),
        Good("FROM python:3.12-slim AS dev\nCMD flask run\nFROM scratch\n"),
        Good('FROM node:20\nCMD ["npx", "vite", "--host"]\n'),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        server = listening.of_stage(stage)
        if server is None or server.host not in listening.LOOPBACK:
            return
        ports = listening.exposed(stage)
        open_ = ports is None or bool(ports)
        if server.given_host and not open_:
            return
        if server.host_word is not None:
            text = f"{server.program} listens on {server.host}"
        else:
            text = f"{server.program} listens on {server.host} by default"
        yield self.at(
            server.step.line_span,
            f"{text}: nothing outside the container reaches it",
            (Reason(text, server.step.source, server.step.line_span),),
            likely=not open_ or (not server.sure and not server.given_host) or not server.alone,
        ).fix("listen on all addresses", unsafe(_edit(stage, server)))


def _edit(stage: Stage, server: "listening.Listening") -> Edit | None:
    source = stage.build.tree.source
    word = server.host_word
    if word is not None and server.host:
        at = word.text.find(server.host)
        span = Span(word.span.start + at, word.span.start + at + len(server.host))
        if at < 0 or source.slice(span) != server.host:
            return None
        return server.step.replace(span, "0.0.0.0")  # noqa: S104
    option = _OPTIONS.get(server.program)
    end = server.end
    if option is None or end is None or server.given_host:
        return None
    if server.program == "runserver" and server.port_word is not None:
        word = server.port_word
        return server.step.insert(word.span.start, "0.0.0.0:")
    if server.program in ("hypercorn", "mkdocs") and server.given_port:
        return None
    place = end.span.end
    if source.text[place : place + 1] == '"' and source.text[end.span.start - 1] == '"':
        quoted = ", ".join(f'"{part}"' for part in option.split())
        return server.step.insert(place + 1, f", {quoted}")
    if server.step.node.is_json:
        return None
    return server.step.insert(place, f" {option}")
