"""DW5602 probe-port-mismatch."""

from dockwright.rules.api import (
    Bad,
    CommandLine,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    Span,
    Stage,
    listening,
    probes,
    unsafe,
)


class ProbePortMismatch(Rule):
    """
    Probe the port that the program listens on.

    A health check that asks another port never gets an answer: the container is unhealthy for
    ever while the service works, and what waits for it never starts.

    Silent when the port of the command or of the probe is not known, when the probe asks the right
    port among others, and when the command starts several programs.
    """

    code = "DW5602"
    name = "probe-port-mismatch"
    severity = "error"
    tags = ("ports", "health")
    mentions = ("healthcheck",)

    examples = (
        Bad(
            "FROM python:3.12\n"
            "HEALTHCHECK CMD curl -f http://localhost:8080/health || exit 1\n"
            'CMD ["python", "-m", "uvicorn", "main:app", "--host", "0.0.0.0"]\n',
            at="http://localhost:8080/health",
            fixed="FROM python:3.12\n"
            "HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1\n"
            'CMD ["python", "-m", "uvicorn", "main:app", "--host", "0.0.0.0"]\n',
        ),
        Bad(
            "FROM python:3.12\n"
            'HEALTHCHECK CMD ["python", "-c", "import urllib.request as u;'
            " u.urlopen('http://127.0.0.1:80/')\"]\n"
            "CMD flask run --host 0.0.0.0 --port 5001\n",
            at="import urllib.request as u; u.urlopen('http://127.0.0.1:80/')",
            fixed="FROM python:3.12\n"
            'HEALTHCHECK CMD ["python", "-c", "import urllib.request as u;'
            " u.urlopen('http://127.0.0.1:5001/')\"]\n"
            "CMD flask run --host 0.0.0.0 --port 5001\n",
        ),
        Bad(
            "FROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n"
            "CMD gunicorn -b 0.0.0.0:8000 app:app\n",
            at="http://localhost/",
        ),
        Good(
            "FROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost:8000/ || exit 1\n"
            "CMD uvicorn main:app --host 0.0.0.0\n"
        ),
        Good(
            "FROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost:$PORT/ || exit 1\n"
            "CMD uvicorn main:app --host 0.0.0.0\n"
        ),
        Good(
            "FROM python:3.12\nHEALTHCHECK CMD curl -f http://db:8080/ || exit 1\n"
            "CMD uvicorn main:app --host 0.0.0.0\n"
        ),
        Good(
            "FROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost:80/ || exit 1\n"
            "CMD service nginx start && uvicorn main:app --host 0.0.0.0\n"
        ),
        Good("FROM python:3.12\nHEALTHCHECK CMD curl localhost:80\nCMD uvicorn --port $P a:b\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        check = stage.state.healthcheck
        line = check.value if isinstance(check, Known) else None
        if not isinstance(line, CommandLine) or line.step is None or line.argv == ("NONE",):
            return
        probed = list(probes.addresses(line.step.script))
        if not probed or any("$" in word.text for word, _, _, _ in probed):
            return
        server = listening.of_stage(stage)
        if server is None or server.port is None or not server.alone:
            return
        if not server.sure and not server.given_port:
            return
        if any(port == server.port for _, port, _, _ in probed):
            return
        word, port, start, _ = probed[0]
        how = "as its command says" if server.given_port else "by default"
        draft = self.at(
            word,
            f"the probe asks port {port}, and {server.program} listens on {server.port}: the"
            " container is always unhealthy",
            (
                Reason(
                    f"{server.program} listens on {server.port} {how}",
                    server.step.source,
                    server.step.line_span,
                ),
            ),
        )
        source = stage.build.tree.source
        if start >= 0 and len(probed) == 1:
            span = Span(word.span.start + start, word.span.start + start + len(str(port)))
            if source.slice(span) == str(port):
                draft.fix(
                    f"probe port {server.port}", unsafe(line.step.replace(span, str(server.port)))
                )
        yield draft
